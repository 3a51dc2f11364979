"""Quality inspection over the console's API: who may inspect, see, appeal, decide (AI-04)."""

from dataclasses import replace
from typing import Any

from console.logins import Role
from figures.facts import GreetingTold
from kernel.ids import CallId
from tests.console.house import CALL, OpenHouse, Visitor
from tests.console.inspection_room import RULES

FULL = {item.id: item.points for item in RULES.scorecard.items}
OTHER = CallId("cc1-1767603600.42")


async def opened(by: Visitor, *, calibrates: bool = False, call: str = CALL) -> str:
    form = {"call": call, "agent": "1001", "calibrates": calibrates}
    answer = await by.ask("POST", "/api/inspections", form)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


async def score(by: Visitor, inspection: str, **other: int) -> Any:
    form = {"scores": FULL | other, "comment": "语速偏快"}
    return await by.ask("POST", f"/api/inspections/{inspection}/scores", form)


async def rows(by: Visitor) -> dict[str, Any]:
    found = await by.ask("GET", "/api/inspections")
    return {row["id"]: row for row in found.body["inspections"]}


async def second_supervisor(house: OpenHouse) -> Visitor:
    """Another login with the supervisor's role; agent 1002's."""
    logins = house.inside.logins.logins
    logins["colleague"] = replace(logins["colleague"], role=Role.SUPERVISOR)
    return await house.signed_in("colleague")


async def test_an_agent_sees_his_score_appeals_and_another_supervisor_changes_it(
    house: OpenHouse,
) -> None:
    house.inside.inspections.had(CALL, "1001")
    supervisor, agent = await house.signed_in("supervisor"), await house.signed_in("agent")
    second = await second_supervisor(house)
    one = await opened(supervisor)
    unscored = await agent.ask("GET", "/api/inspections")

    given = await score(supervisor, one, manner=0)
    seen = await agent.ask("GET", "/api/inspections")
    appeal = {"reason": "市民先挂断了"}
    appealed = await agent.ask("POST", f"/api/inspections/{one}/appeal", appeal)
    own = await supervisor.ask("POST", f"/api/inspections/{one}/decision", {"reason": "维持"})
    form = {"scores": FULL | {"manner": 15}, "reason": "情况属实"}
    changed = await second.ask("POST", f"/api/inspections/{one}/decision", form)
    again = await agent.ask("POST", f"/api/inspections/{one}/appeal", appeal)

    assert unscored.body["inspections"] == []
    assert (given.body["total"], given.body["passed"]) == (80, True)
    assert seen.body["inspections"][0]["scored"]["text"] == "语速偏快"
    assert appealed.body["state"] == "appealed"
    assert (own.status, own.body["code"]) == (403, "judge-in-own-case")
    row = changed.body
    assert (row["state"], row["total"], row["first_total"]) == ("changed", 95, 80)
    assert (again.status, again.body["code"]) == (409, "wrong-inspection-step")
    kinds = [fact.kind for fact in house.inside.journal.facts if "inspection" in fact.kind]
    assert kinds == ["inspection-scored", "inspection-appealed", "inspection-decided"]


async def test_an_appeal_comes_within_its_days_and_from_the_agent_himself(
    house: OpenHouse,
) -> None:
    house.inside.inspections.had(CALL, "1001")
    supervisor, agent = await house.signed_in("supervisor"), await house.signed_in("agent")
    colleague = await house.signed_in("colleague")
    one = await opened(supervisor)
    path, body = f"/api/inspections/{one}/appeal", {"reason": "不同意"}
    early = await agent.ask("POST", path, body)
    await score(supervisor, one)

    strange = await colleague.ask("POST", path, body)
    listed = await colleague.ask("GET", "/api/inspections")
    office = house.inside.inspections.office
    late = office.rules.appeal_within.total_seconds() + 1
    house.inside.clock.advance(late)
    agent = await house.signed_in("agent")
    refused = await agent.ask("POST", path, body)

    assert (early.status, early.body["code"]) == (409, "wrong-inspection-step")
    assert (strange.status, strange.body["code"]) == (403, "not-your-inspection")
    assert listed.body["inspections"] == []
    assert (refused.status, refused.body["code"]) == (409, "appeal-too-late")


async def test_two_inspectors_are_compared_and_the_agent_is_not_told(house: OpenHouse) -> None:
    house.inside.inspections.had(CALL, "1001")
    supervisor, agent = await house.signed_in("supervisor"), await house.signed_in("agent")
    second = await second_supervisor(house)
    first = await opened(supervisor)
    twice = await second.ask("POST", "/api/inspections", {"call": CALL, "agent": "1001"})
    beside = await opened(second, calibrates=True)
    await score(supervisor, first, manner=20)
    strange = await score(supervisor, beside)
    await score(second, beside, manner=12)

    span = "since=2020-01-01T00:00:00Z&before=2040-01-01T00:00:00Z"
    found = await supervisor.ask("GET", f"/api/inspections/calibration?{span}")
    own = await agent.ask("GET", "/api/inspections")

    (pair,) = found.body["pairs"]
    assert (pair["first"], pair["second"], pair["of_total"]) == ("supervisor", "colleague", -8)
    assert pair["blind"] is True
    assert (pair["by_item"]["manner"], found.body["apart"]["manner"]) == (-8, 8.0)
    assert (twice.status, twice.body["code"]) == (409, "inspected-already")
    assert (strange.status, strange.body["code"]) == (403, "not-your-inspection")
    assert len(own.body["inspections"]) == 1


async def test_an_inspector_sees_nobodys_scores_before_he_has_given_his_own(
    house: OpenHouse,
) -> None:
    house.inside.inspections.had(CALL, "1001")
    supervisor, second = await house.signed_in("supervisor"), await second_supervisor(house)
    first = await opened(supervisor)
    beside = await opened(second, calibrates=True)
    await score(supervisor, first)
    agent = await house.signed_in("agent")
    await agent.ask("POST", f"/api/inspections/{first}/appeal", {"reason": "请复核"})

    before = await rows(second)
    judged = await second.ask(
        "POST", f"/api/inspections/{first}/decision", {"reason": "维持原评分"}
    )
    await score(second, beside)
    after = await rows(second)

    hidden, seen = before[first], after[first]
    assert (hidden["hidden"], hidden["total"], hidden["scores"]) == (True, None, None)
    assert (hidden["scored"], hidden["appeal"]) == (None, None)
    assert (judged.status, judged.body["code"]) == (403, "judge-in-own-case")
    assert (seen["hidden"], seen["total"]) == (False, 100)


async def test_samples_of_a_day_say_why_and_what_is_inspected_already(house: OpenHouse) -> None:
    house.inside.inspections.had(CALL, "1001", talked_s=3)
    house.inside.inspections.had(OTHER, "1001", rated=1)
    supervisor = await house.signed_in("supervisor")
    await opened(supervisor)
    day = house.inside.clock.now().date()

    found = await supervisor.ask("GET", f"/api/inspections/samples?day={day}")

    by_call = {row["call"]: row for row in found.body["samples"]}
    assert by_call[CALL]["why"] == ["random", "too_short"]
    assert by_call[OTHER]["why"] == ["random", "low_rating"]
    assert (by_call[CALL]["inspected"], by_call[OTHER]["inspected"]) == (True, False)
    assert by_call[CALL]["silence_s"] is None


async def test_the_greeting_key_is_for_a_talk_and_is_written_down(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")
    early = await agent.ask("POST", "/api/seat/greeting")
    house.inside.talk(1)

    told = await agent.ask("POST", "/api/seat/greeting")

    assert (early.status, early.body["code"]) == (409, "wrong-state")
    assert (told.status, told.body["call"], told.body["agent"]) == (200, CALL, "1001")
    (fact,) = [one for one in house.inside.journal.facts if isinstance(one, GreetingTold)]
    assert (fact.call, fact.agent, fact.at) == (CALL, "1001", house.inside.clock.now())


async def test_agents_and_contractors_inspect_nobody_and_nobody_himself(house: OpenHouse) -> None:
    house.inside.inspections.had(CALL, "1001")
    house.inside.inspections.had(OTHER, "1004")
    agent, handler = await house.signed_in("agent"), await house.signed_in("handler")
    supervisor = await house.signed_in("supervisor")
    administrator = await house.signed_in("administrator")
    form = {"call": CALL, "agent": "1001"}

    refused = await agent.ask("POST", "/api/inspections", form)
    samples = await agent.ask("GET", "/api/inspections/samples?day=2026-11-20")
    outside = await handler.ask("GET", "/api/inspections")
    himself = await supervisor.ask("POST", "/api/inspections", {"call": OTHER, "agent": "1004"})
    unknown = await supervisor.ask("POST", "/api/inspections", {"call": CALL, "agent": "1002"})
    reads = await administrator.ask("GET", "/api/inspections")
    card = await agent.ask("GET", "/api/inspections/scorecard")
    nothing = await score(supervisor, "nothing")
    wrong = await supervisor.ask(
        "POST", f"/api/inspections/{await opened(supervisor)}/scores", {"scores": {"manner": 1}}
    )

    assert (refused.status, samples.status, outside.status) == (403, 403, 403)
    assert (himself.status, himself.body["code"]) == (403, "judge-in-own-case")
    assert (unknown.status, unknown.body["code"]) == (404, "unknown-talk")
    assert reads.body == {"inspections": [], "next": None}
    assert sum(item["points"] for item in card.body["items"]) == 100
    assert (nothing.status, nothing.body["code"]) == (404, "unknown-inspection")
    assert (wrong.status, wrong.body["code"]) == (422, "bad-scores")
