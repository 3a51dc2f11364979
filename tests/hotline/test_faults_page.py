"""docs/faults.md and docs/runbook.md say what the code does: tests, alarms and log lines exist."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from hotline.watch.alarm_words import ALARMS

PROJECT: Final = Path(__file__).parents[2]
PACKAGES: Final = "hotline", "console", "acd", "callbacks", "cases", "telephony", "storage"
GAUGES: Final = {"log_lines_lost"}


@dataclass(frozen=True, slots=True)
class Row:
    fault: str
    dies: str
    hears: str
    says: str
    tests: str


def rows() -> list[Row]:
    found = []
    for line in (PROJECT / "docs/faults.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in ("fault", "---"):
            found.append(Row(*cells))
    return found


@cache
def sources() -> str:
    files = (file for package in PACKAGES for file in sorted((PROJECT / package).rglob("*.py")))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.fault)
def test_each_fault_says_what_dies_what_is_heard_and_names_tests_that_exist(row: Row) -> None:
    assert row.dies and row.hears
    assert quoted(row.tests)
    for name in quoted(row.tests):
        file, _, test = name.partition("::")
        assert f"def {test}(" in (PROJECT / file).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.fault)
def test_each_line_of_the_log_and_each_alarm_is_one_of_the_program(row: Row) -> None:
    assert row.says
    for said in quoted(row.says):
        assert said in ALARMS or said in GAUGES or f'"{said}"' in sources(), said


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_alarm_stands_in_the_faults_and_in_the_runbook(alarm: str) -> None:
    assert any(alarm in quoted(row.says) for row in rows())
    assert f"`{alarm}`" in (PROJECT / "docs/runbook.md").read_text(encoding="utf-8")
