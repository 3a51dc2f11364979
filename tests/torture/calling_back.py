"""The part of a day in which citizens are rung back, by whichever way, and answer or do not."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from acd.happenings import CallbackWanted
from kernel.ids import CallId, DutyId, QueueName, Skill
from tests.torture.exchange import Where

if TYPE_CHECKING:
    from tests.torture.citizens import Citizens

OWED: Final = 0.2  # of a call that rings in: so often somebody else is owed one
DUTIES: Final = 12  # so few that the same citizen is owed a call twice


class CallingBack:
    def __init__(self, day: "Citizens") -> None:
        self._day = day
        self._n = 0

    def owe(self) -> None:
        day, dice = self._day, self._day.dice
        self._n += 1
        call, way = CallId(f"out-1-{self._n}"), dice.random()
        near_due = timedelta(seconds=dice.uniform(5, 120)) if way < 0.5 else None
        now = day.world.clock.now()
        wanted = CallbackWanted(
            call=call,
            duty=DutyId(f"d{dice.randint(1, DUTIES)}"),
            queue=QueueName("general"),
            needs={Skill("general"): 1} if dice.random() < 0.3 else {},
            priority=int(dice.random() < 0.2),
            asked_at=now - timedelta(seconds=day.soon(300)),
            spare_until=None if near_due is None else now + near_due,
            citizen_first=dice.random() < 0.4,
        )
        if dice.random() < 0.2:
            day.do("owe_by_hand", day.agent(), wanted)
        else:
            day.do("owe", wanted)
        if dice.random() < 0.3:
            day.at(day.soon(60), day.do, "not_owed", call)

    def answered(self, call: CallId) -> None:
        """A seat is there, perhaps for somebody whom we ring only now."""
        day = self._day
        if day.world.exchange.calls.get(call) is Where.AHEAD:
            reached = day.dice.random() < 0.7
            move = "citizen_joins" if reached else "not_owed"
            day.at(day.dice.uniform(2, 15), day.do, move, call)
            day.at(15 + day.soon(60), day.do, "citizen_hangs_up", call)  # if he was reached

    def dial(self, turns: list[CallId]) -> None:
        """Whose turn it is, citizen first."""
        day = self._day
        for call in turns:
            luck, after = day.dice.random(), day.dice.uniform(2, 15)
            if luck < 0.5:
                day.at(after, self._citizen_answers, call)
            elif luck < 0.7:
                day.at(after, day.do, "citizen_answers_and_leaves", call)
                day.at(after + 0.5, day.do, "story_asks_too_late", call)
            day.at(30, day.do, "not_owed", call)
        turns.clear()

    def _citizen_answers(self, call: CallId) -> None:
        self._day.do("citizen_answers", call)
        self._day.loses_patience_later(call)  # as all who wait
