"""One case of the floor bench, in a process of its own: our floor at work, every step timed.

A round, as at 200 calls a second: what is due, one caller who asks, one seat that is done with its
caller, and every ring answered. Facts are made and applied as in earnest; nothing is journaled.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from acd import facts as f
from acd import happenings as h
from acd.floor import Floor
from acd.happenings import PolicyLoaded
from acd.surge_facts import Measures, PlanName
from acd.surge_happenings import ActivateSurge, ReturnSurge
from bench.floor_people import SKILLS, START, Case, People, Signature, people
from bench.machine import resident_bytes
from bench.naive_scan import NaiveScan, ScannedSeat
from bench.timing import Collections, Steps, median
from hotline.watch.collector import LOOK_AT_NEW_EVERY, hold_pauses_short, look_at_new
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, LegId, QueueName
from kernel.legs import LegEnd

ROUND: Final = timedelta(milliseconds=5)
PRIORITIES: Final = (0, 0, 0, 0, 1, 2)
EASIEST: Final = {SKILLS[0]: 1}
SCAN_AT_MOST_S: Final = 1.0
KINDS: Final = ("asks", "ready", "answer", "end", "time", "order")


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table. `steps` by kind, `scan` those of the baseline."""

    case: Case
    waiting: int
    steps: dict[str, Steps]
    scan: dict[str, Steps]
    collection_ms: float  # longest garbage collection, it is part of a step
    seat_bytes: float
    caller_bytes: float


class FloorAtWork:
    """`hear` is told all facts, in order, outside of the timed steps."""

    def __init__(self, centre: People, hear: Callable[[list[Fact]], None] | None = None) -> None:
        self.floor = Floor(centre.policies, centre.directory, Epoch(1))
        self.now = self._looked = START
        self.waiting = self.idle = 0
        self._calls = centre.calls
        self._hear = hear
        self._chance = random.Random(1)
        self._asked = 0
        self._talking: deque[tuple[LegId, AgentNo]] = deque()
        self._rung: list[tuple[LegId, AgentNo]] = []
        self.steps: dict[str, Steps] = {}
        self.forget_steps()

    def forget_steps(self) -> None:
        self.steps = {kind: Steps() for kind in KINDS}

    def staff(self, centre: People) -> None:
        seats = zip(centre.directory.agents, centre.directory.seats, strict=True)
        for agent, seat in seats:
            self.now += timedelta(milliseconds=1)
            self._take("asks", h.SignIn(agent, seat))
            self._take("asks", h.GoAvailable(agent))

    def ask(self, needs: Signature | None = None) -> None:
        self._asked += 1
        wanted = h.SeatWanted(
            call=CallId(f"bench-{self._asked}"),
            queue=QueueName("general"),
            needs=self._chance.choice(self._calls) if needs is None else needs,
            priority=self._chance.choice(PRIORITIES),
            asked_at=self.now,
        )
        self._take("asks", wanted)

    def answer_all(self) -> None:
        rung, self._rung = self._rung, []
        for leg, agent in rung:
            self._take("answer", h.LegAnswered(leg))
            self._talking.append((leg, agent))

    def occupy(self, seats: int) -> None:
        """So many seats talk, with callers whom every seat may take."""
        for _ in range(seats):
            self.ask(EASIEST)
            self.answer_all()

    def fill(self, until: int) -> None:
        """All seats talk, then callers ask until so many wait."""
        self.occupy(self.idle)
        while self.waiting < until:
            self._wait(timedelta(milliseconds=1))
            self.ask()
            self.answer_all()

    def _wait(self, span: timedelta) -> None:
        """With the looks at what is new, as hotline/main.py has them."""
        self.now += span
        if self.now - self._looked >= LOOK_AT_NEW_EVERY:
            self._looked = self.now
            look_at_new()

    def round(self) -> None:
        self._wait(ROUND)
        for _ in self.due():
            self._take("time", h.TimePassed())
        self.ask()
        if self._talking:
            leg, agent = self._talking.popleft()
            self._take("end", h.LegEnded(leg, LegEnd.HUNG_UP))
            self._take("ready", h.FinishWrapUp(agent))
        self.answer_all()

    def order(self, command: h.Command) -> None:
        self._take("order", command)

    def due(self) -> Iterator[None]:
        while self._is_due():
            yield

    def _is_due(self) -> bool:
        due = self.floor.next_deadline()
        return due is not None and due <= self.now

    def let_pass(self, span: timedelta) -> Steps:
        """The steps of a floor that was asleep for so long, as the desk takes them."""
        self.now += span
        before = len(self.steps["time"])
        for _ in self.due():
            self._look(self.steps["time"].time(self._pass_time))
        late = Steps()
        late.cpu, late.wall = self.steps["time"].cpu[before:], self.steps["time"].wall[before:]
        return late

    def _pass_time(self) -> list[Fact]:
        facts = self.floor.take(h.TimePassed(), self.now)
        if self._is_due():
            look_at_new()
        return facts

    def _take(self, kind: str, happening: h.Happening) -> None:
        self._look(self.steps[kind].time(self.floor.take, happening, self.now))

    def _look(self, facts: list[Fact]) -> None:
        if self._hear is not None:
            self._hear(facts)
        for fact in facts:
            if isinstance(fact, f.CallQueued):
                self.waiting += 1
            elif isinstance(fact, f.SeatRung):
                self.waiting -= 1
                self.idle -= 1
                self._rung.append((fact.leg, fact.agent))
            elif isinstance(fact, f.AgentAvailable | f.WrapUpEnded):
                self.idle += 1


def measure(case: Case, waits: tuple[int, ...], rounds: int, scans: int) -> list[Measured]:
    centre = people(case)
    at_work = FloorAtWork(centre)
    empty = resident_bytes()
    at_work.staff(centre)
    hold_pauses_short()  # as hotline/main.py does once all is built
    seat_bytes = (resident_bytes() - empty) / case.seats
    at_work.occupy(case.seats // 2)
    found = []
    for waiting in waits:
        before, callers = resident_bytes(), at_work.waiting
        if waiting:
            at_work.fill(waiting)
        added = at_work.waiting - callers
        caller_bytes = (resident_bytes() - before) / added if added > 500 else float("nan")
        at_work.forget_steps()
        with Collections() as collections:
            for _ in range(rounds):
                at_work.round()
        steps = at_work.steps
        found.append(
            Measured(
                case=case,
                waiting=waiting,
                steps=steps,
                scan=_scan(centre, waiting, scans) if scans else {},
                collection_ms=collections.longest_ms,
                seat_bytes=seat_bytes,
                caller_bytes=caller_bytes,
            )
        )
    return found


def usual(runs: Sequence[Measured]) -> Measured:
    """The same case, run several times with the same seed."""
    return replace(
        runs[0],
        steps={kind: Steps.usual([run.steps[kind] for run in runs]) for kind in KINDS},
        collection_ms=median([run.collection_ms for run in runs]),
    )


def asleep_steps(case: Case, waiting: int) -> Steps:
    """All who wait get to a stage of relaxation, and are told their place, in one moment."""
    centre = people(case)
    at_work = _full(centre, waiting)
    return Steps.together(*(at_work.let_pass(timedelta(seconds=s)) for s in (15, 15, 30)))


def released_steps(case: Case, waiting: int) -> Steps:
    """Other rules for all who wait: a release, a surge plan that offers all of them a callback,
    its return; with the turns in which their deadlines are set anew, and fall due."""
    centre = people(case)
    at_work = _full(centre, waiting)
    at_work.let_pass(timedelta(seconds=15))
    at_work.forget_steps()
    general = centre.policies.of(QueueName("general"))
    other = general.model_copy(update={"max_wait_s": general.max_wait_s / 2})
    rules = centre.policies.model_copy(update={"queues": {QueueName("general"): other}})
    surge = ActivateSurge(
        plan=PlanName("surge"), measures=Measures(callback_after_s=1), by="bench", why="bench"
    )
    for order in (PolicyLoaded(rules), surge, ReturnSurge(surge.plan, "bench", "bench")):
        at_work.order(order)
        at_work.let_pass(ROUND)
    return Steps.together(at_work.steps["order"], at_work.steps["time"])


def _full(centre: People, waiting: int) -> FloorAtWork:
    at_work = FloorAtWork(centre)
    at_work.staff(centre)
    hold_pauses_short()
    at_work.fill(waiting)
    return at_work


def _scan(centre: People, waiting: int, rounds: int) -> dict[str, Steps]:
    """The same load on the baseline: half of the seats idle, or all busy and so many waiting."""
    chance = random.Random(1)
    seats = [ScannedSeat(agent.skills) for agent in centre.directory.agents.values()]
    scan, asks, ready = NaiveScan(seats), Steps(), Steps()
    if waiting == 0:
        for seat in seats[::2]:
            scan.free(seat)
    for _ in range(waiting):
        scan.waiting.append((scan.ticks, chance.choice(centre.calls)))
        scan.ticks += 1
    deadline = time.perf_counter() + SCAN_AT_MOST_S
    for n in range(rounds):
        boost = 30.0 * chance.choice(PRIORITIES)
        asks.time(scan.arrive, chance.choice(centre.calls), boost)
        ready.time(scan.free, seats[(2 * n + 1) % len(seats)])
        if time.perf_counter() > deadline:
            break
    return {"asks": asks, "ready": ready}
