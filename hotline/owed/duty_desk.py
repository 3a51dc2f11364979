"""What the console shows and orders of the calls that people make back: rows, line, D-10."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from acd.seat import Activity
from acd.view import CallbackView
from callbacks.duty import Outcome
from callbacks.duty_lists import MissedDay, PgDutyLists
from callbacks.place_store import PgCallbackPlaces
from callbacks.store import PgDutyStore
from console.callbacks_shown import CallbackRow
from console.duty_port import DutyLife
from hotline.owed.callback_house import Owed
from hotline.owed.callback_line import CallbackLine
from kernel.ids import AgentNo, CallId, DutyId, NumberKey
from storage.pool import Pool


class DutyDesk:
    """Fits `console.duty_port.RunsDuties`. `zone`: whose days are meant."""

    def __init__(self, pool: Pool, lists: PgDutyLists, line: CallbackLine, zone: str) -> None:
        self._duties = PgDutyStore(pool)
        self._places = PgCallbackPlaces(pool)
        self._lists = lists
        self._line = line
        self._zone = ZoneInfo(zone)

    async def life(self, duty: DutyId) -> DutyLife:
        return DutyLife(
            duty=await self._duties.duty(duty),
            calls=await self._places.story(duty),
            attempts=await self._lists.attempts(duty),
        )

    async def report(self, first: date, last: date) -> Sequence[MissedDay]:
        start, end = self._midnight(first), self._midnight(last + timedelta(days=1))
        return await self._lists.missed(start, end)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self._zone)

    async def call_back(self, duty: DutyId, agent: AgentNo) -> CallId:
        return await self._line.call_back(await self._duties.duty(duty), agent)

    def say(self, duty: DutyId, agent: AgentNo, outcome: Outcome) -> None:
        self._line.say(duty, agent, outcome)

    def shown(self) -> Sequence[CallbackRow]:
        """Callbacks in line and being made, the oldest first; for the live floor."""
        known = {owed.call: owed for owed in self._line.standing()}
        if not known:
            return []
        view = self._line.desk.snapshot()
        there = {seat.call for seat in view.seats if seat.activity is Activity.TALKING}
        return [
            _row(row, known[row.call], self._place(row, row.call in there))
            for row in view.callbacks
            if row.call in known
        ]

    def _place(self, row: CallbackView, agent_is_there: bool) -> str:
        if self._line.talks(row.call):
            return "talking"
        if row.dialling or agent_is_there:
            return "dialling"
        if row.seat is not None:
            return "ringing"
        return "by_age" if row.by_age else "spare"

    def behind(self, call: CallId) -> tuple[CallbackRow, NumberKey | None] | None:
        found = next((row for row in self.shown() if row.call == call), None)
        owed = self._line.find(call)
        return (found, owed.duty.caller_key) if found is not None and owed is not None else None


def _row(row: CallbackView, owed: Owed, place: str) -> CallbackRow:
    duty = owed.duty
    return CallbackRow(
        duty=duty.id,
        kind=duty.kind.value,
        call=row.call,
        caller=duty.caller,
        queue=row.queue,
        asked_at=row.asked_at,
        last_missed_at=duty.last_missed_at,
        due_at=duty.due_at,
        urgent=duty.urgent,
        place=place,
        seat=row.seat,
        agent=row.agent,
        calls=tuple(duty.calls),
    )
