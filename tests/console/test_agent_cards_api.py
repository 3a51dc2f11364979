"""The monthly card over the console's API (HR-03): who sees whose, and marks with their reason."""

import pytest

from figures.facts import AgentMarked
from tests.console.house import CALL, OpenHouse
from tests.console.test_inspection_api import opened, score

MONTH = "/api/agents/cards?month=2026-11"
PRAISE = {"what": "praise", "call": CALL, "reason": "市民来信表扬"}


async def test_hr_03_a_supervisor_sees_everybodys_card_and_an_agent_his_own(
    house: OpenHouse,
) -> None:
    house.inside.inspections.had(CALL, "1001", rated=5)
    house.inside.inspections.had(CALL, "1002", rated=1)
    supervisor, agent = await house.signed_in("supervisor"), await house.signed_in("agent")
    await score(supervisor, await opened(supervisor))

    everybody = await supervisor.ask("GET", MONTH)
    own = await agent.ask("GET", MONTH)

    assert [card["agent"] for card in everybody.body["cards"]] == ["1001", "1002"]
    (card,) = own.body["cards"]
    assert card["agent"] == "1001"
    values = {one["id"]: (one["value"], one["n"]) for one in card["figures"]}
    assert values["HR-03.3"] == (1.0, 1)
    assert values["D-29"] == (1.0, 1)
    assert {one["id"] for one in own.body["definitions"]} == set(values)
    assert all(one["formula_zh"] and one["source"] for one in own.body["definitions"])


async def test_hr_03_the_same_comes_as_a_table(house: OpenHouse) -> None:
    house.inside.inspections.had(CALL, "1001", rated=5)
    supervisor = await house.signed_in("supervisor")

    answer = await supervisor.ask("GET", "/api/agents/cards.csv?month=2026-11")

    assert answer.status == 200
    named = 'attachment; filename="agents-2026-11.csv"'
    assert answer.headers["Content-Disposition"] == named


async def test_hr_03_praise_is_written_down_with_its_reason_and_stands_on_the_card(
    house: OpenHouse,
) -> None:
    house.inside.inspections.had(CALL, "1001")
    supervisor = await house.signed_in("supervisor")

    marked = await supervisor.ask("POST", "/api/agents/1001/marks", PRAISE)
    stranger = await supervisor.ask("POST", "/api/agents/9999/marks", PRAISE)
    not_his = await supervisor.ask("POST", "/api/agents/1002/marks", PRAISE)
    card = (await supervisor.ask("GET", MONTH)).body["cards"][0]

    assert marked.status == 201
    assert (stranger.status, stranger.body["code"]) == (404, "unknown-work-number")
    assert (not_his.status, not_his.body["code"]) == (404, "unknown-talk")
    assert card["counts"]["praise_marks"] == 1
    (fact,) = [one for one in house.inside.journal.facts if isinstance(one, AgentMarked)]
    assert (fact.agent, fact.what, fact.call, fact.by) == ("1001", "praise", CALL, "supervisor")
    assert "来信" not in str(fact), "words stay out of the journal"


@pytest.mark.parametrize("who", ["agent", "contractor", "handler", "administrator"])
async def test_hr_03_only_a_supervisor_writes_marks(house: OpenHouse, who: str) -> None:
    house.inside.inspections.had(CALL, "1001")
    visitor = await house.signed_in(who)

    assert (await visitor.ask("POST", "/api/agents/1001/marks", PRAISE)).status == 403


@pytest.mark.parametrize("month", ["2026-13", "2026", "x"])
async def test_hr_03_a_month_that_is_none_is_refused(house: OpenHouse, month: str) -> None:
    supervisor = await house.signed_in("supervisor")

    assert (await supervisor.ask("GET", f"/api/agents/cards?month={month}")).status == 422
