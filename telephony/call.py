"""What a citizen's call is doing on the telephone: a table of steps. Pure.

Asterisk is the truth: a phase changes only by what Asterisk says. A cue that does not fit is the
world's right (AMI owes us no order): it is counted, changes nothing, and asks for a look at
Asterisk. A command of ours that does not fit is our fault: `permit` raises WrongPhase.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from kernel.ids import CallId
from telephony.ami_events import (
    AmiEvent,
    AsyncAgiStart,
    BridgeEnter,
    BridgeLeave,
    ConfbridgeJoin,
    ConfbridgeLeave,
    Hangup,
    UserEvent,
)
from telephony.errors import WrongPhase


class Phase(StrEnum):
    ARRIVED = "arrived"  # in the dialplan, not ours yet  呼入
    IN_HAND = "in_hand"  # AGI has it: menu, waiting  受控
    TALKING = "talking"  # 通话
    HELD = "held"  # 保持
    AWAY = "away"  # on the way to, or talking with, somebody outside  转出
    CONFERENCE = "conference"  # 三方
    BETWEEN = "between"  # left one place, not yet in the next; milliseconds
    AFTER_CALL = "after_call"  # 话后评价
    FALLBACK = "fallback"  # the plain queue of the dialplan  应急排队
    GONE = "gone"


class Cue(StrEnum):
    AGI = "agi"  # AsyncAGIStart in [hotline] or [room]
    AGI_AFTER_CALL = "agi_after_call"
    JOINED = "joined"  # the second party of its bridge is there
    PARTED = "parted"  # it left its bridge
    PUT_ON_HOLD = "put_on_hold"  # [held]
    SENT_AWAY = "sent_away"  # [emergency] and [transfer]
    CONFERENCE_JOINED = "conference_joined"
    CONFERENCE_LEFT = "conference_left"
    FELL_BACK = "fell_back"
    HUNG_UP = "hung_up"


_P, _C = Phase, Cue
_LIVE: Final = tuple(phase for phase in Phase if phase is not Phase.GONE)

# Every legal step. A pair that is missing here is counted, and Asterisk is asked what is so.
STEPS: Final[dict[tuple[Phase, Cue], Phase]] = {
    # wherever it is, AGI may take it: Redirect, the dead man's switch, a bridge's end
    **{(phase, _C.AGI): _P.IN_HAND for phase in _LIVE},
    **{(phase, _C.AGI_AFTER_CALL): _P.AFTER_CALL for phase in _LIVE},
    **{(phase, _C.HUNG_UP): _P.GONE for phase in _LIVE},
    **{(phase, _C.FELL_BACK): _P.FALLBACK for phase in _LIVE},
    **{(phase, _C.SENT_AWAY): _P.AWAY for phase in _LIVE},
    # an echo of an older bridge changes nothing
    **{(phase, _C.PARTED): phase for phase in _LIVE},
    (_P.TALKING, _C.PARTED): _P.BETWEEN,
    (_P.ARRIVED, _C.JOINED): _P.TALKING,  # adopted: he talked before we came
    (_P.ARRIVED, _C.PUT_ON_HOLD): _P.HELD,
    (_P.ARRIVED, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.IN_HAND, _C.JOINED): _P.TALKING,
    (_P.HELD, _C.JOINED): _P.TALKING,
    (_P.BETWEEN, _C.JOINED): _P.TALKING,
    (_P.TALKING, _C.JOINED): _P.TALKING,  # a party was swapped (REFER with Replaces)
    (_P.AFTER_CALL, _C.JOINED): _P.TALKING,
    (_P.CONFERENCE, _C.JOINED): _P.TALKING,
    (_P.AWAY, _C.JOINED): _P.AWAY,
    (_P.FALLBACK, _C.JOINED): _P.FALLBACK,  # a member of the plain queue answered
    (_P.TALKING, _C.PUT_ON_HOLD): _P.HELD,
    (_P.BETWEEN, _C.PUT_ON_HOLD): _P.HELD,
    (_P.HELD, _C.PUT_ON_HOLD): _P.HELD,
    (_P.TALKING, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.BETWEEN, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.HELD, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    # an emergency hand-off takes him from anywhere (EMG-01)
    (_P.IN_HAND, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.AFTER_CALL, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.AWAY, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.FALLBACK, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.CONFERENCE, _C.CONFERENCE_JOINED): _P.CONFERENCE,
    (_P.CONFERENCE, _C.CONFERENCE_LEFT): _P.BETWEEN,
    **{
        (phase, _C.CONFERENCE_LEFT): phase  # the same echo, of a conference
        for phase in (_P.BETWEEN, _P.IN_HAND, _P.AFTER_CALL, _P.TALKING, _P.HELD, _P.AWAY)
    },
}


class Command(StrEnum):
    """What we ask of Asterisk for a call."""

    RING_SEAT = "ring_seat"
    HOLD = "hold"
    RESUME = "resume"
    SEND_AWAY = "send_away"
    BACK_TO_LINE = "back_to_line"
    CONFER = "confer"
    COMPLETE_TRANSFER = "complete_transfer"
    HAND_OFF = "hand_off"
    CONSULT = "consult"
    CANCEL_CONSULT = "cancel_consult"
    PART_WITH = "part_with"  # a third party is sent away, the others go on


PERMITTED: Final[dict[Command, frozenset[Phase]]] = {
    Command.RING_SEAT: frozenset({_P.IN_HAND}),
    Command.HOLD: frozenset({_P.TALKING, _P.CONFERENCE}),  # there, if the two are alone
    Command.RESUME: frozenset({_P.HELD}),
    Command.SEND_AWAY: frozenset({_P.TALKING, _P.HELD, _P.CONFERENCE, _P.IN_HAND, _P.AFTER_CALL}),
    Command.BACK_TO_LINE: frozenset({_P.TALKING, _P.HELD, _P.CONFERENCE}),
    Command.CONFER: frozenset({_P.TALKING, _P.HELD, _P.CONFERENCE}),
    Command.COMPLETE_TRANSFER: frozenset({_P.HELD}),
    Command.HAND_OFF: frozenset(_LIVE) - {_P.ARRIVED},  # in any state (EMG-01, I14)
    Command.CONSULT: frozenset({_P.TALKING, _P.HELD, _P.CONFERENCE}),
    Command.CANCEL_CONSULT: frozenset({_P.HELD}),
    Command.PART_WITH: frozenset({_P.HELD, _P.CONFERENCE, _P.TALKING}),
}

_AGI_CUES: Final = {
    "hotline": _C.AGI,
    "room": _C.AGI,
    "called": _C.AGI,
    "aftercall": _C.AGI_AFTER_CALL,
}
_PLAN_CUES: Final = {
    "CCHeld": _C.PUT_ON_HOLD,
    "CCAway": _C.SENT_AWAY,
    "CCFallback": _C.FELL_BACK,
}


@dataclass(frozen=True, slots=True)
class Call:
    id: CallId
    ami_name: str  # by which Asterisk knows it: PJSIP/trunk-in-00000003
    phase: Phase = Phase.ARRIVED
    where: str = ""  # "hotline" | "called" | "room" | "aftercall" while AGI has it
    bridge: str = ""
    surprises: int = 0


def cue_of(call: Call, event: AmiEvent) -> Cue | None:
    """What the event means for this call; None: nothing."""
    match event:
        case BridgeEnter(conference=False) if event.parties >= 2:
            mine = event.uniqueid == call.id or (bool(call.bridge) and event.bridge == call.bridge)
            return Cue.JOINED if mine else None
    if getattr(event, "uniqueid", None) != call.id:
        return None
    match event:
        case AsyncAgiStart():
            return _AGI_CUES.get(event.context)
        case BridgeLeave(conference=False):
            return Cue.PARTED
        case UserEvent():
            return _PLAN_CUES.get(event.what)
        case ConfbridgeJoin():
            return Cue.CONFERENCE_JOINED
        case ConfbridgeLeave():
            return Cue.CONFERENCE_LEFT
        case Hangup():
            return Cue.HUNG_UP
        case _:
            return None


def advance(call: Call, event: AmiEvent) -> Call:
    """The call after the event. A cue that does not fit only adds to `surprises`."""
    call = _in_bridge(call, event)
    cue = cue_of(call, event)
    if cue is None:
        return call
    phase = STEPS.get((call.phase, cue))
    if phase is None:
        return replace(call, surprises=call.surprises + 1)
    match event:
        case AsyncAgiStart():
            return replace(call, phase=phase, where=event.context, ami_name=event.name, bridge="")
        case _:
            return replace(call, phase=phase, where="" if phase is not call.phase else call.where)


def permit(call: Call, command: Command) -> None:
    """Raise WrongPhase where our command does not fit."""
    if call.phase not in PERMITTED[command]:
        fitting = ", ".join(sorted(PERMITTED[command]))
        raise WrongPhase(
            f"Call {call.id} is {call.phase}: {command} does not fit.",
            remedy=f"It can be done while the call is {fitting}.",
        )


def _in_bridge(call: Call, event: AmiEvent) -> Call:
    if getattr(event, "uniqueid", None) != call.id:
        return call
    match event:
        case BridgeEnter(conference=False):
            return replace(call, bridge=event.bridge)
        case BridgeLeave(conference=False) if event.bridge == call.bridge:
            return replace(call, bridge="")
        case _:
            return call
