"""The real recognisers on the spoken answers: 64 in Mandarin, 64 in Korean, A-law from 8 kHz.

Mandarin by Kokoro, all eight voices of `./dev prompts`; Korean by espeak-ng, eight of its voices.
The bars are issue 4's; the shares are printed with `-s` and by `./dev bench speech`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.private.places import cache_home
from telephony.speech.listens import Language
from telephony.speech.models import Plan, plans
from telephony.speech.recognizers import Recognizer
from telephony.speech.whisper_recognizer import is_echo
from telephony.speech.workshop import Workshop
from tests.speech.tables import HERE, KO, ZH, linear, table
from tests.speech.worker_house import settings

RIGHT_AT_LEAST = 0.9
WRONG_AT_MOST = 0.02


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop(settings(), plans(settings(), cache_home()), skip=frozenset())


def of(workshop: Workshop, name: str) -> Recognizer:
    kind, _, language = name.partition("/")
    found = workshop._get(kind, Language(language))
    if found is None:
        assert workshop.load(name) == "", f"{name} cannot be loaded: run `./dev test`"
        found = workshop._get(kind, Language(language))
    assert found is not None
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_mandarin_answers_are_understood_by_the_second_recogniser(workshop: Workshop) -> None:
    found = table(of(workshop, "whisper/zh"), "zh", ZH)
    print(found)
    assert found.all >= 60
    assert found.right >= RIGHT_AT_LEAST * found.all, found
    assert len(found.wrong) <= WRONG_AT_MOST * found.all, found


def test_what_answers_another_question_or_none_is_asked_again(workshop: Workshop) -> None:
    second = of(workshop, "whisper/zh")
    strange = ["comment.zf_xiaoxiao", "solved.zm_yunxi", "not-solved.zf_xiaoni"]
    for name in strange:
        utterance = second.choice({k: v for k, v in ZH[0].items() if k != "person"})
        assert utterance is not None
        utterance.take(linear(HERE / "zh" / f"{name}.alaw"))
        assert utterance.end().option is None, name


def test_noise_and_silence_are_no_answer_and_no_comment(workshop: Workshop) -> None:
    second = of(workshop, "whisper/zh")
    hum = b"".join((n * 7919 % 900 - 450).to_bytes(2, "little", signed=True) for n in range(12000))
    for sound in (hum, bytes(16000)):
        utterance = second.choice(ZH[0])
        assert utterance is not None
        utterance.take(sound)
        assert utterance.end().option is None


def test_a_prompt_that_is_said_back_is_no_comment() -> None:
    """On silence and noise it echoes what stands before the transcript (field notes, 3)."""
    assert is_echo("普通话。", "以下是普通话的句子。")
    assert is_echo("。", "以下是普通话的句子。")
    assert not is_echo("没有人来清理。", "以下是普通话的句子。")


def test_korean_answers_are_understood_by_vosk_or_asked_again(workshop: Workshop) -> None:
    found = table(of(workshop, "vosk/ko"), "ko", KO)
    print(found)
    assert found.all >= 60
    assert len(found.wrong) <= WRONG_AT_MOST * found.all, found
    assert found.right >= 0.3 * found.all, found


def test_korean_choices_are_never_left_to_the_second_recogniser(workshop: Workshop) -> None:
    """It took 불만족 for 만족 in eight of eight voices, with every confidence."""
    assert workshop.load("whisper/ko") == ""
    assert workshop.for_comments(Language.KO) is not None
    bare = Workshop(settings(), {Language.KO: Plan(whisper="x")}, skip=frozenset())
    bare._loaded["whisper/ko"] = of(workshop, "whisper/zh")
    assert bare.for_choice(Language.KO, KO[0]) is None
    assert bare.heard_by(Language.KO) == []


def test_a_question_of_which_an_option_cannot_be_heard_goes_by_keys(workshop: Workshop) -> None:
    """Who cannot say yes would be heard to say no."""
    of(workshop, "vosk/ko")
    deaf_to_yes = {"yes": ("맞습니다",), "no": ("아닙니다",)}
    assert workshop.for_choice(Language.KO, deaf_to_yes) is None
    assert workshop.for_choice(Language.KO, {**deaf_to_yes, "yes": ("네",)}) is not None


def test_words_that_a_model_does_not_know_are_named_and_never_put_into_a_grammar(
    workshop: Workshop,
) -> None:
    """An unknown or malformed grammar ends the process: it is never given to Vosk."""
    korean = of(workshop, "vosk/ko")
    options = {"satisfied": ("만족", "만족합니다"), "no": ('"]', "满意")}
    assert korean.unknown(options) == ("만족합니다", '"]', "满意")
    assert korean.choice(options) is not None
    assert korean.choice({"no": ('"]', "")}) is None
    assert korean.choice({}) is None


def test_a_folder_that_is_no_model_is_told_and_harms_nobody(tmp_path: Path) -> None:
    """In a process of its own, as the worker is: what a broken model does to it is not ours."""
    code = (
        "import sys; from pathlib import Path; from telephony.speech.vosk_recognizer import *\n"
        "VoskRecognizer(Path(sys.argv[1]), confidence=0.7)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert "Failed to create a model" in ended.stderr, json.dumps(ended.stderr)
