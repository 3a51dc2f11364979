"""One key on any call, no form first; what became of it; the list of hand-overs."""

from datetime import UTC, datetime

from cases.hand_offs import HandOffRecord, Result
from kernel.ids import AgentNo, CallId
from telephony.emergency import Cue, Owner
from telephony.emergency_facts import HandOffAnswered, HandOffAsked, IncidentTold
from telephony.facts import ConferenceJoined
from tests.console.house import CALL, OpenHouse

OTHER = CallId("cc1-1767603600.99")
AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HAND_OFF = f"/api/calls/{CALL}/hand-off"


async def test_emg_01_one_key_rings_110_without_any_form(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("agent")

    answer = await visitor.ask("POST", HAND_OFF, {"code": "110"})

    assert (answer.status, answer.body["state"]) == (202, "asked")
    assert answer.body["with_agent"] is True
    assert (await visitor.ask("GET", HAND_OFF)).body["hand_off"]["code"] == "110"
    assert house.inside.cases.drafts == {}


async def test_emg_01_a_contractors_agent_may_call_for_help_too(house: OpenHouse) -> None:
    """I14: no role of the agent's kind stands in front."""
    house.inside.talk(3)
    visitor = await house.signed_in("contractor")

    assert (await visitor.ask("POST", HAND_OFF, {"code": "119"})).status == 202


async def test_emg_01_a_supervisor_hands_on_who_still_waits_in_line(house: OpenHouse) -> None:
    house.inside.ring(OTHER)
    visitor = await house.signed_in("supervisor")

    answer = await visitor.ask("POST", f"/api/calls/{OTHER}/hand-off", {"code": "120"})

    assert (answer.status, answer.body["with_agent"]) == (202, False)


async def test_an_agent_hands_on_nobody_elses_call(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("colleague")

    answer = await visitor.ask("POST", HAND_OFF, {"code": "110"})

    assert (answer.status, answer.body["code"]) == (403, "not-your-call")
    assert house.inside.hand_offs.asked_by == []


async def test_another_number_is_refused_with_what_to_do(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("agent")

    answer = await visitor.ask("POST", HAND_OFF, {"code": "114"})

    assert (answer.status, answer.body["code"]) == (409, "wrong-phase")
    assert answer.body["remedy"]


async def test_emg_03_the_agent_leaves_and_the_two_talk_on(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("agent")
    await visitor.ask("POST", HAND_OFF, {"code": "110"})
    house.inside.hand_offs.hears(CALL, Cue.ANSWERED)

    assert (await visitor.ask("POST", f"{HAND_OFF}/leave")).status == 204
    assert (await visitor.ask("GET", HAND_OFF)).body["hand_off"]["state"] == "joined_alone"


async def test_emg_03_what_the_two_agreed_is_recorded(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("agent")
    await visitor.ask("POST", HAND_OFF, {"code": "110"})

    too_soon = await visitor.ask("POST", f"{HAND_OFF}/not-ours", {"owner": "us"})
    house.inside.hand_offs.hears(CALL, Cue.ANSWERED)
    agreed = await visitor.ask("POST", f"{HAND_OFF}/not-ours", {"owner": "none"})

    assert (too_soon.status, too_soon.body["code"]) == (409, "wrong-phase")
    assert (agreed.status, agreed.body["owner"]) == (200, Owner.NONE)


async def test_the_receivers_work_number_is_noted(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("agent")
    await visitor.ask("POST", HAND_OFF, {"code": "110"})

    notes = {"receiver_no": "077123", "incident_no": "JQ-1"}
    assert (await visitor.ask("POST", f"{HAND_OFF}/notes", notes)).status == 200
    assert house.inside.hand_offs.notes == [(AgentNo("1001"), "077123", "JQ-1")]


async def test_emg_02_the_incident_number_of_a_call_from_110_is_typed_in(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("agent")

    answer = await visitor.ask("POST", f"/api/calls/{CALL}/incident", {"incident_no": "JQ-9"})

    assert answer.status == 204
    assert house.inside.hand_offs.incidents == {CALL: ("JQ-9", "agent")}


async def test_emg_04_supervisors_see_every_hand_over(house: OpenHouse) -> None:
    house.inside.hand_offs.records = [record()]
    visitor = await house.signed_in("supervisor")

    answer = await visitor.ask("GET", "/api/hand-offs?code=110")

    (row,) = answer.body["hand_offs"]
    assert (row["result"], row["receiver_no"], row["tickets"]) == ("handed_over", "077123", [])


async def test_the_emergency_line_is_let_go(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.signed_in("agent")
    await visitor.ask("POST", HAND_OFF, {"code": "110"})

    assert (await visitor.ask("POST", f"{HAND_OFF}/let-go")).status == 204
    assert (await visitor.ask("GET", HAND_OFF)).body["hand_off"]["state"] == "with_agent"


def record() -> HandOffRecord:
    return HandOffRecord(
        id="7-e1", call=CALL, code="110", agent=AgentNo("1001"), asked_by="agent",
        out_of_line=False, asked_at=AT, trunk="trunk-out-own", rung_at=AT, rung_after_s=0.4,
        answered_at=AT, agent_left_at=AT, over_at=AT, result=Result.HANDED_OVER, why="",
        owner="", keeper="", receiver_no="077123", incident_no="", answer="ack", reference="r1",
        recorded=True, tickets=(), case=None,
    )  # fmt: skip


async def test_emg_02_the_card_shows_incident_number_and_hand_off(house: OpenHouse) -> None:
    house.inside.talk()
    now = house.inside.clock.now()
    house.inside.journal.write(
        [
            IncidentTold(at=now, call=CALL, incident_no="JQ-7", by="sip"),
            HandOffAsked(
                at=now, call=CALL, hand_off="7-e1", code="110", agent=AgentNo("1001"),
                by="agent", out_of_line=False,
            ),
            HandOffAnswered(at=now, call=CALL, hand_off="7-e1", trunk="t", with_agent=True),
        ]
    )  # fmt: skip
    visitor = await house.signed_in("agent")

    card = (await visitor.ask("GET", f"/api/calls/{CALL}")).body["call"]

    assert (card["incident_no"], card["hand_off"]) == ("JQ-7", "110 joined")


async def test_emg_01_who_is_on_the_call_and_who_hears_whom(house: OpenHouse) -> None:
    house.inside.talk()
    now = house.inside.clock.now()
    leg = house.inside.floor.snapshot().seats[0].leg
    asked = HandOffAsked(
        at=now, call=CALL, hand_off="7-e1", code="110", agent=AgentNo("1001"), by="agent",
        out_of_line=False,
    )  # fmt: skip
    joined = [ConferenceJoined(at=now, call=CALL, leg=one) for one in (None, leg)]
    answered = HandOffAnswered(at=now, call=CALL, hand_off="7-e1", trunk="t", with_agent=True)
    house.inside.journal.write([asked, *joined, answered])
    visitor = await house.signed_in("agent")

    parties = (await visitor.ask("GET", f"/api/calls/{CALL}/parties")).body["parties"]

    police = next(party for party in parties if party["name"] == "110")
    assert sorted(police["hears"]) == sorted(["citizen", leg])
