"""Supervisors on the roster of a call: whom they hear, who hears them, who may see them. Pure.

Rule: an agent sees nobody who only listens, unless the site's policy sounds a tone.
"""

from dataclasses import replace
from typing import Final

from console.party import TOGETHER, Kind, Parties, Party, Place
from kernel.fact import Fact
from telephony.supervision_facts import (
    FACTS,
    SupervisionAsked,
    SupervisionEnded,
    SupervisionStarted,
    SupervisionSwitched,
)

__all__ = ["FACTS", "after", "hears", "seen_by_agents"]

_PLACES: Final = {"listen": Place.LISTENS, "whisper": Place.WHISPERS, "barge": Place.BARGES}
_SPEAKS: Final = frozenset({Place.WHISPERS, Place.BARGES})
_HEARS: Final = _SPEAKS | {Place.LISTENS}


def after(parties: Parties, fact: Fact) -> Parties:
    """The roster after a fact about a supervisor."""
    match fact:
        case SupervisionAsked(leg=leg, step=step) if leg is not None and step.value in _PLACES:
            return _rung(parties, fact)
        case SupervisionStarted() | SupervisionSwitched():
            place = _PLACES.get(fact.mode, Place.LISTENS)
            return tuple(
                replace(party, place=place, since=fact.at) if party.key == fact.leg else party
                for party in parties
            )
        case SupervisionEnded():
            return tuple(party for party in parties if party.key != fact.leg)
        case _:
            return parties


def _rung(parties: Parties, fact: SupervisionAsked) -> Parties:
    """One who switches is on it already."""
    if fact.leg is None or any(party.key == fact.leg for party in parties):
        return parties
    name = fact.supervisor or fact.by
    new = Party(key=fact.leg, kind=Kind.SUPERVISOR, name=name, place=Place.RINGS, since=fact.at)
    return (*parties, new)


def seen_by_agents(parties: Parties, *, beeps: bool) -> Parties:
    """Whoever speaks is heard anyway."""
    if beeps:
        return parties
    return tuple(
        party for party in parties if party.kind is not Kind.SUPERVISOR or party.place in _SPEAKS
    )


def hears(one: Party, other: Party, parties: Parties) -> bool:
    """A supervisor hears what the agent hears and says; whom he speaks to, his mode says."""
    if one.kind is Kind.SUPERVISOR:
        return one.place in _HEARS and _with_agent(other, parties)
    if other.kind is Kind.SUPERVISOR:
        if other.place is Place.WHISPERS:
            return one.kind is Kind.AGENT
        return other.place is Place.BARGES and _with_agent(one, parties)
    return _together(one, other)


def _with_agent(one: Party, parties: Parties) -> bool:
    agent = next((party for party in parties if party.kind is Kind.AGENT), None)
    return agent is not None and (one is agent or _together(one, agent))


def _together(one: Party, other: Party) -> bool:
    return one.place is other.place and one.place in TOGETHER
