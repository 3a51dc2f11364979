"""Where to: the panel of the desk that F10 opens."""

from playwright.async_api import Locator, Page, expect


async def moving(page: Page, kind: str) -> Locator:
    """The panel, opened at one kind of target."""
    await page.keyboard.press("F10")
    panel = page.get_by_role("region", name="转接 / 咨询")
    await panel.get_by_text(kind, exact=True).click()
    return panel


async def choose(page: Page, name: str, words: str) -> None:
    """The option with these words in a list of the panel."""
    panel = page.get_by_role("region", name="转接 / 咨询")
    await panel.get_by_role("combobox", name=name).click(force=True)
    option = page.locator(".el-select-dropdown:visible [role=option]", has_text=words)
    await option.click()
    await expect(option).to_be_hidden()
