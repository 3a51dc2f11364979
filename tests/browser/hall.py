"""A whole instance with desks in real Chromium, a phone on a table, and citizens with sound."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, expect

from hotline.private.progress import silence
from hotline.rehearsal.audio import tone
from hotline.rehearsal.browser.chromium import new_context
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, PhoneSet, SipPhone, open_phone
from hotline.rehearsal.stage import Stage, open_stage
from kernel.clock import SystemClock
from tests.browser.chromium import DESK_HZ, LOUD_DB, heard
from tests.integration.hours import at_night

WITHIN: Final = 30.0  # s for any one step on a busy machine
WITHIN_MS: Final = WITHIN * 1000
CITIZEN_HZ, SECOND_HZ, OUTSIDE_HZ = 1000, 1430, 2200  # none of them a note of the music
expect.set_options(timeout=WITHIN_MS)
TONES: Final = (DESK_HZ, CITIZEN_HZ, SECOND_HZ, OUTSIDE_HZ)
# So that a test can cut what a page has open.
_KEEP_SOCKETS: Final = """
window.__sockets = []
window.WebSocket = class extends window.WebSocket {
  constructor(...given) { super(...given); window.__sockets.push(this) }
}
"""
# To what cleans a microphone's sound a steady tone is noise: after some seconds nothing is left.
_RAW_SOUND: Final = """
const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
const audio = { noiseSuppression: false, echoCancellation: false, autoGainControl: false }
navigator.mediaDevices.getUserMedia = (wanted) => asked({ ...wanted, audio: wanted.audio && audio })
"""


@dataclass
class Hall:
    stage: Stage
    browser: Browser
    citizens: SipPhone
    world: SipPhone  # whoever we ring outside
    supervisor: ConsoleClient
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def base(self) -> str:
        return str(self.stage.endpoints["console"])

    @property
    def seat_address(self) -> tuple[str, int]:
        """Where phones on tables register."""
        return address_of(self.stage.endpoints["seat_sip"])

    def login(self, user: str) -> dict[str, str]:
        found: dict[str, str] = next(
            one for one in self.stage.endpoints["logins"] if one["user"] == user
        )
        return found

    async def page(
        self, user: str | None = None, path: str = "/", browser: Browser | None = None
    ) -> Page:
        """A window of its own, signed in by its login page."""
        context = await new_context(browser or self.browser)
        self.contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(WITHIN_MS)
        await page.add_init_script(_KEEP_SOCKETS + _RAW_SOUND)
        await page.goto(self.base + path)
        if user is not None:
            await page.fill("#name", user)
            await page.fill("#password", self.login(user)["password"])
            await page.press("#password", "Enter")
            await page.wait_for_url(lambda url: "/login" not in url)
        return page

    async def desk(self, user: str, browser: Browser | None = None) -> Page:
        """An agent's desk at his seat, its softphone registered, ready for calls."""
        page = await self.page(user, browser=browser)
        await page.locator("[data-test=take-seat]").click()
        await registered(page)
        await page.locator("[data-test=available]").click()
        await page.locator("[data-test=pause]").wait_for()
        return page

    async def rings(self, caller: str, key: str = "0") -> PhoneCall:
        """A citizen, who speaks at CITIZEN_HZ and asks for a person."""
        citizen = self.citizens.dial("12345", caller=caller)
        citizen.sound.play(tone(CITIZEN_HZ))
        await citizen.log.until_seen(News.CONFIRMED, within=WITHIN)
        await citizen.sound.until(lambda sound: sound.packets > 20, within=WITHIN)
        citizen.press(key)
        return citizen

    async def outside(self, done: Awaitable[Any]) -> PhoneCall:
        """Whoever is rung outside by that; he answers at once and speaks at OUTSIDE_HZ."""
        known = len(self.world.calls)
        await done
        call = await self.world.next_call(within=WITHIN, after=known)
        call.sound.play(tone(OUTSIDE_HZ))
        return call

    async def talks(self, page: Page, caller: str) -> PhoneCall:
        """A citizen and this desk hear each other."""
        citizen = await self.rings(caller)
        await page.locator("[data-test=answer]").click()
        await citizen_hears(citizen, DESK_HZ)
        await page.locator("[data-test=hang-up]").wait_for()
        await desk_hears(page, CITIZEN_HZ)
        return citizen

    def end_calls(self) -> None:
        """So that a test that fails leaves nobody in line for the next one's seats."""
        for call in (*self.citizens.calls, *self.world.calls):
            if call.log.phase is Phase.TALKING:
                call.hang_up()

    async def close_windows(self) -> None:
        for context in self.contexts:
            await context.close()
        self.contexts.clear()


async def registered(page: Page) -> None:
    await page.locator("[data-test=phone].registered").wait_for()


async def citizen_hears(citizen: PhoneCall, hertz: int) -> None:
    await citizen.sound.until(lambda sound: sound.pitch(TONES, 0.2) == hertz, within=WITHIN)


async def desk_hears(page: Page, *tones: int) -> None:
    """These tones and none of the others."""

    async def only_those() -> bool:
        levels = await heard(page, *TONES)
        loud = {hz for hz in TONES if levels.get(hz, -200) > LOUD_DB}
        return bool(levels) and loud == set(tones)

    await eventually(only_those)


async def cut_sockets(page: Page) -> None:
    """The live channel and the softphone's way, both at once, from this side."""
    await page.evaluate("window.__sockets.splice(0).forEach((socket) => socket.close())")


async def eventually(what: Callable[[], Awaitable[Any]]) -> Any:
    """The first true answer."""
    async with asyncio.timeout(WITHIN):
        while True:
            if found := await what():
                return found
            await asyncio.sleep(0.1)


@asynccontextmanager
async def open_hall(name: str, browser: Browser, seats: int = 3) -> AsyncIterator[Hall]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        opened = open_stage(name, seats, silence, fresh=True, config=at_night(folder))
        stage = await stack.enter_async_context(opened)
        endpoints = stage.endpoints
        theirs = PhoneSet(SystemClock(), Pacer(), (endpoints["sip_source"], 0), lines=4)
        account = Account("citizen", "", address_of(endpoints["sip"]))
        citizens = await stack.enter_async_context(open_phone(account, theirs))
        chief = next(one for one in endpoints["logins"] if one["role"] == "supervisor")
        supervisor = await stack.enter_async_context(
            open_console(endpoints["console"], chief["user"], chief["password"])
        )
        beyond = PhoneSet(SystemClock(), Pacer(), address_of(endpoints["trunk_out"]), lines=4)
        world = await stack.enter_async_context(
            open_phone(Account("world", "", address_of(endpoints["sip"])), beyond)
        )
        yield Hall(stage, browser, citizens, world, supervisor)
