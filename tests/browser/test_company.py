"""More than one person on the call, from the page: who hears whom, by frequency."""

from playwright.async_api import Browser, Page, expect

from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from tests.browser.chromium import DESK_HZ
from tests.browser.hall import (
    CITIZEN_HZ,
    OUTSIDE_HZ,
    SECOND_HZ,
    WITHIN,
    Hall,
    citizen_hears,
    desk_hears,
    eventually,
)
from tests.browser.panels import choose, moving


async def test_an_agent_consults_a_colleague_who_takes_the_citizen(
    hall: Hall, second_chromium: Browser
) -> None:
    """Attended transfer; before that one consultation is taken back while it rings."""
    first, second, citizen = await two_desks(hall, second_chromium, "13912345673")

    await consults(first, "1002")
    await second.locator("[data-test=answer]").wait_for()
    await expect(second.locator("[data-test=number]")).to_have_text("139****5673")
    await first.locator("[data-test=cancel]").click()
    await citizen_hears(citizen, DESK_HZ)
    await expect(second.locator("[data-test=state]")).to_contain_text("示闲")

    await in_consultation(first, second)
    await first.locator("[data-test=complete]:not([disabled])").click()

    await desk_hears(second, CITIZEN_HZ)
    await citizen_hears(citizen, SECOND_HZ)
    await first.locator("[data-test=finish]").wait_for()
    await second.locator("[data-test=title]").wait_for()
    citizen.hang_up()
    await second.locator("[data-test=finish]").wait_for()


async def test_three_talk_until_the_first_agent_leaves(
    hall: Hall, second_chromium: Browser
) -> None:
    """Consult and back, then all three together; whoever is left has the citizen."""
    first, second, citizen = await two_desks(hall, second_chromium, "13912345676")

    await in_consultation(first, second)
    await second.keyboard.press("F9")
    await first.locator("[data-test=hold]:not([disabled])").click()
    await citizen_hears(citizen, DESK_HZ)
    await in_consultation(first, second)
    await first.get_by_role("button", name="三方").click()

    await desk_hears(first, CITIZEN_HZ, SECOND_HZ)
    await desk_hears(second, CITIZEN_HZ, DESK_HZ)
    await first.get_by_role("button", name="退出通话").click()
    await desk_hears(second, CITIZEN_HZ)
    await citizen_hears(citizen, SECOND_HZ)
    await first.locator("[data-test=finish]").wait_for()
    await second.locator("[data-test=title]").wait_for()  # the talk is his, not lent any more
    citizen.hang_up()
    await second.locator("[data-test=finish]").wait_for()


async def test_a_citizen_is_sent_to_a_skill_and_from_there_out_of_the_house(
    hall: Hall, second_chromium: Browser
) -> None:
    """To whoever has the skill although another is free; then blind, to a number outside."""
    first, second, citizen = await two_desks(hall, second_chromium, "13912345677", colleague="1003")
    third = await hall.desk("1002")
    panel = await moving(first, "队列")
    await choose(first, "技能", "东北话")
    await panel.get_by_role("button", name="转入队列").click()

    await second.locator("[data-test=answer]").click()
    await citizen_hears(citizen, SECOND_HZ)
    await desk_hears(second, CITIZEN_HZ)
    await first.locator("[data-test=finish]").wait_for()
    assert await third.locator("[data-test=answer]").count() == 0

    panel = await moving(second, "外部号码")
    await second.fill("[data-test=move-number]", "12366")
    outside = await hall.outside(panel.get_by_role("button", name="直接转接").click())
    await citizen_hears(citizen, OUTSIDE_HZ)
    await citizen_hears(outside, CITIZEN_HZ)
    await second.locator("[data-test=finish]").wait_for()
    outside.hang_up()
    await citizen.log.until_seen(News.BYE_HEARD, within=WITHIN)


async def test_110_is_one_press_away_and_all_three_hear_each_other(hall: Hall) -> None:
    page = await hall.desk("1001")
    citizen = await hall.talks(page, "13912345674")

    police = await hall.outside(page.keyboard.press("Shift+F1"))

    await desk_hears(page, CITIZEN_HZ, OUTSIDE_HZ)
    await expect(page.locator("[data-test=hand-off]")).to_contain_text("110 已接通")
    await page.get_by_role("button", name="退出，由其继续").click()
    await citizen_hears(citizen, OUTSIDE_HZ)
    await citizen_hears(police, CITIZEN_HZ)
    await page.locator("[data-test=finish]").wait_for()
    police.hang_up()
    citizen.hang_up()
    await eventually(lambda: is_on_the_wall(hall))


async def is_on_the_wall(hall: Hall) -> bool:
    return bool((await hall.supervisor.ask("GET", "/api/wall"))["hand_offs"].get("110"))


async def two_desks(
    hall: Hall, second: Browser, caller: str, colleague: str = "1002"
) -> tuple[Page, Page, PhoneCall]:
    """The first talks with a citizen, the other is free."""
    first = await hall.desk("1001")
    citizen = await hall.talks(first, caller)
    return first, await hall.desk(colleague, second), citizen


async def consults(page: Page, agent: str) -> None:
    panel = await moving(page, "同事")
    await choose(page, "同事", agent)
    await panel.locator("[data-test=consult]").click()


async def in_consultation(first: Page, second: Page) -> None:
    await consults(first, "1002")
    await second.locator("[data-test=answer]").click()
    await desk_hears(first, SECOND_HZ)
    await desk_hears(second, DESK_HZ)
