"""What is told after a gap: channels, bridges, records, in the order of the restart.

Who lived in the plain queue, the answers and ends nobody heard, who has gone, which rings are lost,
which legs are nobody's, and who is here.
"""

from datetime import timedelta

from acd.call_facts import Withdrawal
from acd.happenings import (
    AnsweredInFallback,
    CallbackOver,
    CallerLeft,
    CallWithdrawn,
    LegAnswered,
    LegEnded,
    LivedInFallback,
    Report,
    SeatWanted,
)
from acd.seat import Activity
from acd.view import FloorView
from kernel.ids import CallId
from kernel.legs import LegEnd
from tests.torture.exchange import Exchange, Where
from tests.torture.laws import Laws


def told_after_a_gap(
    view: FloorView, exchange: Exchange, laws: Laws, wishes: dict[CallId, SeatWanted]
) -> list[Report]:
    """`view`: what the floor believes. Rings that the floor has given up are hung up here."""
    return [
        *_who_lived_without_us(exchange, laws, wishes),
        *_what_legs_did(view, exchange),
        *_who_has_gone(exchange, laws),
        *_rings_lost(view, exchange),
        *_leftovers(view, exchange),
        *_who_is_here(exchange, wishes),
    ]


def _who_lived_without_us(
    exchange: Exchange, laws: Laws, wishes: dict[CallId, SeatWanted]
) -> list[Report]:
    """From the CDR file (hotline/recovery/outside_records.py), sometimes twice."""
    lived = exchange.lived_before | exchange.lived
    laws.by_records |= lived.keys()
    return [
        LivedInFallback(
            call=call, asked_at=wishes[call].asked_at, waited=timedelta(), answered=answered
        )
        for call, answered in lived.items()
    ]


def _what_legs_did(view: FloorView, exchange: Exchange) -> list[Report]:
    """Answers and ends of conversations that nobody heard: from channels and CDR."""
    told: list[Report] = []
    for seat in view.seats:
        if seat.leg is None:
            continue
        leg = exchange.legs.get(seat.leg)
        if leg is None and exchange.records.get(seat.leg) is LegEnd.HUNG_UP:
            told.append(LegEnded(seat.leg, LegEnd.HUNG_UP))
        elif leg is not None and leg.talking and seat.activity is Activity.RINGING:
            told.append(LegAnswered(seat.leg))
    return told


def _who_has_gone(exchange: Exchange, laws: Laws) -> list[Report]:
    here = exchange.calls.keys()
    came = laws.owed.ever & (laws.line.keys() | laws.leg_of.keys()) - laws.owed.duties.keys()
    gone = (laws.asked.keys() | came) - here - laws.gone
    owed = laws.owed.duties.keys() - here
    return [
        *(CallerLeft(call) for call in sorted(gone)),
        *(CallbackOver(call) for call in sorted(owed)),
    ]


def _rings_lost(view: FloorView, exchange: Exchange) -> list[Report]:
    legs = [seat.leg for seat in view.seats if seat.leg is not None]
    lost = [leg for leg in legs if leg not in exchange.legs]
    return [
        LegEnded(leg, LegEnd.FAILED)
        for leg in lost
        if exchange.records.get(leg) is not LegEnd.HUNG_UP
    ]


def _leftovers(view: FloorView, exchange: Exchange) -> list[Report]:
    """Legs the floor has given up: rings are hung up, of answers it decides itself."""
    ours = {seat.leg for seat in view.seats}
    told: list[Report] = []
    for leg, line in list(exchange.legs.items()):
        if leg in ours:
            continue
        if line.talking:
            told.append(LegAnswered(leg))
        else:
            exchange.drop(leg)
    return told


def _who_is_here(exchange: Exchange, wishes: dict[CallId, SeatWanted]) -> list[Report]:
    told: list[Report] = []
    for call, where in list(exchange.calls.items()):
        if where in (Where.FALLBACK, Where.FALLBACK_TALK):
            told.append(CallWithdrawn(call, Withdrawal.TO_FALLBACK))
        if where is Where.FALLBACK_TALK:
            told.append(AnsweredInFallback(call))
        if where in (Where.FALLBACK, Where.LINE):
            exchange.take_back(call)
            told.append(wishes[call])
    return told
