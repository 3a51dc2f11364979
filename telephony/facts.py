"""What telephony writes into the journal. No personal data: numbers masked, keys hashed."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, NumberKey
from telephony.emergency_facts import FACTS as HAND_OFFS
from telephony.steps_asked import StepAsked, ThirdPartyEnded
from telephony.supervision_facts import FACTS as SUPERVISION


class HungUpBy(StrEnum):
    CITIZEN = "citizen"
    SEAT = "seat"
    US = "us"  # our own action or the dialplan's
    NETWORK = "network"


class Transfer(StrEnum):
    BLIND = "blind"
    ATTENDED = "attended"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(Fact, kind="call-arrived"):
    """A citizen's call; `sip_call_id` is empty if he left before we answered."""

    call: CallId
    sip_call_id: str
    dialled: str
    caller: str  # masked
    caller_key: NumberKey | None  # None: withheld
    trunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEntered(Fact, kind="stage-entered"):
    """The story of a call reached a stage; `detail` is all that a restart needs to enter there."""

    call: CallId
    stage: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn(Fact, kind="way-in"):
    """By which line a citizen came, and to whom he went (MRG-01 ... 04, SPC-01 ... 03, EMG-02).

    `why`: menu, line, list:NAME, area:CODE or language:NAME. `queue` is empty when he was passed
    on to the line's own seats, `language` when no menu asked him.
    """

    call: CallId
    caller_key: NumberKey | None
    line: str
    why: str
    queue: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(Fact, kind="call-held"):
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(Fact, kind="call-resumed"):
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultStarted(Fact, kind="consult-started"):
    call: CallId
    leg: LegId
    target: str  # masked


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultEnded(Fact, kind="consult-ended"):
    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(Fact, kind="call-transferred"):
    """The far end has answered and is joined with the citizen (I8)."""

    call: CallId
    how: Transfer
    to: str  # masked; empty where the phone did it itself and Asterisk does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFailed(Fact, kind="transfer-failed"):
    """The citizen is back with us; `why` is Asterisk's DIALSTATUS/HANGUPCAUSE where known."""

    call: CallId
    how: Transfer
    why: str
    to: str | None = None  # masked; None in lines written before it was told (MRG-08)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceJoined(Fact, kind="conference-joined"):
    call: CallId
    leg: LegId | None  # None: the citizen himself


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceLeft(Fact, kind="conference-left"):
    call: CallId
    leg: LegId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFellBack(Fact, kind="call-fell-back"):
    """The dialplan put the caller into the plain fallback queue."""

    call: CallId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackTalk(Fact, kind="fallback-talk"):
    """A member of the plain fallback queue and the caller hear each other."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReturned(Fact, kind="call-returned"):
    """Back from the fallback queue into our hands."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHungUp(Fact, kind="call-hung-up"):
    call: CallId
    by: HungUpBy
    cause: int  # Q.850; 0 for a caller who left while waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(Fact, kind="recording-started"):
    call: CallId
    path: str  # below the recordings directory


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingKept(Fact, kind="recording-kept"):
    call: CallId
    path: str
    seconds: float
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLost(Fact, kind="recording-lost"):
    call: CallId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRated(Fact, kind="service-rated"):
    """The citizen's word on the answering service right after the call (SAT-01, B4)."""

    call: CallId
    agent: AgentNo | None
    level: int | None  # 5 very satisfied ... 1 very dissatisfied; None: no answer
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiLinkUp(Fact, kind="ami-link-up"):
    gap: timedelta | None  # how long we heard nothing; None: the first time


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiLinkDown(Fact, kind="ami-link-down"):
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneReachable(Fact, kind="phone-reachable"):
    extension: Extension
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMended(Fact, kind="picture-mended"):
    """Asterisk knew otherwise than we, and was right; `how` names the mend.

    Of the picture: enter, take_back, know_leg, keep_ring, end_leg, forget; leg_lost;
    lived_without_us; cut_off_unheard (a conversation that began, and died with Asterisk).
    """

    call: CallId | None
    leg: LegId | None
    how: str


FACTS: tuple[type[Fact], ...] = (
    CallArrived,
    StageEntered,
    WayIn,
    CallHeld,
    CallResumed,
    ConsultStarted,
    ConsultEnded,
    CallTransferred,
    TransferFailed,
    ConferenceJoined,
    ConferenceLeft,
    CallFellBack,
    FallbackTalk,
    CallReturned,
    CallHungUp,
    RecordingStarted,
    RecordingKept,
    RecordingLost,
    ServiceRated,
    AmiLinkUp,
    AmiLinkDown,
    PhoneReachable,
    PictureMended,
    StepAsked,
    ThirdPartyEnded,
    *HAND_OFFS,
    *SUPERVISION,
)
