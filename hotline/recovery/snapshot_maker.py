"""Makes a snapshot beside the running leader: `python -m hotline.recovery.snapshot_maker`, niced.

Reads the newest snapshot and the journal after it, as a start does, and writes down what came of
it. At most a few seconds behind the journal; the next start folds the rest.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import structlog

from acd.floor import Floor
from config.settings import load_settings
from console.calls_view import CallsView
from figures.live import LiveFigures
from hotline.kinds import KINDS
from hotline.logs import log_as_json
from hotline.places import Places
from hotline.recovery.restart import LooseEnds, Stages
from hotline.recovery.snapshot import SHAPE, Memories, keep, recover
from hotline.rule_files import read_rule_files
from kernel.clock import SystemClock
from kernel.ids import Epoch
from storage.journal import Journal
from storage.snapshot_file import entries, newest_snapshot

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(minutes=5)
WITHIN: Final = timedelta(minutes=4)
WORTH_IT: Final = 2_000  # facts since the last one; fewer are folded faster than written
AT_SHUTDOWN: Final = 20_000  # more would keep those waiting who want us to end
_NICE: Final = 15
_NOBODY: Final = Epoch(0)  # who makes snapshots leads nothing


def make(environment: Mapping[str, str], *, worth: int = WORTH_IT, at_most: int = 0) -> bool:
    """Whether one was written. `at_most` 0: however many facts there are to fold.

    Raises BadSettings, JournalDamaged, UnreadableFact, OSError.
    """
    places = Places.from_environment(environment)
    waiting = facts_waiting(places.journal, max(worth, at_most) + 1)
    if waiting < worth or (at_most and waiting > at_most):
        return False
    rules = read_rule_files(load_settings(places.config, environment), places.obeying())
    clock = SystemClock()
    memories = Memories(
        floor=Floor(rules.policies, rules.directory, _NOBODY),
        figures=LiveFigures(clock),
        calls=CallsView(),
        stages=Stages(),
        loose_ends=LooseEnds(),
    )
    done = recover(places.journal, KINDS, memories, clock.now())
    if done.upto is None:
        return False
    path = keep(places.journal, memories, done.upto, clock.now())
    log.info("a snapshot was written", file=path.name, folded=done.folded)
    return True


def facts_waiting(folder: Path, count_to: int) -> int:
    """How many facts the next start would fold; counted no further than `count_to`."""
    newest = newest_snapshot(folder, SHAPE)
    found = entries(folder, newest.standing if newest is not None else None)
    return sum(1 for _ in islice(found, count_to))


async def keep_snapshots(journal: Journal, environment: Mapping[str, str]) -> None:
    """Now and then, in a process of its own; what goes wrong there is told and tried again."""
    written = journal.written.n
    while True:
        await asyncio.sleep(EVERY.total_seconds())
        if journal.written.n - written < WORTH_IT:
            continue
        written = journal.written.n
        maker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hotline.recovery.snapshot_maker", env=dict(environment)
        )
        try:
            async with asyncio.timeout(WITHIN.total_seconds()):
                failed = await maker.wait()
            if failed:
                log.warning("no snapshot was written", status=failed)
        except TimeoutError:
            log.warning("a snapshot took too long")
        finally:
            if maker.returncode is None:
                maker.kill()


def keep_last(environment: Mapping[str, str]) -> None:
    """At an orderly shutdown, once the journal is closed. Never in the way of ending."""
    try:
        make(environment, worth=1, at_most=AT_SHUTDOWN)
    except Exception as trouble:
        log.warning("no snapshot was written at the end", why=str(trouble))


if __name__ == "__main__":
    log_as_json()
    os.nice(_NICE)
    make(os.environ)
