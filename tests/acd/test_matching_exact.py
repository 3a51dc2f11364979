"""Signatures and idle seats against plain scans, bit by bit and row by row."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from acd.matching import IdleSeats, Signatures, fits
from acd.seat import Seat
from kernel.ids import SeatId, Skill
from tests.acd.test_line_exact import at, seat

A, B, C = Skill("a"), Skill("b"), Skill("c")


def skills_of(chance: random.Random, least: int) -> dict[Skill, int]:
    chosen = chance.sample([A, B, C], chance.randint(least, 3))
    return {skill: chance.randint(1, 3) for skill in chosen}


def test_a_seat_fits_that_has_every_skill_at_its_level() -> None:
    assert fits({A: 2, B: 1}, {A: 2, B: 1})
    assert not fits({A: 2}, {A: 2, B: 1})
    assert not fits({A: 1, B: 1}, {A: 2, B: 1})
    assert fits({}, {})


@pytest.mark.parametrize("seed", range(20))
def test_who_may_take_whom_is_known_whatever_was_met_first(seed: int) -> None:
    """Seats and calls of new signatures come in any order."""
    chance = random.Random(seed)
    known = Signatures()
    seats: dict[int, dict[Skill, int]] = {}
    calls: dict[int, dict[Skill, int]] = {}
    for _ in range(30):
        if chance.random() < 0.5:
            skills = skills_of(chance, 0)
            n = known.of_seat(skills)
            assert seats.setdefault(n, skills) == skills
        else:
            needs = skills_of(chance, 0)
            n = known.of_call(needs)
            assert calls.setdefault(n, needs) == needs
        for call, asked in calls.items():
            able = {s for s, skills in seats.items() if fits(skills, asked)}
            assert known.seats_for[call] == sum(1 << s for s in able)
            assert known.tiers(call) == [known.seats_for[call]]
            for s in seats:
                assert known.may_take(s, call) is (s in able)
                assert known.takes(s)[call] == (s in able)
    assert list(seats) == list(range(len(known.seat_skills)))
    assert list(calls) == list(range(len(known.call_needs)))


def test_equal_skills_are_one_signature_in_whatever_order_they_stand() -> None:
    known = Signatures()

    assert known.of_seat({A: 1, B: 2}) == known.of_seat({B: 2, A: 1}) == 0
    assert known.of_call({A: 1, B: 2}) == known.of_call({B: 2, A: 1}) == 0
    assert known.of_seat({A: 1}) == known.of_call({A: 1}) == 1


def test_scarce_skills_cost_and_a_surplus_of_a_needed_one_costs_less() -> None:
    known = Signatures({A: 2.0})
    call = known.of_call({B: 1})
    plain, surplus, scarce = (
        known.of_seat({B: 1}),
        known.of_seat({B: 3}),
        known.of_seat({A: 5, B: 2}),
    )

    assert known.cost(plain, call) == 0
    assert known.cost(surplus, call) == -0.5
    assert known.cost(scarce, call) == 1.75
    assert known.cost(known.of_seat({B: 1, C: 4}), call) == 0


def test_specialists_come_last_where_they_are_spared_and_new_seats_join_their_tier() -> None:
    known = Signatures({A: 2.0})
    call = known.of_call({B: 1})
    plain, special = known.of_seat({B: 1}), known.of_seat({A: 1, B: 1})
    before = known.tiers(call)
    other = known.of_seat({B: 1, C: 1})

    assert before == [1 << plain, 1 << special]
    assert known.tiers(call) == [1 << plain | 1 << other, 1 << special]


def test_other_costs_hold_for_calls_that_were_looked_at_already() -> None:
    """A release changes who is spared; what was kept of the old costs is forgotten."""
    known = Signatures({B: 9.0})
    plain, special = known.of_seat({A: 1}), known.of_seat({A: 1, B: 1})
    call = known.of_call({A: 1})
    assert known.tiers(call) == [1 << plain, 1 << special]

    known.spare({B: -9.0})
    turned = known.tiers(call)
    known.spare(None)

    assert turned == [1 << special, 1 << plain]
    assert known.tiers(call) == [1 << plain | 1 << special]


class Row:
    """Idle seats, and the same in a plain list in order of their coming."""

    def __init__(self, seed: int, scarcity: Mapping[Skill, float] | None = None) -> None:
        self.chance = random.Random(seed)
        self.signatures = Signatures(scarcity)
        self.idle = IdleSeats(self.signatures)
        skills = [{A: 1}, {A: 2}, {A: 1, B: 1}, {B: 2}]
        self.seats = [seat(n, skills[n % 4], self.signatures) for n in range(12)]
        self.here: list[Seat] = []

    def step(self) -> None:
        one = self.chance.choice(self.seats)
        if one in self.here:
            self.idle.remove(one)
            self.here.remove(one)
        else:
            one.idle_since = at(self.chance.randrange(6))
            self.idle.add(one)
            self.here.append(one)

    def check(self, call: int, excluded: dict[SeatId, datetime], now: datetime) -> None:
        able = [
            one
            for one in self.here
            if self.signatures.may_take(one.signature, call)
            and (excluded.get(one.id) or now) <= now
        ]
        found = self.idle.longest_idle(call, excluded, now)
        if found is None:
            assert not able
        else:
            assert found in able
            assert found.idle_since == min(one.idle_since for one in able)

    def check_rows(self) -> None:
        assert [one in self.idle for one in self.seats] == [one in self.here for one in self.seats]
        assert set(self.idle) == set(self.here)
        assert len(list(self.idle)) == len(self.here)
        for row in self.idle._rows.values():
            came = [one for one in self.here if one in row]
            assert list(row) == sorted(came, key=lambda one: one.idle_since)
        taken = {one.signature for one in self.here}
        firsts = {s: min(o.idle_since for o in self.here if o.signature == s) for s in taken}
        assert list(self.idle._heads) == sorted((since, 0, s) for s, since in firsts.items())
        assert self.idle._mask == sum(1 << s for s in taken)


@pytest.mark.parametrize("seed", range(10))
def test_the_longest_idle_seat_is_that_of_a_plain_scan(seed: int) -> None:
    """Of equals in a row the one that came first; who rings comes back to its old place."""
    row = Row(seed)
    calls = [row.signatures.of_call(needs) for needs in ({}, {A: 1}, {A: 2}, {B: 1}, {C: 1})]
    now = at(10)
    for _ in range(80):
        row.step()
        row.check_rows()
        until = [now - timedelta(seconds=1), now, now + timedelta(seconds=1)]
        excluded = {one.id: row.chance.choice(until) for one in row.chance.sample(row.seats, 5)}
        for call in calls:
            row.check(call, excluded, now)


def test_of_equal_seats_in_two_rows_the_first_row_s_is_taken_every_time() -> None:
    signatures = Signatures()
    idle = IdleSeats(signatures)
    one, late, other = (seat(n, s, signatures) for n, s in enumerate([{A: 1}, {A: 1}, {A: 2}]))
    hidden = seat(3, {A: 2}, signatures)
    for each, since in ((one, 1), (late, 5), (hidden, 2), (other, 5)):
        each.idle_since = at(since)
        idle.add(each)
    excluded = {one.id: at(99), hidden.id: at(99)}

    assert idle.longest_idle(signatures.of_call({A: 1}), excluded, at(10)) is late


class Asked(dict[SeatId, datetime]):
    """How many seats were looked at."""

    looks = 0

    def get(self, *key: object) -> None:  # type: ignore[override]
        self.looks += 1


@pytest.mark.parametrize("since", [lambda n: n, lambda _: 3])
def test_a_call_looks_at_no_seat_after_the_first_that_fits(since: object) -> None:
    signatures = Signatures()
    idle = IdleSeats(signatures)
    for n in range(40):
        one = seat(n, {A: 1, Skill(f"s{n}"): 1}, signatures)
        one.idle_since = at(since(n))  # type: ignore[operator]  # one of the two above
        idle.add(one)
    asked = Asked()

    assert idle.longest_idle(signatures.of_call({A: 1}), asked, at(99)) is not None
    assert asked.looks == 1


@pytest.mark.parametrize("able", [3, 40])
def test_seats_that_cannot_take_the_call_are_passed_over_in_few_rows_and_in_many(
    able: int,
) -> None:
    signatures = Signatures()
    idle = IdleSeats(signatures)
    for n in range(60):
        skill = A if n >= 60 - able else B
        one = seat(n, {skill: 1, Skill(f"s{n}"): 1}, signatures)
        one.idle_since = at(n)
        idle.add(one)

    found = idle.longest_idle(signatures.of_call({A: 1}), {}, at(99))

    assert found is not None and found.idle_since == at(60 - able)


def test_a_dearer_seat_is_taken_when_no_cheaper_one_is_idle() -> None:
    signatures = Signatures({A: 2.0})
    idle = IdleSeats(signatures)
    call = signatures.of_call({B: 1})
    cheap, dear = seat(0, {B: 1}, signatures), seat(1, {A: 1, B: 1}, signatures)
    cheap.idle_since, dear.idle_since = at(5), at(1)
    idle.add(dear)
    only_dear = idle.longest_idle(call, {}, at(9))
    idle.add(cheap)

    assert only_dear is dear
    assert idle.longest_idle(call, {}, at(9)) is cheap
    assert idle.longest_idle(call, {cheap.id: at(99)}, at(9)) is dear
    assert idle.longest_idle(signatures.of_call({C: 1}), {}, at(9)) is None
