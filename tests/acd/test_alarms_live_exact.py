"""Which deadline of a caller still holds: of his spell of waiting, and of what it was set for."""

from datetime import timedelta

import pytest

from acd.alarms import CallerAlarm, ForCaller
from acd.line import Caller, Line
from acd.matching import Signatures
from kernel.ids import CallId, QueueName
from tests.fakes.fake_clock import MONDAY_NINE

DUE = MONDAY_NINE + timedelta(seconds=20)
LATER = DUE + timedelta(seconds=1)
OF_THE_WAIT = [CallerAlarm.TOO_LONG, CallerAlarm.ANNOUNCE, CallerAlarm.EXCLUSION, CallerAlarm.DUE]


def waiting() -> Caller:
    caller = Caller(
        call=CallId("c1"), queue=QueueName("general"), asked={}, needs={}, signature=0, priority=0,
        asked_at=MONDAY_NINE, queued_at=MONDAY_NINE, turn_at=MONDAY_NINE, n=1,
    )  # fmt: skip
    caller.waiting, caller.stage = True, 1
    caller.held_until = caller.callback_offered_at = caller.look_over_at = DUE
    return caller


def alarm(kind: CallerAlarm, caller: Caller) -> ForCaller:
    return ForCaller(kind, DUE, caller, caller.spell, stage=1, offered_at=DUE)


@pytest.mark.parametrize("kind", CallerAlarm)
def test_a_deadline_holds_while_he_waits_as_he_did_when_it_was_set(kind: CallerAlarm) -> None:
    assert alarm(kind, waiting()).live is True


@pytest.mark.parametrize("kind", CallerAlarm)
def test_of_another_spell_of_waiting_none_holds(kind: CallerAlarm) -> None:
    caller = waiting()
    set_before = alarm(kind, caller)

    caller.next_spell()

    assert set_before.live is False


@pytest.mark.parametrize("kind", CallerAlarm)
def test_who_left_the_line_and_came_back_begins_a_new_spell(kind: CallerAlarm) -> None:
    """A seat rang for him in vain: nothing is told, offered or relaxed twice."""
    signatures = Signatures()
    line, caller = Line(signatures), waiting()
    caller.signature = signatures.of_call({})
    line.add(caller)
    set_before = alarm(kind, caller)

    line.remove(caller)
    line.add(caller)

    assert (set_before.live, alarm(kind, caller).live) == (False, True)


@pytest.mark.parametrize("kind", CallerAlarm)
def test_for_who_does_not_wait_none_holds(kind: CallerAlarm) -> None:
    caller = waiting()
    caller.waiting = False

    assert alarm(kind, caller).live is False


def test_what_was_put_off_relaxed_offered_or_looked_over_since_is_not_done_again() -> None:
    caller = waiting()
    every = {kind: alarm(kind, caller) for kind in CallerAlarm}

    caller.stage = 2
    caller.held_until = caller.callback_offered_at = caller.look_over_at = LATER

    assert {kind for kind, one in every.items() if one.live} == set(OF_THE_WAIT)
