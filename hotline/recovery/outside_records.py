"""Calls that lived wholly or partly without us, from Asterisk's own records.

Read on from the last mark after each log-in, before anybody is settled, and once a minute. A call
whose end we do not know gets its one fate: `fallback_answered`, or `fallback_lost` and with it a
duty; a ring of ours that was answered unheard was a conversation.

Rule: each step may be done twice. What is known to have ended is told no second time, the floor
settles a call once (I1), and the mark moves only when all before it stands in the journal.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog

from acd.desk import AcdDesk
from acd.happenings import LegAnswered, LegEnded
from acd.seat import Activity
from hotline.recovery.outside_records_files import TalkRecord
from hotline.recovery.outside_records_reading import (
    MARKS,
    OutsideCall,
    Reading,
    kept_marks,
    read_outside,
)
from hotline.recovery.restart import LooseEnds, Stages
from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.ids import CallId, LegId
from kernel.legs import LegEnd as Why
from storage.journal_file import write_whole
from telephony.facts import CallArrived, CallHungUp, HungUpBy, PictureMended, RecordingStarted
from telephony.party import caller_number
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(minutes=1)
NEWS_MAY_TAKE: Final = timedelta(seconds=30)  # a younger end may still come to us as an event
AT_ONCE: Final = 50  # calls told before others have their turn


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
            for talk in reading.talks:
                self._answered_unheard(talk)
                if talk.cut and talk.call in self.loose_ends.living:
                    self._recorded_unheard(talk.call, talk.answered_at)
            talked = {talk.call for talk in reading.talks}
            for call in reading.calls:
                self._introduce(call)
                if self._met_its_fate_without_us(call):
                    await self.desk.order(call.life)
                heard = call.call in talked or call.life.answered
                if heard and call.call in self.loose_ends.living:
                    self._recorded_unheard(call.call, call.start)
        except (OSError, HotlineError) as trouble:
            log.warning("asterisk's records could not be read", why=str(trouble))
            return
        self._untold = reading
        self._wake.set()

    def _answered_unheard(self, talk: TalkRecord) -> None:
        """A ring, as far as the floor knows; but its leg came together with the caller, and went.

        Else the hang-up of the leg would say that nobody had answered. A leg that had gone
        before the ring began has its name from a life whose database is gone: epochs begin anew.
        """
        ringing = [s for s in self.desk.snapshot().seats if s.activity is Activity.RINGING]
        if any(seat.leg == talk.leg and seat.activity_since < talk.end for seat in ringing):
            log.warning("a conversation took place unheard", leg=talk.leg, call_id=talk.call)
            talked = talk.end - talk.answered_at
            self.desk.tell(LegAnswered(talk.leg, talk.answered_at))
            self.desk.tell(LegEnded(talk.leg, Why.HUNG_UP, talked))
            if talk.cut:
                self._mended(talk.call, talk.leg, "cut_off_unheard")

    def _introduce(self, call: OutsideCall) -> None:
        """Died with Asterisk before its dialplan could tell us who it was."""
        party = self.switchboard.mirror.parties.get(call.call)
        if party is not None and not party.announced and not party.sip_call_id:
            party.sip_call_id, party.dialled = call.sip_call_id, call.dialled or party.dialled

    def _met_its_fate_without_us(self, call: OutsideCall) -> bool:
        """Known, its end is not; in the plain queue, or told by `_tell` but for its fate."""
        if call.call not in self.loose_ends.living:
            return False
        ours = call.call in self.stages.of or call.call in self.switchboard.mirror.calls
        return call.queue is not None or (call.answered and not ours)

    def _recorded_unheard(self, call: CallId, since: datetime) -> None:
        """Who was heard by somebody while nobody listened has a recording that was never told."""
        if call not in self.loose_ends.recordings and self._has_files(call):
            self._tell_recording(call, since)
            self.switchboard.seal_left([call])

    def _mended(self, call: CallId, leg: LegId | None, how: str) -> None:
        mended = PictureMended(at=self.clock.now(), call=call, leg=leg, how=how)
        self.switchboard.ears.write([mended])

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
            content = MARKS.dump_json(reading.marks)
            await self.beside(write_whole, self.file, content)

    async def _tell(self, call: OutsideCall) -> None:
        """Arrival, fate, hang-up; killed in between, all of it comes again and adds what lacks."""
        ears = self.switchboard.ears
        ears.write([self._arrival(call)])
        self._mended(call.call, None, "lived_without_us")
        if call.answered or call.queue is not None:
            await self.desk.order(call.life)
        recorded = call.life.answered and self._has_files(call.call)
        if recorded:
            self._tell_recording(call.call, call.start)
        ears.write([CallHungUp(at=call.end, call=call.call, by=HungUpBy.NETWORK, cause=0)])
        if recorded:
            self.switchboard.seal_left([call.call])

    def _tell_recording(self, call: CallId, since: datetime) -> None:
        started = RecordingStarted(at=since, call=call, path=f"{call}.wav")
        self.switchboard.ears.write([started])

    def _has_files(self, call: CallId) -> bool:
        return any(self.switchboard.settings.recording.directory.glob(f"{call}*.wav"))

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

    def _read(self, before: datetime | None) -> Reading:
        """In a thread beside the loop. Raises OSError."""
        kept = kept_marks(self.file)
        reading, now = read_outside(self.log, kept, before, self.loose_ends.knows), self.clock.now()
        calls = [replace(call, end=min(call.end, now)) for call in reading.calls]
        talks = [replace(talk, end=min(talk.end, now)) for talk in reading.talks]
        ours = [call for call in calls if kept is not None or call.end >= self.since]
        return Reading(ours, talks, reading.marks)
