"""What citizens hear: a media port for each, and when sound began there after a silence.

After the menu's prompts Asterisk sends nothing until hold music starts: then the citizen is in the
line. The kernel stamps each packet with the wall clock, as SIPp stamps its messages, so that a
busy loop here makes nothing late.
"""

import asyncio
import resource
import socket
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from hotline.rehearsal.plan import PlannedCall

PAUSE: Final = timedelta(milliseconds=60)  # two packets missing: another sound may begin
SWITCH: Final = timedelta(milliseconds=120)  # Asterisk's own pause between any two sounds
AFTER_SILENCE: Final = timedelta(milliseconds=70)  # music begins 20 to 130 ms after the asking
MENU_PAUSE: Final = timedelta(seconds=1.5)  # the menu waits for the first key at least as long
PROMPTS: Final = timedelta(seconds=5)  # greeting, notice and menu are longer than this
AFTER_KEY: Final = timedelta(seconds=1)  # music begins within it; later pauses are its own
_LOOK_EVERY_S: Final = 0.25
_STAMPED: Final = 35  # Linux' SO_TIMESTAMPNS, which Python 3.11 does not name
_TIMESPEC: Final = struct.Struct("@ll")
_STAMP_SPACE: Final = socket.CMSG_SPACE(_TIMESPEC.size)
_PACKET: Final = 2048
_ALAW_PACKETS: Final = (b"\x08", b"\x88")  # RTP's second byte: A-law, without and with the marker
_SPARE_FILES: Final = 512


@dataclass(frozen=True, slots=True)
class Onset:
    """A packet that came after a pause of PAUSE or more, or as the very first."""

    at: datetime
    after: timedelta  # the pause before it; 0 for the very first


@dataclass(slots=True)
class Hearing:
    """One citizen's packets folded into onsets. Pure; times aware and UTC."""

    plan: PlannedCall
    onsets: list[Onset] = field(default_factory=list)
    _last: datetime | None = None

    def take(self, at: datetime) -> None:
        pause = timedelta(0) if self._last is None else at - self._last
        if self._last is None or pause >= PAUSE:
            self.onsets.append(Onset(at, pause))
        self._last = at

    @property
    def is_over(self) -> bool:
        """All that the evidence needs was heard: nobody has to listen any longer."""
        if self._last is None:
            return False
        if self.plan.key:
            pressed = timedelta(milliseconds=self.plan.presses_after)
            return self._last - self.onsets[0].at > pressed + 2 * AFTER_KEY
        return music_after_menu(self.onsets) is not None


def music_after_menu(onsets: Sequence[Onset]) -> datetime | None:
    """When hold music began for one who pressed nothing; None when he never heard it."""
    for onset in onsets[1:]:
        if onset.after >= MENU_PAUSE and onset.at - onsets[0].at >= PROMPTS:
            return onset.at
    return None


class Ear:
    """One bound port. It stays bound to the end, so that nobody else is given its number."""

    def __init__(self, host: str, plan: PlannedCall) -> None:
        self.hearing = Hearing(plan)
        self.is_listening = True
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _STAMPED, 1)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]

    def listen(self) -> None:
        """Takes all packets that are there. What comes after the last one of use is dropped."""
        try:
            while not self.hearing.is_over:
                packet, said, _, _ = self._socket.recvmsg(_PACKET, _STAMP_SPACE)
                if packet[1:2] in _ALAW_PACKETS:  # RTCP for the port below comes here too
                    self.hearing.take(_stamp(said[0][2]))
        except BlockingIOError:
            return
        self.is_listening = False
        # A full, tiny buffer: the kernel throws away what still comes, at no cost for us.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)

    def close(self) -> None:
        self._socket.close()


def _stamp(timespec: bytes) -> datetime:
    seconds, nanoseconds = _TIMESPEC.unpack(timespec)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanoseconds // 1000)


class Ears:
    """The ears of all citizens of a rehearsal, by Call-ID."""

    def __init__(self, host: str, planned: Mapping[str, PlannedCall]) -> None:
        self._ears = {call_id: Ear(host, call) for call_id, call in planned.items()}

    @property
    def ports(self) -> dict[str, int]:
        return {call_id: ear.port for call_id, ear in self._ears.items()}

    def heard(self) -> dict[str, tuple[Onset, ...]]:
        """What each citizen has heard so far."""
        return {call_id: tuple(ear.hearing.onsets) for call_id, ear in self._ears.items()}

    async def listen(self) -> None:
        """Until cancelled. A look now and then is enough: the kernel keeps packets with times."""
        while True:
            self.take_all()
            await asyncio.sleep(_LOOK_EVERY_S)

    def take_all(self) -> None:
        for ear in self._ears.values():
            if ear.is_listening:
                ear.listen()

    def close(self) -> None:
        for ear in self._ears.values():
            ear.close()


@asynccontextmanager
async def listening(host: str, planned: Mapping[str, PlannedCall]) -> AsyncIterator[Ears]:
    """Ears on `host`, a file descriptor each. Raises OSError when the hard limit is too low."""
    _allow_files(len(planned) + _SPARE_FILES)
    ears = Ears(host, planned)
    try:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(ears.listen())
            yield ears
            task.cancel()
        ears.take_all()
    finally:
        ears.close()


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
