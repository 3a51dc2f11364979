"""Clients of the live channel in a process of their own: they shake hands, then count bytes.

    python -m bench.feed_listeners PORT CLIENTS

Says "listening" when all have their snapshot, and ends with its standard input.
"""

import asyncio
import sys
from typing import Final

_AT_ONCE: Final = 50
_HELLO: Final = (
    b"GET /api/live?n=%d HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Cookie: session=bench\r\n\r\n"
)
_SNAPSHOT_FROM: Final = 2_000  # bytes: more than the handshake


class Listener(asyncio.Protocol):
    def __init__(self, n: int) -> None:
        self._n = n
        self.heard = 0
        self.has_snapshot = asyncio.Event()
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport), "TCP both reads and writes"
        transport.write(_HELLO % self._n)

    def data_received(self, data: bytes) -> None:
        self.heard += len(data)
        if self.heard > _SNAPSHOT_FROM:
            self.has_snapshot.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True


async def listen(port: int, clients: int) -> None:
    loop = asyncio.get_running_loop()
    listeners = [Listener(n) for n in range(clients)]
    for begin in range(0, clients, _AT_ONCE):
        part = listeners[begin : begin + _AT_ONCE]
        for one in part:
            await loop.create_connection(lambda one=one: one, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(one.has_snapshot.wait() for one in part))
    print("listening", flush=True)
    before = sum(one.heard for one in listeners)
    await loop.run_in_executor(None, sys.stdin.read)
    heard = sum(one.heard for one in listeners) - before
    print(heard, sum(one.lost for one in listeners), flush=True)


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), int(sys.argv[2])))
