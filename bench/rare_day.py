"""A day at a centre of which a hundredth of the callers needs what few seats can: virtual time.

The floor is the product's own; people are drawn as field measurements say: talks lognormal (mean
180 s, sigma 0.9), wrap-up and patience exponential (30 s, 300 s), an agent answers after a second
and 2 s more on average, and lets a hundredth of the rings go and is away for three minutes. Every
number of one caller is drawn before the next one's, so all policies meet the same callers.
"""

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Final

from acd import facts as f
from acd import happenings as h
from acd.directory import Agent, Directory, EmployerKind, Grade, SeatPlace
from acd.floor import Floor
from acd.policy import QueuePolicies
from bench.floor_people import START
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, Extension, LegId, QueueName, SeatId, Skill
from kernel.legs import LegEnd

TALK_S: Final = 180.0
SIGMA: Final = 0.9
WRAP_UP_S: Final = 30.0
PATIENCE_S: Final = 300.0
RING_S: Final = 3.0  # a second, and two more on average
HOLDING_S: Final = TALK_S + WRAP_UP_S + RING_S
UNANSWERED: Final = 0.01  # of the rings
AWAY_S: Final = 180.0
RARE_SHARE: Final = 0.01  # of the calls
WARM_UP_S: Final = 900.0  # until the centre is as full as it will be; not counted
GENERAL: Final = Skill("general")
COMMON: Final = QueueName("general")


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """`able` of the `seats` have the rare skill besides the general one."""

    seats: int
    load: float  # offered work per seat
    able: int
    skill: Skill
    queue: QueueName  # of the rare callers
    rules: QueuePolicies


@dataclass(slots=True)
class Outcome:
    """Counted by kind of caller: True are the rare ones."""

    asked: Counter[bool] = field(default_factory=Counter)
    abandoned: Counter[bool] = field(default_factory=Counter)
    served_within_20: Counter[bool] = field(default_factory=Counter)
    in_line_ms: Counter[bool] = field(default_factory=Counter)  # of all, until served or gone
    served: Counter[bool] = field(default_factory=Counter)
    to_able: int = 0  # rare callers whom a seat with their skill served
    busy: Counter[SeatId] = field(default_factory=Counter)  # milliseconds of conversation

    def add(self, other: "Outcome") -> None:
        self.asked += other.asked
        self.abandoned += other.abandoned
        self.served_within_20 += other.served_within_20
        self.in_line_ms += other.in_line_ms
        self.served += other.served
        self.to_able += other.to_able
        self.busy += other.busy

    def share_abandoned(self, rare: bool) -> float:
        return self.abandoned[rare] / self.asked[rare] if self.asked[rare] else float("nan")

    @property
    def ratio(self) -> float:
        general = self.share_abandoned(False)
        return self.share_abandoned(True) / general if general else float("nan")

    def mean_in_line(self, rare: bool) -> float:
        """Seconds of all who asked. Patience being exponential, who waits n times as long gives up
        n times as often: their ratio is that of the abandoned, with less of chance in it."""
        return self.in_line_ms[rare] / 1000 / self.asked[rare] if self.asked[rare] else float("nan")

    @property
    def mean_ratio(self) -> float:
        general = self.mean_in_line(False)
        return self.mean_in_line(True) / general if general else float("nan")

    @property
    def gini(self) -> float:
        """Of the seats' time in conversation: 0 means that all worked alike (B5)."""
        times = sorted(self.busy.values())
        n, whole = len(times), sum(times)
        ranked = sum((2 * rank - n - 1) * each for rank, each in enumerate(times, start=1))
        return ranked / (n * whole) if whole else float("nan")


@dataclass(frozen=True, slots=True)
class Citizen:
    rare: bool
    talk_s: float
    patience_s: float
    counts: bool


class RareDay:
    """Lives `hours` of one seed. Same centre, same seed: the same outcome."""

    def __init__(self, centre: Centre, seed: int) -> None:
        self._centre = centre
        self._callers = random.Random(seed)
        self._agents = random.Random(-seed - 1)
        self._floor = Floor(centre.rules, _directory(centre), Epoch(1))
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._n = 0
        self._now = 0.0
        self._citizens: dict[CallId, Citizen] = {}  # who were not served yet
        self._asked = 0
        self._ringing: set[LegId] = set()
        self.outcome = Outcome(busy=Counter({SeatId(f"S{n:03d}"): 0 for n in range(centre.seats)}))

    def live(self, hours: float) -> Outcome:
        for n in range(self._centre.seats):
            self._take(h.SignIn(AgentNo(f"{1000 + n}"), SeatId(f"S{n:03d}")))
            self._take(h.GoAvailable(AgentNo(f"{1000 + n}")))
        end = WARM_UP_S + hours * 3600
        self._at(0.0, self._ring_in, end)
        while self._agenda:
            when, _, what, given = heappop(self._agenda)
            self._let_pass(when)
            what(*given)
        return self.outcome

    def _ring_in(self, end: float) -> None:
        """The next caller too: the times between two are exponential."""
        dice = self._callers
        gap = dice.expovariate(self._centre.seats * self._centre.load / HOLDING_S)
        rare = dice.random() < RARE_SHARE
        talk = dice.lognormvariate(math.log(TALK_S) - SIGMA**2 / 2, SIGMA)
        patience = dice.expovariate(1 / PATIENCE_S)
        citizen = Citizen(rare, talk, patience, self._now >= WARM_UP_S)
        self._asked += 1
        call = CallId(f"c{self._asked}")
        self._citizens[call] = citizen
        self.outcome.asked[rare] += citizen.counts
        wanted = h.SeatWanted(
            call=call,
            queue=self._centre.queue if rare else COMMON,
            needs={},
            priority=0,
            asked_at=self._clock(),
        )
        self._at(self._now + patience, self._loses_patience, call)
        self._take(wanted)
        if self._now + gap < end:
            self._at(self._now + gap, self._ring_in, end)

    def _loses_patience(self, call: CallId) -> None:
        if call in self._citizens:
            self._take(h.CallerLeft(call))

    def _take(self, happening: h.Happening) -> None:
        for fact in self._floor.take(happening, self._clock()):
            self._look(fact)

    def _look(self, fact: Fact) -> None:
        match fact:
            case f.SeatRung():
                self._rings(fact)
            case f.SeatAnswered():
                self._answered(fact)
            case f.WrapUpStarted():
                done = self._now + self._agents.expovariate(1 / WRAP_UP_S)
                self._at(done, self._take, h.FinishWrapUp(fact.agent))
            case f.LegDropped():
                self._ringing.discard(fact.leg)
            case f.SeatLetItRing():
                self._ringing.discard(fact.leg)
                self._at(self._now + AWAY_S, self._take, h.GoAvailable(fact.agent))
            case f.CallAbandoned():
                citizen = self._citizens.pop(fact.call)
                self.outcome.abandoned[citizen.rare] += citizen.counts
                self._waited(citizen, fact.waited)
            case _:
                return  # of no account here

    def _rings(self, rung: f.SeatRung) -> None:
        """Who lets it ring is not heard of again: the floor's own limit ends the ring."""
        self._ringing.add(rung.leg)
        after = RING_S / 3 + self._agents.expovariate(1.5 / RING_S)
        if self._agents.random() >= UNANSWERED:
            self._at(self._now + min(after, rung.ring_for_s), self._answer, rung.leg)

    def _answer(self, leg: LegId) -> None:
        """Not one that was withdrawn meanwhile."""
        if leg in self._ringing:
            self._take(h.LegAnswered(leg))

    def _answered(self, fact: f.SeatAnswered) -> None:
        citizen = self._citizens.pop(fact.call)
        self._ringing.discard(fact.leg)
        self._at(self._now + citizen.talk_s, self._take, h.LegEnded(fact.leg, LegEnd.HUNG_UP))
        self._waited(citizen, fact.waited)
        if not citizen.counts:
            return
        rare, told = citizen.rare, self.outcome
        told.served[rare] += 1
        told.served_within_20[rare] += fact.waited <= timedelta(seconds=20)
        told.to_able += rare and int(fact.agent) - 1000 < self._centre.able
        told.busy[fact.seat] += round(citizen.talk_s * 1000)

    def _waited(self, citizen: Citizen, waited: timedelta) -> None:
        if citizen.counts:
            self.outcome.in_line_ms[citizen.rare] += waited // timedelta(milliseconds=1)

    def _at(self, when: float, what: Callable[..., None], *given: Any) -> None:
        self._n += 1
        heappush(self._agenda, (when, self._n, what, given))

    def _let_pass(self, until: float) -> None:
        """Deadline by deadline, as the desk does."""
        then = START + timedelta(seconds=until)
        while (due := self._floor.next_deadline()) is not None and due <= then:
            self._now = max(self._now, (due - START).total_seconds())
            for fact in self._floor.take(h.TimePassed(), max(due, self._clock())):
                self._look(fact)
        self._now = until

    def _clock(self) -> datetime:
        return START + timedelta(seconds=self._now)


def _directory(centre: Centre) -> Directory:
    """The first `able` have the rare skill as well, well enough for every stage of its queue."""
    agents = [_agent(n, centre) for n in range(centre.seats)]
    places = [
        SeatPlace(id=SeatId(f"S{n:03d}"), phone=Extension(f"{8000 + n}"), district="220100")
        for n in range(centre.seats)
    ]
    return Directory({a.no: a for a in agents}, {p.id: p for p in places}, {})


def _agent(n: int, centre: Centre) -> Agent:
    more = {centre.skill: 3} if n < centre.able else {}
    return Agent(
        no=AgentNo(f"{1000 + n}"),
        name=f"话务员{n}",
        employer_kind=EmployerKind.OWN,
        grade=Grade.FIVE,
        district="220100",
        skills={GENERAL: 1} | more,
    )
