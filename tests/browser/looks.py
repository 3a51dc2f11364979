"""Is a page fit to be used: axe's judgement; its picture (docs/screens). Which pages there are."""

import os
from typing import Any, Final

from playwright.async_api import Page

from tests.browser.chromium import ROOT

AXE: Final = ROOT / "console/web/node_modules/axe-core/axe.min.js"
# docs/screens when they are made anew (./dev screens), nowhere otherwise.
SCREENS: Final = os.environ.get("HOTLINE_SCREENS", "")
_SERIOUS: Final = ("serious", "critical")


# What fades in has its colours only when it stands; what turns for ever is not waited for.
_STANDS: Final = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => one.effect && one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished)).then(() => null)"""


async def violations(page: Page) -> list[str]:
    """What axe finds serious or critical, with the first place of each; empty is well.

    Read into the page by the debugger: the page's own policy lets no foreign script in.
    """
    await page.evaluate(_STANDS)
    await page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = await page.evaluate(
        "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
    )
    return [
        f"{one['id']}: {one['help']} at {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in _SERIOUS
    ]


async def picture(page: Page, name: str) -> None:
    if SCREENS:
        await page.screenshot(path=f"{SCREENS}/{name}.png")


async def navigation(page: Page) -> list[tuple[str, str]]:
    """Name and path of every page that whoever is signed in there is shown."""
    links = page.locator("nav a.item")
    await links.first.wait_for()
    paths = [await link.get_attribute("href") or "" for link in await links.all()]
    return [(path.strip("/").split("/")[0], path) for path in paths]
