"""`./dev screens`: every page that there is, in Chinese, as it stands in a rehearsal.

    python -m tests.browser.screens docs/screens

Which pages there are the navigation says, of each role: a new page needs nothing here. Desk, wall
and supervisor are taken while citizens talk; the others afterwards, with what has come of it.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from hotline.private.progress import say
from hotline.rehearsal.browser.chromium import new_context
from hotline.rehearsal.browser.seat import BrowserSeat
from hotline.rehearsal.cast import Cast
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.stage import Stage, open_stage
from tests.browser.chromium import build_pages, open_chromium
from tests.browser.looks import navigation
from tests.integration.hours import at_night

ROLES: Final = ("supervisor", "administrator", "agent")  # who shows a page that several have
WISHES: Final = Wishes(
    seats=8, browsers=2, calls=36, rate=0.8, seed=11, no_answer=0.0, talk=15.0, patience=40.0
)
WALL: Final = ViewportSize(width=1920, height=1080)
DRAWN_S: Final = 1.5  # charts move in
WHILE_THEY_TALK: Final = ("desk", "wall", "supervisor")
BUSY_AFTER: Final = 2  # calls of a desk: its first steps are done


class Screens:
    """Takes the pictures into `folder`; `taken` are the names."""

    def __init__(self, stage: Stage, browser: Browser, folder: Path) -> None:
        self._stage = stage
        self._browser = browser
        self._folder = folder
        self.taken: set[str] = set()

    async def take(self, page: Page, name: str) -> None:
        await asyncio.sleep(DRAWN_S)
        await page.screenshot(path=self._folder / f"{name}.png")
        self.taken.add(name)
        say(f"{name}.png")

    async def while_they_talk(self, cast: Cast) -> None:
        """Beside the rehearsal."""
        desk = next(seat for seat in cast.seats if isinstance(seat, BrowserSeat))
        async with self._signed_in("supervisor") as chief:
            await chief.goto(self._url("/supervisor"))
            await _answered_more(desk, BUSY_AFTER)
            await desk.desk.part("chosen-category").wait_for()
            await self.take(desk.desk.page, "desk")
            await chief.locator("[data-activity=talking]").first.click()
            await self.take(chief, "supervisor")
            await chief.set_viewport_size(WALL)
            await chief.goto(self._url("/wall"))
            await self.take(chief, "wall")

    async def afterwards(self) -> None:
        """Each page of each role's navigation that has no picture yet."""
        for role in ROLES:
            async with self._signed_in(role) as page:
                for name, path in await navigation(page):
                    if name not in self.taken | set(WHILE_THEY_TALK):
                        await page.goto(self._url(path))
                        await page.locator("#content .panel").first.wait_for()
                        await _open_first(page)
                        await self.take(page, name)

    @asynccontextmanager
    async def _signed_in(self, role: str) -> AsyncIterator[Page]:
        login = next(one for one in self._stage.endpoints["logins"] if one["role"] == role)
        context = await new_context(self._browser)
        page = await context.new_page()
        await page.goto(self._url("/"))
        await page.fill("#name", login["user"])
        await page.fill("#password", login["password"])
        await page.press("#password", "Enter")
        await page.locator("nav a.item").first.wait_for()
        yield page
        await context.close()

    def _url(self, path: str) -> str:
        return f"{self._stage.endpoints['console']}{path}"


async def _answered_more(desk: BrowserSeat, than: int) -> None:
    while True:
        if sum(one.answered_at is not None for one in desk.saw()) > than:
            return
        await asyncio.sleep(DRAWN_S)


async def _open_first(page: Page) -> None:
    """A list shows more with one of its rows open."""
    case = page.locator("[data-test=case]")
    if await case.count():
        await case.first.click()


async def main(folder: Path) -> int:
    build_pages()
    async with AsyncExitStack() as stack:
        config = at_night(Path(stack.enter_context(TemporaryDirectory())))
        opened = open_stage("screens", WISHES.seats, say, fresh=True, config=config)
        stage = await stack.enter_async_context(opened)
        playwright = await stack.enter_async_context(async_playwright())
        voice = Path(stack.enter_context(TemporaryDirectory()))
        browser = await stack.enter_async_context(open_chromium(playwright, voice))
        screens = Screens(stage, browser, folder)
        report = await rehearse_on(stage, WISHES, say, beside=screens.while_they_talk)
        sys.stdout.write(report.text())
        await screens.afterwards()
    missing = set(WHILE_THEY_TALK) - screens.taken
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(Path(sys.argv[1]))))
