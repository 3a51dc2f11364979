"""Facts about a seat that is lent to a colleague's call: consulted, or third in a conference.

That he takes the citizen over is told by SeatAnswered(again=True) with the same leg.
"""

from dataclasses import dataclass

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, SeatId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLent(Fact, kind="seat-lent"):
    """`agent` is asked by the colleague `by` about `call`: the line does not ring his phone.

    `expert_of`: the unit for which he is an expert, and the `place` of his seat (SPC-04).
    """

    leg: LegId
    seat: SeatId
    agent: AgentNo
    phone: Extension
    call: CallId
    by: AgentNo
    expert_of: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanEnded(Fact, kind="loan-ended"):
    """He is free again, without having had the citizen for himself."""

    leg: LegId
    seat: SeatId
    agent: AgentNo
    call: CallId


LENDING_KINDS: tuple[type[Fact], ...] = (SeatLent, LoanEnded)
