"""Sends a datagram again until somebody answers: what UDP asks of a SIP peer (RFC 3261 §17)."""

import asyncio
from collections.abc import Callable
from typing import Final

T1: Final = 0.5
T2: Final = 4.0
GIVE_UP_AFTER: Final = 16.0  # seconds; shorter than 64*T1, since we only ring on a loopback or LAN


class Resender:
    """One message on its way. `stop()` when its answer came; `gave_up` is called when none did."""

    def __init__(self, send: Callable[[], None], gave_up: Callable[[], None]) -> None:
        self._send = send
        self._gave_up = gave_up
        self._wait = T1
        self._loop = asyncio.get_running_loop()
        self._last_try = self._loop.time() + GIVE_UP_AFTER
        send()
        self._timer = self._loop.call_later(self._wait, self._again)

    def _again(self) -> None:
        if self._loop.time() >= self._last_try:
            self._gave_up()
            return
        self._send()
        self._wait = min(2 * self._wait, T2)
        self._timer = self._loop.call_later(self._wait, self._again)

    def stop(self) -> None:
        self._timer.cancel()
