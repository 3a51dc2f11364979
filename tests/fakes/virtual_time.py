"""An event loop whose time passes at once: a story of ten minutes takes a few milliseconds.

Nothing is waited for: when every task waits for a moment to come, that moment has come. When they
wait for something that can never come, the test fails instead of hanging.
"""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hotline.virtual_loop import VirtualLoop
from tests.fakes.fake_clock import MONDAY_NINE

T = TypeVar("T")


class VirtualClock:
    """Fits `kernel.clock.Clock`: a Monday morning, and what the running virtual loop has passed."""

    def now(self) -> datetime:
        return MONDAY_NINE + timedelta(seconds=asyncio.get_running_loop().time())


def at_once(story: Coroutine[Any, Any, T]) -> T:
    """Run it in virtual time. No task may be left over."""
    loop = VirtualLoop()
    try:
        result = loop.run_until_complete(story)
        left = asyncio.all_tasks(loop)
        assert not left, f"tasks without a parent: {left}"
        return result
    finally:
        loop.close()
