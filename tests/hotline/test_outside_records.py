"""Asterisk's files read on from a mark, and each call told once, whatever dies in between."""

import asyncio
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest

from acd.happenings import LivedInFallback, SeatWanted
from hotline.recovery.outside_records_files import (
    Mark,
    NewLines,
    new_lines,
    queue_log_of,
    records_of,
)
from hotline.recovery.outside_records_reading import read_outside
from hotline.recovery.restart import LooseEnds
from kernel.ids import CallId, QueueName
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once
from tests.hotline.outside_of import (
    ANSWERED,
    LOST,
    at,
    began,
    cdr,
    lay_down,
    queue,
    reader,
    told,
)
from tests.stories.stage import open_house

# ---- files


def test_only_whole_lines_are_read_and_none_twice(tmp_path: Path) -> None:
    file = tmp_path / "hotline.csv"
    file.write_text("one\ntwo\nhal")
    lines, mark = new_lines(file, Mark())
    with file.open("a") as more:
        more.write("f\n")
    rest, after = new_lines(file, mark)

    assert (lines, rest) == (["one", "two"], ["half"])
    assert new_lines(file, after)[0] == []


def test_what_was_written_before_a_rotation_is_read_first(tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    file.write_text("one\n")
    _, mark = new_lines(file, Mark())
    with file.open("a") as more:
        more.write("two\n")
    file.rename(tmp_path / "queue_log.1")
    file.write_text("three\n")

    lines, after = new_lines(file, mark)

    assert lines == ["two", "three"]
    assert new_lines(file, after)[0] == []


def test_a_file_that_was_emptied_is_read_from_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "hotline.csv"
    file.write_text("one\ntwo\n")
    _, mark = new_lines(file, Mark())
    file.write_text("new\nand grown past the mark\n")

    assert new_lines(file, mark)[0] == ["new", "and grown past the mark"]


def test_a_file_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert new_lines(tmp_path / "hotline.csv", Mark()) == ([], Mark())


def test_who_stops_at_a_line_finds_it_again_unless_it_was_rotated_away(tmp_path: Path) -> None:
    file = tmp_path / "hotline.csv"
    file.write_text("one\ntwo\nthree\n")
    lines = NewLines(file, Mark())
    assert next(line for line in lines if line == "two")
    assert lines.mark is not None
    assert new_lines(file, lines.mark)[0] == ["two", "three"]

    begun = lines.mark
    file.rename(tmp_path / "hotline.csv.1")
    file.write_text("four\n")
    rotated = NewLines(file, begun)
    assert next(line for line in rotated if line == "three")
    assert rotated.mark is None


def test_a_minute_of_calls_that_we_know_takes_no_memory(tmp_path: Path) -> None:
    """6 MB of lines at 50 calls/s were 18 MB of objects, and the process never shrank again."""
    calls = [f"1763766000.{n}" for n in range(400)]
    events = "".join(began(call, 0) * 6 for call in calls)
    lay_down(tmp_path, "".join(cdr(call, -60, -50) for call in calls), "", events)

    tracemalloc.start()
    try:
        reading = read_outside(tmp_path, None, at(0), knows=lambda call: True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(events) > 500_000
    assert reading.calls == []
    assert reading.marks is not None
    assert reading.marks.cel.offset == len(events)
    assert peak < 150_000


def test_records_of_phones_and_lines_that_are_none_are_passed_over() -> None:
    lines = [
        cdr("1.1", 0, 9).strip(),
        '"a","b"',
        cdr("1.2", 0, 9).replace("trunk-in", "8001").strip(),
    ]

    assert [record.call for record in records_of(lines)] == ["1.1"]


def test_the_log_of_the_queue_tells_who_was_connected() -> None:
    told = queue(1, "a", "ENTERQUEUE", "", "138", "1") + queue(3, "a", "CONNECT", "2", "x", "1")
    told += queue(1, "b", "ENTERQUEUE", "", "138", "1") + "nonsense\n"
    found = queue_log_of(told.splitlines()).calls

    assert {call: seen.connected_at is not None for call, seen in found.items()} == {
        "a": True,
        "b": False,
    }


# ---- calls


def test_each_has_one_fate_and_asked_when_the_records_say(tmp_path: Path) -> None:
    """I1, I9; read a second time, also without the mark, nothing is said again."""

    async def story() -> None:
        async with open_house() as house:
            lay_down(tmp_path, cdr("a", -51, -10) + cdr("b", -51, -20), ANSWERED + LOST)
            await told(reader(house, tmp_path))
            assert house.fates("a") == ["fallback-answered"]
            assert house.fates("b") == ["fallback-lost"]
            (lost,) = [f for f in house.facts if f.kind == "fallback-lost"]
            assert lost.waited == timedelta(seconds=30)  # type: ignore[attr-defined]
            queued = [f for f in house.facts if f.kind == "call-queued"]
            assert {f.asked_at for f in queued} == {MONDAY_NINE - timedelta(seconds=50)}  # type: ignore[attr-defined]
            before = len(house.facts)
            await told(reader(house, tmp_path))
            (tmp_path / "outside-records").unlink()
            await told(reader(house, tmp_path))
            assert len(house.facts) == before

    at_once(story())


@pytest.mark.parametrize("survived", range(1, 7))
def test_killed_after_any_fact_the_next_life_adds_what_lacks(tmp_path: Path, survived: int) -> None:
    """Arrival, mending, request, plain queue, fate, hang-up: six facts, killed after each."""
    whole: list[object] = []

    async def first() -> None:
        async with open_house() as house:
            lay_down(tmp_path, cdr("b", -51, -20), LOST)
            await told(reader(house, tmp_path))
            whole.extend(house.facts)
            (tmp_path / "outside-records").unlink()

    async def second() -> None:
        async with open_house() as house:
            for fact in whole[:survived]:
                house.floor.apply(fact)  # type: ignore[arg-type]
                house.facts.append(fact)  # type: ignore[arg-type]
            outside = reader(house, tmp_path)
            await told(outside)
            assert house.fates("b") == ["fallback-lost"]
            assert [f.kind for f in house.facts].count("call-arrived") == 1

    at_once(first())
    at_once(second())


def test_who_waited_with_us_and_was_answered_in_the_plain_queue_is_no_abandoned_call(
    tmp_path: Path,
) -> None:
    """Before anyone is settled: else the hang-up would make him one who gave up."""

    async def story() -> None:
        async with open_house() as house:
            at = house.clock.now() - timedelta(seconds=90)
            known = LooseEnds()
            known.living[CallId("a")] = None
            house.desk.tell(
                SeatWanted(
                    call=CallId("a"), queue=QueueName("general"), needs={}, priority=0, asked_at=at
                )
            )
            await asyncio.sleep(0.1)
            lay_down(tmp_path, cdr("a", -91, -10), ANSWERED)
            await reader(house, tmp_path, known).before_settling()

            assert house.fates("a") == ["fallback-answered"]

    at_once(story())


def test_records_from_before_our_time_and_ends_that_may_still_be_news_are_not_told(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with open_house() as house:
            lay_down(tmp_path, cdr("old", -9000, -8000) + cdr("new", -20, -5))
            outside = reader(house, tmp_path)
            await outside._catch_up()
            assert house.facts == []
            await asyncio.sleep(60)
            await outside._catch_up()
            assert house.fates("new") == ["fallback-lost"]
            assert house.fates("old") == []

    at_once(story())


def test_told_twice_the_floor_says_nothing_more() -> None:
    async def story() -> None:
        async with open_house() as house:
            life = LivedInFallback(
                call=CallId("a"),
                asked_at=house.clock.now(),
                waited=timedelta(seconds=3),
                answered=False,
            )
            await house.desk.order(life)
            assert await house.desk.order(life) == []
            assert house.fates("a") == ["fallback-lost"]

    at_once(story())
