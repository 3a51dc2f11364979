"""How long the one who waits longest waits now: asked at every look of the survey robot.

An onlooker of the journal, because a view of a floor of thirty thousand seats costs too much.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from acd.facts import FATES, CallQueued, CallSentOver
from acd.view import FloorView
from kernel.fact import Fact
from kernel.ids import CallId
from telephony.facts import CallFellBack, CallHungUp

_OVER: Final = (*FATES, CallSentOver, CallHungUp, CallFellBack)


class LongestWait:
    """`see` fits the fact feed; `floor`: who waits already."""

    def __init__(self, floor: FloorView) -> None:
        self._since: dict[CallId, datetime] = {one.call: one.asked_at for one in floor.waiting}

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, CallQueued):
                self._since[fact.call] = fact.asked_at
            elif isinstance(fact, _OVER):
                call: CallId = fact.call  # type: ignore[attr-defined]  # each of them has it
                self._since.pop(call, None)

    def at(self, now: datetime) -> timedelta:
        first = min(self._since.values(), default=now)
        return max(now - first, timedelta())
