"""What an agent's desk shows beside the call."""

from kernel.ids import CallId
from tests.console.house import CALL, OpenHouse


async def test_a_desk_is_told_its_choices(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    shown = (await agent.ask("GET", "/api/desk")).body

    reasons = {one["id"]: one for one in shown["pause_reasons"]}
    assert (reasons["rest"]["name_zh"], reasons["rest"]["max_minutes"]) == ("小休", 15)
    assert (reasons["rest"]["by_system"], reasons["forced"]["by_system"]) == (False, True)
    assert [one["id"] for one in shown["emergency"]] == ["110", "119", "120", "122"]
    assert shown["emergency"][0]["name_zh"] == "公安报警"
    assert {"id": "general", "name_zh": "综合", "name_en": "General"} in shown["queues"]
    assert "0431" in {area["area_code"] for area in shown["areas"]}


async def test_a_desk_has_a_greeting_key_where_the_site_has_one(house: OpenHouse) -> None:
    """As shipped there is none (config/inspection.yaml)."""
    agent = await house.signed_in("agent")
    office = house.inside.inspections.office
    sampling = office.rules.sampling.model_copy(update={"greeting_within_s": 8.0})

    without = (await agent.ask("GET", "/api/desk")).body["greeting_key"]
    office.rules = office.rules.model_copy(update={"sampling": sampling})
    with_key = (await agent.ask("GET", "/api/desk")).body["greeting_key"]

    assert (without, with_key) == (False, True)


async def test_the_whole_catalogue_comes_with_the_names_of_its_units(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    shown = (await agent.ask("GET", "/api/catalogue/leaves")).body

    assert shown["version"] == "2026.1"
    assert [leaf["path"] for leaf in shown["leaves"]] == [["市场", "消费", "商品", "质量", "食品"]]
    assert shown["leaves"][0]["units"] == [{"id": "market", "name": "市场监管局"}]


async def test_the_agent_who_has_the_caller_sees_who_it_is(house: OpenHouse) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")

    shown = (await agent.ask("GET", f"/api/calls/{CALL}/caller")).body

    assert (shown["caller"], shown["known"], shown["last_calls"]) == ("138****5678", True, [])


async def test_other_calls_of_the_same_number_are_shown_to_him(house: OpenHouse) -> None:
    house.inside.talk()
    house.inside.ring(CallId("1767603600.42"), "13999990000")
    house.inside.ring(CallId("1767603600.43"))
    agent = await house.signed_in("agent")

    shown = (await agent.ask("GET", f"/api/calls/{CALL}/caller")).body

    assert [call["call"] for call in shown["last_calls"]] == ["1767603600.43"]


async def test_without_the_database_the_caller_is_shown_as_far_as_known(house: OpenHouse) -> None:
    house.inside.talk()
    house.inside.cases.is_away = True
    agent = await house.signed_in("agent")

    shown = (await agent.ask("GET", f"/api/calls/{CALL}/caller")).body

    assert (shown["caller"], shown["known"], shown["open_cases"]) == ("138****5678", False, [])


async def test_a_colleague_does_not_see_the_caller(house: OpenHouse) -> None:
    house.inside.talk()
    other = await house.signed_in("contractor")

    answer = await other.ask("GET", f"/api/calls/{CALL}/caller")

    assert (answer.status, answer.body["code"]) == (403, "not-your-call")


async def test_ones_own_day_counts_ones_own_calls(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")
    before = (await agent.ask("GET", "/api/figures/mine")).body
    house.inside.talk()

    after = (await agent.ask("GET", "/api/figures/mine")).body

    assert (before["answered"], before["mean_wait_s"]) == (0, None)
    assert (after["answered"], after["mean_wait_s"]) == (1, 3.0)
