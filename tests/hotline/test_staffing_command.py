"""`hotline staffing`: pure parts without any server; refusals name line and remedy."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.roster import CHINA, HALF_HOUR
from hotline.cli import main
from hotline.commands.staffing_lists import NowTable, PatienceTable, RosterTable, SeasonsTable
from hotline.commands.staffing_sources import BadHistory, read_history
from hotline.desks.staffing_past import midnight
from tests.acd.synthetic_year import synthetic_days

NOBODY = ("--instance", "nobody-here")


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["staffing", *NOBODY, "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["staffing", *NOBODY, *words]) == 0
    return capsys.readouterr().out


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year and a half up to the end of June 2026, by half hours."""
    file = tmp_path_factory.mktemp("history") / "calls.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["start", "calls"])
        for day in synthetic_days(date(2025, 1, 1), 545, 3):
            for n, calls in enumerate(day.counts):
                start = midnight(day.day) + n * HALF_HOUR
                rows.writerow([f"{start.astimezone(CHINA):%Y-%m-%d %H:%M}", calls])
    return file


def test_seat_01_the_needs_of_a_day_are_printed_without_any_server(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = told(capsys, "day", "2026-12-24")

    assert "典型日 the typical day" in said
    assert "峰值 peak 09:30-10:00: 34 席 seats；全天 382.5 席时 seat hours" in said
    assert "09:30-10:00" in said


def test_without_a_sub_command_today_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "--calls", "20000")

    assert (found["peak_seats"], len(found["half_hours"])) == (143, 48)
    assert found["half_hours"][19]["manned"] == 139
    assert found["now"]["rostered"] is None


def test_the_day_as_csv_for_spreadsheets(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(told(capsys, "day", "2026-12-24", "--csv").splitlines()))

    assert len(rows) == 48
    assert (rows[19]["start"], rows[19]["needed"]) == ("2026-12-24 09:30", "34")


def test_seat_01_the_known_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(capsys, "table")["rows"]

    assert [0.5, 106.5, 104, 111, 110, 118, 115, 121] in rows
    assert "28685" in told(capsys, "table")


def test_seat_01_the_ratio_is_printed_by_district_and_policy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ceil = asked(capsys, "ratio")
    rounded = asked(capsys, "ratio", "--rounding", "round")

    assert [found["rows"][0]["required_seats"] for found in (ceil, rounded)] == [137, 136]
    assert (ceil["together"]["seats"], ceil["together"]["seats_apart"]) == (362, 367)
    said = told(capsys, "ratio")
    assert "2020-11-01" in said and "136.0036" in said and "取整 rounding: ceil" in said


def test_seat_02_merging_is_asked_by_district_or_by_calls(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = asked(capsys, "what-if", "220581", "220600", "12333:900")

    assert found["seats_saved"] > 5
    assert found["apart"][2]["calls_per_day"] == 900
    assert "合并可省 merging saves" in told(capsys, "what-if", "a:100", "b:100")


def test_rpt_07_the_forecast_of_a_file_is_better_than_the_plain_mean(
    capsys: pytest.CaptureFixture[str], history: Path
) -> None:
    found = asked(capsys, "test", "--history", str(history), "--last", "120")

    assert found["days"] == 545
    assert found["ours"] <= 0.08
    assert found["ours"] < found["plain"]
    assert "%" in told(capsys, "test", "--history", str(history), "--last", "5")


def test_shifts_are_proposed_plainly_without_the_extra(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = asked(capsys, "shifts", "2026-12-24", "--plain")

    assert found["worked_hours"] >= found["needed_hours"] == 382.5
    assert "早班 0" in told(capsys, "shifts", "2026-12-24", "--plain")


def test_a_roster_needs_a_database(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("日期,工号,开始,结束\n2026-11-24,1001,08:00,16:30\n", encoding="utf-8")

    code = main(["staffing", *NOBODY, "roster", "--import", str(file)])

    assert code == 1
    assert "no-database" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("day", "tomorrow"), "bad-staffing-question"),
        (("what-if", "990000", "220581"), "unknown-centre"),
        (("what-if", "a:x", "b:1"), "bad-staffing-question"),
        (("test",), "bad-history"),
        (("roster", "--import", "/nowhere/r.csv"), "bad-staffing-question"),
        (("now",), "no-instance"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_remedy(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    assert main(["staffing", *NOBODY, *words]) == 1
    assert capsys.readouterr().err.startswith(f"{code}: ")


def test_a_wrong_line_of_a_history_is_named(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("start,calls\n2026-11-21 08:30,12\nyesterday,many\n", encoding="utf-8")

    with pytest.raises(BadHistory, match="line 3"):
        read_history(file)


def test_a_history_with_zones_and_one_without_mean_the_same(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("start,calls\n2026-11-21 08:30,1\n2026-11-21T00:30+00:00,1\n", encoding="utf-8")

    first, second = read_history(file)

    assert first.start == second.start


def test_seat_03_this_moment_is_told_in_words() -> None:
    row = {"words_zh": "09:00-09:30 需 5 席", "words_en": "09:00-09:30 5 seats needed"}
    roll = {"missing": ["1001"], "leaders": ["1002"], "leader_here": False}

    said = NowTable({"now": row, "next": [row], "roll": roll}).lines()
    alone = NowTable({"now": row, "next": [], "roll": None}).lines()

    assert said[0] == "09:00-09:30 需 5 席\n    09:00-09:30 5 seats needed"
    assert said[-2:] == ["未到岗 missing: 1001", "值班长 leaders: 1002 (未签入 not signed in)"]
    assert alone[-1].endswith("no roster was entered for today")


def test_empty_lists_are_drawn_too() -> None:
    assert len(PatienceTable({}).lines()) == 2
    assert RosterTable([]).as_json() == {"shifts": []}
    assert SeasonsTable([], {}).as_json() == {"outlooks": []}


def test_the_history_of_the_file_is_whole(history: Path) -> None:
    counted = read_history(history)

    assert len(counted) == 545 * 48
    assert counted[0].start == midnight(date(2025, 1, 1))
    assert counted[-1].start == midnight(date(2025, 1, 1)) + timedelta(days=545) - HALF_HOUR
