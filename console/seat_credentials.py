"""The logins of softphones in pages: one a sign-in at a seat, made by chance, held in memory only.

Whoever signs out of the seat or the console takes its login along; after a restart of ours a page
asks for a new one, after a restart of Asterisk the proxy pushes the same one again.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from aiohttp import WSCloseCode, web

from acd.facts import AgentSignedOut
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import AgentNo, Extension

log = structlog.get_logger()

SIGNED_OUT: Final = 4410  # close codes of ours, as live_api's 4401
ANOTHER_WINDOW: Final = 4409
CLOSING: Final = web.ResponseKey("closing", int)
STOP: Final = web.ResponseKey("stop", asyncio.Event)
# Asterisk says that a phone is gone when its socket closes, but not any more once its login is: a
# seat whose page has left would be rung there, and not on its table.
SOCKET_CLOSES_WITHIN_S: Final = 2.0


class PushesPhones(Protocol):
    """Where Asterisk learns of logins; `telephony.web_phones.WebPhones` fits by shape."""

    @property
    def socket(self) -> str:
        """Where Asterisk takes SIP over WebSocket; empty: softphones in pages are off."""
        ...

    async def push(self, phone: Extension, password: str) -> None:
        """Raises Unavailable."""
        ...

    async def drop(self, phone: Extension) -> None:
        """Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Credential:
    """One sign-in's login; `session` is the digest of the cookie that it belongs to."""

    agent: AgentNo
    phone: Extension
    session: bytes
    password: str

    def __repr__(self) -> str:
        return f"Credential({self.agent}, {self.phone})"


class SeatCredentials:
    """Who holds which seat's phone in a page, and by which sockets."""

    def __init__(self, phones: PushesPhones) -> None:
        self.phones: Final = phones
        self._held: dict[AgentNo, Credential] = {}
        self._sockets: dict[AgentNo, web.WebSocketResponse] = {}
        self._over: asyncio.Queue[tuple[float, Credential]] = asyncio.Queue()
        # Asterisk refuses two that make the same object at once; and what is over is taken back
        # before the next login of this phone is made or not at all, never amid it.
        self._asterisk = asyncio.Lock()

    async def issue(self, agent: AgentNo, phone: Extension, session: bytes) -> Credential:
        """A new login for the agent's seat; the one before is refused from now on, in any window.
        Raises Unavailable."""
        before = self._held.get(agent)
        if before is not None and before.phone != phone:
            self.end(agent)
        made = Credential(agent, phone, session, secrets.token_urlsafe(24))
        async with self._asterisk:
            await self.phones.push(phone, made.password)
            for other in [c for c in self._held.values() if c.phone == phone and c.agent != agent]:
                self._held.pop(other.agent)
                self._close(other.agent, SIGNED_OUT)
            self._held[agent] = made
        return made

    async def push(self, held: Credential) -> None:
        """Asterisk learns of it, or again: it may have forgotten. Raises Unavailable."""
        async with self._asterisk:
            await self.phones.push(held.phone, held.password)

    def of(self, agent: AgentNo, session: bytes) -> Credential | None:
        """The login that this session of this agent holds."""
        found = self._held.get(agent)
        return found if found is not None and found.session == session else None

    def opened(self, agent: AgentNo, socket: web.WebSocketResponse) -> None:
        """The newest window has the phone."""
        self._close(agent, ANOTHER_WINDOW)
        self._sockets[agent] = socket

    def closed(self, agent: AgentNo, socket: web.WebSocketResponse) -> None:
        if self._sockets.get(agent) is socket:
            self._sockets.pop(agent)

    def see(self, facts: Sequence[Fact]) -> None:
        """Fits the fact feed: whoever leaves the seat, by himself or not, leaves its phone."""
        for fact in facts:
            if isinstance(fact, AgentSignedOut):
                self.end(fact.agent)

    def end(self, agent: AgentNo) -> None:
        """Its socket closes now, which ends its registration; Asterisk forgets it soon."""
        held = self._held.pop(agent, None)
        if held is not None:
            self._close(agent, SIGNED_OUT)
            due = asyncio.get_running_loop().time() + SOCKET_CLOSES_WITHIN_S
            self._over.put_nowait((due, held))

    def end_session(self, session: bytes) -> None:
        for held in [c for c in self._held.values() if c.session == session]:
            self.end(held.agent)

    async def run(self) -> None:
        """Tells Asterisk of logins that are over. Ends only by cancellation."""
        while True:
            due, over = await self._over.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            async with self._asterisk:
                await self._take_back(over.phone)

    async def _take_back(self, phone: Extension) -> None:
        if any(held.phone == phone for held in self._held.values()):
            return  # the next agent of this seat was quicker
        try:
            await self.phones.drop(phone)
        except Unavailable as away:  # it knows nothing of it after its next start
            log.warning("softphone login not taken back", why=away.problem)

    def close_all(self) -> None:
        """aiohttp would wait a minute for open WebSockets."""
        for agent in list(self._sockets):
            self._close(agent, WSCloseCode.GOING_AWAY)

    def _close(self, agent: AgentNo, code: int) -> None:
        socket = self._sockets.pop(agent, None)
        if socket is not None:
            # its own handler sends the close: nobody here may wait for a browser that is gone
            socket[CLOSING] = code
            socket[STOP].set()
