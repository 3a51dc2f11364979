"""Debian's Chromium over the pages as `./dev` builds them, and how its clock stands to ours."""

import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from hotline.private.places import PROJECT

WITHIN_MS: Final = 60_000
_SCREEN: Final = ViewportSize(width=1920, height=1080)
_CLOCK_ROUNDS: Final = 30
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
)


def build_pages() -> None:
    """As `./dev` does; nothing where they stand already, or where that was said (HOTLINE_SETUP)."""
    if os.environ.get("HOTLINE_SETUP") != "no":
        build = str(PROJECT / "console" / "web" / "build")
        subprocess.run([build], check=True, stdout=subprocess.DEVNULL)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Raises RuntimeError without a Chromium."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("There is no chromium on this machine: apt install chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, headless=True, args=list(_FLAGS)
        )
        try:
            yield browser
        finally:
            await browser.close()


async def new_window(browser: Browser) -> BrowserContext:
    """A profile of its own: nothing in its cache, nobody signed in."""
    context = await browser.new_context(viewport=_SCREEN, locale="zh-CN")
    context.set_default_timeout(WITHIN_MS)
    return context


async def sign_in(page: Page, user: str, password: str) -> None:
    """On the sign-in form; until another page opens."""
    await page.fill("#name", user)
    await page.fill("#password", password)
    await page.press("#password", "Enter")
    await page.wait_for_url(lambda url: "/login" not in url)


async def clock_ahead_ms(page: Page) -> float:
    """By how much the page's wall clock is ahead of ours, from the quickest of some answers."""
    found = []
    for _ in range(_CLOCK_ROUNDS):
        before = time.time()
        theirs = await page.evaluate("performance.timeOrigin + performance.now()")
        after = time.time()
        found.append((after - before, float(theirs) - (before + after) / 2 * 1000))
    return min(found)[1]
