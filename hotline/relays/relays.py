"""Calls that people ask for, in the leader: each story in its own boundary, and what a process
before us has left of its own is ended and settled, never rung again.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog

from acd.facts import SeatLetItRing
from cases.facts import RelayStep
from cases.relay import Relay, RelayCue, advance
from cases.relay_store import KeepsRelays, RelayRecord
from hotline.relays.house import RelayHouse, Relaying
from hotline.stories.relay_call import relay_call, relay_found, seat_let_it_ring
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import CallId, Epoch, NumberKey, is_relay
from telephony.facts import CallHungUp
from telephony.live_call import LiveCall
from telephony.story_teller import Story

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(seconds=5)


class Relays:
    """`lives`: has Asterisk that call, as far as we know; `is_ready`: in step with it."""

    def __init__(
        self,
        house: RelayHouse,
        keeps: KeepsRelays,
        epoch: Epoch,
        *,
        lives: Callable[[CallId], bool],
        is_ready: Callable[[], bool],
    ) -> None:
        self.house = house
        self._keeps = keeps
        self._epoch = epoch
        self._lives = lives
        self._is_ready = is_ready
        self._made: dict[CallId, Relaying] = {}
        self._of_number: dict[CallId, NumberKey] = {}
        self._ended_at: dict[CallId, datetime] = {}
        self._settled: set[CallId] = set()
        self._group = asyncio.TaskGroup()

    async def run(self) -> None:
        async with self._group:
            while True:
                if self._is_ready():
                    await self._settle_if_possible()
                await asyncio.sleep(LOOK_EVERY.total_seconds())

    @contextmanager
    def known(self, relay: Relaying, number: NumberKey | None) -> Iterator[None]:
        """Before its first phone rings: no news of it may come to a stranger."""
        self._made[relay.call] = relay
        if number is not None:
            self._of_number[relay.call] = number
        try:
            yield
        except BaseException:
            self._forget(relay)
            raise

    def begin(self, relay: Relaying) -> None:
        self._group.create_task(self._tell(relay), name=f"relay {relay.call}")

    def find(self, call: CallId) -> Relaying | None:
        return self._made.get(call)

    def is_rung(self, number: NumberKey) -> bool:
        """Somebody else speaks with him at this moment, or rings him."""
        return number in self._of_number.values()

    def tells(self, inner: Story) -> Story:
        """The story of every call: ours for calls of a process before us, else that of `inner`."""

        async def story(call: LiveCall) -> None:
            if is_relay(call.id) and call.id not in self._made:
                await relay_found(call, self.house)
            else:
                await inner(call)

        return story

    def see(self, facts: Sequence[Fact]) -> None:
        """Fits the fact feed."""
        for fact in facts:
            match fact:
                case SeatLetItRing() if fact.call in self._made:
                    seat_let_it_ring(self._made[fact.call], fact.why, self.house)
                case CallHungUp() if is_relay(fact.call) and fact.call not in self._made:
                    self._ended_at[fact.call] = fact.at
                case _:
                    continue

    async def _tell(self, relay: Relaying) -> None:
        """One call's boundary: its fault ends nobody else's."""
        try:
            await relay_call(relay, self.house)
        except Exception:
            log.exception("a relay call failed", call_id=relay.call)
            self.house.dial.drop(relay.call)
            relay.take(RelayCue.STOPPED)
        self._forget(relay)

    def _forget(self, relay: Relaying) -> None:
        self._made.pop(relay.call, None)
        self._of_number.pop(relay.call, None)

    # ---- what a process before us has left

    async def _settle_if_possible(self) -> None:
        try:
            await self.settle()
        except Unavailable as trouble:
            log.warning("relay calls left behind wait", why=str(trouble))

    async def settle(self) -> None:
        """Ends what still rings, writes down what is over. Raises Unavailable."""
        for left in await self._keeps.left_open(self._epoch):
            if left.call in self._settled or self._lives(left.call):
                continue  # who talks goes on talking
            self._settled.add(left.call)
            self.house.dial.drop_unknown(left.call)
            if left.leg is not None:
                self.house.dial.drop_unknown(left.leg)
            self._write_end(left)

    def _write_end(self, left: RelayRecord) -> None:
        joined = left.joined_at if left.step is RelayStep.TALKING else None
        now = self._ended_at.pop(left.call, None) or self.house.center.clock.now()
        _, facts = advance(Relay(left.call, left.step, joined), RelayCue.DIED, now)
        self.house.center.write(facts)
        log.info("a relay call of a process before us is settled", call_id=left.call)
