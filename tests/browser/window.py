"""A window on the console of an open house (tests/console/house.py): real pages, no telephone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, Response

from acd.happenings import LegAnswered, PhoneSeen
from cases.case import CaseSummary, Protection
from cases.status import CaseStatus
from hotline.rehearsal.browser.chromium import new_context
from intake.caller_lookup import Caller
from kernel.ids import AgentNo, CaseId, Extension, NumberKey
from tests.console.house import PASSWORD, OpenHouse, open_house
from tests.console.softphones import open_asterisk_socket

WITHIN_MS: Final = 30_000
_WATCH: Final = """
window.__violations = []
document.addEventListener('securitypolicyviolation', (event) =>
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
"""


class Window:
    """One browser window; `loaded` is what it fetched."""

    def __init__(self, house: OpenHouse, page: Page) -> None:
        self.house = house
        self.page = page
        self.loaded: list[Response] = []
        page.on("response", lambda answer: self.loaded.append(answer))

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.house.server.port}"

    async def sign_in(self, name: str, path: str = "/") -> None:
        await self.page.goto(self.base + path)
        await self.page.fill("#name", name)
        await self.page.fill("#password", PASSWORD)
        await self.page.press("#password", "Enter")
        await self.page.wait_for_url(lambda url: "/login" not in url)

    async def sit(self) -> None:
        """Signed in at a seat with its table phone there, ready for calls."""
        await self.page.locator("[data-test=take-seat]").click()
        self.house.inside.floor.take(PhoneSeen(Extension("8001"), True))
        await self.page.locator("[data-test=available]").click()
        await self.page.locator("[data-test=pause]").wait_for()

    async def talk(self) -> None:
        """A citizen rings and is answered, as far as the floor knows."""
        rung = next(fact for fact in self.house.inside.ring() if fact.kind == "seat-rung")
        await self.page.locator("[data-test=caller].ringing").wait_for()
        self.house.inside.floor.take(LegAnswered(rung.leg))
        await self.page.locator("[data-test=title]").wait_for()

    def name_agent(self, no: str, name: str) -> None:
        agents = dict(self.house.inside.directory.directory.agents)
        agents[AgentNo(no)] = replace(agents[AgentNo(no)], name=name)
        known = self.house.inside.directory
        known.directory = replace(known.directory, agents=agents)

    def known_caller(self, *, title: str, tag: str) -> None:
        """The citizen of `talk` has an open case of that title, and that tag."""
        key, now = NumberKey("key-5678"), self.house.inside.clock.now()
        case = CaseSummary(
            id=CaseId("c1"), status=CaseStatus.PENDING_DISPATCH, opened_at=now, updated_at=now,
            region_code="220100", request_type="help", category_code="0101010101", title=title,
            urgency="normal", protection=Protection(), tickets=(), calls=(), caller_tags=(tag,),
        )  # fmt: skip
        caller = Caller(number_key=key, history=(case,), open_cases=(case,), tags=(tag,))
        self.house.inside.cases.callers[key] = caller

    async def violations(self) -> list[str]:
        """What its policy has refused so far."""
        found: list[Any] = await self.page.evaluate("window.__violations")
        return [str(one) for one in found]


@asynccontextmanager
async def open_window(browser: Browser, folder: Path) -> AsyncIterator[Window]:
    async with (
        open_house(folder) as house,
        open_asterisk_socket(house.inside.phones),
        asyncio.TaskGroup() as tasks,
    ):
        live = tasks.create_task(house.inside.live.run())
        context = await new_context(browser)
        page = await context.new_page()
        page.set_default_timeout(WITHIN_MS)
        await page.add_init_script(_WATCH)
        try:
            yield Window(house, page)
        finally:
            await context.close()
            live.cancel()
