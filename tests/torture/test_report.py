"""What a long run tells of itself: rows of days, joined runs, the page."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.torture.__main__ import main
from tests.torture.days import Tally
from tests.torture.report import Report, joined, merged, page, report_of

MACHINE = {"date": "2026-11-21 16:00 UTC", "system": "Linux x86_64", "cores": "2"}


def report(first: int, days: int, **more: Any) -> Report:
    sums = Tally(
        days=days,
        calls=100 * days,
        turns=600 * days,
        faults=Counter({"lost": 3 * days}),
        fates=Counter({"seat-answered": 60 * days}),
        checks=Counter({"I1": 10 * days}),
        seeds=[(first, days)],
        **more,
    )
    run = {"command": f"./dev torture --seed {first}", "processes": 1, "commit": "abc1234"}
    return report_of(sums, 2.0, run, MACHINE)


def test_days_in_one_unbroken_row_are_told_as_one() -> None:
    assert merged([(41, 40), (1, 40), (100, 1)]) == [[1, 80], [100, 100]]


def test_two_runs_are_joined_sum_by_sum_and_each_is_named() -> None:
    both = joined(report(1, 10), report(11, 5))

    assert (both["calls"], both["days"], both["wall_s"]) == (1500, 15, 4.0)
    assert both["faults"] == {"lost": 45}
    assert both["checks"] == {"I1": 150}
    assert [run["seeds"] for run in both["runs"]] == [[[1, 10]], [[11, 15]]]


def test_a_day_is_never_counted_twice() -> None:
    with pytest.raises(ValueError, match="from seed 10 on"):
        joined(report(1, 10), report(10, 5))


def test_the_page_says_what_was_run_and_that_nothing_broke() -> None:
    text = page(joined(report(1, 10), report(11, 5)))

    assert "1,500 calls in 15 days" in text
    assert "**no violation**" in text
    assert "- `./dev torture --seed 11` on 2026-11-21 16:00 UTC, source abc1234: 500 calls" in text
    assert "| I1 | 150 |" in text
    assert "| I2 | 0 |" in text


def test_the_page_tells_what_broke_with_its_trace() -> None:
    broken = {"law": "I5", "what": "c2 is rung before c1", "seed": 7, "trace": ["wait(1.0)"]}

    text = page(report(1, 10, violations=[broken]))

    assert "**1 violations**" in text
    assert "## Broken: I5" in text
    assert "./dev torture --calls 1 --seed 7" in text
    assert "wait(1.0)" in text


def test_a_run_of_no_calls_writes_the_page_of_the_runs_before_it(tmp_path: Path) -> None:
    earlier, text = tmp_path / "earlier.json", tmp_path / "torture.md"
    earlier.write_text(json.dumps(report(1, 10)), encoding="utf-8")

    code = main(["--calls", "0", "--join", str(earlier), "--report", str(text)])

    assert code == 0
    assert "1,000 calls in 10 days" in text.read_text(encoding="utf-8")
