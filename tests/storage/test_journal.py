"""The journal's file: written before the deed, chained, cut where it is torn (architecture §4)."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from kernel.fact import FactKinds, UnreadableFact, encode
from kernel.ids import Epoch
from storage.journal import Journal, JournalUnwritable
from storage.journal_file import (
    GENESIS,
    START,
    JournalDamaged,
    Position,
    read,
    read_facts,
    segments,
)
from storage.settings import JournalSettings
from tests.storage.notes import Noted, note, notes

WRITER = Path(__file__).parent / "journal_writer.py"
REPOSITORY = Path(__file__).parents[2]


def begin(folder: Path, epoch: int, settings: JournalSettings | None = None) -> Journal:
    return Journal.open(folder, Epoch(epoch), settings or JournalSettings())


def texts(folder: Path, since: Position = START) -> list[str]:
    return [orjson.loads(entry.body)["text"] for entry in read(folder, since)]


async def test_what_was_written_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    journal = begin(tmp_path, 1)
    journal.write(notes(1, 3))
    journal.write([note(4)])
    await journal.close()

    entries = list(read(tmp_path))
    assert [entry.position for entry in entries] == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert [entry.body for entry in entries] == [encode(fact) for fact in notes(1, 4)]
    assert [entry.at for entry in entries] == [fact.at for fact in notes(1, 4)]
    assert entries[0].prev == GENESIS


async def test_facts_come_back_as_they_were(tmp_path: Path) -> None:
    journal = begin(tmp_path, 1)
    journal.write(notes(1, 5))
    await journal.close()

    assert list(read_facts(tmp_path, FactKinds([Noted]))) == notes(1, 5)
    assert list(read_facts(tmp_path, FactKinds([Noted]), Position(1, 3))) == notes(4, 5)
    with pytest.raises(UnreadableFact, match="unknown kind 'noted'"):
        list(read_facts(tmp_path, FactKinds([])))


async def test_every_line_is_chained_to_the_one_before_over_epochs(tmp_path: Path) -> None:
    for epoch in (1, 2, 5):
        journal = begin(tmp_path, epoch)
        journal.write(notes(1, 2))
        await journal.close()

    entries = list(read(tmp_path))
    assert [entry.prev for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


@pytest.mark.parametrize("wrong", ["第2条", "noted", "2026-11-20T04:00:02Z"])
async def test_an_edited_byte_is_found(tmp_path: Path, wrong: str) -> None:
    journal = begin(tmp_path, 1)
    journal.write(notes(1, 3))
    await journal.close()
    file = tmp_path / "1.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    other = "第9条" if wrong.startswith("第") else wrong.replace("2", "3").replace("noted", "moted")
    lines[1] = lines[1].replace(wrong, other)
    file.write_text("".join(lines))

    with pytest.raises(JournalDamaged, match=r"1\.jsonl line 2.*changed after"):
        list(read(tmp_path))


async def test_a_removed_line_is_found(tmp_path: Path) -> None:
    journal = begin(tmp_path, 1)
    journal.write(notes(1, 3))
    await journal.close()
    file = tmp_path / "1.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[2])

    with pytest.raises(JournalDamaged, match="line 1 is followed by line 3"):
        list(read(tmp_path))


async def test_a_line_of_another_history_is_found(tmp_path: Path) -> None:
    for folder, numbers in ((tmp_path / "a", notes(1, 3)), (tmp_path / "b", notes(7, 9))):
        journal = begin(folder, 1)
        journal.write(numbers)
        await journal.close()
    ours, theirs = tmp_path / "a" / "1.jsonl", tmp_path / "b" / "1.jsonl"
    lines = ours.read_bytes().splitlines(keepends=True)
    lines[2] = theirs.read_bytes().splitlines(keepends=True)[2]
    ours.write_bytes(b"".join(lines))

    with pytest.raises(JournalDamaged, match="line 3: it is not chained"):
        list(read(tmp_path / "a"))


async def test_a_torn_last_line_is_left_out_and_cut_by_the_next_life(tmp_path: Path) -> None:
    journal = begin(tmp_path, 1)
    journal.write(notes(1, 3))
    await journal.close()
    file = tmp_path / "1.jsonl"
    whole = file.stat().st_size
    with file.open("ab") as torn:
        torn.write(b'{"epoch":1,"n":4,"at":"2026')

    assert texts(tmp_path) == ["第1条", "第2条", "第3条"]
    following = begin(tmp_path, 2)
    following.write([note(5)])
    await following.close()
    assert file.stat().st_size == whole
    assert texts(tmp_path) == ["第1条", "第2条", "第3条", "第5条"]


async def test_garbage_inside_is_no_torn_line(tmp_path: Path) -> None:
    journal = begin(tmp_path, 1)
    journal.write(notes(1, 2))
    await journal.close()
    with (tmp_path / "1.jsonl").open("ab") as file:
        file.write(b"\x00\x00\x00\n")

    with pytest.raises(JournalDamaged, match="line 3: it is not a line"):
        list(read(tmp_path))
    with pytest.raises(JournalDamaged):
        begin(tmp_path, 2)


async def test_a_file_grown_large_is_continued_in_another(tmp_path: Path) -> None:
    journal = begin(tmp_path, 1, JournalSettings(segment_bytes=4096))
    for number in range(1, 101):
        journal.write([note(number)])
    await journal.close()

    names = [segment.path.name for segment in segments(tmp_path)]
    assert names[0] == "1.jsonl"
    assert len(names) > 3
    assert texts(tmp_path) == [f"第{number}条" for number in range(1, 101)]
    assert texts(tmp_path, Position(1, 97)) == ["第98条", "第99条", "第100条"]


async def test_an_epoch_is_never_begun_twice(tmp_path: Path) -> None:
    await begin(tmp_path, 1).close()

    with pytest.raises(JournalUnwritable):
        begin(tmp_path, 1)


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """What a full disk does to write(2), from inside: a part is written, then it refuses."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


async def test_a_full_disk_refuses_the_decision_raises_the_alarm_and_recovers(
    tmp_path: Path,
) -> None:
    journal = begin(tmp_path, 1)
    journal.write([note(1)])
    with files_at_most((tmp_path / "1.jsonl").stat().st_size + 100):
        with pytest.raises(JournalUnwritable):
            journal.write(notes(2, 4))
        assert not journal.well()
        assert texts(tmp_path) == ["第1条"]

    journal.write([note(5)])
    assert journal.well()
    await journal.close()
    assert texts(tmp_path) == ["第1条", "第5条"]
    assert [entry.n for entry in read(tmp_path)] == [1, 2]


async def test_what_was_synced_is_told(tmp_path: Path) -> None:
    journal = begin(tmp_path, 3)
    journal.write(notes(1, 2))
    assert journal.synced == (0, 0)

    await journal.sync()
    await journal.wait_synced(Position(3, 1))
    assert journal.synced == (3, 2)
    await journal.close()


@pytest.mark.parametrize("kill_after", [1, 40, 300])
def test_kill_9_loses_no_fact_that_was_acknowledged(tmp_path: Path, kill_after: int) -> None:
    writer = subprocess.Popen(
        [sys.executable, str(WRITER), str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(kill_after)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().splitlines(keepends=True)]
    writer.wait()
    writer.stdout.close()

    kept = [int(text[1:-1]) for text in texts(tmp_path)]
    assert kept[: len(acknowledged)] == acknowledged
    following = begin(tmp_path, 2)
    following.write([note(0)])
    asyncio.run(following.close())
    assert texts(tmp_path)[-1] == "第0条"
