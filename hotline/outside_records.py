"""Calls that lived wholly or partly without us, from Asterisk's own records: CDR and queue_log.

Read on from the last mark after each log-in, before anybody is settled, and once a minute. A call
whose end we do not know gets its one fate: `fallback_answered`, or `fallback_lost` and with it a
duty. Rule: each step may be done twice. What is known to have ended is told no second time, the
floor settles a call once (I1), and the mark moves only when all before it stands in the journal.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from pydantic import TypeAdapter

from acd.desk import AcdDesk
from acd.happenings import LivedInFallback
from hotline.outside_records_files import (
    InQueue,
    Mark,
    QueueLog,
    Record,
    new_lines,
    queue_log_of,
    records_of,
    shorter,
)
from hotline.recovery import LooseEnds, Stages
from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.ids import CallId
from storage.journal_file import write_whole
from telephony.facts import CallArrived, CallHungUp, HungUpBy, PictureMended, RecordingStarted
from telephony.party import caller_number
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(minutes=1)
NEWS_MAY_TAKE: Final = timedelta(seconds=30)  # a younger end may still come to us as an event
AT_ONCE: Final = 50  # calls told before others have their turn


@dataclass(frozen=True, slots=True)
class Marks:
    cdr: Mark = field(default_factory=Mark)
    queue_log: Mark = field(default_factory=Mark)


_MARKS: Final = TypeAdapter(Marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCall:
    """One call that is over. `queue` None: the plain queue did not have it."""

    call: CallId
    channel: str
    dialled: str
    number: str = field(repr=False)
    start: datetime
    end: datetime
    answered: bool  # by our dialplan: it heard something
    sip_call_id: str
    queue: InQueue | None

    @property
    def life(self) -> LivedInFallback:
        asked_at = self.queue.entered_at if self.queue is not None else self.start
        connected = self.queue.connected_at if self.queue is not None else None
        waited = max((connected or self.end) - asked_at, timedelta())
        answered = connected is not None
        return LivedInFallback(call=self.call, asked_at=asked_at, waited=waited, answered=answered)


@dataclass(frozen=True, slots=True)
class Reading:
    calls: Sequence[OutsideCall]
    marks: Marks | None  # None: this time none can be kept


@dataclass(slots=True, kw_only=True)
class OutsideRecords:
    """`log`: Asterisk's folder of logs; `file`: where the marks are kept.

    Without marks, records from before `since` (the last fact of the life before ours) are not ours.
    """

    log: Path
    file: Path
    desk: AcdDesk
    switchboard: Switchboard
    loose_ends: LooseEnds
    stages: Stages
    clock: Clock
    since: datetime
    beside: Callable[..., Awaitable[Any]] = asyncio.to_thread  # what blocks
    _untold: Reading | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def before_settling(self) -> None:
        """For `Switchboard.before_settling`: the calls we knew first; the others in `run`."""
        try:
            reading: Reading = await self.beside(self._read, None)
            for call in reading.calls:
                if self._met_its_fate_without_us(call):
                    await self.desk.order(call.life)
        except (OSError, HotlineError) as trouble:
            log.warning("asterisk's records could not be read", why=str(trouble))
            return
        self._untold = reading
        self._wake.set()

    def _met_its_fate_without_us(self, call: OutsideCall) -> bool:
        """Known, its end is not; in the plain queue, or told by `_tell` but for its fate."""
        if call.call not in self.loose_ends.living:
            return False
        ours = call.call in self.stages.of or call.call in self.switchboard.mirror.calls
        return call.queue is not None or (call.answered and not ours)

    async def run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(EVERY.total_seconds()):
                    await self._wake.wait()
            except TimeoutError:
                if not self.switchboard.is_ready:
                    continue
            self._wake.clear()
            try:
                await self._catch_up()
            except (OSError, HotlineError) as trouble:
                log.warning("asterisk's records could not be told", why=str(trouble))

    async def _catch_up(self) -> None:
        reading, self._untold = self._untold, None
        if reading is None:
            before = self.clock.now() - NEWS_MAY_TAKE
            reading = await self.beside(self._read, before)
        told = 0
        for call in reading.calls:
            if call.call in self.switchboard.mirror.calls or self.loose_ends.knows(call.call):
                continue
            await self._tell(call)
            told += 1
            if told % AT_ONCE == 0:
                await asyncio.sleep(0)
        if told:
            log.warning("calls lived without us", calls=told)
        if reading.marks is not None:
            content = _MARKS.dump_json(reading.marks)
            await self.beside(write_whole, self.file, content)

    async def _tell(self, call: OutsideCall) -> None:
        """Arrival, fate, hang-up; killed in between, all of it comes again and adds what lacks."""
        ears, now = self.switchboard.ears, self.clock.now()
        ears.write([self._arrival(call)])
        ears.write([PictureMended(at=now, call=call.call, leg=None, how="lived_without_us")])
        if call.answered or call.queue is not None:
            await self.desk.order(call.life)
        path = f"{call.call}.wav"
        folder = self.switchboard.settings.recording.directory
        recorded = call.life.answered and any(folder.glob(f"{call.call}*.wav"))
        if recorded:
            ears.write([RecordingStarted(at=call.start, call=call.call, path=path)])
        ears.write([CallHungUp(at=call.end, call=call.call, by=HungUpBy.NETWORK, cause=0)])
        if recorded:
            self.switchboard.seal_left([call.call])

    def _arrival(self, call: OutsideCall) -> CallArrived:
        caller = caller_number(call.number, self.switchboard.settings.trunk.home_area)
        return CallArrived(
            at=call.start,
            call=call.call,
            sip_call_id=call.sip_call_id,
            dialled=call.dialled,
            caller=caller.masked(),
            caller_key=None if caller.is_withheld else self.switchboard.ears.key_of(caller),
            trunk=call.channel.rpartition("-")[0].removeprefix("PJSIP/"),
        )

    # ---- reading

    def _read(self, before: datetime | None) -> Reading:
        """Calls that ended before it (None: all). Raises OSError."""
        cdr, queue_log = self.log / "cdr-custom" / "hotline.csv", self.log / "queue_log"
        kept = self._kept()
        marks = kept or Marks()
        lines, cdr_mark = new_lines(cdr, marks.cdr)
        records, left_out = _until(lines, before)
        queue_lines, queue_mark = new_lines(queue_log, marks.queue_log)
        queue = queue_log_of(queue_lines)
        calls = [*_calls(records, queue), *_died(records, queue)]
        if kept is None:
            calls = [call for call in calls if call.end >= self.since]
        told = {call.call for call in calls}
        pending = [c for c in queue.calls if c not in told and c not in self.loose_ends.ended]
        shortened = shorter(cdr, cdr_mark, left_out) if left_out else cdr_mark
        if shortened is None:
            return Reading(calls, None)
        return Reading(calls, Marks(shortened, marks.queue_log if pending else queue_mark))

    def _kept(self) -> Marks | None:
        try:
            return _MARKS.validate_json(self.file.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            log.warning("the marks in asterisk's records are unreadable: all is read again")
            return None


def _until(lines: Sequence[str], before: datetime | None) -> tuple[list[Record], Sequence[str]]:
    """The records up to the first that is too young, and the lines from there on."""
    found: list[Record] = []
    for n, line in enumerate(lines):
        for record in records_of([line]):
            if before is not None and record.end >= before:
                return found, lines[n:]
            found.append(record)
    return found, ()


def _calls(records: Iterable[Record], queue: QueueLog) -> list[OutsideCall]:
    """Asterisk writes several lines for one call; they are one life."""
    of_call: dict[str, list[Record]] = {}
    for record in records:
        of_call.setdefault(record.call, []).append(record)
    return [
        OutsideCall(
            call=CallId(call),
            channel=lines[0].channel,
            dialled=next((line.dialled for line in lines if line.dialled), ""),
            number=next((line.number for line in lines if line.number), ""),
            start=min(line.start for line in lines),
            end=max(line.end for line in lines),
            answered=any(line.answered for line in lines),
            sip_call_id=next((line.sip_call_id for line in lines if line.sip_call_id), ""),
            queue=queue.calls.get(call),
        )
        for call, lines in of_call.items()
    ]


def _died(records: Iterable[Record], queue: QueueLog) -> list[OutsideCall]:
    """In the plain queue when Asterisk died: no CDR was written, nor will be."""
    recorded = {record.call for record in records}
    found = []
    for call, seen in queue.calls.items():
        end = next((start for start in queue.starts if start > seen.entered_at), None)
        if end is not None and call not in recorded:
            found.append(
                OutsideCall(
                    call=CallId(call),
                    channel="",
                    dialled="",
                    number=seen.number,
                    start=seen.entered_at,
                    end=seen.left_at or end,
                    answered=True,
                    sip_call_id="",
                    queue=seen,
                )
            )
    return found
