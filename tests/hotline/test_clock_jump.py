"""The wall clock steps: waits go on, facts stay in order, the alarm says so (I12)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kernel.clock import SystemClock
from kernel.ids import Epoch
from storage.journal import Journal
from storage.journal_file import read
from storage.settings import JournalSettings
from tests.storage.notes import Noted

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SETTINGS = JournalSettings(reserve_bytes=0)


@pytest.mark.parametrize("step", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_step_of_the_wall_clock_moves_no_wait_and_is_told_as_drift(step: timedelta) -> None:
    wall = [NOON]
    clock = SystemClock(lambda: wall[0])
    before = clock.now()
    wall[0] = NOON + step

    assert timedelta() <= clock.now() - before < timedelta(seconds=5)
    assert abs(clock.drift() - step) < timedelta(seconds=5)


async def life(folder: Path, epoch: int, wall: datetime) -> None:
    """A process starts at `wall`, writes two facts and ends."""
    clock = SystemClock(lambda: wall)
    journal = Journal.open(folder, Epoch(epoch), SETTINGS)
    if journal.continues_at is not None:
        clock.not_before(journal.continues_at)
    for number in range(2):
        journal.write([Noted(at=clock.now(), text=str(number))])
    await journal.close()


async def test_facts_stay_in_order_over_a_restart_with_the_clock_set_back(tmp_path: Path) -> None:
    await life(tmp_path, 1, NOON)
    await life(tmp_path, 2, NOON - timedelta(minutes=40))

    moments = [entry.at for entry in read(tmp_path)]
    assert len(moments) == 4
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] < timedelta(seconds=5)


async def test_a_journal_from_far_ahead_does_not_keep_a_repaired_clock_wrong(
    tmp_path: Path,
) -> None:
    await life(tmp_path, 1, NOON + timedelta(days=900))
    await life(tmp_path, 2, NOON)

    assert [*read(tmp_path)][-1].at < NOON + timedelta(minutes=1)
