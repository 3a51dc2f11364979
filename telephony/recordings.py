"""Recordings: measured and sealed once the citizen has hung up.

Asterisk writes on the citizen's leg, from the first word with a seat to his hang-up, through every
hold and transfer (only while he is bridged), a part for each far end: `<call id>~1.wav`, `~2`, ...
(ADR 0014). A part is whole when its header says how long it is. Then they become `<call id>.wav`,
and its length and sha256 go into the journal. Where Asterisk died in the midst of it, nobody will
ever write that: a part that has stood still for as long as we wait is mended (`torn_sound.py`).
"""

import asyncio
import hashlib
import re
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import CallId
from telephony.facts import RecordingKept, RecordingLost
from telephony.mixed_voices import mix_in, voices_of
from telephony.settings import RecordingSettings
from telephony.sound_files import RATE
from telephony.torn_sound import mend
from telephony.voices_apart import set_aside

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = 0.25  # seconds
WAV_HEADER: Final = 44  # bytes
PART: Final = re.compile(r"~(\d+)\.wav$")


class Recordings:
    def __init__(
        self, settings: RecordingSettings, *, write: Callable[[Sequence[Fact]], None], clock: Clock
    ) -> None:
        self._settings = settings
        self._write = write
        self._clock = clock
        self._running: set[CallId] = set()
        self._sealing: set[CallId] = set()

    def started(self, call: CallId) -> None:
        """May be said again, also while its file is being sealed."""
        if call not in self._sealing:
            self._running.add(call)

    def over(self, call: CallId, group: asyncio.TaskGroup) -> None:
        """The citizen has hung up: seal the file, beside everything else."""
        if call in self._running:
            self._running.discard(call)
            self._sealing.add(call)
            group.create_task(self._seal(call), name=f"recording {call}")

    async def _seal(self, call: CallId) -> None:
        try:
            self._write([await self.sealed(call)])
        except Exception:
            log.exception("recording could not be sealed", call_id=call)
        finally:
            self._sealing.discard(call)

    async def sealed(self, call: CallId) -> RecordingKept | RecordingLost:
        """The fact of this call's file, waiting until Asterisk has closed it."""
        file = self._settings.directory / f"{call}.wav"
        tries = int(self._settings.settle_within.total_seconds() / LOOK_EVERY)
        sizes = _sizes(file)
        for _ in range(max(tries, 1)):
            await asyncio.sleep(LOOK_EVERY)
            if await asyncio.to_thread(_made_one, file):
                return await asyncio.to_thread(self._measure, call, file)
        if _sizes(file) == sizes and await asyncio.to_thread(_mended_one, file):
            log.warning("a recording was never closed: its header is mended", call_id=call)
            return await asyncio.to_thread(self._measure, call, file)
        why = "a part was not closed, or is empty" if _parts_of(file) else "there is no file"
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


def _parts_of(file: Path) -> list[Path]:
    """In the order of their numbers; 0 is the seat's leg instead of 1, or in a race beside it."""
    found = ((PART.search(path.name), path) for path in file.parent.glob(f"{file.stem}~*.wav"))
    numbered = {int(part[1]): path for part, path in found if part}
    return [numbered[number] for number in sorted(numbered)]


def _heard(parts: Sequence[Path]) -> list[Path]:
    """Those with sound in them; of two that recorded the first far end, the one that has more."""
    heard = [part for part in parts if part.stat().st_size > WAV_HEADER]
    first = [part for part in heard if part.name.endswith(("~0.wav", "~1.wav"))]
    if len(first) == 2:
        heard.remove(min(reversed(first), key=lambda part: part.stat().st_size))
    return heard


def _made_one(file: Path) -> bool:
    """Whether the parts are whole and have become one file.

    The file appears at once and complete, so parts beside it are what a crash left of them.
    """
    parts, voices = _parts_of(file), voices_of(file)
    if not file.exists():
        if not all(map(_is_whole, (*parts, *voices))) or not (heard := _heard(parts)):
            return False
        mix_in(heard, voices)
        sizes = {part.name: part.stat().st_size for part in parts}
        log.info("a recording is whole", parts=sizes, taken=[part.name for part in heard])
        _join(heard, file)
    set_aside(file)
    for part in file.parent.glob(f"{file.stem}~*.wav"):
        part.unlink(missing_ok=True)
    return True


def _sizes(file: Path) -> dict[str, int]:
    return {part.name: part.stat().st_size for part in _parts_of(file)}


def _mended_one(file: Path) -> bool:
    """Whether all parts with sound in them could be mended and have become one file."""
    for voice in voices_of(file):
        if not _is_whole(voice) and not mend(voice):
            voice.unlink()  # the call is more than what a supervisor said in it
    for part in _parts_of(file):
        if _is_whole(part):
            continue
        if part.stat().st_size <= WAV_HEADER:
            part.unlink()  # Asterisk died before a word of it was on the disk
        elif not mend(part):
            return False
    return _made_one(file)


def _join(parts: Sequence[Path], file: Path) -> None:
    if len(parts) == 1:
        parts[0].rename(file)
        return
    whole = file.with_suffix(".joining")
    with wave.open(str(whole), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        for part in parts:
            with wave.open(str(part)) as recorded:
                out.writeframes(recorded.readframes(recorded.getnframes()))
    whole.rename(file)


def _is_whole(file: Path) -> bool:
    """Whether the header's length agrees with the file's: Asterisk writes it when it closes."""
    try:
        with file.open("rb") as stream:
            header = stream.read(WAV_HEADER)
        size = file.stat().st_size
    except OSError:
        return False
    said = int.from_bytes(header[4:8], "little") + 8
    return said == size >= WAV_HEADER
