"""An event loop whose time passes at once: a story of ten minutes takes a few milliseconds.

Nothing is waited for: when every task waits for a moment to come, that moment has come. When they
wait for something that can never come, the test fails instead of hanging.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.fakes.fake_clock import MONDAY_NINE

T = TypeVar("T")


class _Idle(selectors.SelectSelector):
    """Instead of waiting, it moves the time on."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        assert ready or timeout is not None, "every task waits, and nothing will ever come"
        if not ready and timeout:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._idle = _Idle()
        super().__init__(self._idle)

    def time(self) -> float:
        return self._idle.passed


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
