"""`hotline audit` over an instance's files: what it prints, writes, and ends with."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from figures.audit_lines import moment_of
from hotline.audit import command as audit
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import Epoch
from storage.journal import Journal
from storage.settings import JournalSettings
from tests.figures.audit_lines_of import hung_up
from tests.figures.histories import ACall, History

NOON_DAY = ("2026-11-19", "2026-11-22")
CALL = ACall("cc1-1.1", asked=0.5)
LIFE = [
    CALL.arrived(0), CALL.queued(), CALL.answered(12.75), CALL.talk_ended(100.75, 88),
    hung_up(CALL, 101),
]  # fmt: skip
TALK = (
    '"1-000001","cc1-1.1","PJSIP/8001-00000001","deliver","s","8001",'
    '"{0}.6","{0}.7","{1}.7","ANSWERED","Bridge","1",""\n'
)
CITIZEN = (
    '"cc1-1.1","cc1-1.1","PJSIP/trunk-in-00000000","room","s","138",'
    '"{0}.6","{0}.7","{1}.7","ANSWERED","AGI","0",""\n'
)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_INSTANCE_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_DATABASE_DSN", raising=False)
    monkeypatch.delenv("HOTLINE_CONFIG_DIR", raising=False)
    return tmp_path


async def journal_of(root: Path, *lives: Sequence[Fact]) -> Path:
    """One epoch a life; the folder."""
    for epoch, facts in enumerate(lives, start=1):
        journal = Journal.open(root / "journal", Epoch(epoch), JournalSettings())
        journal.write(facts)
        await journal.close()
    return root / "journal"


def records(root: Path, *rows: str) -> None:
    log = root / "asterisk" / "log" / "cdr-custom"
    log.mkdir(parents=True)
    noon = int(LIFE[0].at.timestamp())
    told = "".join(row.format(noon + 1, noon + 100) for row in rows)
    (log / "hotline.csv").write_text(told, encoding="utf-8")


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    audit.add_arguments(parser)
    return audit.main(parser.parse_args(words))


async def test_a_whole_period_ends_with_nought(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await journal_of(root, LIFE[:2], LIFE[2:])
    records(root, TALK, CITIZEN)

    assert await audit_in_thread(*NOON_DAY) == 0
    out = capsys.readouterr().out
    assert out.startswith("复核 2026-11-19 00:00:00 至 2026-11-22 00:00:00 / audit from ")
    assert "已核对 话单 / compared CDR" in out
    assert "PostgreSQL was not compared: No PostgreSQL is named" in out
    assert out.endswith("没有差异 / no difference\n")


async def audit_in_thread(*words: str) -> int:
    """The command brings its own event loop."""
    return await asyncio.to_thread(run, *words)


async def test_a_random_day_agrees_with_a_board_folded_afresh(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await journal_of(root, History(11).facts)

    assert await audit_in_thread("2026-11-18", "2026-11-20T12:00") == 0
    assert "folded afresh for 2026-11-20 11:59:59" in capsys.readouterr().out


async def test_differences_are_listed_in_both_languages_and_end_with_one(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """I1: a second fate; and a record that Asterisk does not have."""
    await journal_of(root, [*LIFE, CALL.abandoned(102)])
    records(root, CITIZEN)
    file = root / "report.json"

    assert await audit_in_thread(*NOON_DAY, "--json", str(file)) == 1
    lines = capsys.readouterr().out.splitlines()
    numbered = [line for line in lines if line.strip()[0].isdigit() and ". " in line]
    assert numbered[0].endswith(
        "2 个归宿: answered (1/3), abandoned (1/6)。 / "
        "Call cc1-1.1 has 2 fates: answered (1/3), abandoned (1/6)."
    )
    assert lines[-1] == "3 处差异 / 3 differences"
    report = json.loads(file.read_text(encoding="utf-8"))
    assert [one["about"] for one in report["differences"]] == ["cc1-1.1", "general", "cc1-1.1"]
    assert report["counts"]["general"]["answered"] == 1
    assert report["from"] == "2026-11-18T16:00:00+00:00"


async def test_the_seal_of_a_whole_journal_holds_over_epochs(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await journal_of(root, LIFE[:2], LIFE[2:])

    assert await audit_in_thread("--seal") == 0
    assert "已核对 文件, 5 个位置 / compared files, 5 positions" in capsys.readouterr().out


async def test_an_edited_byte_breaks_the_seal(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = await journal_of(root, LIFE[:2], LIFE[2:])
    second = folder / "2.jsonl"
    second.write_bytes(second.read_bytes().replace(b'"waited":12.25', b'"waited":10.25'))

    assert await audit_in_thread("--seal") == 1
    assert "The hash of line 2/1 in the file does not fit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda lines: [lines[0], lines[2]], "followed by 1/3: there is a gap"),
        (lambda lines: [lines[0], b"{}\n", lines[2]], "1.jsonl:2 is no line of a journal"),
        (lambda lines: [*lines, lines[1]], "1.jsonl:4 is line 1/2, out of order"),
    ],
)
async def test_lines_removed_spoilt_or_doubled_break_the_seal(
    root: Path, capsys: pytest.CaptureFixture[str], edit: object, told: str
) -> None:
    folder = await journal_of(root, LIFE[:3])
    lines = (folder / "1.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "1.jsonl").write_bytes(b"".join(edit(lines)))  # type: ignore[operator]

    assert await audit_in_thread("--seal") == 1
    assert told in capsys.readouterr().out


async def test_a_torn_last_line_is_being_written_and_breaks_nothing(root: Path) -> None:
    folder = await journal_of(root, LIFE[:3])
    with (folder / "1.jsonl").open("ab") as file:
        file.write(b'{"epoch":1,"n":4,')

    assert await audit_in_thread("--seal") == 0
    assert await audit_in_thread(*NOON_DAY) == 0


def test_a_period_is_widened_to_quarters_by_the_clock_of_china() -> None:
    now = datetime(2026, 11, 20, 4, 7, tzinfo=UTC)

    def spoken(start: str | None, end: str | None) -> list[str]:
        span = audit.period(start, end, now)
        return [f"{moment_of(at):%d %H:%M}" for at in (span.start, span.end)]

    assert spoken("2026-11-20T12:07", "2026-11-20T12:16") == ["20 04:00", "20 04:30"]
    assert spoken("2026-11-20T04:15Z", "2026-11-20T04:30Z") == ["20 04:15", "20 04:30"]
    assert spoken(None, None) == ["19 16:00", "20 04:15"]
    assert spoken("2026-11-20", None) == ["19 16:00", "20 04:15"]


@pytest.mark.parametrize(
    ("start", "end"), [("yesterday", None), ("2026-11-21", "2026-11-20"), ("2099-01-01", None)]
)
def test_a_period_that_is_none_is_refused(start: str, end: str | None) -> None:
    with pytest.raises(audit.BadPeriod):
        audit.period(start, end, datetime(2026, 11, 20, tzinfo=UTC))


def test_an_instance_that_was_never_started_is_refused_instead_of_praised() -> None:
    with pytest.raises(HotlineError, match="There is no journal in"):
        run("--seal")
