"""Who is left with whom when somebody leaves, or the citizen is given to another. Pure.

Rule: nobody stays in a conference alone. A colleague's seat that is left with the citizen has the
conversation from then on; when the last third party goes, the citizen goes back into the line.
"""

from datetime import datetime

from kernel.ids import CallId, LegId
from telephony import facts
from telephony.call import Call, Phase
from telephony.leg_book import LegBook
from telephony.legs import Leg, LegAnswered, Purpose
from telephony.mirror_effects import Effect, Leftover, Stranded


def thinned(legs: LegBook, room: str, call: Call | None, gone: Leg | None) -> list[Effect]:
    """Somebody left a conference: `gone`, or the citizen himself (None)."""
    if call is not None and call.id in legs.on_the_move:
        return []
    left = legs.left_in(room)
    here = call is not None and call.phase is Phase.CONFERENCE
    if call is not None and here and not left:
        was_seat = gone is not None and gone.purpose is Purpose.SEAT
        return [Stranded(call.id, talked=was_seat)]
    ours = here or any(leg.purpose is Purpose.SEAT for leg in left)
    if not ours or len(left) + here <= 1:
        # The way to an emergency line ends by the dialplan: its citizen may be back in a moment.
        return [Leftover(leg.id) for leg in left if leg.purpose is not Purpose.EMERGENCY]
    if call is not None and here and len(left) == 1:
        return has_citizen(left[0], call)
    return []


def are_alone(legs: LegBook, seat: Leg) -> bool:
    """Citizen and agent are left in their conference: nobody else is in it, or on his way."""
    assert seat.caller is not None, "a seat that talks has its citizen"
    on_the_way = legs.of(seat.caller, Purpose.CONFERENCE, Purpose.EMERGENCY)
    return legs.left_in(seat.room) == [seat] and not on_the_way


def talks_on(legs: LegBook, call: CallId) -> LegId | None:
    """The seat that goes on talking with a third party though its citizen has hung up."""
    seat = legs.seat(call)
    if seat is None:
        return None
    with_it = [
        leg
        for leg in legs
        if leg is not seat
        and ((leg.room and leg.room == seat.room) or (leg.bridge and leg.bridge == seat.bridge))
    ]
    return seat.id if with_it else None


def has_citizen(leg: Leg, call: Call) -> list[Effect]:
    """He is alone with the citizen: if a colleague's seat, the conversation is his now."""
    if not leg.lent:
        return []
    leg.lent, leg.purpose, leg.joined = False, Purpose.SEAT, True
    return [LegAnswered(leg.id, call.id)]


def handed_over(third: Leg, call: Call, now: datetime) -> list[Effect]:
    """The consultation has become a transfer: the third party and the citizen hear each other."""
    ended = facts.ConsultEnded(at=now, call=call.id, leg=third.id)
    over: list[Effect] = [ended] if third.joined else []  # a supervisor was never asked
    how = facts.Transfer.ATTENDED
    over.append(facts.CallTransferred(at=now, call=call.id, how=how, to=third.target))
    third.purpose = Purpose.CONFERENCE  # no longer consulted: he talks with the citizen
    return over + has_citizen(third, call)
