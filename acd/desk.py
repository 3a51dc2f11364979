"""The shell around the floor: one task owns it; what was decided is written down, then done.

Errors: a refused command goes back to who gave it. Anything else that `Floor.take` raises is a
fault of ours: facts may then stand on the floor that were never written, so the desk logs it, fails
the order at hand and lets it end `run()`. The TaskGroup of `hotline/main.py` ends the process; the
next one folds the floor again from the journal.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from acd import facts as f
from acd.floor import Floor
from acd.happenings import (
    CallBack,
    CallbackWanted,
    CaughtUp,
    Command,
    Happening,
    LivedInFallback,
    Report,
    SeatWanted,
    TimePassed,
    WentDeaf,
)
from acd.ports import RingsSeats, WritesFacts
from acd.standing import Standing
from acd.view import FloorView
from acd.waits import FINAL, Connected, News, SeatWait, Told, news_of
from acd.waking import Waking
from kernel.clock import Clock
from kernel.errors import HotlineError, Unavailable
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, QueueName, Skill

log = structlog.get_logger(__name__)

BACKLOG_LIMIT: Final = timedelta(seconds=3)  # a turn that is later than this is not well


class DeskClosed(Unavailable):
    code = "desk-closed"


@dataclass(slots=True)
class _Letter:
    happening: Happening
    arrived_at: datetime
    answer: asyncio.Future[list[Fact]] | None = None


class AcdDesk:
    """Happenings in by `tell` and `order`, deeds out by `rings`, news out by `wait_for_seat`."""

    def __init__(self, floor: Floor, write: WritesFacts, rings: RingsSeats, clock: Clock) -> None:
        self._floor = floor
        self._write = write
        self._rings = rings
        self._clock = clock
        self._letters: list[_Letter] = []
        self._knock = asyncio.Event()
        self._waits: dict[CallId, SeatWait] = {}
        self._running = False
        self._closed = False
        self._waking = Waking()
        self.tidy: Callable[[], None] = lambda: None  # after each portion of a great many deadlines

    # ---- what others say -------------------------------------------------------------------------

    def tell(self, happening: Report) -> None:
        """News of the network or of a story. Returns at once."""
        self._post(_Letter(happening, self._clock.now()))

    async def order(self, command: Command | LivedInFallback) -> list[Fact]:
        """A person's command, carried out: its facts. Raises the HotlineError that refuses it.

        Also a record of Asterisk's, whose facts must stand before its reader goes on.
        """
        if self._closed:
            raise _closing()
        answer: asyncio.Future[list[Fact]] = asyncio.get_running_loop().create_future()
        self._post(_Letter(command, self._clock.now(), answer))
        return await answer

    def hold_time(self) -> None:
        """Until `CaughtUp` no deadline falls due and nobody is rung: a leg whose limit passed while
        nobody listened may have been answered (I4), who waits may have died with Asterisk (I2).

        Comes before what is still unread, where an older `CaughtUp` holds no more.
        """
        self._waking.hold()
        unread = [one for one in self._letters if not isinstance(one.happening, CaughtUp)]
        self._letters = [_Letter(WentDeaf(), self._clock.now()), *unread]
        self._knock.set()

    def wait_for_seat(self, wanted: SeatWanted) -> SeatWait:
        """The caller joins the line (or is found standing in it, after adoption): news in order.

        Leaving the loop says nothing to the floor: CallerLeft, CallWithdrawn, CallbackTaken do.
        """
        wait = self._waits[wanted.call] = SeatWait()
        self.tell(wanted)
        return wait

    def wait_for_callback(self, wanted: CallbackWanted) -> SeatWait:
        """A call that we owe joins the line: Connected when its agent is there (agent first),
        YourTurn when the citizen is to be rung (citizen first), Gone when it is not to be made.
        """
        wait = self._waits[wanted.call] = SeatWait()
        self.tell(wanted)
        return wait

    async def call_back(self, order: CallBack) -> SeatWait:
        """By hand: his own phone rings. Raises what `acd/callback_orders.py: by_hand` does."""
        wait = self._waits[order.wanted.call] = SeatWait()
        try:
            await self.order(order)
        except HotlineError:
            del self._waits[order.wanted.call]
            raise
        return wait

    def say(self, call: CallId, phrases: tuple[str, ...]) -> bool:
        """Something that concerns who waits; False: no story of ours waits for him."""
        wait = self._waits.get(call)
        if wait is not None:
            wait.hear(Told(phrases))
        return wait is not None

    def _post(self, letter: _Letter) -> None:
        self._letters.append(letter)
        self._knock.set()

    # ---- what others see -------------------------------------------------------------------------

    def snapshot(self) -> FloorView:
        return self._floor.view(self._clock.now())

    def last_agent_of(self, call: CallId) -> AgentNo | None:
        """Who talks with him, or wraps his call up; None when nobody does any more."""
        return self._floor.last_agent_of(call)

    def calls_here(self) -> list[CallId]:
        """Whose hang-up the floor has not heard of."""
        return self._floor.calls_here()

    @property
    def standing(self) -> Standing:
        """Surge plans, incidents, wishes: to be read, never changed."""
        return self._floor.standing

    def line_of(self, queues: Collection[QueueName]) -> tuple[int, datetime | None]:
        """How many wait in these queues (none named: in all), and when the first of them asked."""
        return self._floor.line_of(queues)

    def known_skills(self) -> frozenset[Skill]:
        """All that a call may ask for: of the directory, of its agents, of the queues."""
        return self._floor.known_skills()

    @property
    def well(self) -> bool:
        """Running, and nothing has waited for its turn too long: may the heartbeat go on?"""
        if not self._running:
            return False
        return self.late < BACKLOG_LIMIT

    @property
    def late(self) -> timedelta:
        """How long the oldest news, or a deadline, has waited for its turn."""
        oldest = self._letters[0].arrived_at if self._letters else self._due()
        return timedelta() if oldest is None else max(timedelta(), self._clock.now() - oldest)

    # ---- the loop --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. A fault of the floor is logged and raised (see on top)."""
        self._running = True
        try:
            while True:
                await self._gather()
                self.turn()
        finally:
            self._running = False
            self._close()

    async def _gather(self) -> None:
        """Until something was posted or the next deadline has come.

        One that has come already lets the other tasks go first: a burst must not starve them.
        """
        due = self._due()
        left = None if due is None else (due - self._clock.now()).total_seconds()
        if self._letters:
            return
        self._knock.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                await self._knock.wait()

    def turn(self) -> None:
        """One turn: all that is waiting, then the time. Never blocks."""
        self._look()
        letters, self._letters = self._letters, []
        for letter in letters:
            self._take(letter)
        self._look()
        if self._is_due():
            self._take(_Letter(TimePassed(), self._clock.now()))
            if self._is_due():
                self.tidy()

    def _look(self) -> None:
        self._waking.look(self._floor.next_deadline(), self._clock.now())

    def _is_due(self) -> bool:
        due = self._due()
        return due is not None and due <= self._clock.now()

    def _due(self) -> datetime | None:
        return self._waking.due(self._floor.next_deadline())

    def _take(self, letter: _Letter) -> None:
        if isinstance(letter.happening, CaughtUp):
            self._waking.go_on(self._clock.now())
        try:
            facts = self._floor.take(letter.happening, self._clock.now())
        except HotlineError as refused:
            if letter.answer is None:
                raise
            if not letter.answer.done():
                letter.answer.set_exception(refused)
            return
        except Exception as fault:
            log.exception("the floor failed", happening=type(letter.happening).__name__)
            if letter.answer is not None and not letter.answer.done():
                letter.answer.set_exception(fault)
            raise
        self._carry_out(facts, letter)

    def _carry_out(self, facts: Sequence[Fact], letter: _Letter) -> None:
        if facts:
            self._write(facts)
        for fact in facts:
            if isinstance(fact, f.Deed):
                self._do(fact)
        for surprise in self._floor.take_surprises():
            log.warning("the floor was surprised", what=surprise.what, about=surprise.about)
        if isinstance(letter.happening, SeatWanted):
            self._tell_standing(letter.happening.call)
        if letter.answer is not None and not letter.answer.done():
            letter.answer.set_result(list(facts))

    def _tell_standing(self, call: CallId) -> None:
        """A story that was adopted may find its caller in conversation already."""
        seat = self._floor.talking_with(call)
        if seat is not None and seat.leg is not None:
            self._hear(call, Connected(seat.id, seat.agent, seat.leg))

    def _do(self, deed: f.Deed) -> None:
        match deed:
            case f.SeatRung():
                self._rings.ring(
                    deed.leg,
                    deed.phone,
                    deed.call,
                    ring_for=timedelta(seconds=deed.ring_for_s),
                    auto_answer=deed.auto_answer,
                    whisper=deed.whisper,
                )
            case f.LegDropped():
                self._rings.drop(deed.leg)
            case _:
                self._hear(deed.call, news_of(deed))

    def _hear(self, call: CallId, news: News) -> None:
        wait = self._waits.get(call)
        if wait is None:
            return  # no story waits: it was adopted in a later stage, or died
        wait.hear(news)
        if isinstance(news, FINAL):
            del self._waits[call]

    def _close(self) -> None:
        """Orders that nobody will carry out any more are refused. Stories are told nothing."""
        self._closed = True
        for letter in self._letters:
            if letter.answer is not None and not letter.answer.done():
                letter.answer.set_exception(_closing())
        self._letters.clear()


def _closing() -> DeskClosed:
    return DeskClosed("The desk is closing.", remedy="Try again in a few seconds.")
