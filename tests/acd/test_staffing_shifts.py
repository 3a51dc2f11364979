"""Shifts proposed for a day's needs: every half hour covered, little beyond it."""

import sys

import pytest

from acd.day_plan import Handling, plan_day
from acd.forecast import HALF_HOURS
from acd.roster_errors import NoShiftCovers, SolverMissing
from acd.shift_solver import propose
from acd.shifts import kinds_of, propose_plainly
from acd.staffing_rules import load_staffing_rules
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


def test_without_the_extra_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """OR-Tools is optional."""
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)

    with pytest.raises(SolverMissing, match="not installed") as missing:
        propose(needs(1_000), KINDS)

    assert "hotline-12345[shifts]" in missing.value.remedy
