"""One instance and one Chromium for all tests of a process; each test has windows of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

from tests.browser.chromium import build_pages, open_chromium
from tests.browser.hall import SECOND_HZ, Hall, open_hall
from tests.browser.window import Window, open_window

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that lies below this folder needs a whole instance."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.rehearsal)
            item.add_marker(pytest.mark.alone)
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    build_pages()
    async with async_playwright() as opened:
        yield opened


@pytest.fixture(scope="session")
async def chromium(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Browser]:
    async with open_chromium(playwright, tmp_path_factory.mktemp("voice")) as browser:
        yield browser


@pytest.fixture(scope="session")
async def second_chromium(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Browser]:
    """A colleague's: its microphone speaks at SECOND_HZ."""
    async with open_chromium(playwright, tmp_path_factory.mktemp("voice"), SECOND_HZ) as browser:
        yield browser


@pytest.fixture
async def window(chromium: Browser, tmp_path: Path) -> AsyncIterator[Window]:
    """On an open house of this test's own: real pages over fakes, no telephone."""
    async with open_window(chromium, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
async def whole_hall(worker_id: str, chromium: Browser) -> AsyncIterator[Hall]:
    """One in each process of the tests; `worker_id` is pytest-xdist's."""
    async with open_hall(f"test-browser-{worker_id}", chromium) as opened:
        yield opened


@pytest.fixture
async def hall(whole_hall: Hall) -> AsyncIterator[Hall]:
    """Nobody sits and no window is open when the test begins and ends."""
    yield whole_hall
    await whole_hall.close_windows()
    whole_hall.end_calls()
    for seat in (await whole_hall.supervisor.ask("GET", "/api/floor"))["seats"]:
        force = {"to": "signed_out", "reason": "after the test"}
        await whole_hall.supervisor.ask("POST", f"/api/agents/{seat['agent']}/force", force)
