"""What ids are called, for whoever shows them on a page."""

from tests.console.house import OpenHouse


async def test_pages_are_told_what_each_id_is_called(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    shown = (await agent.ask("GET", "/api/names")).body

    assert shown["queues"]["general"] == {"name_zh": "综合", "name_en": "General"}
    assert shown["pause_reasons"]["rest"]["name_zh"] == "小休"
    assert shown["units"] == {"market": "市场监管局"}
    assert shown["areas"]["220100"]["name_zh"]
    assert shown["agents"]["1001"]
    for kind in ("skills", "lines", "targets"):
        assert shown[kind] and all(
            one["name_zh"] and one["name_en"] for one in shown[kind].values()
        )


async def test_a_screen_in_the_hall_is_told_no_names_of_people(house: OpenHouse) -> None:
    wall = await house.signed_in("wall")

    shown = (await wall.ask("GET", "/api/names")).body

    assert shown["agents"] == {}
    assert shown["queues"]
