"""The roster folded from facts: each kind of transfer and conference, step by step."""

from datetime import timedelta
from typing import Any, Final

from acd.facts import LoanEnded, SeatAnswered, TalkEnded
from console.parties import after, rows
from console.party import Parties
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, QueueName, SeatId
from kernel.legs import LegEnd
from telephony import facts as t
from telephony.steps_asked import Step, StepAsked, ThirdPartyEnded
from tests.fakes.fake_clock import MONDAY_NINE

C1 = CallId("c1")
ONE, TWO, OUT = LegId("7-000001"), LegId("7-000002"), LegId("7-c000001")
POLICE: Final = "0431****4321"


class Roster:
    """Facts in, who hears whom out."""

    def __init__(self) -> None:
        self.parties: Parties = ()
        self.now = MONDAY_NINE

    def take(self, *facts: Fact) -> "Roster":
        for fact in facts:
            self.parties = after(self.parties, fact)
        return self

    def say(self, kind: type[Fact], **more: Any) -> "Roster":
        self.now += timedelta(seconds=1)
        return self.take(kind(at=self.now, call=C1, **more))

    def hears(self) -> dict[str, str]:
        """By key, in short: "citizen": "7-000001 7-c000001"."""
        return {row.party: " ".join(row.hears) for row in rows(self.parties)}

    def where(self) -> dict[str, str]:
        return {row.party: row.where.value for row in rows(self.parties)}


def talking() -> Roster:
    roster = Roster()
    roster.say(
        t.CallArrived, sip_call_id="x", dialled="12345", caller="138****5678",
        caller_key=None, trunk="t",
    )  # fmt: skip
    return answered(roster, ONE, "1001", again=False)


def answered(roster: Roster, leg: LegId, agent: str, *, again: bool = True) -> Roster:
    return roster.say(
        SeatAnswered, leg=leg, seat=SeatId("S"), agent=AgentNo(agent), queue=QueueName("general"),
        waited=timedelta(), again=again,
    )  # fmt: skip


def ended(roster: Roster, leg: LegId, agent: str) -> Roster:
    return roster.say(
        TalkEnded, leg=leg, seat=SeatId("S"), agent=AgentNo(agent), talked=timedelta(seconds=9)
    )


def asked(roster: Roster, leg: LegId, step: Step, **more: Any) -> Roster:
    return roster.say(StepAsked, agent=AgentNo("1001"), step=step, leg=leg, **more)


def consulting(leg: LegId = OUT, **more: Any) -> Roster:
    roster = asked(talking(), leg, Step.CONSULT, **(more or {"to": POLICE})).say(t.CallHeld)
    return roster.say(t.ConsultStarted, leg=leg, target=POLICE)


def test_on_hold_nobody_hears_anybody_and_the_moment_is_told() -> None:
    roster = talking().say(t.CallHeld)

    assert roster.hears() == {"citizen": "", "7-000001": ""}
    assert roster.where() == {"citizen": "held", "7-000001": "aside"}
    assert {party.since for party in roster.parties} == {roster.now}
    assert roster.say(t.CallResumed).hears() == {"citizen": "7-000001", "7-000001": "citizen"}


def test_in_a_consultation_agent_and_third_hear_each_other_and_the_citizen_music() -> None:
    assert consulting().hears() == {"citizen": "", "7-000001": "7-c000001", "7-c000001": "7-000001"}


def test_an_attended_transfer_leaves_citizen_and_third() -> None:
    roster = consulting().say(t.ConsultEnded, leg=OUT)
    roster.say(t.CallTransferred, how=t.Transfer.ATTENDED, to=POLICE)

    assert ended(roster, ONE, "1001").hears() == {"citizen": "7-c000001", "7-c000001": "citizen"}


def test_an_attended_transfer_to_a_colleague_makes_him_the_agent() -> None:
    roster = consulting(TWO, to_agent=AgentNo("1002"))
    assert [party.kind for party in roster.parties] == ["citizen", "agent", "colleague"]
    roster.say(t.ConsultEnded, leg=TWO)
    roster.say(t.CallTransferred, how=t.Transfer.ATTENDED, to="8002")
    answered(roster, TWO, "1002")
    ended(roster, ONE, "1001")

    assert [(p.kind, p.name) for p in roster.parties][1:] == [("agent", "1002")]
    assert roster.hears() == {"citizen": "7-000002", "7-000002": "citizen"}


def test_whoever_could_not_be_reached_is_no_party() -> None:
    busy = asked(talking(), OUT, Step.CONSULT, to=POLICE).say(
        ThirdPartyEnded, leg=OUT, why=LegEnd.BUSY
    )
    away = asked(talking(), TWO, Step.CONSULT, to_agent=AgentNo("1002")).say(
        LoanEnded, leg=TWO, seat=SeatId("S"), agent=AgentNo("1002")
    )

    assert set(busy.hears()) == set(away.hears()) == {"citizen", "7-000001"}


def conference() -> Roster:
    roster = asked(talking(), OUT, Step.THREE_WAY, to=POLICE)
    for leg in (None, ONE, OUT):
        roster.say(t.ConferenceJoined, leg=leg)
    return roster


def test_in_a_three_way_call_all_hear_all() -> None:
    assert conference().hears() == {
        "citizen": "7-000001 7-c000001",
        "7-000001": "citizen 7-c000001",
        "7-c000001": "citizen 7-000001",
    }


def test_the_agent_leaves_and_the_others_talk_on() -> None:
    roster = conference().say(t.ConferenceLeft, leg=ONE)

    assert ended(roster, ONE, "1001").hears() == {"citizen": "7-c000001", "7-c000001": "citizen"}


def test_a_colleague_who_is_left_in_a_conference_is_the_agent_there() -> None:
    roster = asked(talking(), TWO, Step.THREE_WAY, to_agent=AgentNo("1002"))
    for leg in (None, ONE, TWO):
        roster.say(t.ConferenceJoined, leg=leg)
    roster.say(t.ConferenceLeft, leg=ONE)
    answered(ended(roster, ONE, "1001"), TWO, "1002")

    assert roster.where() == {"citizen": "conference", "7-000002": "conference"}
    assert roster.hears()["7-000002"] == "citizen"


def test_who_is_consulted_comes_to_the_citizen_and_all_hear_all() -> None:
    roster = consulting().say(t.ConferenceJoined, leg=ONE).say(t.ConsultEnded, leg=OUT)
    roster.say(t.ConferenceJoined, leg=OUT).say(t.ConferenceJoined, leg=None)

    assert roster.hears() == conference().hears()


def test_a_third_party_who_is_sent_away_is_gone_for_all() -> None:
    roster = conference().say(t.ConferenceLeft, leg=OUT)
    roster.say(ThirdPartyEnded, leg=OUT, why=LegEnd.HUNG_UP)

    assert roster.hears() == {"citizen": "7-000001", "7-000001": "citizen"}


def test_a_blind_transfer_is_talked_only_when_somebody_answers() -> None:
    roster = ended(talking(), ONE, "1001")
    assert roster.where()["citizen"] == "talk"
    roster.say(t.CallTransferred, how=t.Transfer.BLIND, to=POLICE)
    assert roster.hears() == {"citizen": "away", "away": "citizen"}

    failed = ended(talking(), ONE, "1001").say(
        t.TransferFailed, how=t.Transfer.BLIND, why="BUSY/17"
    )
    assert failed.where() == {"citizen": "with_us"}


def test_who_stands_in_line_again_is_with_us_alone() -> None:
    roster = ended(talking(), ONE, "1001")
    roster.say(t.StageEntered, stage="waiting", detail={})

    assert roster.where() == {"citizen": "with_us"}


def test_a_call_that_is_over_has_no_parties() -> None:
    assert conference().say(t.CallHungUp, by=t.HungUpBy.CITIZEN, cause=16).parties == ()


def test_a_fact_that_says_nothing_of_it_changes_nothing() -> None:
    roster = conference()
    before = roster.parties

    assert roster.say(t.CallReturned).parties is before
    assert asked(conference(), TWO, Step.PART_WITH).hears() == conference().hears()
