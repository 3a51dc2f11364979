"""What the journal holds of calls about a case, and of enquiries about its progress.

No personal data: numbers masked or as keys, and of an enquiry only the ticket that was found.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, CaseId, LegId, NumberKey, TicketNo


class RelayStep(StrEnum):
    """Where such a call stands; the table is `cases/relay.py`."""

    ASKED = "asked"
    HANDLER = "handler"  # the phone of who asked for it rings
    CITIZEN = "citizen"  # he waits, the citizen's phone rings
    JOINING = "joining"  # the citizen hears who calls
    TALKING = "talking"
    OVER = "over"


class RelayOutcome(StrEnum):
    TALKED = "talked"
    HANDLER_NO_ANSWER = "handler_no_answer"
    HANDLER_BUSY = "handler_busy"
    HANDLER_REJECTED = "handler_rejected"
    HANDLER_UNREACHABLE = "handler_unreachable"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    POWERED_OFF = "powered_off"
    EMPTY_NUMBER = "empty_number"
    NETWORK_FAILURE = "network_failure"
    NOT_DIALLED = "not_dialled"
    BROKEN_OFF = "broken_off"  # by who had asked for it, before both talked
    CITIZEN_LEFT = "citizen_left"  # after his answer, before both talked
    NOT_JOINED = "not_joined"
    LOST = "lost"  # our process died before both talked


class ProgressAnswer(StrEnum):
    TOLD = "told"
    UNKNOWN = "unknown"  # no such ticket
    NOT_OWNER = "not-owner"  # another number, and no code was given
    WRONG_CODE = "wrong-code"
    GUARDED = "guarded"  # confidential, or too many wrong codes: a person tells
    PERSON = "person"  # he asked for one, or was silent
    AWAY = "away"  # the database did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayBegun(Fact, kind="relay-begun"):
    """Somebody asks to speak with a citizen: outbound, never a request to us (D-01).

    `work_no` is the 工号 of who asks (MRG-06); `leg` his phone's, where the floor does not name it.
    """

    call: CallId
    case: CaseId | None
    ticket_no: TicketNo | None
    login: str
    work_no: str
    agent: AgentNo | None
    unit: str
    leg: LegId | None
    caller: str  # masked
    caller_key: NumberKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayStepped(Fact, kind="relay-stepped"):
    call: CallId
    step: RelayStep


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayEnded(Fact, kind="relay-ended"):
    """`talked`: from the join to the first who left; zero where nobody talked."""

    call: CallId
    outcome: RelayOutcome
    talked: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressAsked(Fact, kind="progress-asked"):
    """One enquiry about a ticket (CH-05). `way`: number, code, or "" when it came to neither."""

    call: CallId | None
    agent: AgentNo | None
    ticket_no: TicketNo | None
    way: str
    answer: ProgressAnswer


FACTS: Final[tuple[type[Fact], ...]] = (RelayBegun, RelayStepped, RelayEnded, ProgressAsked)
