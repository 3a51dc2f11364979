"""The calls that people make back, in memory. Fits `console/duty_port.py` and ShowsCallbacks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from acd.errors import WrongState
from callbacks.attempts import Attempt
from callbacks.duty import AttemptId, Duty, Outcome
from callbacks.duty_lists import MissedDay
from callbacks.place_store import CallBehind
from callbacks.store import UnknownDuty
from console.callbacks_shown import CallbackRow
from console.duty_port import DutyLife
from kernel.clock import Clock
from kernel.ids import AgentNo, CallId, DutyId, NumberKey
from tests.fakes.duties import missed_duty

KEY = NumberKey("key-5678")


class FakeDutyDesk:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.duties: dict[DutyId, Duty] = {}
        self.rows: list[CallbackRow] = []
        self.made: list[tuple[DutyId, AgentNo]] = []
        self.said: list[tuple[DutyId, AgentNo, Outcome]] = []

    def owe(self, name: str = "m") -> DutyId:
        now = self._clock.now()
        duty = replace(missed_duty(name, now, KEY), calls=(CallId("cc1-1.1"),))
        self.duties[duty.id] = duty
        return duty.id

    def stands(self, duty_id: DutyId, call: CallId, place: str = "spare") -> None:
        duty = self.duties[duty_id]
        row = CallbackRow(
            duty=duty.id, kind=duty.kind.value, call=call, caller=duty.caller, queue="general",
            asked_at=duty.opened_at, last_missed_at=duty.opened_at, due_at=duty.due_at,
            urgent=False, place=place, seat=None, agent=None, calls=duty.calls,
        )  # fmt: skip
        self.rows.append(row)

    async def life(self, duty: DutyId) -> DutyLife:
        found = self._known(duty)
        at = found.opened_at
        behind = CallBehind(
            call=found.calls[0], missed_at=at, why="abandoned", asked_at=at, queue="general"
        )
        tried = Attempt(
            id=AttemptId("out-7-000001"), number_key=KEY, duties=(duty,), dialled_at=at, worker="w",
            token=1, outcome=Outcome.BUSY, settled_at=at,
        )  # fmt: skip
        return DutyLife(duty=found, calls=[behind], attempts=[tried])

    async def report(self, first: date, last: date) -> Sequence[MissedDay]:
        return [
            MissedDay(
                day=first, duties=10, calls=12, self_resolved=1, uncallable=1, called_back=6,
                in_time=4, reached=3, exhausted=1, median_delay=120.0,
            )
        ]  # fmt: skip

    async def call_back(self, duty: DutyId, agent: AgentNo) -> CallId:
        self._known(duty)
        if self.made:
            raise WrongState("It is being called back.", remedy="Load the list again.")
        self.made.append((duty, agent))
        return CallId("out-7-000009")

    def say(self, duty: DutyId, agent: AgentNo, outcome: Outcome) -> None:
        if (duty, agent) not in self.made:
            raise WrongState("Not yours.", remedy="Look at the list.")
        self.said.append((duty, agent, outcome))

    def shown(self) -> Sequence[CallbackRow]:
        return self.rows

    def behind(self, call: CallId) -> tuple[CallbackRow, NumberKey | None] | None:
        return next(((row, KEY) for row in self.rows if row.call == call), None)

    def _known(self, duty: DutyId) -> Duty:
        if duty not in self.duties:
            raise UnknownDuty(f"There is no duty {duty}.", remedy="Take the id from the list.")
        return self.duties[duty]
