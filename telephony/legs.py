"""Legs: each one attempt to reach one phone, named by us before Asterisk knows of it.

What becomes of a leg is told to one standing listener. Why one failed stands only in its Hangup and
in our own records; OriginateResponse and DialEnd cannot tell the reasons apart.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from kernel.ids import CallId, Epoch, LegId
from kernel.legs import LegEnd
from telephony.ami_events import Hangup


class Purpose(StrEnum):
    SEAT = "seat"  # a seat's phone, rung for one caller
    CONSULT = "consult"  # a third party the agent asks
    CONFERENCE = "conference"  # a third party who talks with the citizen
    ASKED = "asked"  # of who asks for a call with a citizen, where the floor rings no seat
    CITIZEN = "citizen"  # a citizen whom we ring; once he answers he is a call
    EMERGENCY = "emergency"  # ours to an emergency line, in the citizen's conference
    AHEAD = "ahead"  # a seat that is there before its citizen is rung (agent first)
    LISTEN = "listen"  # a supervisor who hears a seat's leg; no party of the call


@dataclass(frozen=True, slots=True)
class LegRinging:
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """The leg and its caller are joined (the second BridgeEnter): they can hear each other.

    `at`: since when, where it was heard of late; None: now.
    """

    leg: LegId
    call: CallId
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LegEnded:
    leg: LegId
    why: LegEnd


LegNews = LegRinging | LegAnswered | LegEnded


@dataclass(slots=True)
class Leg:
    """What we know of one leg; changed only by `telephony/leg_book.py`."""

    id: LegId
    purpose: Purpose
    caller: CallId | None  # the call it was made for
    target: str = ""  # masked, of a third party
    by_itself: bool = False  # its phone answers without a hand
    ami_name: str = ""  # empty until Asterisk has made a channel
    rings: bool = False
    answered: bool = False
    joined: bool = False  # has talked
    joined_at: datetime | None = None  # set where it was heard of late
    aside: bool = False  # answered and alone: AGI has it in [agentroom]
    dropped: bool = False  # we withdrew it
    there: bool = False  # a citizen whom we ring has answered: from now on he is a call
    refused: bool = False  # its phone said no
    lent: bool = False  # a colleague's seat, lent to this call (acd/lending.py)
    holds: bool = False  # its phone has put the citizen on hold
    bridge: str = ""
    room: str = ""  # its conference
    watches: LegId | None = None  # whose leg a supervisor hears, and how (supervision_facts.Mode)
    mode: str = ""
    end: LegEnd | None = None
    hangup: Hangup | None = None  # how it ended, in Asterisk's words


@dataclass(frozen=True, slots=True)
class RungBefore:
    """A ring of the process before us that the journal knows: `epoch` takes it over."""

    caller: CallId
    epoch: Epoch


_BY_SIP_CODE: Final = {
    "486": LegEnd.BUSY,
    "600": LegEnd.BUSY,
    "603": LegEnd.REJECTED,
    "404": LegEnd.UNREACHABLE,
    "408": LegEnd.UNREACHABLE,
    "480": LegEnd.UNREACHABLE,
    "503": LegEnd.CONGESTION,
}
_BY_CAUSE: Final = {
    1: LegEnd.UNREACHABLE,
    3: LegEnd.UNREACHABLE,
    17: LegEnd.BUSY,
    18: LegEnd.UNREACHABLE,
    20: LegEnd.UNREACHABLE,
    21: LegEnd.REJECTED,
    27: LegEnd.UNREACHABLE,
    34: LegEnd.CONGESTION,
    38: LegEnd.CONGESTION,
    42: LegEnd.CONGESTION,
}
_RANG_OUT: Final = 19  # also for a 480 of the phone; then a HangupRequest came before


def why_ended(leg: Leg, hangup: Hangup) -> LegEnd:
    if leg.joined:
        return LegEnd.HUNG_UP
    if leg.dropped:
        return LegEnd.DROPPED
    if leg.answered:
        return LegEnd.NOT_JOINED
    if hangup.cause == _RANG_OUT and not leg.refused:
        return LegEnd.NO_ANSWER
    by_code = _BY_SIP_CODE.get(hangup.sip_code.strip())
    return by_code or _BY_CAUSE.get(hangup.cause, LegEnd.FAILED)
