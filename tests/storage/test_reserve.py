"""A full disk costs the reserve, not a call: written before the deed all the same."""

from pathlib import Path

import pytest

from kernel.ids import Epoch
from storage.journal import Journal, JournalUnwritable
from storage.journal_file import read, segments
from storage.reserve import Reserve
from storage.settings import JournalSettings
from tests.storage.notes import note, notes
from tests.storage.small_disk import SmallDisk
from tests.storage.test_journal import texts

RESERVE = 16 * 1024
SETTINGS = JournalSettings(reserve_bytes=RESERVE)


def on_small_disk(folder: Path, *, free: int) -> tuple[Journal, SmallDisk]:
    """A journal of epoch 1 with its reserve, and `free` bytes beside it."""
    disk = SmallDisk(folder, RESERVE + free)
    journal = Journal.open(folder, Epoch(1), SETTINGS, disk.put)
    assert journal.reserve.fill()
    return journal, disk


def test_the_reserve_is_really_allocated_and_filled_once(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path, RESERVE)
    assert not reserve.is_whole

    assert reserve.fill()
    assert reserve.is_whole
    file = tmp_path / "reserve"
    before = file.stat()
    assert before.st_blocks * 512 >= RESERVE
    assert reserve.fill()
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_what_a_crash_left_of_a_reserve_is_no_reserve(tmp_path: Path) -> None:
    (tmp_path / "reserve").write_bytes(b"\0" * 100)
    (tmp_path / "reserve.new").write_bytes(b"\0" * 100)
    reserve = Reserve(tmp_path, RESERVE)

    assert not reserve.is_whole
    assert reserve.fill()
    assert [path.name for path in tmp_path.iterdir()] == ["reserve"]


async def test_on_a_full_disk_the_facts_go_into_the_room_of_the_reserve(tmp_path: Path) -> None:
    """The block that met the full disk in the middle stands there once, whole, and chained."""
    journal, disk = on_small_disk(tmp_path, free=1000)
    written = 0
    while disk.free > 0:
        written += 1
        journal.write([note(written)])
        if not journal.reserve.is_whole:
            break

    assert journal.well(), "decisions go on"
    assert not journal.has_room(), "but no new calls are taken"
    await journal.close()
    assert texts(tmp_path) == [f"第{n}条" for n in range(1, written + 1)]


async def test_with_the_reserve_used_up_nothing_is_decided_until_there_is_space(
    tmp_path: Path,
) -> None:
    journal, disk = on_small_disk(tmp_path, free=100)
    written = 0
    with pytest.raises(JournalUnwritable):
        while True:
            journal.write([note(written + 1)])
            written += 1
    assert not journal.well()
    assert [entry.n for entry in read(tmp_path)] == list(range(1, written + 1))

    disk.size += 100_000  # somebody made space
    journal.write(notes(written + 1, written + 3))
    assert journal.well()
    assert not journal.has_room()
    assert journal.reserve.fill()
    assert journal.has_room()
    await journal.close()
    assert texts(tmp_path) == [f"第{n}条" for n in range(1, written + 4)]


async def test_a_segment_that_cannot_begin_on_a_full_disk_begins_in_the_reserves_room(
    tmp_path: Path,
) -> None:
    settings = JournalSettings(reserve_bytes=RESERVE, segment_bytes=4096)
    disk = SmallDisk(tmp_path, RESERVE + 4096 + 200)
    journal = Journal.open(tmp_path, Epoch(1), settings, disk.put)
    assert journal.reserve.fill()
    for number in range(1, 31):
        journal.write([note(number)])
    await journal.close()

    assert not journal.reserve.is_whole
    assert len(segments(tmp_path)) >= 2
    assert texts(tmp_path) == [f"第{n}条" for n in range(1, 31)]
