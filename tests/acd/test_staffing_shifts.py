"""Shifts proposed for a day's needs: every half hour covered, little beyond it."""

import pytest

from acd.day_plan import Handling, plan_day
from acd.forecast import HALF_HOURS
from acd.roster_errors import NoShiftCovers
from acd.shifts import Proposal, ShiftKind, kinds_of, propose_plainly
from acd.staffing_rules import ShiftType, load_staffing_rules
from tests.acd.centre import ROOT

RULES = load_staffing_rules(ROOT / "config" / "staffing.yaml")
KINDS = kinds_of(RULES.shifts.types)


def needs(calls_per_day: float) -> list[int]:
    plan = plan_day(RULES.typical_calls(calls_per_day), Handling(213.0, 300.0), RULES.goal.goal())
    return [each.seats for each in plan]


def test_a_shift_covers_its_hours_less_the_break_and_goes_on_after_midnight() -> None:
    early = next(kind for kind in KINDS if kind.label == "早班 08:00-16:30")
    night = next(kind for kind in KINDS if kind.label == "夜班 22:00-07:30")

    assert (early.worked, early.break_start) == (16, 24)
    assert 24 not in early.covers and {16, 23, 25, 32} <= early.covers
    assert {44, 47, 0, 14} <= night.covers and 15 not in night.covers


@pytest.mark.parametrize("calls", [1_000, 4_000, 20_000])
def test_the_plain_proposal_covers_every_half_hour_and_wastes_little(calls: float) -> None:
    proposal = propose_plainly(needs(calls), KINDS)

    assert proposal.holds
    assert proposal.surplus < 0.3
    assert proposal.heads == sum(proposal.agents.values())
    assert min(proposal.agents.values()) >= 1


def test_nothing_can_be_taken_back_from_the_plain_proposal() -> None:
    proposal = propose_plainly(needs(4_000), KINDS)

    for kind in proposal.agents:
        lost = [have - (half in kind.covers) for half, have in enumerate(proposal.covered)]
        assert any(have < need for have, need in zip(lost, proposal.needed, strict=True))


def test_nobody_is_needed_and_nobody_is_proposed() -> None:
    proposal = propose_plainly([0] * HALF_HOURS, KINDS)

    assert (proposal.heads, proposal.surplus, proposal.holds) == (0, 0.0, True)


def test_an_hour_that_no_shift_covers_is_named() -> None:
    days = [kind for kind in KINDS if kind.name == "早班"]

    with pytest.raises(NoShiftCovers, match="covers 00:00"):
        propose_plainly([1] * HALF_HOURS, days)


def kind(name: str, start: int, *covers: int) -> ShiftKind:
    return ShiftKind(name, start, 1.0, frozenset(covers), None)


def needed_at(needs: dict[int, int]) -> list[int]:
    return [needs.get(half, 0) for half in range(HALF_HOURS)]


def shift_type(start: str, **more: object) -> ShiftType:
    plain = {"name": "x", "start": [start], "hours": 4, "break_after_h": None, "break_h": 0}
    return ShiftType.model_validate(plain | more)


def test_a_shift_that_others_have_made_superfluous_is_taken_back() -> None:
    """The middle one is chosen first; both its half hours are covered by the others afterwards."""
    middle, before, after = kind("m", 0, 1, 2), kind("b", 1, 0, 1), kind("a", 2, 2, 3)

    found = propose_plainly(needed_at({0: 2, 1: 2, 2: 2, 3: 2}), [middle, before, after])

    assert found.agents == {before: 2, after: 2}
    assert found.covered[:4] == (2, 2, 2, 2)


def test_of_equal_shifts_that_which_begins_first_is_taken() -> None:
    late, early = kind("late", 9, 10), kind("early", 8, 10)

    assert propose_plainly(needed_at({10: 2}), [late, early]).agents == {early: 2}


def test_the_emptiest_half_hours_count_most_and_the_full_ones_nothing() -> None:
    wide, sharp = kind("wide", 0, 1, 2, 3), kind("sharp", 1, 3)

    found = propose_plainly(needed_at({1: 1, 2: 1, 3: 3}), [wide, sharp])

    assert found.agents == {wide: 1, sharp: 2}


def test_hours_of_a_proposal_are_those_worked() -> None:
    one, two = kind("one", 0, 1, 2), kind("two", 1, 3, 4, 5)
    needed = tuple(needed_at({1: 2, 2: 2, 3: 1, 4: 1}))

    found = Proposal({one: 2, two: 1}, needed, "plain")

    assert (found.worked_hours, found.needed_hours, found.heads) == (3.5, 3.0, 3)
    assert found.surplus == pytest.approx(3.5 / 3 - 1)
    assert found.holds
    assert not Proposal({one: 1, two: 1}, needed, "plain").holds


def test_a_need_that_is_no_day_is_not_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        _ = Proposal({}, (0,) * 47, "plain").holds


def test_a_shift_begins_at_its_half_hour() -> None:
    assert [each.start for each in kinds_of([shift_type("08:30"), shift_type("09:00")])] == [17, 18]


def test_a_break_needs_its_time_and_its_length() -> None:
    (paused,) = kinds_of([shift_type("08:00", break_after_h=2, break_h=0.5)])
    (no_length,) = kinds_of([shift_type("08:00", break_after_h=2, break_h=0)])
    (no_time,) = kinds_of([shift_type("08:00", break_after_h=None, break_h=0.5)])

    assert (paused.break_start, paused.worked) == (20, 7)
    assert (no_length.break_start, no_length.worked) == (None, 8)
    assert (no_time.break_start, no_time.worked) == (None, 8)


def test_who_works_over_midnight_covers_the_early_hours_of_the_pattern() -> None:
    (night,) = kinds_of([shift_type("22:00")])

    assert night.covers == {44, 45, 46, 47, 0, 1, 2, 3}


def test_of_a_superfluous_shift_no_more_is_taken_back_than_is_superfluous() -> None:
    middle, before, after = kind("m", 0, 1, 2), kind("b", 1, 0, 1), kind("a", 2, 2, 3)

    found = propose_plainly(needed_at({0: 1, 1: 2, 2: 2, 3: 1}), [middle, before, after])

    assert found.agents == {middle: 1, before: 1, after: 1}


def test_all_of_a_superfluous_shift_is_taken_back() -> None:
    middle, before, after = kind("m", 0, 1, 2), kind("b", 1, 0, 1, 2), kind("a", 2, 1, 2, 3)

    found = propose_plainly(needed_at({0: 1, 1: 2, 2: 2, 3: 1}), [middle, before, after])

    assert found.agents == {before: 1, after: 1}
