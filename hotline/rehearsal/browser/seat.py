"""A person at a desk in the browser: answers, talks, files, holds once, goes on one break.

The same part in a rehearsal as `hotline/rehearsal/seats.py` plays with a phone on the table; what
he sees and does is the page, what is compared is its SIP.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from hotline.rehearsal.browser.desk import Desk
from hotline.rehearsal.browser.tap import Tap
from hotline.rehearsal.browser.wire import WireCall
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.compare import Filed
from hotline.rehearsal.errors import DeskStuck, PhoneSilent
from hotline.rehearsal.evidence import OWN_NUMBER, SeatSaw
from hotline.rehearsal.own_day import OwnDay
from hotline.rehearsal.seats import (
    Manner,
    SeatLogin,
    Trouble,
    masked_number,
    was_photo_finish,
)

_ANSWERED_WITHIN_S: Final = 15.0  # longer than the ring limit
_HELD_S: Final = 1.0
_BREAK_S: Final = 2.0
_BREAK_AFTER: Final = 2  # calls


class BrowserSeat:
    """One agent at one seat with the phone of his page.

    `by_itself`: the desk answers by itself (自动应答); else he does, by key and click in turn.
    """

    def __init__(
        self,
        login: SeatLogin,
        window: tuple[Desk, Tap],
        manner: Manner,
        seed: int,
        *,
        by_itself: bool,
    ) -> None:
        self.agent = login.agent
        self.seat = login.seat
        self.filed: list[Filed] = []
        self.troubles: list[Trouble] = []
        self.idle = asyncio.Event()
        self.idle.set()
        self._login = login
        self.desk, self._tap = window
        self._by_itself = by_itself
        self._manner = manner
        self._chance = random.Random(f"{seed}-{login.agent}")  # noqa: S311  # repeatable
        self._before = OwnDay(login.seat, 0, 0, None)
        self._has_held = False
        self._had_break = False
        self._talks = 0

    # ---- as every seat of the cast

    async def sit_down(self, seat: str) -> None:
        self.seat = seat
        await self.desk.take_seat(seat)
        self._before = await self._shown()
        if self._by_itself:
            await self.desk.answer_by_itself()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self._work())
            await self.desk.go_available()
            try:
                yield
            finally:
                work.cancel()

    async def leave(self) -> None:
        await self.desk.sign_out()

    def line_died(self) -> None:
        """Asterisk is no more: the page finds out by itself."""

    def saw(self) -> list[SeatSaw]:
        return [call.saw(self.seat) for call in self._tap.wire.calls]

    @property
    def is_talking(self) -> bool:
        return any(call.log.phase is Phase.TALKING for call in self._tap.wire.calls[-2:])

    @property
    def last_seen(self) -> str:
        calls = self._tap.wire.calls
        steps = [f"{one.what} {one.at:%H:%M:%S}" for one in calls[-1].log.seen] if calls else []
        return ", ".join([*steps, *(f"refused: {one}" for one in [self._tap.refused] if one)])

    async def own_day(self) -> OwnDay:
        """What the page shows of his day, since he sat down."""
        return (await self._shown()).since(self._before)

    # ---- the work

    async def _work(self) -> None:
        taken = 0
        while True:
            call = await self._tap.wire.next_call(taken)
            taken += 1
            self.idle.clear()
            try:
                await self._take(call)
            except (DeskStuck, PhoneSilent) as trouble:
                self._note(f"{trouble} (last seen: {self.last_seen})")
            finally:
                self.idle.set()

    async def _take(self, call: WireCall) -> None:
        await self.desk.sees_a_ring()
        if not self._by_itself:
            await self._answer(call)
        await call.log.until(lambda log: log.phase is not Phase.RINGING, within=_ANSWERED_WITHIN_S)
        if call.log.phase is Phase.ENDED:
            await self.desk.go_available()  # a ring that ran out has paused the seat
            return
        self._talks += 1
        if call.shown == OWN_NUMBER:  # a call that we owe: nobody asks anything of us
            await self._talk(call)
            await self.desk.finish_wrap_up()
            return
        await self._serve(call)
        await self._end_of_call()

    async def _answer(self, call: WireCall) -> None:
        if not await self.desk.shows_ring():
            if call.log.phase is Phase.RINGING:
                self._note("the desk did not show a ring")
            return
        await asyncio.sleep(self._chance.uniform(0.5, 3))
        if call.log.phase is Phase.RINGING:
            await self.desk.answer(by_key=self._talks % 2 == 0)

    async def _serve(self, call: WireCall) -> None:
        """The form is filled while they talk, and filed when all is said."""
        if not await self.desk.shows_form():
            if not was_photo_finish(call.log):
                self._note("the desk showed no form for its call")
            return
        if call.log.phase is Phase.TALKING:
            await self._look_at_card(call)
            await self._hold_once(call)
        try:
            await self.desk.fill_form()
            await self._talk(call)
            number = await self.desk.submit()
        except DeskStuck:
            if not was_photo_finish(call.log):
                raise
            return  # he was gone as we answered: the console refuses the form, and rightly so
        told = {ticket: one for one, ticket in self._tap.filed.items()}
        if number not in told:
            self._note(f"the desk shows ticket {number}, the console told it another")
            return
        self.filed.append(Filed(self.seat, told[number], number))

    async def _look_at_card(self, call: WireCall) -> None:
        shown, wanted = await self.desk.number(), masked_number(call.shown)
        has_digits = any(sign.isdigit() for sign in wanted)
        if shown != wanted if has_digits else any(sign.isdigit() for sign in shown):
            self._note(f"the desk shows {shown}, the phone {wanted}")

    async def _hold_once(self, call: WireCall) -> None:
        """Who hangs up meanwhile takes the button away."""
        if self._has_held:
            return
        began = asyncio.get_running_loop().time()
        try:
            await self.desk.toggle_hold("取回")
            await asyncio.sleep(_HELD_S)
            await self.desk.toggle_hold("保持")
            self._has_held = True
        except DeskStuck:
            if call.log.phase is not Phase.ENDED:
                raise
        finally:
            call.held_s = asyncio.get_running_loop().time() - began

    async def _talk(self, call: WireCall) -> None:
        """Until the citizen hangs up, or all is said."""
        seconds = self._manner.talk * self._chance.uniform(0.5, 1.5)
        answered_at = call.log.when(News.ANSWERED)
        assert answered_at is not None, "they talk"
        try:
            await call.log.until(lambda log: log.phase is Phase.ENDED, within=seconds)
        except PhoneSilent:
            await self._hang_up(call)

    async def _hang_up(self, call: WireCall) -> None:
        try:
            await self.desk.hang_up()
        except DeskStuck:
            if call.log.phase is not Phase.ENDED:
                raise
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=_ANSWERED_WITHIN_S)

    async def _end_of_call(self) -> None:
        """The first break after a few calls: asked for in wrap-up, as people do."""
        if self._had_break or self._talks < _BREAK_AFTER:
            await self.desk.finish_wrap_up()
            return
        self._had_break = True
        name = await self.desk.pause_after_call()
        await self.desk.finish_wrap_up()
        await self.desk.is_on_break(name)
        await asyncio.sleep(_BREAK_S)
        await self.desk.back_from_break()

    async def _shown(self) -> OwnDay:
        answered, tickets = await self.desk.own_day()
        return OwnDay(self.seat, answered, tickets, self._tap.day_since)

    def _note(self, what: str) -> None:
        self.troubles.append(Trouble(f"{self.seat}: {what}"))
