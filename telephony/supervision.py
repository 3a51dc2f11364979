"""A supervisor's leg: it hears a seat's leg and is in no bridge: no party of the call. Pure.

Rule: it ends with the seat's leg that it hears. Asterisk's ChanSpy would see to that by itself, but
only when the supervisor's phone sends sound; we hang it up.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from kernel.ids import LegId
from kernel.legs import LegEnd
from telephony import ami_events as ami
from telephony.legs import Leg, Purpose
from telephony.mirror_effects import Effect, Leftover, LegChanged
from telephony.supervision_facts import SupervisionEnded, SupervisionStarted, SupervisionSwitched

TAKEN_OVER: Final = "taken_over"


def is_listener(uniqueid: str) -> bool:
    """`<epoch>-s<n>` (hotline/desks/supervision.py)."""
    epoch, _, n = uniqueid.partition("-")
    return epoch.isdigit() and n.startswith("s") and n[1:].isdigit()


def listens(leg: Leg, event: ami.UserEvent, now: datetime) -> list[Effect]:
    """[listen] of the dialplan says that he hears from now on, and how."""
    before, leg.mode = leg.mode, event.field("Mode")
    leg.joined, leg.aside = True, False
    changed: list[Effect] = [LegChanged(leg.id)]
    if leg.caller is None or before == leg.mode:
        return changed
    kind = SupervisionSwitched if before else SupervisionStarted
    return [kind(at=now, call=leg.caller, leg=leg.id, mode=leg.mode), *changed]


def over(leg: Leg, why: LegEnd | str, now: datetime) -> list[Effect]:
    if leg.caller is None:
        return []
    return [SupervisionEnded(at=now, call=leg.caller, leg=leg.id, why=str(why))]


def listeners_of(legs: Iterable[Leg], seat: LegId) -> list[Leg]:
    return [leg for leg in legs if leg.purpose is Purpose.LISTEN and leg.watches == seat]


def nobody_to_hear(legs: Iterable[Leg], seat: LegId) -> list[Effect]:
    """The seat's leg has ended: whoever heard it hangs up."""
    return [Leftover(leg.id) for leg in listeners_of(legs, seat)]
