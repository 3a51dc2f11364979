"""Branch centres (分中心) at our door: who they are, what they tell, and how far (MRG-05).

Fits `console/lines_port.py: TakesBranches`. A branch repeats until we said yes; what it repeats
changes nothing. Its lag is now less the newest event's own time, so it must also say that nothing
happened; one that has never told anything is no alarm.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog
from pydantic import JsonValue

from cases.case import Receipt
from console.errors import BadForm
from console.lines_port import (
    BranchShown,
    CallsTaken,
    FeedState,
    RowRefused,
    Sent,
    TicketsTaken,
    TicketTaken,
)
from figures.lines_told import ToldCall, read_call
from figures.lines_told_store import ToldCallStore
from hotline.watch.alarms import Alarms
from intake.branch_door import AHEAD, BadSignature, Signed, check_signature
from intake.branch_store import BranchFeed, BranchStore, Told
from intake.branch_tickets import BranchTickets, ToldTicket, read_ticket
from intake.field_errors import FieldError
from kernel.clock import Clock
from kernel.errors import Unavailable
from telephony.lines import Line, Lines

log = structlog.get_logger(__name__)

LATE: Final = timedelta(seconds=60)  # MRG-05
LOOK_EVERY: Final = 5.0  # s
_ID_KEPT: Final = 64

Row = TypeVar("Row", ToldCall, ToldTicket)


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchStores:
    """Where what they tell is kept."""

    keys: BranchStore
    calls: ToldCallStore
    tickets: BranchTickets


class Branches:
    """Keep `run()` running: it looks how far each has told, and raises and clears the alarm."""

    def __init__(self, stores: BranchStores, lines: Lines, alarms: Alarms, clock: Clock) -> None:
        self._stores = stores
        self._lines = {n: line for n, line in lines.lines.items() if line.number is not None}
        self._alarms = alarms
        self._clock = clock
        self._feeds: Mapping[str, BranchFeed] = {}

    async def admit(self, line: str, signed: Signed) -> None:
        """Raises BadSignature, also for a line that has nothing to tell; Unavailable."""
        known = line in self._lines
        secrets = await self._stores.keys.secrets_of(line) if known else []
        try:
            check_signature(signed, secrets, self._clock.now())
        except BadSignature:
            log.warning("a branch was not let in", line=line if known else "unknown")
            raise

    async def take_calls(self, line: str, sent: Sent) -> CallsTaken:
        """Raises BadForm when the branch's clock runs ahead, Unavailable."""
        now = self._demand_time(sent)
        good, refused = _sorted_out(sent.rows, lambda row: read_call(row, now))
        newest = max([sent.as_of, *(told.as_of for told in good.values())])
        calls = list(good.values())
        new = await self._stores.calls.take(line, calls, newest=newest, heard=now)
        await self._note(line, Told(newest=newest, heard=now, refused=len(refused)))
        taken = sum(told.id in new for told in calls)
        return CallsTaken(taken=taken, known=len(calls) - taken, refused=refused)

    async def take_tickets(self, line: str, sent: Sent) -> TicketsTaken:
        """One after the other, each its own transaction. Raises as `take_calls`."""
        now = self._demand_time(sent)
        good, refused = _sorted_out(sent.rows, lambda row: read_ticket(row, now))
        taken = []
        for n, told in good.items():
            receipt = await self._stores.tickets.take(line, told, now)
            if isinstance(receipt, Receipt):
                taken.append(_taken(told, receipt))
            else:
                refused.append(RowRefused(row=n, id=told.id, errors=list(receipt)))
        await self._note(line, Told(newest=sent.as_of, heard=now, refused=len(refused)))
        return TicketsTaken(tickets=taken, refused=sorted(refused, key=lambda one: one.row))

    def feeds(self) -> Sequence[BranchShown]:
        now = self._clock.now()
        return [self._shown(name, line, now) for name, line in self._lines.items()]

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            try:
                await self.look()
            except Exception:  # what a branch tells ends no call
                log.exception("the branches could not be looked up")
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Reads how far they have told; without the database by what was known."""
        try:
            feeds = await self._stores.keys.feeds()
        except Unavailable as away:
            log.debug("branches are not looked up", why=away.problem)
        else:
            self._feeds = {feed.line: feed for feed in feeds}
        late = [shown for shown in self.feeds() if shown.state is FeedState.LATE]
        why = ", ".join(f"{shown.line} {shown.lag_s:.0f} s" for shown in late)
        self._alarms.look("branch-late", self._clock.now(), wrong=bool(late), why=why)

    async def _note(self, line: str, told: Told) -> None:
        """Once all its rows are stored: what it has told until now includes them."""
        await self._stores.keys.note_heard(line, told)
        if told.refused:
            log.warning("rows of a branch were refused", line=line, rows=told.refused)

    def _demand_time(self, sent: Sent) -> datetime:
        now = self._clock.now()
        if sent.as_of > now + AHEAD:
            ahead = FieldError(
                field="as_of",
                code="in-the-future",
                problem="It lies in the future.",
                remedy="Set the branch's clock by NTP.",
            )
            raise BadForm("as_of lies in the future.", remedy=ahead.remedy, fields=(ahead,))
        return now

    def _shown(self, name: str, line: Line, now: datetime) -> BranchShown:
        feed = self._feeds.get(name, BranchFeed(line=name, has_key=False))
        lag = None if feed.newest_at is None else max(now - feed.newest_at, timedelta())
        return BranchShown(
            line=name,
            name_zh=line.name_zh,
            name_en=line.name_en,
            kind=line.kind.value,
            state=_state(feed, lag),
            newest_at=feed.newest_at,
            heard_at=feed.heard_at,
            lag_s=None if lag is None else lag.total_seconds(),
            calls=feed.calls,
            tickets=feed.tickets,
            refused=feed.refused,
        )


def _state(feed: BranchFeed, lag: timedelta | None) -> FeedState:
    if not feed.has_key:
        return FeedState.NOT_CONNECTED
    if lag is None:
        return FeedState.NEVER
    return FeedState.LATE if lag > LATE else FeedState.CURRENT


def _sorted_out(
    rows: Sequence[JsonValue], read: Callable[[object], Row | tuple[FieldError, ...]]
) -> tuple[dict[int, Row], list[RowRefused]]:
    """The good rows by their number, and the others with what is wrong."""
    good: dict[int, Row] = {}
    refused: list[RowRefused] = []
    for n, row in enumerate(rows):
        found = read(row)
        if isinstance(found, tuple):
            refused.append(RowRefused(row=n, id=_id_of(row), errors=list(found)))
        else:
            good[n] = found
    return good, refused


def _id_of(row: JsonValue) -> str:
    found = row.get("id") if isinstance(row, dict) else None
    return found[:_ID_KEPT] if isinstance(found, str) else ""


def _taken(told: ToldTicket, receipt: Receipt) -> TicketTaken:
    return TicketTaken(
        id=told.id,
        ticket_no=receipt.ticket_no,
        case_id=receipt.case_id,
        status=receipt.status.value,
        again=receipt.again,
    )
