"""An event loop whose time passes at once: a story of ten minutes takes a few milliseconds.

Nothing is waited for: when every task waits for a moment to come, that moment has come.
"""

import asyncio
import selectors


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
        """Seconds since the loop was made."""
        return self._idle.passed
