"""Conversations that died with Asterisk: the citizen was answered and cut off, a follow-up is owed.

Rule: cut off is who still talked when a new life of Asterisk began (its queue log says when) and of
whom it wrote no record of an earlier end. The fate stays "answered" (I1); the fact `call-cut-off`
comes right after the hang-up and leaves the duty (`callbacks/missed.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog

from acd.call_facts import FallbackAnswered, SeatAnswered, TalkEnded
from acd.ports import WritesFacts
from console.call_card import CallCard
from hotline.facts import CallCutOff
from hotline.recovery.outside_records_events import TOLD_TO
from hotline.recovery.outside_records_files import queue_log_of, records_of
from kernel.fact import Fact
from kernel.ids import CallId
from telephony.facts import AmiLinkDown, CallHungUp, HungUpBy, PictureMended

log = structlog.get_logger(__name__)

TAIL: Final = 1 << 20  # bytes; some thousand records, far more than live at once
_FRESH: Final = 1 << 14  # bytes; what is written while we log in
_LOST: Final = 0  # the cause of a hang-up that Asterisk did not tell
_ORDERLY: Final = timedelta(seconds=2)  # a record so shortly before the start is of the stop itself
NEVER: Final = datetime.min.replace(tzinfo=UTC)
_ANSWERED: Final = frozenset({"answered", "fallback_answered"})


@dataclass(frozen=True, slots=True)
class Talk:
    """`until` None: it is not over, as far as we know."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deaths:
    """When lives of Asterisk began, and the ends of calls that it wrote down."""

    starts: Sequence[datetime] = ()
    ended: Mapping[str, datetime] = field(default_factory=dict)

    def cut(
        self, call: CallId, talk: Talk, hung_up: datetime, heard_to: datetime | None = None
    ) -> bool:
        """Did this talk end because Asterisk died? `heard_to`: when the line to it was lost; a life
        that is told to have begun in that second began later."""
        until = talk.until or hung_up
        heard = heard_to or NEVER
        return any(
            talk.since < start + TOLD_TO
            and (heard if start <= heard < start + TOLD_TO else start) <= until
            and self.ended.get(call, start) >= start - _ORDERLY
            for start in self.starts
        )


def read_deaths(folder: Path) -> Deaths:
    """From the ends of Asterisk's queue log and CDR file in its log folder. Raises OSError."""
    records = records_of(_tail(folder / "cdr-custom" / "hotline.csv"))
    return Deaths(
        starts=queue_log_of(_tail(folder / "queue_log")).starts,
        ended={record.call: record.end for record in records},
    )


def _tail(path: Path, most: int = TAIL) -> list[str]:
    if not path.exists():
        return []
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(size - most, 0))
        text = stream.read()
    whole = text if size <= most else text[text.find(b"\n") + 1 :]
    return whole.decode("utf-8", errors="surrogateescape").split("\n")


@dataclass(slots=True, kw_only=True)
class CutOffs:
    """`before_settling` after each log-in, `see` as an onlooker of every fact."""

    asterisk_log: Path
    write: WritesFacts
    beside: Callable[..., Awaitable[Any]] = asyncio.to_thread  # what blocks
    _talks: dict[CallId, Talk] = field(default_factory=dict)
    _deaths: Deaths = field(default_factory=Deaths)
    _unheard: set[CallId] = field(default_factory=set)  # the records said so already
    _read_to: int = 0  # of the queue log, in bytes
    _heard_to: datetime | None = None

    def remember(self, cards: Iterable[CallCard]) -> None:
        """Who talked when the process before us ended."""
        for card in cards:
            if card.is_over or card.fate not in _ANSWERED:
                continue
            since = (card.asked_at or card.arrived_at) + (card.waited or timedelta())
            until = None if card.talked is None else since + card.talked
            self._talks[card.call] = Talk(since, until)

    async def before_settling(self) -> None:
        """Reads what a new life of Asterisk would have left, before anybody is settled."""
        if not self._talks:
            return
        try:
            self._read_to = self._size()
            self._deaths = await self.beside(read_deaths, self.asterisk_log)
        except OSError as trouble:
            log.warning("asterisk's records could not be read", why=str(trouble))

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            match fact:
                case SeatAnswered() | FallbackAnswered():
                    self._talks[fact.call] = Talk(fact.at)
                case TalkEnded() if fact.call in self._talks:
                    talk = self._talks[fact.call]
                    self._talks[fact.call] = replace(talk, until=fact.at)
                case PictureMended(call=call, how="cut_off_unheard") if call is not None:
                    self._unheard.add(call)
                case AmiLinkDown():
                    self._heard_to = fact.at
                case CallHungUp():
                    self._over(fact)
                case _:
                    continue

    def _over(self, fact: CallHungUp) -> None:
        talk, known = self._talks.pop(fact.call, None), fact.call in self._unheard
        self._unheard.discard(fact.call)
        if talk is None or fact.by is not HungUpBy.NETWORK:
            return
        if fact.cause == _LOST:
            self._read_on()
        if known or self._deaths.cut(fact.call, talk, fact.at, self._heard_to):
            log.warning("a conversation was cut off: asterisk died", call_id=fact.call)
            self.write([CallCutOff(at=fact.at, call=fact.call)])

    def _read_on(self) -> None:
        """Asterisk writes that it began anew milliseconds after it has let us in (measured: 3)."""
        try:
            size = self._size()
            if size == self._read_to:
                return
            starts = queue_log_of(_tail(self.asterisk_log / "queue_log", _FRESH)).starts
        except OSError as trouble:
            log.warning("asterisk's records could not be read", why=str(trouble))
            return
        self._read_to = size
        self._deaths = replace(self._deaths, starts=[*self._deaths.starts, *starts])

    def _size(self) -> int:
        path = self.asterisk_log / "queue_log"
        return path.stat().st_size if path.exists() else 0
