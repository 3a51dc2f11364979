"""Guests (来宾): people who sign in at a seat of their own while we rehearse, and answer calls.

Their phones are not ours to hear, so of a call that a guest answered the system is believed who
answered it and when; all that the outside does know of it is compared as ever. Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from hotline.rehearsal.compare import Filed
from hotline.rehearsal.evidence import SeatSaw
from hotline.rehearsal.system_says import SystemCall, SystemSays
from hotline.rehearsal.verdicts import Fate, Verdict


def guests_calls(
    verdicts: Sequence[Verdict], says: SystemSays, ours: Collection[str]
) -> dict[str, SystemCall]:
    """By Call-ID: answered, as the system says, by agents of whom none is one of `ours`, while no
    phone of ours heard anything of an answer."""
    unheard = {one.citizen.sip_call_id for one in verdicts if one.talk is None}
    return {
        call.sip_call_id: call
        for call in says.calls
        if call.sip_call_id in unheard
        and call.fate == "answered"
        and call.agents
        and not set(call.agents) & set(ours)
    }


def believed(verdict: Verdict, call: SystemCall | None) -> Verdict:
    """The verdict as it is, or with what the system says of its guest's answer."""
    if call is None or call.asked_at is None or call.waited is None or call.seat is None:
        return verdict
    answered_at = call.asked_at + timedelta(seconds=call.waited)
    talk = SeatSaw(
        seat=call.seat,
        shown=verdict.citizen.plan.number,
        rang_at=answered_at,
        answered_at=answered_at,
        ended_at=verdict.citizen.ended_at,
    )
    return replace(verdict, talk=talk, fates=frozenset({Fate.ANSWERED}), by_guest=True)


def filed_by_guests(guests: Mapping[str, SystemCall], says: SystemSays) -> list[Filed]:
    """What they filed, as the system has it; a guest who files nothing owes nothing."""
    seats = {call.call: call.seat or "" for call in guests.values()}
    return [
        Filed(seats[ticket.call], ticket.call, ticket.ticket_no)
        for ticket in says.tickets
        if ticket.call in seats
    ]
