"""Oracle: on random histories every decision of the floor equals a brute-force scan.

Tie rules: a call by (turn_at, order of asking); a seat by longest idle. Nobody waits beside an idle
seat that may serve him (I5), and the line's counts are right. A callback by age is a caller like
any other; a spare one gets a seat only where nobody in line could use it, the oldest first.
"""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from acd.errors import CallNotInLine, WrongState
from acd.facts import (
    AgentPaused,
    CallbackNearDue,
    CallbackQueued,
    CallPrioritised,
    CallQueued,
    NeedsRelaxed,
    SeatAnswered,
    SeatLetItRing,
    SeatRung,
    Who,
)
from acd.happenings import (
    CallbackOver,
    CallbackWanted,
    CallerLeft,
    FinishWrapUp,
    GoAvailable,
    SeatWanted,
    SignIn,
    TimePassed,
)
from acd.order_happenings import PrioritiseCaller
from acd.policy import QueuePolicies
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, DutyId, LegId, QueueName, SeatId, Skill, is_out
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies

SKILLS = [Skill(letter) for letter in "abcdef"]
QUIET = {
    "relaxation": [
        {"after_s": 10, "lower_levels_by": 4},
        {"after_s": 20, "instead": {"a": 1}},
    ],
    "needs": {"a": 1},
    "announcements": {
        "on_entry": False,
        "at_most_every_s": 9999,
        "places_gained": 1,
        "seconds_gained_s": 1,
        "round_to_s": 1,
    },
    "callback": None,
    "max_waiting": 100_000,
    "max_wait_s": 99_999,
    "when_too_long": "wait",
    "wrap_up": {"limit_s": 9999, "extension_s": 1, "extensions": 0},
}


def rules() -> QueuePolicies:
    return policies(QUIET, on_busy="keep", excluded_after_failed_ring_s=15)


@dataclass
class Waiting:
    needs: dict[Skill, int]
    turn_at: datetime
    n: int
    spare: bool = False
    excluded: dict[SeatId, datetime] = field(default_factory=dict)


class Oracle:
    """Knows everything by looking at everything; follows the floor's facts one by one."""

    def __init__(self, people: dict[SeatId, dict[Skill, int]]) -> None:
        self.skills = people
        self.idle: dict[SeatId, datetime] = {}
        self.waiting: dict[CallId, Waiting] = {}
        self.spare: dict[CallId, Waiting] = {}
        self.rung: dict[LegId, tuple[SeatId, CallId, Waiting]] = {}
        self.paused: list[AgentNo] = []
        self.asked = 0
        self.compared = 0
        self.boosts, self.lowered_by = rules().priority_boost_s, rules().lowered_by_s
        self.lowered: set[CallId] = set()

    def able(self, seat: SeatId, call: Waiting) -> bool:
        return all(self.skills[seat].get(s, 0) >= level for s, level in call.needs.items())

    def fits(self, seat: SeatId, call: Waiting, now: datetime) -> bool:
        excluded = call.excluded.get(seat)
        return self.able(seat, call) and (excluded is None or excluded <= now)

    def next_spare(self, seat: SeatId, now: datetime) -> CallId | None:
        """Whom that seat may take, if nobody in line could use it."""
        if any(self.able(seat, call) for call in self.waiting.values()):
            return None
        found = [(w.turn_at, w.n, c) for c, w in self.spare.items() if self.fits(seat, w, now)]
        return min(found)[2] if found else None

    def check_ring(self, fact: SeatRung, freed: SeatId | None) -> None:
        """The seat that became free chose its caller, or the caller got the longest idle seat."""
        if fact.call in self.spare:
            assert fact.call == self.next_spare(fact.seat, fact.at)
            self.compared += 1
            return
        call = self.waiting[fact.call]
        if fact.seat == freed:
            able = [c for c, w in self.waiting.items() if self.fits(fact.seat, w, fact.at)]
            best = min(able, key=lambda c: (self.waiting[c].turn_at, self.waiting[c].n))
            assert fact.call == best
        else:
            able_seats = [s for s in self.idle if self.fits(s, call, fact.at)]
            assert self.idle[fact.seat] == min(self.idle[s] for s in able_seats)
        self.compared += 1

    def follow(self, facts: list[Fact], freed: SeatId | None) -> None:  # noqa: C901 - a line a kind
        for fact in facts:
            match fact:
                case CallQueued():
                    self.asked += 1
                    assert fact.turn_at == self.turn_at(fact)
                    self.waiting[fact.call] = Waiting(fact.needs, fact.turn_at, self.asked)
                case CallbackQueued():
                    self.asked += 1
                    spare = fact.spare_until is not None
                    owed = Waiting(fact.needs, fact.turn_at, self.asked, spare)
                    self._put(fact.call, owed)
                case CallbackNearDue():
                    self.waiting[fact.call] = self.spare.pop(fact.call)
                    self.waiting[fact.call].spare = False
                case CallPrioritised():
                    self.waiting[fact.call].turn_at = fact.turn_at
                case NeedsRelaxed():
                    self._of(fact.call).needs = fact.needs
                case SeatRung():
                    self.check_ring(fact, freed)
                    del self.idle[fact.seat]
                    where = self.spare if fact.call in self.spare else self.waiting
                    self.rung[fact.leg] = (fact.seat, fact.call, where.pop(fact.call))
                case SeatLetItRing():
                    seat, call, waiting = self.rung.pop(fact.leg)
                    waiting.excluded[seat] = fact.excluded_until
                    self._put(call, waiting)
                    self.idle[seat] = fact.at
                case AgentPaused() if fact.by is Who.SYSTEM:
                    del self.idle[fact.seat]
                    self.paused.append(fact.agent)
                case SeatAnswered():
                    del self.rung[fact.leg]

    def turn_at(self, fact: CallQueued) -> datetime:
        """SPC-06, MAL-01: earlier by what his priority is worth, later by a measure."""
        by = self.boosts[fact.priority] - self.lowered_by * (fact.call in self.lowered)
        return fact.asked_at - timedelta(seconds=by)

    def _put(self, call: CallId, waiting: Waiting) -> None:
        (self.spare if waiting.spare else self.waiting)[call] = waiting

    def _of(self, call: CallId) -> Waiting:
        return self.spare[call] if call in self.spare else self.waiting[call]

    def check_left_waiting(self, facts: list[Fact], freed: SeatId | None, now: datetime) -> None:
        """No ring: the seat found no caller, the callers that came or were relaxed no seat."""
        if freed is not None:
            assert not any(self.fits(freed, call, now) for call in self.waiting.values())
            assert freed not in self.idle or self.next_spare(freed, now) is None
            self.compared += 1
        for fact in facts:
            if isinstance(fact, CallQueued | NeedsRelaxed | CallbackQueued | CallbackNearDue):
                if fact.call in self.spare:
                    continue
                call = self.waiting[fact.call]
                assert not any(self.fits(seat, call, now) for seat in self.idle)
                self.compared += 1

    def check_floor(self, centre: Centre) -> None:
        view = centre.floor.view(centre.clock.now())
        in_line = {w.call for w in view.waiting if w.ringing_at is None}
        owed = {(row.call, row.by_age) for row in view.callbacks if row.seat is None}
        assert in_line | {call for call, by_age in owed if by_age} == set(self.waiting)
        assert {call for call, by_age in owed if not by_age} == set(self.spare)

    def check_nobody_waits_beside_a_seat(self, now: datetime) -> None:
        for seat in self.idle:
            for call in self.waiting.values():
                assert not self.fits(seat, call, now)
            assert self.next_spare(seat, now) is None


class History:
    """One random history of 40 seats and six skills."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        people = [
            {"a": self.rng.randint(1, 3)}
            | {s: self.rng.randint(1, 3) for s in self.rng.sample("bcdef", self.rng.randint(0, 3))}
            for _ in range(40)
        ]
        self.centre = Centre(directory(*people), rules())
        skills = {
            s.id: a.skills
            for s, a in zip(
                self.centre.directory.seats.values(),
                self.centre.directory.agents.values(),
                strict=True,
            )
        }
        self.oracle = Oracle(skills)
        self.talking: list[LegId] = []
        self.wrapping: list[AgentNo] = []
        self.asked = 0
        for person, seat in zip(self.centre.directory.agents, skills, strict=True):
            self.centre.clock.advance(0.01)
            self.tell(SignIn(person, seat))
            self.oracle.idle[seat] = self.centre.clock.now()
            self.tell(GoAvailable(person), seat)

    def tell(self, happening: object, freed: SeatId | None = None) -> None:
        facts = self.centre.take(happening)  # type: ignore[arg-type]  # any happening
        self.oracle.follow(facts, freed)
        if not any(isinstance(fact, SeatRung) for fact in facts):
            self.oracle.check_left_waiting(facts, freed, self.centre.clock.now())

    def let_time_pass(self) -> None:
        clock = self.centre.clock
        until = clock.now() + timedelta(seconds=self.rng.random() * 0.5)
        while (due := self.centre.floor.next_deadline()) is not None and due <= until:
            clock.advance(max(0.0, (due - clock.now()).total_seconds()))
            self.tell(TimePassed())
        clock.advance((until - clock.now()).total_seconds())

    def step(self) -> None:
        self.let_time_pass()
        x = self.rng.random()
        if x < 0.06:
            self.owe()
        elif x < 0.27:
            self.arrive()
        elif x < 0.51 and self.oracle.rung:
            self.ring_ends()
        elif x < 0.72 and self.talking:
            self.hang_up()
        elif x < 0.95 and (self.wrapping or self.oracle.paused):
            self.become_free()
        elif x < 0.965 and self.oracle.waiting:
            self.reorder()
        elif gone := [*self.oracle.waiting, *self.oracle.spare]:
            call = self.rng.choice(gone)
            self.oracle.waiting.pop(call, None)
            self.oracle.spare.pop(call, None)
            self.tell(CallbackOver(call) if is_out(call) else CallerLeft(call))

    def reorder(self) -> None:
        """A supervisor gives somebody who waits another place, or the one he has."""
        call = self.rng.choice(list(self.oracle.waiting))
        with suppress(WrongState, CallNotInLine):
            self.tell(PrioritiseCaller("leader", call, self.rng.randint(0, 3), "drill"))

    def owe(self) -> None:
        """A callback to somebody who asked up to a minute ago; by age, or soon."""
        self.asked += 1
        now = self.centre.clock.now()
        spare = self.rng.choice([None, 1.0, 5.0, 30.0])
        self.tell(
            CallbackWanted(
                call=CallId(f"out-7-{self.asked}"),
                duty=DutyId(f"missed:{self.asked}"),
                queue=QueueName("general"),
                needs={s: 1 for s in self.rng.sample(SKILLS[1:], self.rng.choice([0, 1]))},
                priority=self.rng.choice([0, 0, 1]),
                asked_at=now - timedelta(seconds=self.rng.random() * 60),
                spare_until=None if spare is None else now + timedelta(seconds=spare),
            )
        )

    def arrive(self) -> None:
        self.asked += 1
        extra = self.rng.sample(SKILLS[1:], self.rng.choice([0, 0, 1, 2]))
        needs = {Skill("a"): self.rng.randint(1, 2)} | {s: self.rng.randint(1, 3) for s in extra}
        call, lowered = CallId(f"c{self.asked}"), self.asked % 11 == 0
        if lowered:
            self.oracle.lowered.add(call)
        self.tell(
            SeatWanted(
                call=call,
                queue=QueueName("general"),
                needs=needs,
                priority=self.rng.choice([0, 0, 0, 1, 2]),
                asked_at=self.centre.clock.now(),
                lowered=lowered,
            )
        )

    def ring_ends(self) -> None:
        leg = self.rng.choice(list(self.oracle.rung))
        seat = self.oracle.rung[leg][0]
        if self.rng.random() < 0.15:  # busy; this policy keeps the seat available
            facts = self.centre.end(leg, LegEnd.BUSY)
            self.oracle.follow(facts, seat)
        else:
            self.oracle.follow(self.centre.answer(leg), None)
            self.talking.append(leg)

    def hang_up(self) -> None:
        leg = self.talking.pop(self.rng.randrange(len(self.talking)))
        facts = self.centre.end(leg)
        self.wrapping.append(facts[0].agent)  # type: ignore[attr-defined]  # TalkEnded comes first

    def become_free(self) -> None:
        """From wrap-up, or from the pause after a ring that nobody answered."""
        back = self.oracle.paused or self.wrapping
        order = GoAvailable if back is self.oracle.paused else FinishWrapUp
        person = back.pop(self.rng.randrange(len(back)))
        seat = SeatId(f"S{int(person) - 1000:03d}")
        self.oracle.idle[seat] = self.centre.clock.now()
        self.tell(order(person), seat)


def decisions_of(seed: int, steps: int) -> int:
    history = History(seed)
    for n in range(steps):
        history.step()
        if n % 50 == 0:
            history.oracle.check_floor(history.centre)
            history.oracle.check_nobody_waits_beside_a_seat(history.centre.clock.now())
    return history.oracle.compared


def test_every_decision_equals_a_brute_force_scan() -> None:
    assert sum(decisions_of(seed, 4400) for seed in range(24)) >= 100_000


def test_a_folded_floor_equals_the_one_that_lived() -> None:
    history = History(99)
    for _ in range(1500):
        history.step()

    assert history.centre.folded().contents() == history.centre.floor.contents()
