"""Facts of the days on which too many call: break wishes, surge plans, overflow, incidents.

`by` is a login, or "system". No personal data.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from acd.call_facts import Limit
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, PauseReason, QueueName, SeatId

SYSTEM: Final = "system"
PlanName = NewType("PlanName", str)
IncidentId = NewType("IncidentId", str)


class IncidentKind(StrEnum):
    """大面积停水停电、突发自然灾害 (EMG-05)."""

    WATER = "water"  # 停水
    POWER = "power"  # 停电
    GAS = "gas"  # 停气
    HEAT = "heat"  # 停暖
    STORM = "storm"  # 暴风雨雪等灾害
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakWished(Fact, kind="break-wished"):
    """A break that would break a minimum of `queue` waits for its turn. `expected_at`: when it can
    be granted by what is known now; None: nobody knows."""

    agent: AgentNo
    seat: SeatId
    reason: PauseReason
    queue: QueueName
    expected_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakWishDropped(Fact, kind="break-wish-dropped"):
    agent: AgentNo
    seat: SeatId


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a surge plan changes while it stands. `queues` (): in every queue. Seconds."""

    queues: tuple[QueueName, ...] = ()
    wrap_up_limit_s: float | None = None
    callback_after_s: float | None = None
    overflow_after_s: float | None = None
    overflow_to: tuple[str, ...] = ()
    announcement: str = ""  # a phrase that whoever waits hears first
    stop_surveys: bool = False
    recall: tuple[PauseReason, ...] = ()  # seats on such a break are made available


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeActivated(Fact, kind="surge-activated"):
    """`why`: the trigger and its figure, or a supervisor's sentence. `drill`: an exercise."""

    plan: PlanName
    by: str
    why: str
    measures: Measures
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeReturned(Fact, kind="surge-returned"):
    plan: PlanName
    by: str
    why: str
    stood: timedelta
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSentOver(Fact, kind="call-sent-over"):
    """Deed: ring the target for him. No fate yet: if nobody answers there, he comes back with his
    age; the fate "overflowed" is met when somebody does (SRG-02)."""

    call: CallId
    queue: QueueName
    to: str
    why: Limit
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OverflowEnded(Fact, kind="overflow-ended"):
    """He is no longer at the target: its place is free again."""

    call: CallId
    to: str
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Fact, kind="incident-opened"):
    """`areas`: area codes or levels whose callers hear `announcement`; (): everybody. Who presses
    `key` is tagged and stands in `queue`."""

    incident: IncidentId
    about: IncidentKind
    title: str
    areas: tuple[str, ...]
    announcement: str
    key: str
    queue: QueueName
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Fact, kind="incident-closed"):
    incident: IncidentId
    by: str
    why: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCall(Fact, kind="incident-call"):
    """The call is about the incident: he pressed the key, or somebody (`by`) said so."""

    call: CallId
    incident: IncidentId
    by: str


SURGE_KINDS: Final[tuple[type[Fact], ...]] = (
    BreakWished,
    BreakWishDropped,
    SurgeActivated,
    SurgeReturned,
    CallSentOver,
    OverflowEnded,
    IncidentOpened,
    IncidentClosed,
    IncidentCall,
)
