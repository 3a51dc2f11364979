"""Who listens to the live channel, and what still waits for each of them.

The deltas of an audience are kept once for all of it; each client knows how far it has come. One
that falls behind what is kept gets a fresh snapshot instead: it costs its deltas, never the memory
of the server. What is meant for its agent alone (offers) is kept.

A delta is the same bytes for all, the WebSocket's own frame included. Whatever there is goes
straight onto a socket that is clear; only what has to wait is left to the client's sender.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct
from typing import Final, Protocol, Self

from kernel.ids import AgentNo

STIRRED_AT_ONCE: Final = 100  # some 2 ms of sending
_WHOLE_TEXT: Final = 0x81  # RFC 6455 5.2: FIN and the opcode of text; a server masks nothing
_BYTE_LONG, _SHORT_LONG, _LONG_LONG = Struct("!BB"), Struct("!BBH"), Struct("!BBQ")


class Audience(StrEnum):
    """Those who may see the same; one encoding for all of them."""

    AGENTS = "agents"
    SUPERVISORS = "supervisors"
    WALLS = "walls"


@dataclass(frozen=True, slots=True)
class Message:
    """`frame` is its `text` as it goes over the wire."""

    text: bytes
    frame: bytes

    @classmethod
    def of(cls, text: bytes) -> Self:
        size = len(text)
        if size < 126:
            head = _BYTE_LONG.pack(_WHOLE_TEXT, size)
        elif size < 1 << 16:
            head = _SHORT_LONG.pack(_WHOLE_TEXT, 126, size)
        else:
            head = _LONG_LONG.pack(_WHOLE_TEXT, 127, size)
        return cls(text, head + text)


class Deltas:
    """The latest deltas of one audience, in order; `end` counts all there ever were."""

    def __init__(self, room: int) -> None:
        self.end = 0
        self._kept: deque[Message] = deque(maxlen=room)

    def add(self, delta: Message) -> None:
        self._kept.append(delta)
        self.end += 1

    def reach(self, seen: int) -> bool:
        """Whether whatever came after the first `seen` of them is kept."""
        return self.end - seen <= len(self._kept)

    def after(self, seen: int) -> Message:
        """The one that follows the first `seen`, which they must reach."""
        return self._kept[seen - self.end]


class StraightWay(Protocol):
    """A socket onto which whole frames can be written without waiting."""

    def write(self, frame: bytes) -> bool:
        """Only if it is open and all that was written before has left; else False."""
        ...


class LiveClient:
    """One WebSocket's outbox. `session` is the digest of its cookie, so that a sign-out closes
    it; `way` is its socket, where it has one onto which can be written."""

    own_at_most: Final = 16

    def __init__(
        self, audience: Audience, agent: AgentNo | None, session: bytes, deltas: Deltas
    ) -> None:
        self.audience: Final = audience
        self.agent: Final = agent
        self.session: Final = session
        self.way: StraightWay | None = None
        self.closed = False
        self.lags = 0
        self._wants_snapshot = True
        self._deltas = deltas
        self._seen = deltas.end
        self._own: deque[bytes] = deque(maxlen=self.own_at_most)
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        """Write the deltas onto a socket that is clear; else wake its sender, if there is anything
        for it."""
        deltas, seen, way = self._deltas, self._seen, self.way
        if seen == deltas.end and not self._wants_snapshot:
            return
        own_first = self.closed or self._own or self._wants_snapshot
        if way is None or own_first or not deltas.reach(seen):
            self._stirred.set()
            return
        while seen < deltas.end:
            if not way.write(deltas.after(seen).frame):
                self._stirred.set()
                break
            seen += 1
        self._seen = seen

    def offer_own(self, message: bytes) -> None:
        """What is meant for its agent alone goes at once, before all else."""
        if not self._straight(Message.of(message).frame):
            self._own.append(message)
            self._stirred.set()

    def _straight(self, frame: bytes) -> bool:
        """Onto its socket, when nothing of its own waits and all that was written has left."""
        if self.way is None or self.closed or self._own:
            return False
        return self.way.write(frame)

    def ask_snapshot(self) -> None:
        """It missed something, by its own count."""
        self._wants_snapshot = True
        self._stirred.set()

    def close(self) -> None:
        self.closed = True
        self._stirred.set()

    async def stirred(self) -> None:
        """Returns when there is something to take, or it was closed."""
        while not (self.closed or self._own or self._is_behind()):
            self._stirred.clear()
            await self._stirred.wait()

    def _is_behind(self) -> bool:
        return self._wants_snapshot or self._seen < self._deltas.end

    def take(self, snapshot: Callable[[], bytes]) -> bytes | None:
        """The next message: own ones first, then the snapshot that is due, then deltas in order."""
        if self._own:
            return self._own.popleft()
        if not self._is_behind():
            return None
        if not self._wants_snapshot and self._deltas.reach(self._seen):
            self._seen += 1
            return self._deltas.after(self._seen - 1).text
        self.lags += not self._wants_snapshot
        self._wants_snapshot = False
        self._seen = self._deltas.end
        return snapshot()


class LiveClients:
    """All that listen now. `backlog`: so many deltas may wait for a client."""

    def __init__(self, backlog: int) -> None:
        self._clients: set[LiveClient] = set()
        self._of_audience: dict[Audience, set[LiveClient]] = {one: set() for one in Audience}
        self._of_agent: dict[AgentNo | None, set[LiveClient]] = {}
        self.deltas = {one: Deltas(backlog) for one in Audience}

    def __iter__(self) -> Iterator[LiveClient]:
        return iter(tuple(self._clients))

    def __len__(self) -> int:
        return len(self._clients)

    @property
    def audiences(self) -> set[Audience]:
        """Those of which somebody listens."""
        return {audience for audience, clients in self._of_audience.items() if clients}

    def join(self, client: LiveClient) -> None:
        self._clients.add(client)
        self._of_audience[client.audience].add(client)
        self._of_agent.setdefault(client.agent, set()).add(client)

    def leave(self, client: LiveClient) -> None:
        self._clients.discard(client)
        self._of_audience[client.audience].discard(client)
        windows = self._of_agent.get(client.agent, set())
        windows.discard(client)
        if not windows:
            self._of_agent.pop(client.agent, None)

    def broadcast(self, audience: Audience, text: bytes) -> None:
        """The next delta of all of them, in order; `stir` has it sent."""
        self.deltas[audience].add(Message.of(text))

    async def stir(self) -> None:
        """Send to a few at a time: between them calls and phones have their turn."""
        for n, client in enumerate(tuple(self._clients), 1):
            client.stir()
            if n % STIRRED_AT_ONCE == 0:
                await asyncio.sleep(0)

    def tell(self, agent: AgentNo, message: bytes) -> None:
        """To each window in which this agent is signed in."""
        for client in self._of_agent.get(agent, ()):
            client.offer_own(message)

    def close_session(self, session: bytes) -> None:
        for client in self._clients:
            if client.session == session:
                client.close()

    def close_all(self) -> None:
        for client in self._clients:
            client.close()
