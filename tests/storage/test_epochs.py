"""One number for each life of the leader, never twice."""

from pathlib import Path

import pytest

from kernel.ids import Epoch
from storage.epochs import take_epoch
from storage.journal import Journal
from storage.journal_file import JournalDamaged
from storage.settings import JournalSettings


async def test_epochs_go_up_by_one(tmp_path: Path) -> None:
    assert [await take_epoch(tmp_path, None) for _ in range(3)] == [1, 2, 3]


async def test_a_lost_epoch_file_is_made_good_by_the_journal_files(tmp_path: Path) -> None:
    await Journal.open(tmp_path, Epoch(8), JournalSettings()).close()

    assert await take_epoch(tmp_path, None) == 9


async def test_an_epoch_file_with_nonsense_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "epoch").write_text("seven")

    with pytest.raises(JournalDamaged, match="'seven' instead of a number"):
        await take_epoch(tmp_path, None)
