"""The table of steps of a call: every pair of phase and cue, every command in every phase."""

from dataclasses import replace
from itertools import product

import pytest

from kernel.ids import CallId
from telephony.ami_events import (
    AmiEvent,
    AsyncAgiStart,
    BridgeEnter,
    BridgeLeave,
    ConfbridgeJoin,
    ConfbridgeLeave,
    Hangup,
    UserEvent,
)
from telephony.call import PERMITTED, STEPS, Call, Command, Cue, Phase, advance, cue_of, permit
from telephony.errors import WrongPhase

ID = CallId("cc1-1767603600.4")
NAME = "PJSIP/trunk-in-00000003"
CALL = Call(ID, NAME)


def said(what: str) -> UserEvent:
    return UserEvent(ID, NAME, "", "", what, {})


EVENTS: dict[Cue, AmiEvent] = {
    Cue.AGI: AsyncAgiStart(ID, NAME, "room", "s", "", "", ()),
    Cue.AGI_AFTER_CALL: AsyncAgiStart(ID, NAME, "aftercall", "s", "", "", ()),
    Cue.JOINED: BridgeEnter(ID, "b1", 2, conference=False),
    Cue.PARTED: BridgeLeave(ID, "b1", 1, conference=False),
    Cue.PUT_ON_HOLD: said("CCHeld"),
    Cue.SENT_AWAY: said("CCAway"),
    Cue.CONFERENCE_JOINED: ConfbridgeJoin(ID, "1"),
    Cue.CONFERENCE_LEFT: ConfbridgeLeave(ID, "1"),
    Cue.FELL_BACK: said("CCFallback"),
    Cue.HUNG_UP: Hangup(ID, 16, "", ""),
}


@pytest.mark.parametrize(("phase", "cue"), list(product(Phase, Cue)))
def test_each_pair_is_a_step_or_a_surprise_that_changes_nothing(phase: Phase, cue: Cue) -> None:
    before = replace(CALL, phase=phase, bridge="b1")

    after = advance(before, EVENTS[cue])

    expected = STEPS.get((phase, cue))
    assert after.phase is (phase if expected is None else expected)
    assert after.surprises == (1 if expected is None else 0)


@pytest.mark.parametrize(("phase", "command"), list(product(Phase, Command)))
def test_a_command_of_ours_in_a_wrong_phase_raises(phase: Phase, command: Command) -> None:
    call = replace(CALL, phase=phase)

    if phase in PERMITTED[command]:
        permit(call, command)
    else:
        with pytest.raises(WrongPhase, match=str(phase)):
            permit(call, command)


def test_every_cue_has_an_event_that_gives_it() -> None:
    assert {cue_of(CALL, event) for event in EVENTS.values()} == set(Cue)


def test_a_gone_call_takes_no_step() -> None:
    assert not [pair for pair in STEPS if pair[0] is Phase.GONE]


def test_the_first_party_of_a_bridge_talks_with_nobody() -> None:
    call = replace(CALL, phase=Phase.IN_HAND)

    alone = advance(call, BridgeEnter(ID, "b1", 1, conference=False))
    joined = advance(alone, BridgeEnter("8-000001", "b1", 2, conference=False))

    assert (alone.phase, joined.phase) == (Phase.IN_HAND, Phase.TALKING)


def test_whoever_joins_another_bridge_is_not_our_business() -> None:
    call = replace(CALL, phase=Phase.IN_HAND, bridge="b1")

    assert advance(call, BridgeEnter("8-000001", "b2", 2, conference=False)) == call


def test_both_orders_of_joining_give_the_same_call() -> None:
    """AMI owes us no order within a millisecond."""
    call = replace(CALL, phase=Phase.IN_HAND)
    seat_last = [
        BridgeEnter(ID, "b1", 1, conference=False),
        BridgeEnter("8-000001", "b1", 2, conference=False),
    ]
    seat_first = [BridgeEnter("8-000001", "b1", 1, False), BridgeEnter(ID, "b1", 2, False)]

    def told(events: list[BridgeEnter]) -> Call:
        one = call
        for event in events:
            one = advance(one, event)
        return one

    assert told(seat_last) == told(seat_first)


def test_a_late_parting_does_not_take_a_call_out_of_our_hands() -> None:
    call = replace(CALL, phase=Phase.IN_HAND, where="room")

    assert advance(call, BridgeLeave(ID, "old", 1, conference=False)) == call
