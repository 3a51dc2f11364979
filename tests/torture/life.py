"""One process after another: the journal outlives them, each has its floor, desk and epoch.

A life ends by `Killed`, raised where the process would have died: before its facts are written
(or with only some of them written), after that but before its deeds, or amid its deeds.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from acd.desk import AcdDesk
from acd.directory import Directory
from acd.facts import FACTS
from acd.floor import Floor
from acd.happenings import CallBack, Command
from acd.image import FloorImage
from acd.policy import QueuePolicies
from kernel.errors import HotlineError
from kernel.fact import Fact, FactKinds, encode, plain
from kernel.ids import CallId, Epoch, Extension, LegId
from tests.fakes.fake_clock import FakeClock
from tests.torture.exchange import Exchange
from tests.torture.laws import Laws
from tests.torture.violation import Violation, demand

_LOOP: Final = asyncio.new_event_loop()  # orders are futures of some loop
IMAGE_EVERY: Final = 400  # facts: an older image is not worth while
IMAGES: Final = TypeAdapter(FloorImage)
KINDS: Final = FactKinds(FACTS)


class Killed(Exception):
    """kill -9, here and now."""


class Point(StrEnum):
    """Where the process dies."""

    UNWRITTEN = "before the facts of a turn are written"
    TORN = "amid writing them"
    UNDONE = "between journal and deed"
    HALF_DONE = "amid the deeds"
    DONE = "after the deeds, before any answer is written"


@dataclass(slots=True)
class Death:
    point: Point
    after: int  # facts written, deeds done before it


class Life:
    """Journal, floor and desk. `death` is where the next turn that writes something will end."""

    def __init__(
        self, policies: QueuePolicies, directory: Directory, exchange: Exchange, clock: FakeClock
    ) -> None:
        self._policies = policies
        self._directory = directory
        self._exchange = exchange
        self._clock = clock
        self.journal: list[Fact] = []
        self.as_json = False  # facts are kept as the file of the journal gives them back
        self.laws = Laws()
        self.epoch = 0
        self.death: Death | None = None
        self.is_cut = False  # no deed reaches the exchange
        self.deaf = False  # from a cut or a start until the exchange has told all that it holds
        self._image: tuple[int, bytes] | None = None  # facts it stands for, the floor as JSON
        self.begin()

    def begin(self) -> None:
        """The next process: floor from the newest image and the facts since (I10)."""
        self.epoch += 1
        self.death, self.is_cut = None, False
        self.floor = self.recovered()
        self.desk = AcdDesk(self.floor, self._write, self, self._clock)
        if len(self.journal) - self._imaged >= IMAGE_EVERY:
            body = orjson.dumps(self.floor.image(), default=plain, option=orjson.OPT_UTC_Z)
            self._image = len(self.journal), body

    @property
    def _imaged(self) -> int:
        return 0 if self._image is None else self._image[0]

    def recovered(self) -> Floor:
        """As the next process would have it."""
        if self._image is None:
            return self.folded()
        floor = Floor(self._policies, self._directory, Epoch(self.epoch))
        floor.put_back(IMAGES.validate_json(self._image[1]))
        return self._with(floor, self._imaged)

    def folded(self) -> Floor:
        """From the journal alone."""
        return self._with(Floor(self._policies, self._directory, Epoch(self.epoch)), 0)

    def _with(self, floor: Floor, since: int) -> Floor:
        for fact in self.journal[since:]:
            floor.apply(fact)
        return floor

    def turn(self) -> None:
        """Raises Killed at the chosen point, Violation for whatever else the floor raises."""
        try:
            self.desk.turn()
        except (Killed, Violation):
            raise
        except Exception as fault:
            raise Violation("fault", f"the floor raised {fault!r}") from fault
        if self.death is not None and self.death.point is Point.DONE:
            raise Killed

    def goes_deaf(self) -> None:
        """As `hotline/recovery/settling.py` has it: at a start, and when the link is lost."""
        self.deaf = True
        self.desk.hold_time()

    def order(self, command: Command) -> None:
        """Carried out or refused; a refusal changes nothing."""

        async def ordered() -> Any:
            by_hand = isinstance(command, CallBack)
            order = self.desk.call_back(command) if by_hand else self.desk.order(command)
            waiting: Any = order.send(None)  # its letter is posted now
            try:
                self.turn()
            finally:
                order.close()
                if waiting.done():
                    waiting.exception()  # looked at, also when we die of this turn
            return waiting

        answer = _LOOP.run_until_complete(ordered())
        refusal = answer.exception() if answer.done() and not answer.cancelled() else None
        demand(refusal is None or isinstance(refusal, HotlineError), "fault", repr(refusal))

    # ---- what the desk is given ------------------------------------------------------------------

    def _write(self, facts: Sequence[Fact]) -> None:
        death = self.death
        if death is None:
            self._keep(facts)
            return
        if death.point is Point.UNWRITTEN:
            raise Killed
        whole = death.point is not Point.TORN or death.after >= len(facts)
        self._keep(facts if whole else facts[: death.after])
        if death.point in (Point.TORN, Point.UNDONE):
            raise Killed

    def _keep(self, facts: Sequence[Fact]) -> None:
        if self.as_json:
            facts = [_through_json(fact) for fact in facts]
        self.journal += facts
        for fact in facts:
            self.laws.see(fact)

    def _deed(self) -> None:
        if self.death is None or self.death.point is not Point.HALF_DONE:
            return
        if self.death.after <= 0:
            raise Killed
        self.death.after -= 1

    def ring(
        self,
        leg: LegId,
        phone: Extension,
        caller: CallId,
        *,
        ring_for: timedelta,
        auto_answer: bool,
        whisper: tuple[str, ...],
    ) -> None:
        self._deed()
        demand(self.laws.was_rung(leg), "journal", f"{leg} is rung before it is written")
        demand(not self.deaf, "I2", f"{leg} rings for {caller}, who may be gone: nobody listens")
        self._exchange.ring(leg, phone, caller, self._clock.now() + ring_for)

    def drop(self, leg: LegId) -> None:
        self._deed()
        if not self.is_cut:
            self._exchange.drop(leg)


def _through_json(fact: Fact) -> Fact:
    read = KINDS.decode(fact.kind, encode(fact))
    demand(read == fact, "I10", f"{fact} is read as {read}")
    return read
