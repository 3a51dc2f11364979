"""The seal: an edited byte, a gap, a cut chain is found, in files and in rows."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from figures.audit_seal import SealCheck, Sealed, sealed_line, sealed_row
from storage.journal_file import GENESIS, Position, line_of, parse_line
from tests.storage.notes import notes


def written(*epochs: int, each: int = 3) -> list[bytes]:
    """Lines as the journal writes them, one chain over these epochs."""
    lines, prev = [], GENESIS
    for epoch in epochs:
        for n, fact in enumerate(notes(1, each), start=1):
            line, prev = line_of(Position(epoch, n), fact, prev)
            lines.append(line)
    return lines


def as_row(line: bytes) -> Sealed:
    """The same fact as PostgreSQL gives it back."""
    entry = parse_line(line[:-1], "here")
    place = (entry.epoch, entry.n)
    return sealed_row(place, entry.at, entry.kind, entry.body.decode(), (entry.prev, entry.hash))


def checked(
    lines: Sequence[bytes], rows: Sequence[bytes] | None = None, shipped: tuple[int, int] = (0, 0)
) -> list[str]:
    """Of files alone, or of files and rows."""
    by_place: dict[tuple[int, int], list[Sealed | None]] = {}
    for line in lines:
        sealed = sealed_line(line)
        assert sealed is not None
        by_place[sealed.place] = [sealed, None]
    for row in rows or ():
        sealed = as_row(row)
        by_place.setdefault(sealed.place, [None, None])[1] = sealed
    check = SealCheck(with_rows=rows is not None, shipped=shipped)
    for place in sorted(by_place):
        check.take(*by_place[place])
    assert all(one.zh != one.en for one in check.differences)
    return [one.en for one in check.differences]


def test_a_whole_chain_over_epochs_is_good_in_files_and_rows() -> None:
    lines = written(1, 2, 5)

    assert checked(lines) == []
    assert checked(lines, lines) == []
    assert checked([], lines) == []


def test_each_edited_byte_of_a_line_is_found() -> None:
    """Whichever byte it is: the line is no line any more, or its hash does not fit."""
    line = written(1)[1]
    for place in range(len(line) - 1):
        edited = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        sealed = sealed_line(edited)
        assert sealed is None or not sealed.fits, place


def test_an_edited_line_is_told_with_its_number() -> None:
    lines = written(1)
    lines[1] = lines[1].replace("第2条".encode(), "第9条".encode())

    assert checked(lines) == ["The hash of line 1/2 in the file does not fit: it was changed."]


@pytest.mark.parametrize("part", ["at", "kind", "body", "n"])
def test_an_edited_row_is_found_whichever_column_it_is(part: str) -> None:
    entry = parse_line(written(1)[1][:-1], "here")
    at = datetime(2026, 1, 1, tzinfo=UTC) if part == "at" else entry.at
    kind = "other" if part == "kind" else entry.kind
    body = '{"text":"x"}' if part == "body" else entry.body.decode()
    place = (1, 9 if part == "n" else 2)

    assert not sealed_row(place, at, kind, body, (entry.prev, entry.hash)).fits
    assert as_row(written(1)[1]).fits


def test_a_whole_second_is_sealed_as_it_is_written() -> None:
    """The journal leaves out microseconds that are none; a row must be read the same way."""
    assert all(as_row(line).fits for line in written(1))


def test_a_missing_line_is_a_gap() -> None:
    lines = written(1, 2)

    assert checked([*lines[:1], *lines[2:]]) == [
        "Line 1/1 of the journal is followed by 1/3: there is a gap."
    ]
    assert checked([*lines[:3], *lines[4:]]) == [
        "Line 1/3 of the journal is followed by 2/2: there is a gap."
    ]


def test_a_line_resealed_with_a_good_hash_breaks_the_chain() -> None:
    lines = written(1)
    forged, _ = line_of(Position(1, 2), notes(7, 7)[0], parse_line(lines[0][:-1], "").hash)

    assert checked([lines[0], forged, lines[2]]) == [
        "Line 1/3 of the journal is not chained to 1/2 before it."
    ]


def test_an_epoch_that_is_cut_short_is_found_by_the_next() -> None:
    lines = written(1, 2)

    assert checked([*lines[:2], *lines[3:]]) == [
        "Line 2/1 of the journal is not chained to 1/2 before it."
    ]


def test_an_epoch_that_is_gone_is_found_where_all_rows_are_seen() -> None:
    lines = written(1, 2, 3)
    without = [*lines[:3], *lines[6:]]

    assert checked([], without) == ["Line 3/1 of the journal is not chained to 1/3 before it."]
    assert checked(without) == []  # in one folder: another machine may have led


def test_a_first_line_that_claims_to_be_the_first_of_all_and_is_not_is_a_gap() -> None:
    forged, _ = line_of(Position(1, 2), notes(1, 1)[0], GENESIS)

    assert checked([forged]) == ["Line 1/0 of the journal is followed by 1/2: there is a gap."]


def test_old_files_may_be_gone_when_the_rows_are_there() -> None:
    lines = written(1, 2, 3)
    assert checked(lines[6:], lines) == []


def test_lines_not_shipped_yet_are_no_difference_unless_later_ones_are() -> None:
    lines = written(1)

    assert checked(lines, lines[:1]) == []
    assert checked(lines, [lines[0], lines[2]]) == [
        "PostgreSQL lacks 1 lines before 1/3 that the file has."
    ]
    assert checked(lines, lines[:2], shipped=(1, 3)) == [
        "PostgreSQL lacks line 1/3 of the journal, which had been shipped."
    ]


def test_a_file_whose_end_was_cut_is_found_by_the_rows() -> None:
    lines = written(1, 2)

    assert checked(lines[:4], lines) == ["The file lacks line 2/2, which PostgreSQL has."]


def test_two_facts_under_one_number_are_found() -> None:
    lines = written(1)
    other, _ = line_of(Position(1, 3), notes(9, 9)[0], parse_line(lines[1][:-1], "").hash)

    assert checked(lines, [*lines[:2], other]) == [
        "Line 1/3 is one fact in the file and another in PostgreSQL."
    ]
