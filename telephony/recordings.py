"""Recordings: measured and sealed once the citizen has hung up.

Asterisk writes `<call id>.wav` on the citizen's leg, from the first word with a seat to his
hang-up, through every hold and transfer (only while he is bridged). The file is whole when its
header says how long it is; then its length and sha256 go into the journal.
"""

import asyncio
import hashlib
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import CallId
from telephony.facts import RecordingKept, RecordingLost
from telephony.settings import RecordingSettings

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = 0.25  # seconds
WAV_HEADER: Final = 44  # bytes


class Recordings:
    def __init__(
        self, settings: RecordingSettings, *, write: Callable[[Sequence[Fact]], None], clock: Clock
    ) -> None:
        self._settings = settings
        self._write = write
        self._clock = clock
        self._running: set[CallId] = set()

    def started(self, call: CallId) -> None:
        self._running.add(call)

    def over(self, call: CallId, group: asyncio.TaskGroup) -> None:
        """The citizen has hung up: seal the file, beside everything else."""
        if call in self._running:
            self._running.discard(call)
            group.create_task(self._seal(call), name=f"recording {call}")

    async def _seal(self, call: CallId) -> None:
        try:
            self._write([await self.sealed(call)])
        except Exception:
            log.exception("recording could not be sealed", call_id=call)

    async def sealed(self, call: CallId) -> RecordingKept | RecordingLost:
        """The fact of this call's file, waiting until Asterisk has closed it."""
        file = self._settings.directory / f"{call}.wav"
        tries = int(self._settings.settle_within.total_seconds() / LOOK_EVERY)
        for _ in range(max(tries, 1)):
            await asyncio.sleep(LOOK_EVERY)
            if await asyncio.to_thread(_is_whole, file):
                return await asyncio.to_thread(self._measure, call, file)
        why = "the file was not closed, or is empty" if file.exists() else "there is no file"
        return RecordingLost(at=self._clock.now(), call=call, why=why)

    def _measure(self, call: CallId, file: Path) -> RecordingKept:
        content = file.read_bytes()
        with wave.open(str(file)) as recorded:
            seconds = recorded.getnframes() / recorded.getframerate()
        return RecordingKept(
            at=self._clock.now(),
            call=call,
            path=file.name,
            seconds=round(seconds, 2),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )


def _is_whole(file: Path) -> bool:
    """Whether the header's length agrees with the file's: Asterisk writes it when it closes."""
    try:
        with file.open("rb") as stream:
            header = stream.read(WAV_HEADER)
        size = file.stat().st_size
    except OSError:
        return False
    said = int.from_bytes(header[4:8], "little") + 8
    return said == size > WAV_HEADER
