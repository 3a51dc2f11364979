"""The tables of a seat: every pair is a step, or raises and changes nothing."""

from itertools import product

import pytest

from acd.seat import (
    PRESENCE_STEPS,
    STEPS,
    Activity,
    Cue,
    Declaration,
    ImpossibleStep,
    Presence,
    step,
)

WAYS_OF_THE_PHONE = {
    ("idle", "ring", "ringing"),
    ("ringing", "answer", "talking"),
    ("ringing", "no_answer", "idle"),
    ("ringing", "caller_left", "idle"),
    ("talking", "hang_up", "wrap_up"),
    ("wrap_up", "wrap_up_done", "idle"),
    ("idle", "take_over", "talking"),
}
WAYS_OF_THE_AGENT = {
    ("signed_out", "sign_in", "paused"),
    ("paused", "go_available", "available"),
    ("paused", "pause", "paused"),
    ("paused", "sign_out", "signed_out"),
    ("available", "pause", "paused"),
    ("available", "sign_out", "signed_out"),
}


def outcome_of_phone(activity: Activity, cue: Cue) -> set[tuple[str, str, str]]:
    try:
        return {(activity.value, cue.value, step(STEPS, activity, cue).value)}
    except ImpossibleStep:
        return set()


def outcome_of_agent(presence: Presence, said: Declaration) -> set[tuple[str, str, str]]:
    try:
        return {(presence.value, said.value, step(PRESENCE_STEPS, presence, said).value)}
    except ImpossibleStep:
        return set()


def test_every_pair_of_activity_and_cue_is_a_step_or_raises() -> None:
    walked = set().union(*(outcome_of_phone(a, c) for a, c in product(Activity, Cue)))

    assert walked == WAYS_OF_THE_PHONE


def test_every_pair_of_presence_and_declaration_is_a_step_or_raises() -> None:
    walked = set().union(*(outcome_of_agent(p, d) for p, d in product(Presence, Declaration)))

    assert walked == WAYS_OF_THE_AGENT


def test_an_impossible_step_says_what_was_tried() -> None:
    with pytest.raises(ImpossibleStep, match="a seat that is idle cannot answer"):
        step(STEPS, Activity.IDLE, Cue.ANSWER)
