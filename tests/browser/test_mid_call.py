"""What must not cost an agent his call or his form: a reload, lost sockets."""

from playwright.async_api import expect

from hotline.rehearsal.call_log import News
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, LetItRing, PhoneSet, open_phone
from kernel.clock import SystemClock
from tests.browser.chromium import DESK_HZ
from tests.browser.hall import (
    CITIZEN_HZ,
    WITHIN,
    WITHIN_MS,
    Hall,
    citizen_hears,
    cut_sockets,
    desk_hears,
    registered,
)


async def test_a_reload_in_mid_call_loses_neither_call_nor_form(hall: Hall) -> None:
    page = await hall.desk("1001")
    citizen = await hall.talks(page, "13912345671")
    await page.fill("[data-test=title]", "路灯不亮")

    await page.reload()
    await registered(page)
    await desk_hears(page, CITIZEN_HZ)
    await citizen_hears(citizen, DESK_HZ)
    await expect(page.locator("[data-test=title]")).to_have_value("路灯不亮")
    await page.locator("[data-test=hang-up]").click()

    await citizen.log.until_seen(News.BYE_HEARD, within=WITHIN)
    await page.locator("[data-test=finish]").wait_for()


async def test_lost_sockets_come_back_and_the_far_ends_bye_is_heard(hall: Hall) -> None:
    page = await hall.desk("1001")
    citizen = await hall.talks(page, "13912345672")
    await page.fill("[data-test=title]", "路灯又不亮")

    await cut_sockets(page)
    await page.locator("[data-test=phone]:not(.registered)").wait_for()
    await registered(page)
    await desk_hears(page, CITIZEN_HZ)
    await expect(page.locator("[data-test=title]")).to_have_value("路灯又不亮")
    await expect(page.locator("[data-test=save-state]")).to_have_text("已保存")
    citizen.hang_up()

    await page.locator("[data-test=finish]").wait_for()
    await expect(page.locator("#phone-sound")).to_have_js_property("srcObject", None)


async def test_a_second_window_leaves_the_call_alone_until_its_agent_takes_it_over(
    hall: Hall,
) -> None:
    first = await hall.desk("1001")
    citizen = await hall.talks(first, "13912345676")

    second = await first.context.new_page()
    second.set_default_timeout(WITHIN_MS)
    await second.goto(hall.base + "/desk")
    await second.locator("[data-test=use-here]").wait_for()
    await registered(first)
    await second.locator("[data-test=use-here]").click()

    await desk_hears(second, CITIZEN_HZ)
    await citizen_hears(citizen, DESK_HZ)
    await first.locator("[data-test=use-here]").wait_for()
    citizen.hang_up()
    await second.locator("[data-test=finish]").wait_for()


async def test_with_a_phone_on_the_table_the_page_shows_the_call(hall: Hall) -> None:
    login = hall.login("1001")
    account = Account(login["phone"], login["phone_password"], hall.seat_address)
    async with open_phone(account, PhoneSet(SystemClock(), Pacer())) as phone:
        phone.decide = lambda _call: LetItRing()
        await phone.register(within=WITHIN)
        page = await hall.page("1001")
        await page.get_by_text("桌面话机").click()
        await page.locator("[data-test=take-seat]").click()
        await page.locator("[data-test=available]").click()

        citizen = await hall.rings("13912345675")
        call = await phone.next_call(within=WITHIN)
        await expect(page.locator("[data-test=number]")).to_have_text("139****5675")
        call.answer()
        await page.locator("[data-test=title]").wait_for()
        call.hang_up()
        await page.locator("[data-test=finish]").wait_for()
        citizen.hang_up()
