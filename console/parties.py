"""Who is on a call now, since when, and who hears whom: folded from the call's facts. Pure.

Whoever is in one place hears all who are there. The roster survives a restart, as the facts do.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from acd import facts as acd
from console import listeners
from console.party import TOGETHER, Kind, Parties, Party, Place
from kernel.fact import Fact
from telephony import emergency_facts as emergency
from telephony import facts as telephony
from telephony.steps_asked import Step, StepAsked, ThirdPartyEnded

CITIZEN: Final = "citizen"
AWAY: Final = "away"  # somebody outside whom no leg of ours names


class PartyRow(BaseModel):
    """`hears`: keys of those whom he hears, and who hear him."""

    model_config = ConfigDict(frozen=True)

    party: str
    kind: Kind
    name: str
    where: Place
    since: datetime
    hears: list[str]


class PartiesShown(BaseModel):
    model_config = ConfigDict(frozen=True)

    call: str
    parties: list[PartyRow]


def rows(parties: Parties) -> list[PartyRow]:
    return [
        PartyRow(
            party=party.key,
            kind=party.kind,
            name=party.name,
            where=party.place,
            since=party.since,
            hears=[
                one.key
                for one in parties
                if one is not party and listeners.hears(party, one, parties)
            ],
        )
        for party in parties
    ]


def after(parties: Parties, fact: Fact) -> Parties:
    """The roster after this fact; the same object where it says nothing of it."""
    match fact:
        case telephony.CallArrived():
            return _with(parties, _citizen(fact, fact.caller))
        case telephony.CallHungUp():
            return ()
        case acd.TalkEnded() | acd.LoanEnded() | ThirdPartyEnded():
            return _without(parties, fact.leg)
        case acd.SeatAnswered():
            return _answered(parties, fact)
        case telephony.StageEntered() if fact.stage != "talking":
            return _moved(_without(parties, AWAY), fact, Place.WITH_US, Kind.CITIZEN)
        case StepAsked(step=Step.CONSULT | Step.THREE_WAY):
            return _invited(parties, fact)
        case _ if isinstance(fact, listeners.FACTS):
            return listeners.after(parties, fact)
        case _:
            return _in_talk(parties, fact)


def _in_talk(parties: Parties, fact: Fact) -> Parties:
    match fact:
        case telephony.CallHeld():
            held = _moved(parties, fact, Place.HELD, Kind.CITIZEN)
            return _moved(held, fact, Place.ASIDE, Kind.AGENT)
        case telephony.CallResumed():
            return _resumed(parties, fact)
        case telephony.ConsultStarted():
            asking = _moved(parties, fact, Place.CONSULT, Kind.AGENT)
            return _there(asking, fact, fact.leg, Place.CONSULT, fact.target)
        case telephony.ConsultEnded():
            return _apart(parties, fact)
        case telephony.ConferenceJoined():
            return _there(parties, fact, fact.leg or CITIZEN, Place.CONFERENCE)
        case telephony.ConferenceLeft():
            return _there(parties, fact, fact.leg or CITIZEN, Place.ASIDE)
        case telephony.CallTransferred():
            return _handed(parties, fact)
        case telephony.TransferFailed():
            return _moved(_without(parties, AWAY), fact, Place.WITH_US, Kind.CITIZEN)
        case _:
            return _with_emergency_line(parties, fact)


def _with_emergency_line(parties: Parties, fact: Fact) -> Parties:
    """It rings while he is in company already; his agent may be with him, or not (EMG-01)."""
    match fact:
        case emergency.HandOffAsked(hand_off=key, code=code, at=at):
            line = Party(key=key, kind=Kind.THIRD, name=code, place=Place.RINGS, since=at)
            return _with(parties, line)
        case emergency.HandOffAnswered(hand_off=key):
            return _there(parties, fact, key, Place.CONFERENCE)
        case emergency.HandOffFailed(hand_off=key) | emergency.HandOffEnded(hand_off=key):
            return _without(parties, key)
        case _:
            return parties


def _resumed(parties: Parties, fact: Fact) -> Parties:
    """Citizen and agent; one of them may be in a conference already."""
    return tuple(
        replace(party, place=Place.TALK, since=fact.at)
        if party.place is Place.HELD or (party.place is Place.ASIDE and party.kind is Kind.AGENT)
        else party
        for party in parties
    )


def _apart(parties: Parties, fact: Fact) -> Parties:
    """Who has been asked and who has asked; one of them may be in a conference already."""
    return tuple(
        replace(party, place=Place.ASIDE, since=fact.at) if party.place is Place.CONSULT else party
        for party in parties
    )


def _citizen(fact: Fact, name: str) -> Party:
    return Party(key=CITIZEN, kind=Kind.CITIZEN, name=name, place=Place.WITH_US, since=fact.at)


def _answered(parties: Parties, fact: acd.SeatAnswered) -> Parties:
    """In a conference a colleague who is left takes the citizen over where they are."""
    known = next((party for party in parties if party.key == fact.leg), None)
    place = known.place if known is not None and known.place in TOGETHER else Place.TALK
    agent = Party(key=fact.leg, kind=Kind.AGENT, name=fact.agent, place=place, since=fact.at)
    return _moved(_with(parties, agent), fact, place, Kind.CITIZEN)


def _invited(parties: Parties, fact: StepAsked) -> Parties:
    if fact.leg is None:
        return parties
    kind = Kind.THIRD if fact.to_agent is None else Kind.COLLEAGUE
    name = fact.to_agent or fact.to
    asked = Party(key=fact.leg, kind=kind, name=name, place=Place.RINGS, since=fact.at)
    return _with(parties, asked)


def _handed(parties: Parties, fact: telephony.CallTransferred) -> Parties:
    """To whom he was consulted with, or to somebody outside who answered."""
    if fact.how is not telephony.Transfer.ATTENDED or not fact.to:
        away = Party(key=AWAY, kind=Kind.THIRD, name=fact.to, place=Place.TALK, since=fact.at)
        return _moved(_with(parties, away), fact, Place.TALK, Kind.CITIZEN)
    return _moved(parties, fact, Place.TALK, Kind.CITIZEN, Kind.COLLEAGUE, Kind.THIRD)


def _there(parties: Parties, fact: Fact, key: str, place: Place, name: str = "") -> Parties:
    """He is in that place now; of one who was unknown only that."""
    known = next((party for party in parties if party.key == key), None)
    if known is None and place is not Place.ASIDE:
        known = Party(key=key, kind=Kind.THIRD, name=name, place=place, since=fact.at)
    if known is None or known.place is place:
        return parties if known in parties or known is None else (*parties, known)
    return _with(parties, replace(known, place=place, since=fact.at))


def _moved(parties: Parties, fact: Fact, place: Place, *kinds: Kind) -> Parties:
    if all(party.kind not in kinds or party.place is place for party in parties):
        return parties
    return tuple(
        replace(party, place=place, since=fact.at)
        if party.kind in kinds and party.place is not place
        else party
        for party in parties
    )


def _with(parties: Parties, new: Party) -> Parties:
    if all(party.key != new.key for party in parties):
        return (*parties, new)
    return tuple(new if party.key == new.key else party for party in parties)


def _without(parties: Parties, key: str) -> Parties:
    if all(party.key != key for party in parties):
        return parties
    return tuple(party for party in parties if party.key != key)


def agents(parties: Iterable[Party]) -> list[str]:
    """工号 of those of us who take part."""
    return [party.name for party in parties if party.kind in (Kind.AGENT, Kind.COLLEAGUE)]
