"""The steps of a ticket: every pair is in the table or refused."""

import itertools

import pytest

from intake.ticket_state import STEPS, TicketCue, TicketState, WrongTicketStep, step

PAIRS = list(itertools.product(TicketState, TicketCue))


@pytest.mark.parametrize(("state", "cue"), [pair for pair in PAIRS if pair in STEPS])
def test_a_step_of_the_table_is_taken(state: TicketState, cue: TicketCue) -> None:
    assert step(state, cue) is STEPS[state, cue]


@pytest.mark.parametrize(("state", "cue"), [pair for pair in PAIRS if pair not in STEPS])
def test_any_other_step_is_refused(state: TicketState, cue: TicketCue) -> None:
    with pytest.raises(WrongTicketStep):
        step(state, cue)


def test_a_filed_ticket_never_leaves_that_state() -> None:
    after = {to for (state, _), to in STEPS.items() if state is TicketState.FILED}

    assert after == {TicketState.FILED}
