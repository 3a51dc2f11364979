"""Who listens to the live channel, and what still waits for each of them.

A client that does not keep up loses its deltas, never the memory of the server: its backlog is
thrown
away and a fresh snapshot takes its place. What is meant for its agent alone (offers) is kept.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final

from kernel.ids import AgentNo

STIRRED_AT_ONCE: Final = 32  # some 2 ms of sending


class Audience(StrEnum):
    """Those who may see the same; one encoding for all of them."""

    AGENTS = "agents"
    SUPERVISORS = "supervisors"


class LiveClient:
    """One WebSocket's outbox. `session` is the digest of its cookie, so that a sign-out closes
    it."""

    own_at_most: Final = 16

    def __init__(
        self, audience: Audience, agent: AgentNo | None, session: bytes, *, backlog: int
    ) -> None:
        self.audience: Final = audience
        self.agent: Final = agent
        self.session: Final = session
        self.closed = False
        self.lags = 0
        self._wants_snapshot = True
        self._backlog = backlog
        self._own: deque[bytes] = deque(maxlen=self.own_at_most)
        self._deltas: deque[bytes] = deque()
        self._stirred = asyncio.Event()

    def offer_delta(self, delta: bytes) -> None:
        """A delta after the snapshot it continues; dropped while a snapshot is due anyway. Its
        sender is not woken by it (`stir`)."""
        if self._wants_snapshot:
            return
        if len(self._deltas) >= self._backlog:
            self.lags += 1
            self._deltas.clear()
            self._wants_snapshot = True
        else:
            self._deltas.append(delta)

    def stir(self) -> None:
        """Wake its sender, if there is anything for it."""
        if self._deltas or self._wants_snapshot:
            self._stirred.set()

    def offer_own(self, message: bytes) -> None:
        self._own.append(message)
        self._stirred.set()

    def ask_snapshot(self) -> None:
        """It missed something, by its own count."""
        self._deltas.clear()
        self._wants_snapshot = True
        self._stirred.set()

    def close(self) -> None:
        self.closed = True
        self._stirred.set()

    async def stirred(self) -> None:
        """Returns when there is something to take, or it was closed."""
        while not (self.closed or self._own or self._deltas or self._wants_snapshot):
            self._stirred.clear()
            await self._stirred.wait()

    def take(self, snapshot: Callable[[], bytes]) -> bytes | None:
        """The next message: own ones first, then the snapshot that is due, then deltas in order."""
        if self._own:
            return self._own.popleft()
        if self._wants_snapshot:
            self._wants_snapshot = False
            self._deltas.clear()
            return snapshot()
        return self._deltas.popleft() if self._deltas else None


class LiveClients:
    """All that listen now."""

    def __init__(self) -> None:
        self._clients: set[LiveClient] = set()

    def __iter__(self) -> Iterator[LiveClient]:
        return iter(tuple(self._clients))

    def __len__(self) -> int:
        return len(self._clients)

    def join(self, client: LiveClient) -> None:
        self._clients.add(client)

    def leave(self, client: LiveClient) -> None:
        self._clients.discard(client)

    def broadcast(self, audience: Audience, delta: bytes) -> None:
        """Into each outbox, at once and in order; `stir` has it sent."""
        for client in self._clients:
            if client.audience is audience:
                client.offer_delta(delta)

    async def stir(self) -> None:
        """Wake the senders a few at a time: between them calls and phones have their turn."""
        for n, client in enumerate(tuple(self._clients), 1):
            client.stir()
            if n % STIRRED_AT_ONCE == 0:
                await asyncio.sleep(0)

    def tell(self, agent: AgentNo, message: bytes) -> None:
        """To each window in which this agent is signed in."""
        for client in self._clients:
            if client.agent == agent:
                client.offer_own(message)

    def close_session(self, session: bytes) -> None:
        for client in self._clients:
            if client.session == session:
                client.close()

    def close_all(self) -> None:
        for client in self._clients:
            client.close()
