"""What an agent does at his desk in the browser: everything by what the page shows, as he would.

Each step waits for what he would wait for. Raises DeskStuck where the page does not show it.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page, expect

from hotline.rehearsal.errors import DeskStuck

WITHIN_S: Final = 20.0  # for any one step, on a busy machine
_MS: Final = 1000
_SOON_S: Final = 5.0
_REQUEST: Final = {
    "title": "演练诉求：路灯不亮",
    "content": "演练：人民大街的路灯三天不亮，请尽快处理。",
    "address": "春江市解放路1号",
    "name": "演练市民",
}
_CATEGORY: Final = "ludeng"  # typed as people do, by pinyin
_CONTACT: Final = "13900000000"  # of whoever withholds his number, who is asked for one


class Desk:
    """One window with the agent's desk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._form_of = ""  # the call whose form stood there as it rang
        page.set_default_timeout(WITHIN_S * _MS)

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-test={name}]")

    # ---- the shift

    async def sign_in(self, base: str, user: str, password: str) -> None:
        async with _step("sign in"):
            await self.page.goto(base)
            await self.page.fill("#name", user)
            await self.page.fill("#password", password)
            await self.page.press("#password", "Enter")
            await self.page.wait_for_url(lambda url: "/login" not in url)

    async def take_seat(self, seat: str) -> None:
        """That seat, with the phone of this page; until the phone is there."""
        async with _step(f"take seat {seat}"):
            picker, earlier = self.page.locator("#seat"), self.part("leave-seat")
            await picker.or_(earlier).first.wait_for()
            if await earlier.is_visible():  # left there by one that was broken off
                await earlier.click()
            await picker.click(force=True)
            await picker.fill(seat)
            wanted = self.page.locator(".el-select-dropdown:visible [role=option]", has_text=seat)
            await wanted.first.click()
            await self.part("take-seat").click()
            await self.page.locator("[data-test=phone].registered").wait_for()

    async def go_available(self) -> None:
        """Nothing to do where he is."""
        async with _step("go available"):
            ready, already = self.part("available"), self.part("pause")
            await ready.or_(already).first.wait_for()
            if await ready.is_visible():
                await ready.click()
            await already.wait_for()

    async def answer_by_itself(self) -> None:
        async with _step("switch auto-answer on"):
            switch = self.page.locator("[role=toolbar] [role=switch]")
            if await switch.get_attribute("aria-checked") != "true":
                await self.page.locator("[role=toolbar] .el-switch").click()
            await expect(switch).to_have_attribute("aria-checked", "true")

    async def pause_after_call(self) -> str:
        """Asks in wrap-up for the first break of the list; its name."""
        async with _step("ask for a break"):
            await self.page.keyboard.press("F8")
            reason = self.page.locator("[role=menuitem]:visible").first
            name = (await reason.inner_text()).split("\n")[0].strip()
            await reason.click()
            await self.part("available").wait_for()
            return re.sub(r"\s*\d+′$", "", name)

    async def is_on_break(self, name: str) -> None:
        async with _step(f"be on the break {name}"):
            await expect(self.part("state")).to_contain_text(name, timeout=WITHIN_S * _MS)

    async def back_from_break(self) -> None:
        async with _step("come back from the break"):
            await self.page.keyboard.press("F8")
            await self.part("pause").wait_for()

    async def sign_out(self) -> None:
        async with _step("sign out"):
            await self.part("sign-out").click()
            await self.page.wait_for_url("**/login**")

    # ---- a call

    async def shows_ring(self) -> bool:
        """Whether it offers to answer, in the time that a ring gives."""
        return await self._appears(self.part("answer"), _SOON_S)

    async def answer(self, *, by_key: bool) -> None:
        """The caller may be gone by now: then there is nothing to press."""
        async with _step("answer"):
            if by_key:
                await self.page.keyboard.press("F2")
            elif await self.part("answer").is_visible():
                await self.part("answer").click(timeout=_SOON_S * _MS)

    async def sees_a_ring(self) -> None:
        """The form of an earlier call, which was not filed, may stand there."""
        async with _step("look at the form"):
            old = self.page.locator("[data-call]")
            self._form_of = await old.get_attribute("data-call") or "" if await old.count() else ""

    async def shows_form(self) -> bool:
        """That of this call; an earlier one stands there until it comes."""
        new = self.page.locator(f"[data-call]:not([data-call='{self._form_of}'])")
        return await self._appears(new.locator("[data-test=title]"), WITHIN_S)

    async def number(self) -> str:
        """As the caller's card shows it."""
        async with _step("read the number"):
            return (await self.part("number").inner_text()).strip()

    async def toggle_hold(self, shown: str) -> None:
        """Until its button says so: 取回 while he is held, 保持 afterwards."""
        async with _step(f"hold, until {shown}"):
            await expect(self.part("hold")).to_be_enabled(timeout=WITHIN_S * _MS)
            await self.page.keyboard.press("F4")
            await expect(self.part("hold")).to_contain_text(shown, timeout=WITHIN_S * _MS)

    async def hang_up(self) -> None:
        async with _step("hang up"):
            await self.part("hang-up").click(timeout=_SOON_S * _MS)

    # ---- the form

    async def fill_form(self) -> None:
        async with _step("fill the form"):
            await self.part("type-help").click()
            for field, text in _REQUEST.items():
                await self.part(field).fill(text)
            if not any(sign.isdigit() for sign in await self.number()):
                await self.part("contact").fill(_CONTACT)
            await self.page.keyboard.press("F6")
            await self.part("category").press_sequentially(_CATEGORY)
            await self.page.locator("#hit-0").wait_for()
            await self.page.keyboard.press("Enter")
            await expect(self.part("chosen-category")).to_contain_text("灯", timeout=WITHIN_S * _MS)

    async def submit(self) -> str:
        """The number of the ticket, as the receipt shows it."""
        async with _step("file the ticket"):
            await self.page.keyboard.press("Control+Enter")
            number = await self.part("ticket-no").inner_text()
            await self.part("receipt-done").click()
            return number.strip()

    async def finish_wrap_up(self) -> None:
        """Its time may be up before."""
        async with _step("finish wrap-up"):
            if await self._appears(self.part("finish"), _SOON_S):
                await self.page.keyboard.press("F9")
                await self.part("finish").wait_for(state="hidden")

    async def own_day(self) -> tuple[int, int]:
        """Calls answered and tickets filed today, as it shows them."""
        async with _step("read the own figures"):
            answered = await self.part("own-answered").inner_text()
            tickets = await self.part("own-tickets").inner_text()
            return int(answered), int(tickets)

    async def _appears(self, part: Locator, within: float) -> bool:
        try:
            await part.first.wait_for(timeout=within * _MS)
        except PlaywrightError:
            return False
        return True


@asynccontextmanager
async def _step(name: str) -> AsyncIterator[None]:
    """What Playwright finds missing, as what an agent could not do."""
    try:
        yield
    except (PlaywrightError, AssertionError) as missing:
        raise DeskStuck(
            f"A desk could not {name}: {str(missing).strip().splitlines()[0]}",
            remedy="Open the console of the instance in a browser and try the same.",
        ) from missing
