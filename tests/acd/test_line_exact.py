"""The line against a plain list of those who wait, and its heaps to the entry."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from acd.line import Caller, Line
from acd.matching import Signatures
from acd.seat import Activity, Presence, Seat
from kernel.ids import AgentNo, CallId, DutyId, Extension, QueueName, SeatId, Skill
from tests.fakes.fake_clock import MONDAY_NINE

A, B, C = Skill("a"), Skill("b"), Skill("c")
NEEDS: list[dict[Skill, int]] = [{}, {A: 1}, {A: 2}, {B: 1}, {A: 1, B: 2}, {C: 1}]
SKILLS: list[dict[Skill, int]] = [{A: 1}, {A: 2, B: 1}, {A: 3, B: 2}, {B: 3}]
QUEUES = [QueueName("one"), QueueName("two")]


def at(seconds: float) -> datetime:
    return MONDAY_NINE + timedelta(seconds=seconds)


def seat(n: int, skills: dict[Skill, int], signatures: Signatures) -> Seat:
    return Seat(
        id=SeatId(f"S{n}"),
        phone=Extension(f"80{n}"),
        agent=AgentNo(f"10{n}"),
        skills=skills,
        signature=signatures.of_seat(skills),
        auto_answer=False,
        presence=Presence.AVAILABLE,
        presence_since=at(0),
        activity=Activity.IDLE,
        activity_since=at(0),
        idle_since=at(0),
        reachable=True,
    )


class Model:
    """A line, and the same callers in a plain dict: every answer is looked for among all."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.signatures = Signatures()
        self.line = Line(self.signatures)
        self.waiting: dict[CallId, tuple[Caller, timedelta]] = {}
        self.n = 0
        self.seats = [seat(n, skills, self.signatures) for n, skills in enumerate(SKILLS)]

    def caller(self, needs: dict[Skill, int], turn: float, **more: object) -> Caller:
        self.n += 1
        fields = {"held_for": None, "duty": None} | more
        return Caller(
            call=CallId(f"c{self.n}"),
            queue=QUEUES[self.n % 2],
            asked=needs,
            needs=needs,
            signature=self.signatures.of_call(needs),
            priority=0,
            asked_at=at(turn),
            queued_at=at(turn),
            turn_at=at(turn),
            n=self.n,
            **fields,  # type: ignore[arg-type]  # held_for, duty
        )

    def add(self) -> Caller:
        held = self.chance.choice([None, None, *(one.agent for one in self.seats)])
        needs = self.chance.choice(NEEDS)
        if held is not None:  # nobody is held for an agent who may not take him
            needs = {}
        head_start = timedelta(seconds=self.chance.choice([0, 5]))
        duty = self.chance.choice([None, None, DutyId("d")])
        caller = self.caller(needs, self.chance.randrange(12), held_for=held, duty=duty)
        self.line.add(caller, head_start)
        self.waiting[caller.call] = (caller, head_start if held else timedelta())
        return caller

    def step(self, now: datetime) -> None:
        x = self.chance.random()
        if x < 0.4 or not self.waiting:
            self.add()
            return
        caller, _ = self.waiting[self.chance.choice(list(self.waiting))]
        if x < 0.6:
            self.line.remove(caller)
            del self.waiting[caller.call]
        elif x < 0.75:
            until = now + timedelta(seconds=self.chance.choice([0, 1, 3]))
            caller.excluded[self.chance.choice(self.seats).id] = until
        elif caller.held_for is not None:
            self.line.release(caller)
            self.waiting[caller.call] = (caller, timedelta())
        else:
            self.line.relax(caller, self.signatures.of_call(self.chance.choice(NEEDS)))

    def able(self, seat: Seat, caller: Caller) -> bool:
        needs = self.signatures.call_needs[caller.signature]
        return all(seat.skills.get(skill, 0) >= level for skill, level in needs.items())

    def may(self, seat: Seat, caller: Caller, now: datetime) -> bool:
        until = caller.excluded.get(seat.id)
        open_to = caller.held_for in (None, seat.agent)
        return open_to and (until is None or until <= now) and self.able(seat, caller)

    def first(self, among: Callable[[Caller], bool]) -> Caller | None:
        found = [(one.turn_at - start, one.n, one) for one, start in self.waiting.values()]
        able = [each for each in found if among(each[2])]
        return min(able, key=lambda each: each[:2])[2] if able else None

    def check(self, now: datetime) -> None:
        for one in self.seats:
            best = self.first(lambda caller, one=one: self.may(one, caller, now))  # type: ignore[misc]
            assert self.line.best_for(one, now) is best
            usable = any(self.able(one, caller) for caller, _ in self.waiting.values())
            assert self.line.could_use(one) is usable
        self.check_alike(now)
        self.check_counts()

    def check_alike(self, now: datetime) -> None:
        one = self.seats[0]
        free = [caller for caller, _ in self.waiting.values() if caller.held_for is None]
        for caller, _ in self.waiting.values():
            alike = [
                other
                for other in free
                if other.signature == caller.signature
                and (other.excluded.get(one.id) or now) <= now
                and caller.held_for is None
            ]
            first = min(alike, key=lambda other: (other.turn_at, other.n), default=caller)
            assert self.line.first_alike(caller, one, now) is first
            before = [
                other
                for other, _ in self.waiting.values()
                if other.signature == caller.signature
                and (other.turn_at, other.n) < (caller.turn_at, caller.n)
            ]
            assert self.line.alike_ahead_of(caller) == len(before)

    def check_counts(self) -> None:
        order = sorted((one for one, _ in self.waiting.values()), key=lambda c: (c.turn_at, c.n))
        assert list(self.line) == order
        assert len(self.line) == len(order)
        assert [self.line.ahead_of(one) for one in order] == list(range(len(order)))
        for queue in QUEUES:
            in_queue = [one for one in order if one.queue == queue and one.duty is None]
            assert self.line.in_queue[queue] == len(in_queue)
        free = [one for one in order if one.held_for is None]
        heads = {one.signature: (one.turn_at, one.n, one.signature) for one in reversed(free)}
        assert list(self.line._heads) == sorted(heads.values())
        held = sum(len(entries) for entries in self.line._held.values())
        assert held == len(order) - len(free)


@pytest.mark.parametrize("seed", range(6))
def test_every_answer_of_the_line_is_that_of_a_plain_list(seed: int) -> None:
    model = Model(seed)
    now = at(20)
    for n in range(90):
        model.step(now)
        model.check(now)
        if n % 3 == 0:
            now += timedelta(seconds=1)


def test_who_is_held_for_an_agent_is_counted_among_those_whose_needs_he_has_come_to() -> None:
    """His needs were lowered while he waited for that agent; he goes on waiting for him."""
    model = Model(1)
    his, other = model.seats[2], model.seats[1]
    held = model.caller({A: 3}, 1, held_for=his.agent)
    plain = model.caller({A: 2}, 2)
    for caller in (held, plain):
        model.line.add(caller)
    assert model.line.alike_ahead_of(plain) == 0

    model.line.relax(held, plain.signature)

    assert model.line.alike_ahead_of(plain) == 1
    assert model.line.best_for(other, at(5)) is plain
    assert model.line.best_for(his, at(5)) is held
    model.line.remove(held)
    assert model.line.alike_ahead_of(plain) == 0


def test_lowered_needs_leave_the_head_start_at_the_seat_of_the_agent_he_is_held_for() -> None:
    model = Model(1)
    his = model.seats[2]
    held, earlier = model.caller({A: 3}, 10, held_for=his.agent), model.caller({A: 2}, 5)
    model.line.add(held, timedelta(seconds=20))
    model.line.add(earlier)

    model.line.relax(held, earlier.signature)

    assert model.line.best_for(his, at(10)) is held


def filled(count: int) -> tuple[Model, list[Caller]]:
    model = Model(1)
    callers = [model.caller({A: 1}, n) for n in range(count)]
    for caller in callers:
        model.line.add(caller)
    return model, callers


@pytest.mark.parametrize(
    ("count", "left", "kept"),
    [
        (65, 33, 65),  # not yet more than half of them dead
        (65, 32, 32),
        (66, 33, 66),  # half is not more than half
        (64, 20, 64),  # so few are not worth it
    ],
)
def test_the_dead_of_a_heap_are_swept_when_they_are_most_of_it(
    count: int, left: int, kept: int
) -> None:
    model, callers = filled(count)
    for caller in callers[left:]:
        model.line.remove(caller)

    (heap,) = model.line._heaps.values()
    assert len(heap) == kept
    assert len(model.line) == left


def test_what_a_sweep_leaves_is_still_in_order() -> None:
    model = Model(3)
    turns = list(range(200))
    model.chance.shuffle(turns)
    callers = [model.caller({A: 1}, turn) for turn in turns]
    for caller in callers:
        model.line.add(caller)
    for caller in model.chance.sample(callers, 150):
        model.line.remove(caller)

    served = []
    while (best := model.line.best_for(model.seats[0], at(999))) is not None:
        served.append(best.turn_at)
        model.line.remove(best)

    assert len(served) == 50
    assert served == sorted(served)


class Counted(bytearray):
    looks = 0

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        self.looks += 1
        return super().__getitem__(index)


def test_a_decision_costs_what_stands_before_the_first_that_fits() -> None:
    """Not what the line holds: 10,000 waiting are as cheap as ten (p99 <= 100 us)."""
    model = Model(1)
    for n in range(100):
        model.line.add(model.caller({A: 1, Skill(f"y{n}"): 0}, n))
    one = model.seats[0]
    looked = Counted(model.signatures.takes(one.signature))
    model.signatures._takes[one.signature] = looked

    best = model.line.best_for(one, at(999))

    assert best is not None and best.turn_at == at(0)
    assert looked.looks == 2


def test_whom_his_agent_may_no_longer_take_is_not_put_through_to_him() -> None:
    """His skills changed while the caller was held for him."""
    model = Model(1)
    one = model.seats[0]
    model.line.add(model.caller({C: 1}, 0, held_for=one.agent))
    later = model.caller({A: 1}, 5)
    model.line.add(later)

    assert model.line.best_for(one, at(10)) is later


@pytest.mark.parametrize("others", [[5.0, 20.0], [5.0]])
def test_who_may_not_be_offered_here_hides_nobody_of_another_row(others: list[float]) -> None:
    """The first of either row is excluded at this seat; the earliest of the rest comes next."""
    model = Model(1)
    one = model.seats[1]
    barred, best = model.caller({A: 1}, 0), model.caller({A: 1}, 10)
    row = [model.caller({B: 1}, turn) for turn in others]
    for caller in (barred, best, *row):
        model.line.add(caller)
    for caller in (barred, row[0]):
        caller.excluded[one.id] = at(99)

    assert model.line.best_for(one, at(50)) is best
