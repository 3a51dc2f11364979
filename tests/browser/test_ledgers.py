"""What a supervisor reads in a table and takes home as a file, over an open house."""

from datetime import timedelta

from playwright.async_api import Page, expect

from console.facts import HearingFor, RecordingHeard
from kernel.clock import SystemClock
from kernel.ids import AgentNo
from tests.browser.window import Window
from tests.console.house import CALL

# Tab -> a file that stands in it.
TABLES = {
    "lines": "/api/figures/lines.csv",
    "missed": "/api/duties/report.xlsx",
    "surveys": "/api/surveys/figures.xlsx",
    "levels": "/api/levels/report.xlsx",
}
EXCEL = b"PK"  # a workbook is a ZIP archive


async def test_sec_04_who_listened_to_a_recording_and_why_is_one_list(window: Window) -> None:
    window.house.inside.recordings.hearings = [
        RecordingHeard(
            at=SystemClock().now() - timedelta(minutes=5),
            call=CALL,
            login="supervisor",
            agent=AgentNo("1004"),
            why=HearingFor.DISPUTE,
        )
    ]
    await window.sign_in("supervisor", "/supervisor")

    await window.page.locator("[data-test=tab-hearings]").click()

    row = window.page.locator("[data-test=hearing-row]")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("1004")
    await expect(row).to_contain_text(CALL)
    await expect(row).not_to_contain_text("dispute")  # said in words


async def test_every_table_of_figures_is_a_file_too(window: Window) -> None:
    """XLSX and CSV, of the period that is shown."""
    page = window.page
    await window.sign_in("supervisor", "/figures")
    await expect(page.locator("dl dt").first).to_contain_text("D-01")
    links = await files(page, "/api/figures/report.xlsx")

    for tab, first in TABLES.items():
        await page.locator(f"[data-test=tab-{tab}]").click()
        links |= await files(page, first)

    assert len(links) == 9
    for link in links:
        answer = await page.request.get(window.base + link)
        body = await answer.body()
        assert answer.status == 200, link
        assert body.startswith(EXCEL) == (".xlsx?" in link), link
        assert len(body) > len(EXCEL), link


async def files(page: Page, first: str) -> set[str]:
    """Where the links on this page lead, once that one is there."""
    await page.locator(f"a[href^='{first}?']").wait_for()
    found: list[str] = await page.locator("a[download]").evaluate_all(
        "(links) => links.map((link) => link.getAttribute('href'))"
    )
    return set(found)
