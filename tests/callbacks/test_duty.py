"""The steps of a duty: every pair is in the table or refused."""

import itertools

import pytest

from callbacks.duty import STEPS, UNSETTLED, DutyCue, DutyState, WrongDutyStep, step

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
    left = {state for state, _ in STEPS}

    assert not left & {DutyState.CLOSED, DutyState.SELF_RESOLVED, DutyState.UNCALLABLE}


def test_the_states_are_those_the_table_in_the_database_allows() -> None:
    assert {state.value for state in DutyState} == {
        "open", "assigned", "dialling", "reached", "unreached", "closed", "self_resolved",
        "uncallable",
    }  # fmt: skip
