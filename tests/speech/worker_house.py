"""A speech worker for one test: the real process with the real models, or with a made-up ear."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from hotline.private.places import cache_home
from telephony.speech.listens import Language
from telephony.speech.models import Plan, plans
from telephony.speech.settings import LanguageSettings, SpeechSettings
from telephony.speech.supervisor import COMMAND, SpeechWorker

LANGUAGES = {Language.ZH: LanguageSettings(), Language.KO: LanguageSettings(confidence=0.9)}
FAKE = (sys.executable, "-m", "tests.speech.fake_worker")
ROOT = Path(__file__).parents[2]
UP_WITHIN = 60.0  # two models on a busy machine


def settings() -> SpeechSettings:
    return SpeechSettings(languages=LANGUAGES)


@asynccontextmanager
async def kept(worker: SpeechWorker) -> AsyncIterator[SpeechWorker]:
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(worker.run())
        try:
            yield worker
        finally:
            keeping.cancel()


async def until_heard(worker: SpeechWorker, language: Language) -> None:
    async with asyncio.timeout(UP_WITHIN):
        worker.want(language)
        await worker.changed(lambda: worker.hears(language))


@asynccontextmanager
async def real_worker(language: Language) -> AsyncIterator[SpeechWorker]:
    """The models that `./dev test` installs."""
    found = SpeechWorker(settings(), plans(settings(), cache_home()), COMMAND)
    async with kept(found) as worker:
        await until_heard(worker, language)
        yield worker


@asynccontextmanager
async def fake_worker(command: Sequence[str] = FAKE) -> AsyncIterator[SpeechWorker]:
    """The real process, server and wire; what it hears is told by the loudness alone."""
    made_up = {Language.ZH: Plan(vosk="made up")}
    async with kept(SpeechWorker(settings(), made_up, command)) as worker:
        await until_heard(worker, Language.ZH)
        yield worker
