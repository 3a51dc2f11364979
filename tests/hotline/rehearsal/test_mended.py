"""A picture that had to be mended though nothing died is a difference of the rehearsal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hotline.rehearsal.faults import CALM, FaultKind, Struck, Upheaval
from hotline.rehearsal.mended import mended
from kernel.fact import Fact
from kernel.ids import CallId, LegId
from storage.journal_file import GENESIS, Position, line_of
from telephony.facts import AmiLinkUp, PictureMended

BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
SOON = BEGAN + timedelta(seconds=5)


def journal(folder: Path, *told: Fact) -> Path:
    before, lines = GENESIS, b""
    for n, fact in enumerate(told, start=1):
        line, before = line_of(Position(1, n), fact, before)
        lines += line
    (folder / "1.jsonl").write_bytes(lines)
    return folder


def test_each_mending_since_it_began_is_a_difference(tmp_path: Path) -> None:
    told = journal(
        tmp_path,
        PictureMended(at=BEGAN - timedelta(hours=1), call=CallId("c0"), leg=None, how="enter"),
        AmiLinkUp(at=BEGAN, gap=timedelta()),
        PictureMended(at=SOON, call=CallId("c1"), leg=None, how="enter"),
        PictureMended(at=SOON, call=CallId("c1"), leg=LegId("7-000001"), how="end_leg"),
    )

    found = list(mended(told, BEGAN, CALM))

    assert [one.about for one in found] == ["c1", "7-000001"]
    assert "mended (enter)" in found[0].en


def test_where_a_fault_struck_there_is_something_to_mend(tmp_path: Path) -> None:
    fact = PictureMended(at=SOON, call=CallId("c1"), leg=None, how="enter")
    struck = Upheaval((Struck(FaultKind.KILL, BEGAN, SOON),))

    assert list(mended(journal(tmp_path, fact), BEGAN, struck)) == []
