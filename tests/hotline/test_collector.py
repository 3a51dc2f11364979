"""The collector looks no more at what has lived long, and finds dead rings when it is quiet."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hotline.watch.collector import hold_pauses_short, look_at_new, look_often, sweep


class Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    callbacks, thresholds = list(gc.callbacks), gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.callbacks[:] = callbacks
    gc.unfreeze()


def test_what_has_lived_through_a_look_is_not_looked_at_again() -> None:
    hold_pauses_short()
    kept = [Ring() for _ in range(1_000)]
    before = gc.get_freeze_count()

    gc.collect()

    assert gc.get_freeze_count() >= before + len(kept)
    assert len(gc.get_objects(generation=2)) < len(kept)


def test_a_young_collection_freezes_nothing() -> None:
    hold_pauses_short()
    kept = [Ring() for _ in range(1_000)]
    before = gc.get_freeze_count()

    gc.collect(1)

    assert gc.get_freeze_count() == before
    assert kept


def test_a_ring_that_died_frozen_is_found_at_a_quiet_moment() -> None:
    hold_pauses_short()
    ring = Ring()
    seen = weakref.ref(ring)
    gc.collect()

    del ring
    gc.collect()
    assert seen() is not None, "it is frozen"
    sweep()

    assert seen() is None


def test_to_be_told_twice_changes_nothing() -> None:
    hold_pauses_short()
    once = len(gc.callbacks)

    hold_pauses_short()

    assert len(gc.callbacks) == once


def test_what_is_new_is_looked_at_when_somebody_says_so() -> None:
    """What dies in a ring is freed then, and what lives is not looked at again."""
    hold_pauses_short()
    dead, kept = Ring(), Ring()
    seen = weakref.ref(dead)
    before = gc.get_freeze_count()

    del dead
    look_at_new()

    assert seen() is None
    assert gc.get_freeze_count() > before
    assert kept


async def test_what_each_moment_made_is_looked_at_soon() -> None:
    hold_pauses_short()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        looking = group.create_task(look_often(every=timedelta()))
        for _ in range(3):
            ring, gone = Ring(), asyncio.Event()
            weakref.finalize(ring, gone.set)
            del ring
            await gone.wait()
        looking.cancel()
