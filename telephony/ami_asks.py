"""The table of what we asked Asterisk and have not been answered yet: each ask has its time-out.

A lost connection fails them all: their outcome is unknown, and nothing is ever sent a second time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from telephony.errors import AnswerOverdue, LinkDown

# One message of Asterisk: names in lower case; a header that came twice is a tuple.
Headers = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LinkCameUp:
    """Logged in and booted. `gap`: how long we heard nothing; None the first time."""

    gap: timedelta | None


@dataclass(frozen=True, slots=True)
class LinkWentDown:
    why: str


News = Headers | LinkCameUp | LinkWentDown


@dataclass(frozen=True, slots=True)
class Reply:
    """Asterisk's answer; `events` are the items of a list, without the line that ends it."""

    headers: Headers
    events: tuple[Headers, ...] = ()

    @property
    def ok(self) -> bool:
        return self.headers.get("response") in ("Success", "Follows", "Goodbye")

    @property
    def message(self) -> str:
        return str(self.headers.get("message", ""))


@dataclass(slots=True)
class _Ask:
    action: str
    answer: asyncio.Future[Reply]
    overdue: asyncio.TimerHandle
    response: Headers | None = None
    events: list[Headers] = field(default_factory=list)


class PendingAsks:
    """Answers find their ask by ActionID."""

    def __init__(self) -> None:
        self._asks: dict[str, _Ask] = {}
        self._opened = 0
        self.overdue = 0

    def open(self, action: str, within: timedelta) -> tuple[str, asyncio.Future[Reply]]:
        """A fresh ActionID and the future of its answer."""
        self._opened += 1
        action_id = f"h{self._opened}"
        loop = asyncio.get_running_loop()
        timer = loop.call_later(within.total_seconds(), self._give_up, action_id)
        answer: asyncio.Future[Reply] = loop.create_future()
        self._asks[action_id] = _Ask(action, answer, timer)
        return action_id, answer

    def take(self, headers: Headers) -> bool:
        """Whether the message belonged to an ask. Other events that carry its ActionID do not.

        OriginateResponse carries the ActionID of an Originate that was answered long before.
        """
        action_id = str(headers.get("actionid", ""))
        ask = self._asks.get(action_id)
        if ask is None:
            return "event" not in headers
        state = str(headers.get("eventlist", "")).lower()
        if "event" not in headers:
            if state == "start":
                ask.response = headers
            else:
                self._settle(action_id, ask, headers)
            return True
        if ask.response is None:
            return False
        if state == "complete":
            self._settle(action_id, ask, ask.response)
        else:
            ask.events.append(headers)
        return True

    def fail_all(self, why: str) -> None:
        asks, self._asks = self._asks, {}
        for ask in asks.values():
            ask.overdue.cancel()
            if not ask.answer.done():
                ask.answer.set_exception(
                    LinkDown(
                        f"The link to Asterisk went down ({why}) before {ask.action} was answered.",
                        remedy="Its outcome is unknown: look it up before doing it again.",
                    )
                )

    def _settle(self, action_id: str, ask: _Ask, response: Headers) -> None:
        del self._asks[action_id]
        ask.overdue.cancel()
        if not ask.answer.done():
            ask.answer.set_result(Reply(response, tuple(ask.events)))

    def _give_up(self, action_id: str) -> None:
        ask = self._asks.pop(action_id, None)
        if ask is None or ask.answer.done():
            return
        self.overdue += 1
        ask.answer.set_exception(
            AnswerOverdue(
                f"Asterisk has not answered {ask.action} in time; its outcome is unknown.",
                remedy="Look it up before doing it again.",
            )
        )
