"""A city and its province as two instances joined by SIP: up, back down, asked first (NAV-02).

One citizen, whose call goes over two Asterisks; what each centre's agents hear and see of it.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.errors import ConsoleRefused
from hotline.rehearsal.phone_call import PhoneCall
from tests.integration.console_center import (
    OUTSIDE_HZ,
    SEAT_HZ,
    WITHIN,
    Center,
    code_of,
    eventually,
    hears,
    leaves,
    sits,
    talking,
)
from tests.integration.joined_centers import open_joined

pytestmark = pytest.mark.rehearsal

TICKET = "22010020261121000007"
CALLER = "19900000031"
FORM = {
    "title": "跨级诉求",
    "content": "市级未能解决",
    "incident_address": "示范路1号",
    "request_type": "help",
    "category_code": "0201010101",
    "caller_kind": "person",
    "is_anonymous": True,
    "reply_needed": False,
}


@pytest.fixture(scope="module")
async def joined() -> AsyncIterator[tuple[Center, Center]]:
    async with open_joined() as opened:
        yield opened


async def answered(center: Center, user: str, before: int, hertz: int) -> PhoneCall:
    """The next call at that seat, whose agent speaks."""
    seat = await center.seats[user].next_call(within=WITHIN, after=before)
    await seat.log.until_seen(News.CONFIRMED, within=WITHIN)
    seat.sound.play(tone(hertz))
    return seat


async def works(center: Center, user: str) -> int:
    """He sits and is free; how many calls his phone has had."""
    await sits(center, user)
    await center.people[user].ask("POST", "/api/seat/available")
    return len(center.seats[user].calls)


async def in_talk(center: Center, user: str, caller: str) -> tuple[PhoneCall, PhoneCall, str]:
    """They hear each other, and the floor was told."""
    citizen, seat, call = await talking(center, user, caller)
    await floor_knows(center, call)
    return citizen, seat, call


async def floor_knows(center: Center, call: str) -> None:
    """That they talk: it is told a moment after they hear each other."""

    async def is_told() -> bool:
        seats = (await center.people["supervisor"].ask("GET", "/api/floor"))["seats"]
        return any(one["call"] == call and one["activity"] == "talking" for one in seats)

    await eventually(is_told)


async def goes_home(center: Center, user: str) -> None:
    """As soon as his last call is over for the floor too."""

    async def has_gone() -> bool:
        try:
            await leaves(center, user)
        except ConsoleRefused as refused:
            assert refused.reason == "wrong-state"
            return False
        return True

    await eventually(has_gone)


async def newest(center: Center, **wanted: str) -> dict[str, Any]:
    """The newest call whose card says this."""

    async def found() -> dict[str, Any] | None:
        rows = (await center.people["supervisor"].ask("GET", "/api/calls"))["calls"]
        fits = (r for r in rows if all(r[key] == value for key, value in wanted.items()))
        return next(fits, None)

    card: dict[str, Any] = await eventually(found)
    return card


async def passed(center: Center) -> dict[tuple[str, ...], int]:
    now = datetime.now(UTC)
    span = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}
    report = await center.people["supervisor"].ask("GET", "/api/levels/report", query=span)
    return {
        (row["direction"], row["target"], row["reason"], row["result"]): row["calls"]
        for row in report["passed"]
    }


async def counted(center: Center, *wanted: tuple[str, ...]) -> None:
    async def all_are() -> bool:
        found = await passed(center)
        return all(found.get(one) for one in wanted)

    await eventually(all_are)


async def test_nav_02_a_call_goes_up_with_its_ticket_and_comes_down_again(
    joined: tuple[Center, Center],
) -> None:
    city, province = joined
    await works(city, "1001")
    at_province = await works(province, "1001")
    citizen, city_seat, call = await in_talk(city, "1001", CALLER)

    without = city.people["1001"].ask(
        "POST", f"/api/calls/{call}/to-level", {"level": "jilin", "reason": "unresolved"}
    )
    assert (await code_of(without))[1] == "level-ticket-needed"
    up = {"level": "jilin", "reason": "unresolved", "ticket_no": TICKET}
    await city.people["1001"].ask("POST", f"/api/calls/{call}/to-level", up)
    await answered(province, "1001", at_province, OUTSIDE_HZ)
    await hears(citizen, OUTSIDE_HZ)
    await city_seat.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)

    there = await newest(province, from_level="changchun")
    assert (there["level_reason"], there["level_ticket"]) == ("unresolved", TICKET)
    assert (there["caller"], there["trunk"]) == ("199****0031", "level-changchun")
    await floor_knows(province, there["call"])
    await its_ticket_names_the_citys(province, there["call"])

    at_city = await works(city, "1002")
    down = {"level": "changchun", "reason": "city_matter", "ticket_no": TICKET}
    await province.people["1001"].ask("POST", f"/api/calls/{there['call']}/to-level", down)
    again = await answered(city, "1002", at_city, SEAT_HZ)
    await hears(citizen, SEAT_HZ)
    back = await newest(city, from_level="jilin")
    assert (back["level_reason"], back["level_ticket"]) == ("city_matter", TICKET)
    citizen.hang_up()
    await again.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)

    await counted(
        city, ("out", "jilin", "unresolved", "reached"), ("in", "jilin", "city_matter", "taken")
    )
    await counted(
        province,
        ("in", "changchun", "unresolved", "taken"),
        ("out", "changchun", "city_matter", "reached"),
    )
    await asyncio.gather(
        goes_home(city, "1001"), goes_home(city, "1002"), goes_home(province, "1001")
    )


async def its_ticket_names_the_citys(province: Center, call: str) -> None:
    """NAV-05."""
    agent = province.people["1001"]
    receipt = await agent.ask("POST", "/api/tickets", {"call": call, "form": FORM})
    ticket = await agent.ask("GET", f"/api/tickets/{receipt['ticket_no']}")

    assert ticket["parent_ticket_no"] == TICKET
    assert ticket["frame"]["is_province_ticket"] is True
    assert ticket["frame"]["transferred_from"] == "level"


async def test_nav_02_the_province_is_asked_first_and_then_has_the_citizen(
    joined: tuple[Center, Center],
) -> None:
    city, province = joined
    await works(city, "1001")
    at_province = await works(province, "1002")
    citizen, city_seat, call = await in_talk(city, "1001", "19900000032")

    asks = {"level": "jilin", "reason": "cross_city", "how": "consult"}
    async with asyncio.TaskGroup() as group:
        group.create_task(city.people["1001"].ask("POST", f"/api/calls/{call}/to-level", asks))
        theirs = await answered(province, "1002", at_province, OUTSIDE_HZ)
    await hears(city_seat, OUTSIDE_HZ)
    there = await newest(province, from_level="changchun", level_reason="cross_city")
    assert there["caller"] == "199****0032"
    await city.people["1001"].ask("POST", f"/api/calls/{call}/consult/complete")
    await hears(citizen, OUTSIDE_HZ)
    citizen.hang_up()
    await theirs.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)

    await counted(city, ("out", "jilin", "cross_city", "reached"))
    await asyncio.gather(goes_home(city, "1001"), goes_home(province, "1002"))


async def test_utl_01_a_call_is_handed_to_the_heating_company_of_its_district(
    joined: tuple[Center, Center],
) -> None:
    city, _ = joined
    await works(city, "1001")
    citizen, _, call = await in_talk(city, "1001", "19900000033")
    before = len(city.world.calls)

    heat = {"utility": "heat", "district": "220102"}
    done = await city.people["1001"].ask("POST", f"/api/calls/{call}/utility", heat)
    company = await city.world.next_call(within=WITHIN, after=before)
    company.sound.play(tone(OUTSIDE_HZ))
    await hears(citizen, OUTSIDE_HZ)
    citizen.hang_up()

    assert (done["done"], done["number"]) == ("transferring", "043188800401")
    await counted(city, ("out", "heat", "", "reached"))
    await goes_home(city, "1001")


async def test_utl_02_where_nobody_answers_an_urgent_ticket_is_filed(
    joined: tuple[Center, Center],
) -> None:
    city, _ = joined
    await works(city, "1002")
    citizen, _, call = await in_talk(city, "1002", "19900000034")
    agent = city.people["1002"]

    heat = {"utility": "heat", "district": "220104", "how": "ticket"}
    done = await agent.ask("POST", f"/api/calls/{call}/utility", heat)
    whole = {name: value for name, value in FORM.items() if name != "title"}
    form = {**done["form"], **whole}
    receipt = await agent.ask("POST", "/api/tickets", {"call": call, "form": form})
    ticket = await agent.ask("GET", f"/api/tickets/{receipt['ticket_no']}")
    citizen.hang_up()

    assert (done["done"], done["version"]) == ("ticket", 1)
    assert (ticket["urgency"], ticket["category_code"]) == ("urgent", "0201010101")
    assert ticket["title"] == done["form"]["title"]
    await counted(city, ("out", "heat", "", "ticket"))
    await goes_home(city, "1002")


async def test_nav_06_the_province_sees_the_citys_calls_under_its_own(
    joined: tuple[Center, Center],
) -> None:
    """Both centres have answered calls by now; the city tells its quarters to the province."""
    _, province = joined

    async def rolled_up() -> bool:
        now = datetime.now(UTC)
        span = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}
        chief = province.people["supervisor"]
        report = await chief.ask("GET", "/api/levels/report", query=span)
        levels = {row["level"]: row for row in report["levels"]}
        own, city = levels["jilin"]["own"], levels["changchun"]["own"]
        both = own["answered"] + city["answered"]
        told = own["answered"] > 0 and city["answered"] > 0
        return bool(told and levels["jilin"]["with_below"]["answered"] == both)

    await eventually(rolled_up)
