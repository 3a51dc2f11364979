"""The page of benchmarks says what the benches wrote down, the missed bars included."""

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.page import page
from bench.report import Report, short

MACHINE = {"date": "2026-01-05 09:00 UTC", "cores": "2", "load": "0.1 before the run"}


def test_a_bar_that_was_missed_stands_on_the_page_beside_those_that_were_met() -> None:
    report = Report()
    report.bar("no call is lost", 3.0, 0, "calls")
    report.at_least("enough a second", 50_000.0, 40_000, "/s")

    written = page([report.as_json("load", MACHINE, quick=False)])

    assert "## Bars: 1 met, 1 missed" in written
    assert "| load | no call is lost | 3 calls | **missed** |" in written
    assert "| load | enough a second | 50,000 /s | met |" in written


def test_a_bench_that_broke_is_a_missed_bar() -> None:
    broken = Report().as_json("load", MACHINE, quick=True) | {"failed": "OSError()"}

    assert "| load | comes to its end | OSError() | **missed** |" in page([broken])


def test_the_page_names_date_machine_and_form_of_each_bench() -> None:
    written = page([Report().as_json("ami", MACHINE, quick=True)])

    assert "- date: 2026-01-05 09:00 UTC" in written
    assert "- cores: 2" in written
    assert "quick form; 2026-01-05 09:00 UTC, load 0.1 before the run." in written


def test_a_table_is_the_same_for_people_and_for_machines() -> None:
    report = Report()
    report.add("Steps", ("what", "p50 us"), [("asks", 12.345), ("none", float("nan"))])

    one = json.loads(json.dumps(report.as_json("floor", MACHINE, quick=False), allow_nan=False))

    assert one["tables"][0]["rows"] == [["asks", 12.345], ["none", None]]
    assert "| asks | 12.3 |\n| none | - |" in page([one])


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), (0.01234, "0.0123"), (4.0, "4"), (12_345.6, "12,346"), (12_345, "12,345")],
)
def test_three_figures_are_all_that_is_said(value: float | None, shown: str) -> None:
    assert short(value) == shown


def test_what_was_measured_stays_when_the_next_bench_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.json"
    monkeypatch.setattr("bench.ami.run", lambda quick: Report(notes=["well"]))
    monkeypatch.setattr("bench.feed.run", lambda quick: 1 / 0)

    code = bench.main(["ami", "feed", "--quick", "--json", str(file)])

    ami, feed = json.loads(file.read_text("utf-8"))
    assert (code, ami["notes"], "failed" in ami) == (1, ["well"], False)
    assert "division by zero" in feed["failed"]
