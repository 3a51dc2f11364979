"""The AMI link: one connection to Asterisk, and the only file that imports panoramisk.

We keep panoramisk's framing, its message parser for what is unusual (`ami_text.usual`), and nothing
else, because each of its habits below loses, doubles or garbles calls (each was reproduced):

    decodes each TCP read alone: a split 汉字 is lost -> `Wire` hands it whole messages only
    a TestEvent ends with a blank line too many       -> taken out before it parses
    sends actions again after a reconnect             -> its table of actions stays empty
    no time-out on any action                         -> `PendingAsks` has one on each
    swallows events that carry a pending ActionID     -> only the items of a list belong to an ask
    never resolves AGI commands                       -> AsyncAGIExec is an event like others
    Originate without Async drops the connection      -> refused here
    CR LF in a value is a second action               -> refused by `ami_text.checked`
    coroutine handlers run in no order                -> one plain handler puts into one inbox
    ping answers are not checked                      -> our own ping with a time-out
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from kernel.clock import Clock
from telephony.ami_asks import Headers, LinkCameUp, LinkWentDown, News, PendingAsks, Reply
from telephony.ami_inbox import Inbox
from telephony.ami_pauses import Pauses, Pulse
from telephony.ami_text import ActionHeaders, checked, plain, usual
from telephony.errors import ActionRefused, AnswerOverdue, LeaseLost, LinkDown
from telephony.settings import AmiSettings

log = structlog.get_logger(__name__)

WITHOUT_LEASE: Final = frozenset({"login", "logoff", "ping", "getvar"})  # no deeds
READ_AT_ONCE: Final = 32 * 1024  # bytes; asyncio's own 256 kB are 50 ms of parsing in one step


class _Parsed(Message):  # type: ignore[misc]  # panoramisk has no types
    """What its parser found, without its dictionary, which costs twice the parsing."""

    def __init__(self, headers: dict[str, object], content: str) -> None:
        self.headers = plain(headers, content)


class Wire(AMIProtocol, asyncio.BufferedProtocol):  # type: ignore[misc]  # the same
    """panoramisk decodes each TCP read alone and drops a split 汉字; parse whole messages."""

    def __init__(self, heard: Callable[[Headers], None], lost: Callable[[str], None]) -> None:
        self._heard = heard
        self._lost = lost
        self._pending = b""
        self._space = memoryview(bytearray(READ_AT_ONCE))

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._space

    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(bytes(self._space[:nbytes]))

    def data_received(self, data: bytes) -> None:
        whole, _, self._pending = (self._pending + data).rpartition(b"\r\n\r\n")
        for text in map(str.strip, whole.decode("utf8", "ignore").split("\r\n\r\n")):
            headers = usual(text) or getattr(_Parsed.from_line(text), "headers", None)
            if headers is not None:
                self._heard(headers)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._lost(str(exc) if exc else "the connection was closed")

    def write_action(self, lines: list[tuple[str, str]]) -> None:
        text = "".join(f"{name}: {value}\r\n" for name, value in lines)
        self.transport.write((text + "\r\n").encode())

    def close(self, *, at_once: bool = False) -> None:
        """`at_once`: what is still to be sent is dropped, so that nothing arrives late."""
        self.closed = True
        if self.transport is not None:
            (self.transport.abort if at_once else self.transport.close)()


class AmiLink:
    """Keeps one logged-in connection; asks with a time-out; hands on all messages in their order.

    `may_act` is asked before every action but log-in and ping: our lease as the leading process.
    """

    def __init__(
        self,
        settings: AmiSettings,
        *,
        clock: Clock,
        may_act: Callable[[], bool] = lambda: True,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._may_act = may_act
        self._pauses, self._pulse = Pauses(settings, jitter), Pulse()
        self._inbox = Inbox()
        self._early: list[Headers] = []  # heard between the login and `LinkCameUp`
        self._asks = PendingAsks()
        self._wire: Wire | None = None
        self._up = False
        self._booted = asyncio.Event()
        self._lost = asyncio.Event()
        self._why = "not connected yet"
        self._silent_since: datetime | None = None
        self.counters: Counter[str] = Counter()

    @property
    def is_up(self) -> bool:
        return self._up

    @property
    def backlog(self) -> int:
        """Messages that nobody has looked at yet."""
        return len(self._inbox)

    def news(self) -> AsyncIterator[News]:
        """Whole messages in order; `LinkCameUp` before, `LinkWentDown` after a connection's own.

        Whoever reads brings itself up to date on `LinkCameUp` (by `ask`) before it takes the next:
        what happens meanwhile waits here.
        """
        return self._inbox.news()

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        """Send one action and await its answer, a list with all its items.

        Raises ForbiddenText, LinkDown or LeaseLost before anything is sent; AnswerOverdue and
        LinkDown afterwards mean that the outcome is unknown: look it up, never repeat it blindly
        (I7). ActionRefused when Asterisk answers "Error".
        """
        reply = await self._send(headers, within or self._settings.ask_within)
        if not reply.ok:
            raise ActionRefused(
                f"Asterisk refused {headers['Action']}: {reply.message}",
                remedy="The call may have ended meanwhile; look at it again.",
            )
        return reply

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        """Send one action and go on. `refused` is called with Asterisk's words if it says "Error".

        An answer that never comes is counted and logged. Raises as `ask` does before sending.
        """
        action = str(headers["Action"])

        def answered(done: asyncio.Future[Reply]) -> None:
            if done.cancelled():
                return
            trouble = done.exception()
            if trouble is not None:
                self.counters["told, outcome unknown"] += 1
                log.warning("ami action of unknown outcome", action=action, why=str(trouble))
            elif not done.result().ok:
                self.counters["told, refused"] += 1
                log.info("ami action refused", action=action, why=done.result().message)
                if refused is not None:
                    refused(done.result().message)

        self._send(headers, self._settings.ask_within).add_done_callback(answered)

    def _send(self, headers: ActionHeaders, within: timedelta) -> asyncio.Future[Reply]:
        action = str(headers["Action"])
        free = action.lower() in WITHOUT_LEASE
        lines = checked(headers)
        if action.lower() == "originate":
            assert headers.get("Async") == "true", "an Originate is always sent with Async: true"
        if self._wire is None or not (self._up or free):
            raise LinkDown(
                f"The link to Asterisk is down ({self._why}); {action} was not sent.",
                remedy="Wait for the reconnection; it comes by itself.",
            )
        if not free and not self._may_act():
            raise LeaseLost(
                f"This process does not lead any more; {action} was not sent.",
                remedy="Let the leading process do it.",
            )
        action_id, answer = self._asks.open(action, within)
        self._wire.write_action([*lines[:1], ("ActionID", action_id), *lines[1:]])
        return answer

    # ---- what comes in: called by the wire, in order; neither may fail

    def _heard(self, headers: Headers) -> None:
        self.counters["messages"] += 1
        if self._asks.take(headers):
            return
        keep = self._inbox.put if self._up else self._early.append
        keep(headers)
        if headers["event"] == "FullyBooted":
            self._booted.set()
        elif headers["event"] == "Shutdown":
            self._connection_lost("Asterisk is shutting down")

    def _connection_lost(self, why: str, *, at_once: bool = True) -> None:
        if not self._lost.is_set():
            self._why = why
        if self._up:
            self._silent_since = self._clock.now()
            self.counters["links lost"] += 1
            self._inbox.put(LinkWentDown(why))
        self._up = False
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close(at_once=at_once)
        self._asks.fail_all(why)
        self._lost.set()
        self._booted.set()  # nobody waits for it any more

    # ---- the connection's life

    async def run(self) -> None:
        """Connect, log in, watch; after a loss again, with growing pauses and jitter. No end."""
        try:
            while True:
                try:
                    await self._connect()
                except (OSError, TimeoutError, LinkDown, AnswerOverdue, ActionRefused) as trouble:
                    self._connection_lost(str(trouble) or type(trouble).__name__)
                    log.warning("asterisk cannot be reached", why=self._why)
                else:
                    up_at = self._clock.now()
                    await self._watch()
                    self._pauses.was_up_for(self._clock.now() - up_at)
                    log.warning("link to asterisk lost", why=self._why)
                self.counters["connections lost"] += 1
                await asyncio.sleep(self._pauses.take())
        finally:
            self._connection_lost("we are closing", at_once=False)

    async def _connect(self) -> None:
        self._lost.clear()
        self._booted.clear()
        self._early.clear()
        wire = Wire(self._heard, lambda why: self._lost_by(wire, why))
        async with asyncio.timeout(self._settings.connect_within.total_seconds()):
            await asyncio.get_running_loop().create_connection(
                lambda: wire, self._settings.host, self._settings.port
            )
        self._wire = wire
        await self.ask(
            {
                "Action": "Login",
                "Username": self._settings.username,
                "Secret": self._settings.secret.get_secret_value(),
                "Events": "on",
            }
        )
        await self._await_boot()
        gap = self._clock.now() - self._silent_since if self._silent_since else None
        self._up = True
        self._inbox.put(LinkCameUp(gap))
        for headers in self._early:
            self._inbox.put(headers)

    async def _await_boot(self) -> None:
        """FullyBooted comes at once when Asterisk runs; it needs `system` in the user's `read`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.boot_within.total_seconds()):
                await self._booted.wait()
        if self._lost.is_set() or not self._booted.is_set():
            raise LinkDown(
                "Asterisk has not said FullyBooted.",
                remedy="Give the AMI user the class `system` in `read`.",
            )

    def _lost_by(self, wire: Wire, why: str) -> None:
        if wire is self._wire:
            self._connection_lost(why)

    async def _watch(self) -> None:
        """Until the connection is lost; silence on our ping is a loss."""
        while not self._lost.is_set():
            try:
                async with asyncio.timeout(self._settings.ping_every.total_seconds()):
                    await self._lost.wait()
            except TimeoutError:
                await self._ping()

    async def _ping(self) -> None:
        heard = self.counters["messages"]
        try:
            await self.ask({"Action": "Ping"}, within=self._settings.ping_within)
            self._pulse.answered()
        except (AnswerOverdue, LinkDown, ActionRefused) as trouble:
            if not self._pulse.beats(self.counters["messages"] - heard):
                self._connection_lost(f"no answer to our ping: {trouble.problem}")
