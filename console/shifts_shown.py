"""Shifts as the console shows them: proposed, rostered, taken over from a file."""

from collections.abc import Iterable
from datetime import date, datetime

from acd.roster import Shift
from acd.shifts import Proposal
from console.staffing_shown import Shown


class ShiftAgents(Shown):
    shift: str
    agents: int
    hours: float


class ProposalShown(Shown):
    """`way`: optimal or feasible (a solver's), or plain. `surplus` 0.1: a tenth beyond the need."""

    day: date
    way: str
    shifts: list[ShiftAgents]
    heads: int
    worked_hours: float
    needed_hours: float
    surplus: float


class ShiftRow(Shown):
    day: date
    agent: str
    name: str
    start: datetime
    end: datetime
    break_start: datetime | None
    break_end: datetime | None
    leader: bool


class ShiftRosterShown(Shown):
    day: date
    shifts: list[ShiftRow]


class RosterTakenShown(Shown):
    """What a file changed: `replaced` shifts of its days are gone."""

    shifts: int
    replaced: int
    days: list[date]


def proposal_shown(day: date, found: Proposal) -> ProposalShown:
    in_order = sorted(found.agents.items(), key=lambda each: (each[0].start, each[0].name))
    return ProposalShown(
        day=day,
        way=found.way,
        shifts=[ShiftAgents(shift=k.label, agents=n, hours=k.worked / 2) for k, n in in_order],
        heads=found.heads,
        worked_hours=found.worked_hours,
        needed_hours=found.needed_hours,
        surplus=round(found.surplus, 4),
    )


def shift_rows(shifts: Iterable[Shift]) -> list[ShiftRow]:
    return [ShiftRow.model_validate(shift) for shift in shifts]
