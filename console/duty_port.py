"""What the console asks about the calls we owe; `hotline/owed/duty_desk.py` fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from callbacks.attempts import Attempt
from callbacks.duty import Duty, Outcome
from callbacks.duty_lists import MissedDay
from callbacks.place_store import CallBehind
from kernel.ids import AgentNo, CallId, DutyId


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLife:
    """A duty with the calls behind it and the attempts at it, oldest first."""

    duty: Duty
    calls: Sequence[CallBehind]
    attempts: Sequence[Attempt]


class RunsDuties(Protocol):
    async def life(self, duty: DutyId) -> DutyLife:
        """Raises UnknownDuty, Unavailable."""
        ...

    async def report(self, first: date, last: date) -> Sequence[MissedDay]:
        """D-10 by local day, both included. Raises Unavailable."""
        ...

    async def call_back(self, duty: DutyId, agent: AgentNo) -> CallId:
        """The agent's own phone rings. Raises UnknownDuty, WrongState, UnknownWorkNumber."""
        ...

    def say(self, duty: DutyId, agent: AgentNo, outcome: Outcome) -> None:
        """What the agent found at the other end. Raises WrongState."""
        ...
