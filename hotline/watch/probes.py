"""The watchman: looks round once a second and tells the alarm board and the door how it is.

What a part knows of itself is asked each second; what costs a question to the outside (database,
SIP, calls in Asterisk, the disk) every five. A probe that fails is told as such; it ends nothing.
"""

import asyncio
import shutil
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from acd.desk import AcdDesk
from acd.floor import Floor
from hotline.door import Door, Load
from hotline.watch.alarms import Alarms
from hotline.watch.refusals import Refusals
from kernel.clock import SystemClock
from kernel.errors import HotlineError, Unavailable
from storage.journal import Journal
from storage.pool import Pool
from storage.projection import Projections
from storage.shipping import Shipper
from storage.valkey import FloorCopy
from telephony.ami_asks import Reply
from telephony.ami_link import AmiLink

log = structlog.get_logger()

LOOK_EVERY: Final = 1.0  # s
ASK_EVERY: Final = 5.0  # s
ASK_WITHIN: Final = 4.0  # s
DRIFT_AT_MOST: Final = timedelta(seconds=2)
DISK_LOW: Final = 1024**3  # bytes free
DISK_LOW_SHARE: Final = 0.05
FLAPS: Final = 3  # losses of the link
FLAPS_WITHIN: Final = timedelta(minutes=2)
FULL_SHARE: Final = 0.9  # of Asterisk's maxcalls


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """`sip_lives` None: the SIP side is not asked; `speech_lives` None: nobody is to listen.

    `disk` is where the journal lies.
    """

    journal: Journal
    shipper: Shipper
    projections: Projections
    pool: Pool
    floor_copy: FloorCopy
    link: AmiLink
    desk: AcdDesk
    floor: Floor
    clock: SystemClock
    disk: Path
    refusals: Refusals
    sip_lives: Callable[[], Awaitable[bool]] | None = None
    speech_lives: Callable[[], bool] | None = None


class Watchman:
    def __init__(self, watched: Watched, alarms: Alarms, door: Door) -> None:
        self._watched = watched
        self._alarms = alarms
        self._door = door
        self._losses: deque[tuple[datetime, int]] = deque()
        self._surprises = 0
        self._refused = 0
        self._max_calls = 0
        self.asks = self._database, self._disk, self._sip, self._calls  # of the outside

    async def run(self) -> None:
        """Ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(LOOK_EVERY, self._look_soft), name="look round")
            for probe in self.asks:
                group.create_task(self._every(ASK_EVERY, probe), name=probe.__name__.strip("_"))

    async def _every(self, pause: float, probe: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                async with asyncio.timeout(ASK_WITHIN):
                    await probe()
            except (Exception, TimeoutError):
                log.exception("a probe failed", probe=probe.__name__)
            await asyncio.sleep(pause)

    async def _look_soft(self) -> None:
        self.look()

    def look(self) -> None:
        """What the parts know of themselves."""
        parts, now = self._watched, self._watched.clock.now()
        load = Load(parts.link.backlog, parts.desk.late)
        self._door.look(load, now)
        self._tell(
            now,
            ("asterisk-away", not parts.link.is_up, "the AMI link is down"),
            ("asterisk-flapping", self._flaps(now) >= FLAPS, f"{FLAPS} losses or more"),
            ("valkey-away", not parts.floor_copy.is_well, "the last copy did not arrive"),
            ("projections-stopped", not parts.projections.well(), "see the log"),
            ("overload", self._door.overloaded, f"{load.backlog} messages, {load.late} late"),
            ("desk-late", not parts.desk.well, f"{parts.desk.late} late"),
            ("desk-surprised", self._newly_surprised(), str(dict(parts.floor.surprises))),
        )
        speaks = parts.speech_lives is None or parts.speech_lives()
        self._tell(now, ("speech-away", not speaks, "nobody listens"))
        self._look_at_the_journal(now)
        drift = parts.clock.drift()
        why = f"{drift.total_seconds():+.1f} s"
        self._tell(now, ("clock-jumped", abs(drift) > DRIFT_AT_MOST, why))
        self._alarms.write_what_waits()

    def _look_at_the_journal(self, now: datetime) -> None:
        journal, shipper = self._watched.journal, self._watched.shipper
        self._tell(
            now,
            ("journal-refused", not journal.well(), str(journal.trouble() or "")),
            ("disk-full", not journal.reserve.is_whole, "the journal's reserve was given up"),
            ("shipping-stopped", not shipper.well(), str(shipper.trouble() or "")),
        )

    def _tell(self, now: datetime, *states: tuple[str, bool, str]) -> None:
        for name, wrong, why in states:
            self._alarms.look(name, now, wrong=wrong, why=why)

    def _flaps(self, now: datetime) -> int:
        """How often the link was lost lately, after it had been up."""
        count = self._watched.link.counters["links lost"]
        if not self._losses:
            self._losses.append((now, 0))
        if self._losses[-1][1] != count:
            self._losses.append((now, count))
        while len(self._losses) > 1 and self._losses[1][0] < now - FLAPS_WITHIN:
            self._losses.popleft()
        return count - self._losses[0][1]

    def _newly_surprised(self) -> bool:
        before, self._surprises = self._surprises, self._watched.floor.surprises.total()
        return self._surprises > before

    async def _database(self) -> None:
        why = ""
        try:
            await self._watched.pool.fetchval("select true")
        except Unavailable as away:
            why = away.problem
        now = self._watched.clock.now()
        self._tell(now, ("database-away", bool(why), why))

    async def _disk(self) -> None:
        """How much is free; and the reserve again, once there is twice its room."""
        room = await asyncio.to_thread(shutil.disk_usage, self._watched.disk)
        is_low = room.free < min(DISK_LOW, room.total * DISK_LOW_SHARE)
        now = self._watched.clock.now()
        self._tell(now, ("disk-low", is_low, f"{room.free // 1024**2} MB free"))
        reserve = self._watched.journal.reserve
        if not reserve.is_whole and room.free > 2 * reserve.size:
            await asyncio.to_thread(reserve.fill)

    async def _sip(self) -> None:
        ask = self._watched.sip_lives
        if ask is None or not self._watched.link.is_up:
            return
        lives = await ask()
        now = self._watched.clock.now()
        self._tell(now, ("sip-stuck", not lives, "no answer to OPTIONS"))

    async def _calls(self) -> None:
        """Who was refused since the last look; how near Asterisk is to refusing all."""
        link = self._watched.link
        if not link.is_up:
            self._max_calls = 0  # it may come back with other settings
            return
        try:
            if not self._max_calls:
                settings = await link.ask({"Action": "CoreSettings"})
                self._max_calls = _number(settings, "coremaxcalls")
            status = await link.ask({"Action": "CoreStatus"})
        except HotlineError as trouble:
            log.warning("asterisk did not say how many calls it has", why=trouble.problem)
            return
        calls = _number(status, "corecurrentcalls")
        is_full = bool(self._max_calls) and calls >= FULL_SHARE * self._max_calls
        refused, self._refused = self._refused, self._watched.refusals.count
        newly = self._refused - refused
        now, why = self._watched.clock.now(), f"{calls} of {self._max_calls} calls, {newly} refused"
        self._tell(now, ("calls-refused", is_full or newly > 0, why))


def _number(reply: Reply, name: str) -> int:
    """0 when Asterisk does not say it."""
    said = str(reply.headers.get(name, ""))
    return int(said) if said.isdigit() else 0
