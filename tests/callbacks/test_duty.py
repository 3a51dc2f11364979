"""The steps of a duty: every pair is in the table or refused."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.duty import (
    HELD,
    SETTLED,
    STEPS,
    UNSETTLED,
    DutyCue,
    DutyState,
    WrongDutyStep,
    step,
)

ROOT = Path(__file__).parents[2]
PAIRS = list(itertools.product(DutyState, DutyCue))


@pytest.mark.parametrize(("state", "cue"), [pair for pair in PAIRS if pair in STEPS])
def test_a_step_of_the_table_is_taken(state: DutyState, cue: DutyCue) -> None:
    assert step(state, cue) is STEPS[state, cue]


@pytest.mark.parametrize(("state", "cue"), [pair for pair in PAIRS if pair not in STEPS])
def test_any_other_step_is_refused(state: DutyState, cue: DutyCue) -> None:
    with pytest.raises(WrongDutyStep):
        step(state, cue)


def test_what_can_be_missed_again_can_also_be_settled_by_an_answer() -> None:
    settles = {state for state, cue in STEPS if cue is DutyCue.CALLER_ANSWERED}

    assert settles == UNSETTLED


def test_settled_duties_never_move_again() -> None:
    assert {
        DutyState.CLOSED, DutyState.SELF_RESOLVED, DutyState.UNCALLABLE, DutyState.EXHAUSTED,
        DutyState.REFUSED, DutyState.WITHDRAWN, DutyState.BY_SMS,
    } == SETTLED  # fmt: skip


@given(st.lists(st.sampled_from(DutyCue), max_size=30))
def test_a_walk_of_any_cues_stays_in_the_table_and_ends_at_most_once(cues: list[DutyCue]) -> None:
    """What a refused cue leaves behind is the state before it."""
    state = DutyState.OPEN
    for cue in cues:
        before = state
        try:
            state = step(state, cue)
        except WrongDutyStep:
            assert (before, cue) not in STEPS
        assert before not in SETTLED or state is before


def test_every_state_is_reached_from_open_and_every_unsettled_one_leads_to_an_end() -> None:
    """I-rule of the walk: nothing is forgotten in a state without a way out."""
    ways = {state: {after for (s, _), after in STEPS.items() if s is state} for state in DutyState}

    assert reached_from(DutyState.OPEN, ways) == set(DutyState) - {DutyState.UNCALLABLE}
    for state in set(DutyState) - SETTLED:
        assert reached_from(state, ways) & SETTLED


def test_nothing_is_dialled_that_nobody_holds() -> None:
    before = {state for state, cue in STEPS if cue is DutyCue.DIAL}

    assert before == HELD


def reached_from(start: DutyState, ways: dict[DutyState, set[DutyState]]) -> set[DutyState]:
    found, new = {start}, [start]
    while new:
        further = ways[new.pop()] - found
        found |= further
        new += further
    return found


def test_the_states_are_those_the_table_in_the_database_allows() -> None:
    sql = (ROOT / "storage/migrations/0011_callbacks.sql").read_text(encoding="utf-8")
    listed = sql.partition("check (state in (")[2].partition("))")[0]

    assert {word.strip(" \n'") for word in listed.split(",")} == {s.value for s in DutyState}
