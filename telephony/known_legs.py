"""A leg of an older process as Asterisk shows it: a seat, or a third party of a call. Pure."""

from typing import Final

from kernel.ids import CallId, LegId
from telephony.found import HEARS_HIM, WITH_HIM, Found
from telephony.legs import Leg, Purpose

# CC_THIRD on the leg of somebody whom an agent brought in (telephony/moves.py)
_THIRDS: Final = {
    "consult": (Purpose.CONSULT, False),
    "consult/lent": (Purpose.CONSULT, True),
    "conference": (Purpose.CONFERENCE, False),
    "conference/lent": (Purpose.CONFERENCE, True),
    "listen": (Purpose.LISTEN, False),
    "seat": (Purpose.SEAT, False),  # a supervisor who has taken the citizen over
}


def is_leg(uniqueid: str) -> bool:
    """`<epoch>-<n>` is the floor's, `<epoch>-c<n>` a third party's (hotline/desks/contacts.py),
    `<epoch>-s<n>` a supervisor's."""
    epoch, _, n = uniqueid.partition("-")
    return epoch.isdigit() and n.lstrip("cs").isdigit()


def is_ours(found: Found) -> bool:
    """One whose number an agent dials by himself has nothing to do with a call of ours."""
    return found.uniqueid.partition("-")[2].isdigit() or found.variables.get("CC_THIRD") in _THIRDS


def is_with(found: Found, caller: Found) -> bool:
    """In no bridge with him just now, and yet there for him."""
    return (found.context, caller.context) in WITH_HIM or found.context in HEARS_HIM


def leg_of(found: Found, caller: CallId | None) -> Leg:
    """It is there: answered, and alone, in a bridge or in a conference."""
    purpose, lent = _THIRDS.get(found.variables.get("CC_THIRD", ""), (Purpose.SEAT, False))
    leg = Leg(LegId(found.uniqueid), purpose, caller, lent=lent)
    leg.ami_name, leg.bridge = found.name, found.bridge
    leg.answered, leg.aside = True, not found.bridge
    leg.joined_at = found.joined_at
    leg.joined = leg.aside or found.context == "confleg"
    leg.room = found.exten if found.context == "confleg" else ""
    if purpose is Purpose.LISTEN:
        leg.aside, leg.mode = False, found.variables.get("CC_MODE", "")
        leg.watches = LegId(found.variables.get("CC_SPIED", ""))
    return leg
