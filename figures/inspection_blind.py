"""Blind calibration (校准): who has a word of his own to give does not see another's first.

From the moment in which an inspector takes a conversation until he has scored it, what others said
of it is hidden from him. Pure.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeAlias

from figures.inspection import Calibration, Compared, Inspection, State, calibration_of
from kernel.ids import AgentNo, CallId

Conversation: TypeAlias = tuple[CallId, AgentNo]


def veiled(
    found: Iterable[Inspection], viewer: str, unscored: Collection[Conversation]
) -> list[Inspection]:
    """`unscored`: conversations that `viewer` (a login) has taken and not scored yet."""
    return [
        _without_words(one)
        if one.inspector != viewer and (one.call, one.agent) in unscored
        else one
        for one in found
    ]


def is_hidden(one: Inspection) -> bool:
    return one.state is not State.OPEN and one.scores is None


def unveiled_pairs(found: Calibration, unscored: Collection[Conversation]) -> Calibration:
    """Without the pairs of conversations on which the viewer's own word is still to come."""
    return calibration_of([pair for pair in found.pairs if _of(pair) not in unscored])


def _of(pair: Compared) -> Conversation:
    return pair.call, pair.agent


def _without_words(one: Inspection) -> Inspection:
    return replace(
        one,
        scores=None,
        total=None,
        first_total=None,
        pass_mark=None,
        ticket_errors=None,
        scored=None,
        appeal=None,
        decision=None,
    )
