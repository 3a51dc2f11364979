"""The steps of a call that an agent or a unit's handler asks for (FRD-03): the table, pure."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from cases.facts import RelayEnded, RelayOutcome, RelayStep, RelayStepped
from cases.relay import ENDS, STEPS, Relay, RelayCue, advance
from kernel.ids import CallId, Epoch, is_out, is_relay, out_id, relay_id

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CALL = CallId("out-7-r1")
WAY = (
    RelayCue.RING_HANDLER,
    RelayCue.HANDLER_THERE,
    RelayCue.CITIZEN_THERE,
    RelayCue.JOINED,
)


def at(step: RelayStep) -> Relay:
    return Relay(CALL, step, AT if step is RelayStep.TALKING else None)


def test_frd_03_the_handler_is_rung_first_then_the_citizen_then_both_talk() -> None:
    relay, told = Relay(CALL), []
    for n, cue in enumerate(WAY):
        relay, facts = advance(relay, cue, AT + timedelta(seconds=n))
        told += facts
    relay, (ended,) = advance(relay, RelayCue.CITIZEN_LEFT, AT + timedelta(seconds=63))

    steps = [fact.step for fact in told if isinstance(fact, RelayStepped)]
    assert steps == [RelayStep.HANDLER, RelayStep.CITIZEN, RelayStep.JOINING, RelayStep.TALKING]
    assert relay.is_over
    assert ended == RelayEnded(
        at=AT + timedelta(seconds=63),
        call=CALL,
        outcome=RelayOutcome.TALKED,
        talked=timedelta(seconds=60),
    )


def test_every_step_but_the_last_can_end_by_the_askers_wish_and_by_our_death() -> None:
    for step, cue in product(set(RelayStep) - {RelayStep.OVER}, ("stopped", "died")):
        after, facts = advance(at(step), RelayCue(cue), AT)
        assert after.is_over, f"{step} {cue}"
        assert len(facts) == 1


@pytest.mark.parametrize("step", [RelayStep.CITIZEN, RelayStep.JOINING, RelayStep.TALKING])
def test_either_may_hang_up_once_he_is_there(step: RelayStep) -> None:
    for cue in (RelayCue.HANDLER_LEFT, RelayCue.CITIZEN_LEFT):
        assert advance(at(step), cue, AT)[0].is_over


def test_what_comes_after_the_end_is_written_down_no_second_time() -> None:
    over = at(RelayStep.OVER)

    for cue in RelayCue:
        assert advance(over, cue, AT) == (over, ())


def test_a_cue_that_does_not_fit_changes_nothing() -> None:
    """Both hang up in the same moment; an answer comes as the ring is given up."""
    fitting = STEPS.keys() | ENDS.keys()
    for step, cue in product(RelayStep, RelayCue):
        if (step, cue) not in fitting:
            assert advance(at(step), cue, AT) == (at(step), ())


def test_only_who_talked_is_told_as_talked() -> None:
    talked = {pair for pair, outcome in ENDS.items() if outcome is RelayOutcome.TALKED}

    assert {step for step, _ in talked} == {RelayStep.TALKING}


def test_such_a_call_is_known_by_its_id_as_one_that_we_made() -> None:
    """D-01: no figure of answered calls counts it."""
    call = relay_id(Epoch(7), 3)

    assert is_out(call)
    assert is_relay(call)
    assert not is_relay(out_id(Epoch(7), 3))
    assert not is_relay(CallId("cc1-1767603600.41"))
