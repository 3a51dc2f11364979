"""What the journal holds of hand-offs to emergency lines (EMG-03, EMG-04). No personal data.

Rule: each names its hand-off and its call, so that the record is whole without any ticket.
"""

from dataclasses import dataclass
from datetime import timedelta

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffAsked(Fact, kind="hand-off-asked"):
    """The key was pressed. `by` is the login; `out_of_line`: he waited, no agent was with him."""

    call: CallId
    hand_off: str
    code: str
    agent: AgentNo | None
    by: str
    out_of_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffRung(Fact, kind="hand-off-rung"):
    """The far end rings, for the first time; `after` the key was pressed (EMG-01: at most 5 s)."""

    call: CallId
    hand_off: str
    trunk: str
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffTried(Fact, kind="hand-off-tried"):
    """In vain by this trunk: the next one is tried. `why` is Asterisk's: BUSY/17."""

    call: CallId
    hand_off: str
    trunk: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffAnswered(Fact, kind="hand-off-answered"):
    call: CallId
    hand_off: str
    trunk: str
    with_agent: bool  # three talk; else citizen and emergency line


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffNotOurs(Fact, kind="hand-off-not-ours"):
    """The far end refuses the matter 不属对方. `owner`: us, them, none; `keeper` takes it on."""

    call: CallId
    hand_off: str
    agent: AgentNo
    owner: str
    keeper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffNoted(Fact, kind="hand-off-noted"):
    """What the agent was told: the receiver's own 工号, their incident's number."""

    call: CallId
    hand_off: str
    agent: AgentNo
    receiver_no: str
    incident_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffAgentLeft(Fact, kind="hand-off-agent-left"):
    """`joined`: citizen and emergency line talk on; else it still rings for him alone."""

    call: CallId
    hand_off: str
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffFailed(Fact, kind="hand-off-failed"):
    """By no trunk was it reached; `with_agent`: who has him, else he goes into the line first."""

    call: CallId
    hand_off: str
    why: str
    with_agent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffEnded(Fact, kind="hand-off-ended"):
    """It was answered, or the citizen left. `by`: far_end, citizen."""

    call: CallId
    hand_off: str
    by: str
    talked: timedelta
    with_agent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffTold(Fact, kind="hand-off-told"):
    """What the receiving system said to our message: ack, reject, or silent (given up)."""

    call: CallId
    hand_off: str
    answer: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTold(Fact, kind="incident-told"):
    """A call *from* 110 came with their incident's number (EMG-02), or the agent typed it in."""

    call: CallId
    incident_no: str
    by: str  # "sip", or the login


FACTS: tuple[type[Fact], ...] = (
    HandOffAsked,
    HandOffRung,
    HandOffTried,
    HandOffAnswered,
    HandOffNotOurs,
    HandOffNoted,
    HandOffAgentLeft,
    HandOffFailed,
    HandOffEnded,
    HandOffTold,
    IncidentTold,
)
