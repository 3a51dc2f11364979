"""The steps of a case: every pair is in the table or refused."""

import itertools

import pytest

from cases.errors import WrongStep
from cases.status import OPEN, STEPS, CaseCue, CaseStatus, step

PAIRS = list(itertools.product(CaseStatus, CaseCue))


@pytest.mark.parametrize(("status", "cue"), [pair for pair in PAIRS if pair in STEPS])
def test_a_step_of_the_table_is_taken(status: CaseStatus, cue: CaseCue) -> None:
    assert step(status, cue) is STEPS[status, cue]


@pytest.mark.parametrize(("status", "cue"), [pair for pair in PAIRS if pair not in STEPS])
def test_any_other_step_is_refused(status: CaseStatus, cue: CaseCue) -> None:
    with pytest.raises(WrongStep):
        step(status, cue)


def test_only_a_case_that_is_not_closed_takes_repeats() -> None:
    assert {CaseStatus.PENDING_DISPATCH, CaseStatus.DISPATCHED} == OPEN


def test_every_status_can_be_reached() -> None:
    assert {CaseStatus.SUBMITTED, *STEPS.values()} == set(CaseStatus)
