"""The calls we owe at the console: one's story, called back by hand, D-10, and the live floor."""

from typing import Any

import orjson

from acd.happenings import CallbackWanted
from callbacks.duty import Outcome
from console.live_board import frame
from console.live_clients import Audience
from kernel.ids import AgentNo, CallId, DutyId, QueueName
from tests.console.house import OpenHouse

OUT = CallId("out-7-000001")


def messages(house: OpenHouse, audience: Audience, agent: str | None = None) -> Any:
    no = AgentNo(agent) if agent else None
    return house.inside.live.join(audience, no, b"session")


async def test_the_story_of_a_duty_shows_the_calls_behind_it_and_the_attempts(
    house: OpenHouse,
) -> None:
    duty = house.inside.owed.owe()
    agent = await house.signed_in("agent")

    answer = await agent.ask("GET", f"/api/duties/{duty}")

    assert answer.status == 200
    assert [one["why"] for one in answer.body["calls"]] == ["abandoned"]
    assert [one["outcome"] for one in answer.body["attempts"]] == ["busy"]
    assert answer.body["caller"] == "138****5678"


async def test_a_duty_that_is_not_there_is_unknown(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    answer = await agent.ask("GET", "/api/duties/missed:none")

    assert (answer.status, answer.body["code"]) == (404, "unknown-duty")


async def test_an_agent_calls_back_by_hand_and_says_who_was_there(house: OpenHouse) -> None:
    duty = house.inside.owed.owe()
    agent, other = await house.signed_in("agent"), await house.signed_in("colleague")

    made = await agent.ask("POST", f"/api/duties/{duty}/call")
    again = await other.ask("POST", f"/api/duties/{duty}/call")
    said = await agent.ask("POST", f"/api/duties/{duty}/outcome", {"outcome": "voicemail"})
    foreign = await other.ask("POST", f"/api/duties/{duty}/outcome", {"outcome": "reached"})
    wrong = await agent.ask("POST", f"/api/duties/{duty}/outcome", {"outcome": "busy"})

    assert (made.status, made.body) == (200, {"call": "out-7-000009"})
    assert (again.status, again.body["code"]) == (409, "wrong-state")
    assert said.status == 204
    assert (foreign.status, wrong.status) == (409, 422)
    assert house.inside.owed.said == [(duty, "1001", Outcome.VOICEMAIL)]


async def test_the_report_gives_the_shares_of_what_was_owed(house: OpenHouse) -> None:
    """D-10: neither the withheld nor who rang again first is in the denominator."""
    chief = await house.signed_in("supervisor")

    answer = await chief.ask("GET", "/api/duties/report?first=2026-11-20&last=2026-11-21")

    (day,) = answer.body["days"]
    assert (day["owed"], day["called_back_share"], day["in_time_share"]) == (8, 0.75, 0.5)


async def test_supervisors_see_the_callbacks_in_line_and_agents_do_not(house: OpenHouse) -> None:
    inside = house.inside
    inside.owed.stands(inside.owed.owe(), OUT)
    inside.live.flush()

    for audience, expected in ((Audience.SUPERVISORS, [str(OUT)]), (Audience.AGENTS, [])):
        snapshot = orjson.loads(inside.live.snapshot(audience))
        assert [row["call"] for row in snapshot.get("callbacks", [])] == expected


async def test_the_agent_whose_phone_rings_sees_the_missed_calls_story(house: OpenHouse) -> None:
    inside = house.inside
    duty = inside.owed.owe()
    inside.owed.stands(duty, OUT)
    inside.seat(1)
    client = messages(house, Audience.AGENTS, "1001")
    wanted = CallbackWanted(
        call=OUT, duty=DutyId(duty), queue=QueueName("general"), needs={}, priority=0,
        asked_at=inside.clock.now(),
    )  # fmt: skip

    inside.floor.take(wanted)

    told = []
    while (message := client.take(lambda: frame("snapshot"))) is not None:
        told.append(orjson.loads(message))
    (offer,) = [one for one in told if one["type"] == "offer"]
    assert offer["caller"] == "138****5678"
    assert offer["callback"]["duty"] == duty
    assert offer["callback"]["calls"] == ["cc1-1.1"]
