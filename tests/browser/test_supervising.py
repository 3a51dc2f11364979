"""A supervisor and a conversation at a desk in Chromium, from her page: who hears whom (E2.2)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Page, expect

from hotline.rehearsal.audio import strength, to_linear, tone
from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import RATE, Heard, Pacer
from hotline.rehearsal.sip_phone import Account, PhoneSet, SipPhone, open_phone
from kernel.clock import SystemClock
from tests.browser.chromium import DESK_HZ
from tests.browser.hall import CITIZEN_HZ, OUTSIDE_HZ, WITHIN, Hall, desk_hears

CHIEF_HZ: Final = OUTSIDE_HZ
PACKETS: Final = 10  # of 20 ms, heard as one
LOUD: Final = 1_000  # of 32,767; what is not heard stays below half of it: a lost packet crackles


async def test_a_supervisor_ends_one_talk_by_force_and_takes_over_the_next(hall: Hall) -> None:
    """Whispering: tests/browser/test_whisper.py."""
    desk = await hall.desk("1001")
    citizen = await hall.talks(desk, "13900000031")
    async with supervisors_phone(hall) as phone:
        chief = await chosen_seat(hall, phone)
        await orders(chief, "hang-up")
        await citizen.log.until_seen(News.BYE_HEARD, within=WITHIN)
        await desk.locator("[data-test=finish]").click()
        citizen = await hall.talks(desk, "13900000032")

        await orders(chief, "barge")
        ear = await phone.next_call(within=WITHIN)
        ear.sound.play(tone(CHIEF_HZ))
        await hears(ear, CITIZEN_HZ, DESK_HZ)
        await hears(citizen, DESK_HZ, CHIEF_HZ)
        await desk_hears(desk, CITIZEN_HZ, CHIEF_HZ)

        await orders(chief, "force-paused")
        await expect(desk.locator("[data-test=state]")).to_contain_text("通话后")
        await orders(chief, "take-over")
        await hears(citizen, CHIEF_HZ)
        await hears(ear, CITIZEN_HZ)
        await desk.locator("[data-test=finish]").click()
        await expect(desk.locator("[data-test=state]")).to_contain_text("班长置忙")


@asynccontextmanager
async def supervisors_phone(hall: Hall) -> AsyncIterator[SipPhone]:
    """On a table, of a seat at which nobody sits; it answers at once."""
    login = hall.login("1003")
    account = Account(login["phone"], login["phone_password"], hall.seat_address)
    async with open_phone(account, PhoneSet(SystemClock(), Pacer())) as phone:
        await phone.register(within=WITHIN)
        yield phone


async def chosen_seat(hall: Hall, phone: SipPhone) -> Page:
    """Her page, with the seat that talks chosen and her phone named."""
    chief = await hall.page("supervisor", "/supervisor")
    await chief.locator("[data-activity=talking]").click()
    await chief.fill("[data-test=my-phone]", phone.account.user)
    return chief


async def orders(chief: Page, what: str) -> None:
    """One act with its reason, done."""
    await chief.locator(f"[data-test=seat-actions] [data-test={what}]").click()
    box = chief.locator(".el-message-box")
    await box.locator("input").fill("新人带教")
    await box.locator(".el-button--primary").click()
    await expect(chief.get_by_text("已执行").last).to_be_visible()
    await expect(box).to_be_hidden()


async def hears(call: PhoneCall, *tones: int) -> None:
    """These tones and none of the others, in sound that has still to come."""
    before = call.sound.heard.packets

    def only_those(sound: Heard) -> bool:
        if sound.packets < before + PACKETS or sound.packets % PACKETS:
            return False  # looked at in parts: each look costs the loop
        samples = to_linear(bytes(sound.sound[-PACKETS * RATE // 50 :]))
        levels = {hz: strength(samples, hz) for hz in (DESK_HZ, CITIZEN_HZ, CHIEF_HZ)}
        said = all(levels[hz] > LOUD for hz in tones)
        return said and all(level < LOUD / 2 for hz, level in levels.items() if hz not in tones)

    await call.sound.until(only_those, within=WITHIN)
