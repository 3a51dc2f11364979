"""Citizens rung by us: the one `DialOut` of this process, the ids of its attempts, and what becomes
of calls that a process before us has rung.

People's callbacks and the survey robot share it; each says, by kind of duty, how it goes on with a
call found living (`adopts`) and how it finishes one that is over (`finishes`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import structlog

from callbacks.attempts import Abandoned, LeaseLost
from callbacks.duty import AttemptId, DutyKind, Outcome, Result
from callbacks.engine import AttemptEngine
from hotline.center import Center
from hotline.stories.inbound_call import inbound_call
from hotline.wiring import Hotline
from kernel.errors import HotlineError, Unavailable
from kernel.ids import CallId, Epoch, out_id
from telephony.dial_out import DialOut, farewell
from telephony.live_call import LiveCall
from telephony.story_teller import Story

log = structlog.get_logger(__name__)

_LOOK: Final = timedelta(seconds=5)
_AT_ONCE: Final = 500
Adopts = Callable[[LiveCall, Abandoned], Awaitable[Story]]
Finishes = Callable[[Abandoned], Awaitable[None]]


@dataclass(frozen=True)
class _Ways:
    adopts: Adopts
    finishes: Finishes


class Dialling:
    """`story` is the one that the switchboard tells for every call."""

    def __init__(self, hotline: Hotline, engine: AttemptEngine) -> None:
        telephone = hotline.telephone
        self.out = DialOut(telephone.link, telephone.switchboard, self._adopted)
        self.story = self.out.tells(self.inbound)
        self._ways: dict[DutyKind, _Ways] = {}
        self._switchboard = telephone.switchboard
        self._engine = engine
        self._clock = hotline.ground.clock
        self._center: Center = hotline.center
        self._epoch: Epoch = hotline.ground.epoch
        self._turns = count(1)

    def next_attempt(self) -> AttemptId:
        return AttemptId(out_id(self._epoch, next(self._turns)))

    def add(self, kinds: set[DutyKind], adopts: Adopts, finishes: Finishes) -> None:
        """Before the switchboard runs."""
        self._ways |= dict.fromkeys(kinds, _Ways(adopts, finishes))

    async def inbound(self, call: LiveCall) -> None:
        await inbound_call(call, self._center)

    async def run(self) -> None:
        """Once in step with Asterisk: frees what another held, finishes what another rang."""
        while not await self._switchboard.until(self._is_ready, _LOOK):
            continue
        await asyncio.sleep(_LOOK.total_seconds())  # those that live are adopted by their stories
        alone = True  # whatever another held, it holds no longer
        while True:
            try:
                await self._finish_all(alone=alone)
                alone = False
            except HotlineError as trouble:
                log.warning("attempts left behind wait", why=str(trouble))
            await asyncio.sleep(_LOOK.total_seconds())

    async def _finish_all(self, *, alone: bool) -> None:
        """One that cannot be finished keeps no other waiting; its lease runs out again."""
        for found in await self._engine.take_over(self._clock.now(), _AT_ONCE, alone=alone):
            try:
                await self._finish(found)
            except Exception:
                log.exception("an attempt could not be finished", attempt=found.attempt.id)

    def _is_ready(self) -> bool:
        return self._switchboard.is_ready

    async def _finish(self, found: Abandoned) -> None:
        """Looked up by its id; a living one that no story tells of is ended first."""
        if self.out.is_pending(found.attempt.id):
            return  # rung by us: our own story settles it, or it is taken over again
        if await self.out.is_live(found.attempt.id):
            call, board = CallId(found.attempt.id), self._switchboard
            if call not in board.stories and call not in board.mirror.calls:  # else he talks
                self.out.drop_unknown(found.attempt.id)
            return  # settled by its story, or at the next look
        self.out.give_up(found.attempt.id)
        ways = self._ways.get(found.claim.duties[0].kind)
        try:
            if ways is not None:
                await ways.finishes(found)
            else:
                await settle_unseen(self._engine, found, self._clock.now())
        except LeaseLost as lost:
            log.info("attempt was settled meanwhile", why=str(lost))

    async def _adopted(self, call: LiveCall) -> None:
        if call.id in self._center.stages or call.place is not None:
            await self.inbound(call)  # he was in the line, or talked, when the process died
            return
        try:
            found = await self._engine.adopt(AttemptId(call.id), self._clock.now())
            ways = self._ways.get(found.claim.duties[0].kind) if found is not None else None
            story = await ways.adopts(call, found) if ways is not None and found else farewell
        except Unavailable as trouble:
            log.warning("a call found living cannot go on", why=str(trouble))
            story = farewell
        await story(call)


async def settle_unseen(engine: AttemptEngine, found: Abandoned, now: datetime) -> None:
    """Of a call that ended unseen: answered, as far as was written down, or nobody knows."""
    answered = found.attempt.answered_at is not None
    outcome, result = (Outcome.REACHED, Result.BROKEN_OFF) if answered else (Outcome.LOST, None)
    await engine.settle(found.claim, found.attempt.id, outcome, now, result)
