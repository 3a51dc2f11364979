"""From the day on which an invariant was broken to a short trace of moves that breaks it too."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tests.torture.moves import Move
from tests.torture.scenes import Scene
from tests.torture.violation import Violation
from tests.torture.world import World

SECONDS: Final = 30.0
NAMES: Final = re.compile(r"\w*\d[\w:.+-]*|\W")  # of calls, legs, seats and moments


def replay(scene: Scene, moves: Sequence[Move]) -> tuple[Violation, int] | None:
    """What is broken, and by which move; the whole floor is looked at after each."""
    world = World(replace(scene, look_every=1))
    for n, move in enumerate(moves):
        try:
            world.do(move)
        except Violation as broken:
            return broken, n
    return None


def same_kind(one: Violation, other: Violation) -> bool:
    """The same law in the same words, whoever it was about: a trace must not drift to another."""
    words = [NAMES.sub("", broken.what) for broken in (one, other)]
    return one.law == other.law and words[0] == words[1]


def shrunk(scene: Scene, moves: Sequence[Move]) -> list[Move]:
    """A trace that still breaks what this one does: chunks are left out, large ones first, while
    time lasts. The trace itself when playing it again breaks nothing.
    """
    until = time.monotonic() + SECONDS
    kept = list(moves)
    found = replay(scene, kept)
    if found is None:
        return kept
    broken, kept = found[0], kept[: found[1] + 1]
    size = len(kept) // 2
    while size and time.monotonic() < until:
        kept = _without_chunks(scene, kept, broken, size, until)
        size = size // 2 if size > 1 else 0
    return kept


def _without_chunks(
    scene: Scene, moves: list[Move], broken: Violation, size: int, until: float
) -> list[Move]:
    start = 0
    while start < len(moves) and time.monotonic() < until:
        shorter = moves[:start] + moves[start + size :]
        found = replay(scene, shorter)
        if found is not None and same_kind(found[0], broken):
            moves = shorter[: found[1] + 1]
        else:
            start += size
    return moves


def told(moves: Sequence[Move]) -> list[str]:
    """One line a move."""
    return [f"{name}({', '.join(repr(each) for each in given)})" for name, given in moves]
