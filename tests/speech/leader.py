"""A leading process with its speech worker, to be killed: says the worker's id when it has one.

python -m tests.speech.leader [up]         `up`: not before the worker hears
"""

import asyncio
import itertools
import sys

import structlog

from telephony.speech.listens import Language
from telephony.speech.models import Plan
from telephony.speech.supervisor import SpeechWorker
from tests.speech.worker_house import FAKE, kept, settings, until_heard


async def lead(*, up: bool) -> None:
    async with kept(SpeechWorker(settings(), {Language.ZH: Plan(vosk="made up")}, FAKE)) as worker:
        if up:
            await until_heard(worker, Language.ZH)
        worker.want(Language.ZH)
        sys.stdout.write(f"{await born(worker)}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


async def born(worker: SpeechWorker) -> int:
    """Within the same moment: it has not asked for anything yet."""
    for _ in itertools.count():
        if worker.pid is not None:
            return worker.pid
        await asyncio.sleep(0)
    raise AssertionError("it counts for ever")


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(lead(up="up" in sys.argv))
