"""Builds what hears citizens: the worker and its keeper, the listener, the room of evidence."""

import asyncio
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import structlog

from hotline.private.places import cache_home
from hotline.wiring import Hotline
from telephony.speech.listener import SpeechListener
from telephony.speech.models import plans
from telephony.speech.supervisor import SpeechWorker
from telephony.spoken import Sound

log = structlog.get_logger(__name__)

DAY_S: Final = 86_400.0


def make_speech(hotline: Hotline) -> SpeechListener:
    """The worker is started when it is first wanted, not before."""
    ground = hotline.ground
    settings = ground.rules.speech
    worker = SpeechWorker(settings, plans(settings, cache_home()))

    def file_of(sound: Sound) -> Path:
        return ground.rules.sounds.files[sound].path

    return SpeechListener(worker, file_of, ground.places.evidence)


async def keep_speech(hotline: Hotline, listener: SpeechListener) -> None:
    """For the group of the calls we owe. Ends only by cancellation."""
    ground = hotline.ground
    async with asyncio.TaskGroup() as group:
        group.create_task(listener.worker.run(), name="speech worker")
        while True:
            oldest = ground.clock.now().date() - timedelta(days=ground.rules.speech.keep_days)
            erased = await asyncio.to_thread(erase_before, ground.places.evidence, oldest)
            log.info("old evidence erased", days=erased)
            await asyncio.sleep(DAY_S)


def erase_before(evidence: Path, oldest: date) -> int:
    """Whole days, by the name of their folder; what is named otherwise is left alone."""
    erased = 0
    for day in evidence.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"):
        if day.is_dir() and day.name < oldest.isoformat():
            shutil.rmtree(day, ignore_errors=True)
            erased += 1
    return erased
