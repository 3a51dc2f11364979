"""A supervisor at the page, an agent at a desk in Chromium, a citizen: who hears whom (E2.2)."""

from playwright.async_api import Page, expect

from hotline.rehearsal.audio import strength, to_linear, tone
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, LetItRing, PhoneSet, open_phone
from kernel.clock import SystemClock
from tests.browser.chromium import DESK_HZ
from tests.browser.hall import (
    CITIZEN_HZ,
    OUTSIDE_HZ,
    TONES,
    WITHIN,
    Hall,
    desk_hears,
)
from tests.browser.test_supervisor_pages import ordered

AUDIBLE = 1000  # amplitude in a part of 0.2 s


async def test_e2_2_a_whisper_from_the_page_is_heard_by_the_agent_only(hall: Hall) -> None:
    """The supervisor speaks OUTSIDE_HZ at a seat's phone that nobody uses."""
    desk = await hall.desk("1001")
    citizen = await hall.talks(desk, "13912345679")
    chief = await hall.page("supervisor", "/supervisor")
    await chief.locator("[data-activity=talking]").click()
    login = hall.login("1003")
    account = Account(login["phone"], login["phone_password"], hall.seat_address)
    async with open_phone(account, PhoneSet(SystemClock(), Pacer())) as phone:
        phone.decide = lambda _call: LetItRing()
        await phone.register(within=WITHIN)
        await chief.locator("[data-test=my-phone]").fill(login["phone"])
        await chief.locator("[data-test=listen]").click()
        await said(chief)
        ear = await phone.next_call(within=WITHIN)
        ear.answer()
        ear.sound.play(tone(OUTSIDE_HZ))
        await expect(chief.locator("[data-test=hearing]")).to_contain_text("监听")
        await desk_hears(desk, CITIZEN_HZ)

        await chief.locator("[data-test=whisper]").click()
        await said(chief)
        await desk_hears(desk, CITIZEN_HZ, OUTSIDE_HZ)
        await citizen.sound.until(lambda _: tones_of(citizen) == {DESK_HZ}, within=WITHIN)
        await expect(chief.locator("[data-test=hearing]")).to_contain_text("耳语")
        assert tones_of(citizen) == {DESK_HZ}, "he hears the agent and nobody else"

        await chief.locator("[data-test=stop]").click()
        await said(chief)
        await desk_hears(desk, CITIZEN_HZ)
        await expect(chief.locator("[data-test=hearing]")).to_have_count(0)
    citizen.hang_up()


def tones_of(phone: PhoneCall) -> set[int]:
    """What it heard in the last fifth of a second."""
    latest = to_linear(bytes(phone.sound.heard.sound[-1600:]))
    return {hz for hz in TONES if latest and strength(latest, hz) > AUDIBLE}


async def said(chief: Page) -> None:
    await ordered(chief, "新话务员带教")
