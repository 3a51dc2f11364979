"""Opens desks in one Chromium: a window of its own for each agent, signed in by the login page."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.async_api import Browser, async_playwright

from hotline.rehearsal.browser.chromium import new_context, open_chromium
from hotline.rehearsal.browser.desk import Desk
from hotline.rehearsal.browser.seat import BrowserSeat
from hotline.rehearsal.browser.tap import Tap, tap_into
from hotline.rehearsal.seats import Manner, SeatLogin

_VOICE_HZ: Final = 440


@asynccontextmanager
async def open_browser_seats(
    base: str, logins: Sequence[SeatLogin], manner: Manner, seed: int
) -> AsyncIterator[list[BrowserSeat]]:
    """One seat a login; each second one answers by itself. Raises NoBrowser and DeskStuck."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rehearsal-")))
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await stack.enter_async_context(open_chromium(playwright, folder, _VOICE_HZ))
        seats = []
        for n, login in enumerate(logins):
            window = await _window(chromium)
            await window[0].sign_in(base, login.user, login.password)
            seats.append(BrowserSeat(login, window, manner, seed, by_itself=n % 2 == 1))
        yield seats


async def _window(chromium: Browser) -> tuple[Desk, Tap]:
    page = await (await new_context(chromium)).new_page()
    tap = await tap_into(page)
    return Desk(page), tap
