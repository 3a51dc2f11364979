"""An agent's work in one page: sign in, take a citizen's call, hold, file, be ready again."""

from typing import Final

from playwright.async_api import Page, expect

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from tests.browser.chromium import DESK_HZ
from tests.browser.hall import (
    CITIZEN_HZ,
    OUTSIDE_HZ,
    TONES,
    WITHIN,
    WITHIN_MS,
    Hall,
    citizen_hears,
    desk_hears,
    eventually,
)

QUIET: Final = 200.0  # loudness of a line without a sound is far below
KNOCK: Final = """() => new Promise((done) => {
  const socket = new WebSocket(`ws://${location.host}/sip`, 'sip')
  socket.onopen = () => done('let in')
  socket.onclose = () => done('refused')
})"""


async def test_a_call_is_taken_held_and_becomes_a_case(hall: Hall) -> None:
    page = await hall.desk("1001")
    citizen = await hall.talks(page, "13912345678")
    await expect(page.locator("[data-test=number]")).to_have_text("139****5678")

    await page.keyboard.press("F4")
    hold = page.locator("[data-test=hold]")
    await expect(hold).to_contain_text("取回")
    await hears_music(citizen)
    await desk_hears(page)
    await expect(hold).to_be_enabled()  # the feed may be quicker than the order's own answer
    await page.keyboard.press("F4")
    await desk_hears(page, CITIZEN_HZ)
    await citizen_hears(citizen, DESK_HZ)
    await page.keyboard.press("F3")
    await page.locator("[data-test=pressed]").wait_for()
    await page.locator("[role=group]:focus").wait_for()
    await page.keyboard.type("5#")
    await citizen.sound.until(lambda sound: sound.keys.endswith("5#"), within=WITHIN)
    await page.keyboard.press("Escape")
    await is_asked_for_what_a_report_needs(page)
    await fill_form(page)
    await page.keyboard.press("Control+Enter")
    number = await page.locator("[data-test=ticket-no]").text_content()
    await page.keyboard.press("F9")
    await citizen.log.until_seen(News.BYE_HEARD, within=WITHIN)

    await page.locator("[data-test=finish]").click()
    await expect(page.locator("[data-test=state]")).to_contain_text("示闲")
    cases = (await hall.supervisor.ask("GET", "/api/cases"))["cases"]
    assert [case["title"] for case in cases if number in case["tickets"]] == ["路灯不亮"]


async def is_asked_for_what_a_report_needs(page: Page) -> None:
    await page.locator("[data-test=type-report]").click()
    await page.keyboard.press("Control+Enter")
    for name in ("title", "content", "category_code", "incident_address", "subject_name"):
        await page.locator(f"[data-test=error-{name}]").wait_for()
    await page.locator("[data-test=error-is_whistleblower]").wait_for()
    assert await page.locator("[data-test=error-elsewhere]").count() == 0


async def fill_form(page: Page) -> None:
    await page.locator("[data-test=type-help]").click()
    await page.fill("[data-test=title]", "路灯不亮")
    await page.fill("[data-test=content]", "人民大街的路灯三天不亮。")
    await page.fill("[data-test=address]", "人民大街 100 号")
    await page.fill("[data-test=name]", "王小明")
    await page.keyboard.press("F6")
    await page.keyboard.type("ludeng")
    await page.locator("#hit-0").wait_for()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=chosen-category]")).to_contain_text("灯")
    await expect(page.locator("[data-test=save-state]")).to_have_text("已保存")


async def hears_music(citizen: PhoneCall) -> None:
    await citizen.sound.until(
        lambda sound: sound.loudness(0.2) > QUIET and sound.pitch(TONES, 0.2) != DESK_HZ,
        within=WITHIN,
    )


async def test_a_muted_agent_is_not_heard(hall: Hall) -> None:
    page = await hall.desk("1001")
    citizen = await hall.talks(page, "13912345681")

    await page.keyboard.press("F7")
    await citizen.sound.until(lambda sound: sound.pitch(TONES, 0.2) != DESK_HZ, within=WITHIN)
    await page.keyboard.press("F7")
    await citizen_hears(citizen, DESK_HZ)
    citizen.hang_up()

    await page.locator("[data-test=finish]").wait_for()


async def test_a_seat_that_answers_by_itself_needs_no_hand(hall: Hall) -> None:
    page = await hall.desk("1001")
    await page.locator("[role=toolbar] .el-switch").click()

    citizen = await hall.rings("13912345682")

    await citizen_hears(citizen, DESK_HZ)
    await desk_hears(page, CITIZEN_HZ)
    citizen.hang_up()
    await page.locator("[data-test=finish]").wait_for()
    await page.locator("[role=toolbar] .el-switch").click()


async def test_who_refuses_a_call_is_paused_and_the_citizen_waits_on(hall: Hall) -> None:
    page = await hall.desk("1001")
    citizen = await hall.rings("13912345683")
    await page.locator("[data-test=answer]").wait_for()

    await page.keyboard.press("F9")

    await expect(page.locator("[data-test=state]")).to_contain_text("拒接")

    async def waits_on() -> bool:
        waiting = (await hall.supervisor.ask("GET", "/api/floor"))["waiting"]
        return [(one["caller"], one["ringing_at"]) for one in waiting] == [("139****5683", None)]

    await eventually(waits_on)
    citizen.hang_up()


async def test_who_lets_it_ring_is_paused_and_the_citizen_waits_on(hall: Hall) -> None:
    page = await hall.desk("1001")
    citizen = await hall.rings("13912345684")
    await page.locator("[data-test=answer]").wait_for()

    await expect(page.locator("[data-test=state]")).to_contain_text("振铃未接", timeout=WITHIN_MS)
    await page.locator("[data-test=answer]").wait_for(state="hidden")
    citizen.hang_up()


async def test_an_agent_rings_somebody_by_keyboard_and_they_hear_each_other(hall: Hall) -> None:
    page = await hall.desk("1001")
    before = len(hall.world.calls)

    await page.keyboard.press("F11")
    await page.locator("form input:focus").wait_for()
    await page.keyboard.type("13912345685")
    await page.keyboard.press("Enter")
    called = await hall.world.next_call(within=WITHIN, after=before)
    called.sound.play(tone(OUTSIDE_HZ))

    await desk_hears(page, OUTSIDE_HZ)
    await citizen_hears(called, DESK_HZ)
    await page.keyboard.press("F9")
    await called.log.until_seen(News.BYE_HEARD, within=WITHIN)


async def test_signed_out_of_the_console_there_is_no_phone_left(hall: Hall) -> None:
    page = await hall.desk("1001")

    await page.locator("[data-test=sign-out]").click()
    await page.wait_for_url("**/login**")

    async def nobody_sits() -> bool:
        return not (await hall.supervisor.ask("GET", "/api/floor"))["seats"]

    await eventually(nobody_sits)
    assert await page.evaluate(KNOCK) == "refused"
