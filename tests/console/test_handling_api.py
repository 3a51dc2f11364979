"""Handling a call at the seat by API: to whom it may go, and who is on it."""

from typing import Any

import pytest

from acd.happenings import CallerLeft, LegAnswered, LendSeat
from kernel.ids import AgentNo, LegId
from telephony.facts import (
    CallHeld,
    CallHungUp,
    CallResumed,
    ConsultEnded,
    ConsultStarted,
    HungUpBy,
)
from telephony.steps_asked import Step, StepAsked
from tests.console.house import CALL, OpenHouse

PATH = f"/api/calls/{CALL}"


@pytest.mark.parametrize(
    ("verb", "body", "asked"),
    [
        ("transfer", {"agent": "1002", "reason": "他办的件"}, ("hand_to", "1002", "他办的件")),
        ("consult", {"agent": "1002"}, ("consult", "1002")),
        ("consult", {"to": "12366", "reason": "税"}, ("consult", "12366", "税")),
        ("three-way", {"agent": "1002"}, ("three_way", "1002")),
        ("three-way", {}, ("three_way",)),
        ("to-line", {"queue": "enterprise"}, ("to_line", "enterprise {}")),
        ("to-line", {"skills": {"ko": 2}}, ("to_line", " {'ko': 2}")),
        ("parties/7-000002/leave", None, ("part_with", "7-000002")),
        ("to-own-seats", {"line": "tax"}, ("to_own_seats", "tax", "blind")),
        (
            "to-own-seats",
            {"line": "tax", "how": "consult", "reason": "涉税"},
            ("to_own_seats", "tax", "consult", "涉税"),
        ),
    ],
)
async def test_an_agent_hands_his_call_on(
    house: OpenHouse, verb: str, body: object, asked: tuple[str, ...]
) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")

    answer = await agent.ask("POST", f"{PATH}/{verb}", body)

    name, *rest = asked
    assert answer.status == 204, answer.body
    assert house.inside.control.asked == [(name, "1001", CALL, *rest)]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("transfer", {}),
        ("transfer", {"to": "110", "agent": "1002"}),
        ("consult", {"reason": "why"}),
        ("three-way", {"to": "110", "agent": "1002"}),
        ("to-line", {}),
        ("to-line", {"skills": {"ko": 9}}),
        ("to-line", {"queue": "general", "reason": "打 13812345678"}),
    ],
)
async def test_a_form_that_says_nothing_or_too_much_is_refused(
    house: OpenHouse, verb: str, body: object
) -> None:
    """A reason goes into the journal: no number of a person (SEC-01)."""
    house.inside.talk()
    agent = await house.signed_in("agent")

    answer = await agent.ask("POST", f"{PATH}/{verb}", body)

    assert (answer.status, answer.body["code"]) == (422, "bad-form")
    assert house.inside.control.asked == []


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("to-line", {"queue": "general"}),
        ("transfer", {"agent": "1002"}),
        ("parties/7-000002/leave", None),
    ],
)
async def test_nobody_hands_on_the_call_of_another(
    house: OpenHouse, verb: str, body: object
) -> None:
    house.inside.talk()
    colleague = await house.signed_in("colleague")

    answer = await colleague.ask("POST", f"{PATH}/{verb}", body)

    assert (answer.status, answer.body["code"]) == (403, "not-your-call")


async def test_who_took_over_has_the_call_while_his_colleague_wraps_it_up(
    house: OpenHouse,
) -> None:
    inside = house.inside
    inside.talk()
    inside.seat(2)
    lent = inside.floor.take(LendSeat(AgentNo("1002"), CALL, AgentNo("1001")))[0]
    inside.floor.take(LegAnswered(lent.leg))
    colleague, first = await house.signed_in("colleague"), await house.signed_in("agent")

    assert (await colleague.ask("POST", f"{PATH}/hold")).status == 204
    assert (await first.ask("GET", f"{PATH}/parties")).status == 200


def together(body: Any) -> dict[str, list[str]]:
    """Who hears whom, by name."""
    names = {row["party"]: row["name"] for row in body["parties"]}
    return {row["name"]: sorted(names[key] for key in row["hears"]) for row in body["parties"]}


async def test_the_parties_of_a_talk_hear_each_other(house: OpenHouse) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")

    body = (await agent.ask("GET", f"{PATH}/parties")).body

    assert together(body) == {"138****5678": ["1001"], "1001": ["138****5678"]}
    assert [row["kind"] for row in body["parties"]] == ["citizen", "agent"]


async def test_in_a_consultation_the_citizen_hears_neither_and_each_is_seen(
    house: OpenHouse,
) -> None:
    inside = house.inside
    inside.talk()
    inside.seat(2)
    inside.floor.take(LendSeat(AgentNo("1002"), CALL, AgentNo("1001")))
    now, leg = inside.clock.now(), LegId("7-000002")
    asked = StepAsked(
        at=now, call=CALL, agent=AgentNo("1001"), step=Step.CONSULT, leg=leg,
        to_agent=AgentNo("1002"),
    )  # fmt: skip
    inside.journal.write([asked])
    agent = await house.signed_in("agent")
    ringing = (await agent.ask("GET", f"{PATH}/parties")).body
    held = CallHeld(at=now, call=CALL)
    begun = ConsultStarted(at=now, call=CALL, leg=leg, target="8002")
    inside.journal.write([held, begun])

    asking = (await agent.ask("GET", f"{PATH}/parties")).body
    ended, resumed = ConsultEnded(at=now, call=CALL, leg=leg), CallResumed(at=now, call=CALL)
    inside.journal.write([ended, resumed])
    back = (await agent.ask("GET", f"{PATH}/parties")).body

    assert together(ringing)["1002"] == []
    assert together(asking) == {"138****5678": [], "1001": ["1002"], "1002": ["1001"]}
    assert together(back)["1001"] == ["138****5678"]


async def test_whoever_is_asked_about_a_call_sees_whose_it_is_and_steers_nothing(
    house: OpenHouse,
) -> None:
    """SPC-04: his phone rings for a colleague's call; his seat and his page say for which."""
    inside = house.inside
    inside.talk()
    inside.seat(2)
    inside.floor.take(LendSeat(AgentNo("1002"), CALL, AgentNo("1001")))
    colleague = await house.signed_in("colleague")

    floor = (await colleague.ask("GET", "/api/floor")).body
    seen = [(await colleague.ask("GET", f"{PATH}{part}")).status for part in ("", "/caller")]
    held = await colleague.ask("POST", f"{PATH}/hold")

    seats = {seat["agent"]: seat for seat in floor["seats"]}
    assert (seats["1002"]["lent"], seats["1002"]["call"]) == (True, CALL)
    assert (seats["1001"]["lent"], seats["1001"]["call"]) == (False, CALL)
    assert seen == [200, 200]
    assert held.body["code"] == "not-your-call"


async def test_only_who_has_part_in_it_or_a_supervisor_sees_the_parties(house: OpenHouse) -> None:
    house.inside.talk()
    colleague, chief = await house.signed_in("colleague"), await house.signed_in("supervisor")

    refused = await colleague.ask("GET", f"{PATH}/parties")
    seen = await chief.ask("GET", f"{PATH}/parties")
    unknown = await chief.ask("GET", "/api/calls/none/parties")

    assert refused.body["code"] == "not-your-call"
    assert len(seen.body["parties"]) == 2
    assert unknown.body["code"] == "no-such-call"


async def test_the_agents_on_a_call_are_told_at_once_who_joins_and_leaves(
    house: OpenHouse,
) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")
    async with agent.client.ws_connect("/api/live") as socket:
        await socket.receive_json(timeout=5)  # the floor
        now = house.inside.clock.now()
        house.inside.journal.write([CallHeld(at=now, call=CALL)])
        held = await _next(socket, "parties")
        gone = CallHungUp(at=now, call=CALL, by=HungUpBy.CITIZEN, cause=16)
        house.inside.floor.take(CallerLeft(CALL))
        house.inside.journal.write([gone])
        alone = await _next(socket, "parties")
        over = await _next(socket, "parties")

    assert [row["where"] for row in held["parties"]] == ["held", "aside"]
    assert [row["kind"] for row in alone["parties"]] == ["citizen"]
    assert over["parties"] == []


async def _next(socket: Any, kind: str) -> Any:
    """The next message of that kind."""
    while True:
        message = await socket.receive_json(timeout=5)
        if message["type"] == kind:
            return message
