"""Written first, told afterwards; an onlooker's fault stays its own."""

import asyncio
from collections.abc import Sequence

import pytest

from kernel.fact import Fact
from storage.feed import FactFeed, Recorder
from storage.journal import JournalUnwritable
from tests.storage.notes import note, notes


class Disk:
    """Keeps what it is given, or refuses."""

    def __init__(self) -> None:
        self.kept: list[Fact] = []
        self.full = False

    def write(self, facts: Sequence[Fact]) -> None:
        if self.full:
            raise JournalUnwritable("The disk is full.", remedy="Free some space.")
        self.kept += facts


def test_onlookers_hear_facts_after_they_were_written() -> None:
    disk, feed = Disk(), FactFeed()
    kept_when_told: list[int] = []
    feed.add("board", lambda facts: kept_when_told.append(len(disk.kept)))

    Recorder(disk.write, feed).write(notes(1, 3))
    assert kept_when_told == [3]


def test_a_failing_onlooker_reaches_neither_the_writer_nor_the_others() -> None:
    feed, heard = FactFeed(), []
    feed.add("broken", lambda facts: heard.append(1 // 0))
    feed.add("whole", heard.extend)
    recorder = Recorder(Disk().write, feed)

    recorder.write([note(1)])
    recorder.write([note(2)])
    assert heard == [note(1), note(2)]
    assert feed.faults == {"broken": 2}


def test_nobody_hears_of_a_fact_that_could_not_be_written() -> None:
    disk, feed, heard = Disk(), FactFeed(), []
    feed.add("board", heard.extend)
    disk.full = True

    with pytest.raises(JournalUnwritable):
        Recorder(disk.write, feed).write([note(1)])
    assert heard == []


def test_everybody_hears_facts_in_the_order_in_which_they_were_written() -> None:
    """An onlooker that writes facts itself does not overtake the ones it was told of."""
    feed = FactFeed()
    recorder, heard = Recorder(Disk().write, feed), []
    feed.add("answers", lambda facts: recorder.write([note(2)]) if facts == [note(1)] else None)
    feed.add("listens", heard.extend)

    recorder.write([note(1)])
    assert heard == [note(1), note(2)]


async def test_a_deed_goes_before_the_onlookers_and_after_the_journal() -> None:
    disk, feed, heard = Disk(), FactFeed(), []
    feed.add("board", heard.extend)

    Recorder(disk.write, feed).write_first([note(1)])
    assert (disk.kept, heard) == ([note(1)], [])

    await asyncio.sleep(0)
    assert heard == [note(1)]


async def test_whatever_is_written_next_is_not_told_before_it() -> None:
    feed = FactFeed()
    recorder, heard = Recorder(Disk().write, feed), []
    feed.add("board", heard.extend)

    recorder.write_first([note(1)])
    recorder.write_first([note(2)])
    recorder.write([note(3)])
    assert heard == notes(1, 3)

    await asyncio.sleep(0)
    assert heard == notes(1, 3)


async def test_whoever_waits_for_an_order_finds_that_everybody_has_heard_of_it() -> None:
    """`AcdDesk.order`: its answer is set after the facts were written, in the same step."""
    feed = FactFeed()
    recorder, heard = Recorder(Disk().write, feed), []
    feed.add("board", heard.extend)
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def turn() -> None:
        recorder.write_first([note(1)])
        answer.set_result(None)

    asyncio.get_running_loop().call_soon(turn)
    await answer
    assert heard == [note(1)]


async def test_nobody_hears_of_a_deed_that_could_not_be_written() -> None:
    disk, feed, heard = Disk(), FactFeed(), []
    feed.add("board", heard.extend)
    disk.full = True

    with pytest.raises(JournalUnwritable):
        Recorder(disk.write, feed).write_first([note(1)])
    await asyncio.sleep(0)
    assert heard == []


def test_an_onlooker_that_was_removed_hears_no_more() -> None:
    feed, heard = FactFeed(), []
    feed.add("board", heard.extend)
    feed.remove("board")

    Recorder(Disk().write, feed).write([note(1)])
    assert heard == []
