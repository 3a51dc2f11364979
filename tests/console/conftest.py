"""An open house for each test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.house import OpenHouse, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[OpenHouse]:
    async with open_house(tmp_path) as opened:
        yield opened
