"""bench first_load: from an empty cache to a desk at which one can work, in real Chromium.

Each round has a window of its own with nothing in its cache. The sign-in form, then the desk after
the sign-in, then the softphone bar after the seat was taken; at last the whole desk at once: signed
in and seated, nothing in the cache. The moment is the frame in which the control is there and can
be used, by the page's own clock.
"""

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, Response, StorageState

from bench.chromium import WITHIN_MS, build_pages, new_window, open_browser
from bench.exchange import remove_instance
from bench.report import Report
from bench.timing import median
from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.stage import Stage, open_stage

LIMIT_MS: Final = 2_000
LIMIT_KB: Final = 350
STEPS: Final = ("sign-in form", "desk after sign-in", "bar after the seat", "whole desk")
_FORM: Final = "#password"
_SEAT: Final = "[data-test=take-seat]:not([disabled])"
_BAR: Final = "body:has([data-test=phone].registered) [data-test=available]:not([disabled])"
# From the first frame on, when each was there; `performance.now()` is 0 at the navigation's start.
_WATCH: Final = """(() => {
  const wanted = WANTED
  window.__usable = {}
  const look = () => {
    for (const one of wanted)
      if (!(one in window.__usable) && document.querySelector(one))
        window.__usable[one] = performance.now()
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()""".replace("WANTED", str([_FORM, _SEAT, _BAR]))


def run(quick: bool) -> Report:
    build_pages()
    rounds, kb = asyncio.run(_run(2 if quick else 7))
    report = Report()
    report.add(
        "From the navigation (or the click) until it can be used, nothing in the cache",
        ("what", "rounds", "median ms", "slowest ms"),
        [(step, len(times), median(times), max(times)) for step, times in _by_step(rounds)],
    )
    for step, times in _by_step(rounds):
        report.bar(f"{step}: can be used in <= 2 s, the slowest", max(times), LIMIT_MS, "ms")
    report.bar("first load of the desk <= 350 kB gzipped", kb, LIMIT_KB, "kB")
    report.notes.append(
        "desk after sign-in: from Enter in the form, its password's hash as shipped, to the seat's"
        " button. bar after the seat: from that button to the softphone registered and the first"
        " button enabled. whole desk: signed in and seated, cache empty, from the navigation to the"
        " bar's first button. kB: what the browser fetched for form and desk."
    )
    return report


def _by_step(rounds: Sequence[Sequence[float]]) -> list[tuple[str, list[float]]]:
    return [(step, [one[n] for one in rounds]) for n, step in enumerate(STEPS)]


async def _run(rounds: int) -> tuple[list[tuple[float, ...]], float]:
    """Milliseconds of each step in each round; and the most kB of form and desk."""
    name = f"bench-{secrets.token_hex(3)}"
    try:
        async with (
            open_stage(name, 1, silence, fresh=True) as stage,
            _chief(stage) as chief,
            open_browser() as browser,
        ):
            found = [await _round(browser, stage, chief) for _ in range(rounds)]
    finally:
        remove_instance(PROJECT / "var" / name)
    return [steps for steps, _ in found], max(kb for _, kb in found)


def _chief(stage: Stage) -> AbstractAsyncContextManager[ConsoleClient]:
    login = _login(stage, "supervisor")
    return open_console(stage.endpoints["console"], login["user"], login["password"])


def _login(stage: Stage, role: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in stage.endpoints["logins"] if one["role"] == role)
    return found


async def _round(
    browser: Browser, stage: Stage, chief: ConsoleClient
) -> tuple[tuple[float, ...], float]:
    login, loaded = _login(stage, "agent"), list[Response]()
    context = await new_window(browser)
    page = await _open(context, stage, "/", loaded)
    form = await _usable(page, _FORM)
    await page.fill("#name", login["user"])
    await page.fill(_FORM, login["password"])
    desk = -await _now(page, "document.querySelector('form').requestSubmit()")
    desk += await _usable(page, _SEAT)
    kb = sum([(await one.request.sizes())["responseBodySize"] for one in loaded]) / 1024
    bar = -await _now(page, f"document.querySelector('{_SEAT}').click()")
    bar += await _usable(page, _BAR)
    signed_in = await context.storage_state()
    await context.close()
    whole = await _whole_desk(browser, stage, signed_in)
    order = {"to": "signed_out", "reason": "the round is over"}
    await chief.ask("POST", f"/api/agents/{login['agent_no']}/force", order)
    return (form, desk, bar, whole), kb


async def _whole_desk(browser: Browser, stage: Stage, signed_in: StorageState) -> float:
    context = await browser.new_context(storage_state=signed_in, locale="zh-CN")
    page = await _open(context, stage, "/desk", [])
    found = await _usable(page, _BAR)
    await context.close()
    return found


async def _open(context: BrowserContext, stage: Stage, path: str, loaded: list[Response]) -> Page:
    page = await context.new_page()
    page.set_default_timeout(WITHIN_MS)
    page.on("response", lambda answer: loaded.append(answer))
    await page.add_init_script(_WATCH)
    await page.goto(str(stage.endpoints["console"]) + path)
    return page


async def _usable(page: Page, wanted: str) -> float:
    """When it could be used, in milliseconds since the navigation began."""
    await page.wait_for_function("(one) => one in window.__usable", arg=wanted)
    found: float = await page.evaluate("(one) => window.__usable[one]", wanted)
    return found


async def _now(page: Page, act: str) -> float:
    """The moment at which the page began to do this."""
    found: float = await page.evaluate(
        f"() => {{ const at = performance.now(); {act}; return at }}"
    )
    return found
