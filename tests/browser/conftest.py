"""One instance and one Chromium for all pages' tests; each test has windows of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.hall import Hall, open_hall

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that lies below this folder needs a whole instance."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.rehearsal)


@pytest.fixture(scope="session")
async def whole_hall() -> AsyncIterator[Hall]:
    async with open_hall("test-browser") as opened:
        yield opened


@pytest.fixture
async def hall(whole_hall: Hall) -> AsyncIterator[Hall]:
    """Nobody sits and no window is open when the test begins and ends."""
    yield whole_hall
    await whole_hall.close_windows()
    for seat in (await whole_hall.supervisor.ask("GET", "/api/floor"))["seats"]:
        force = {"to": "signed_out", "reason": "after the test"}
        await whole_hall.supervisor.ask("POST", f"/api/agents/{seat['agent']}/force", force)
