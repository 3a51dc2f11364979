"""docs/handling.md says what the code does: each failure names tests that exist."""

import re
from pathlib import Path

import pytest

from telephony.call import PERMITTED, Command

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs/handling.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_each_test_that_the_page_names_exists(file: str, name: str) -> None:
    source = (PROJECT / file).read_text(encoding="utf-8")

    assert re.search(rf"^(async )?def {name}\(", source, re.MULTILINE)


def test_each_failure_names_a_test() -> None:
    rows = PAGE.partition("## 每种失败")[2].partition("## 统计")[0].splitlines()
    failures = [row for row in rows if row.startswith("| ") and "---" not in row][1:]

    assert len(failures) >= 18
    assert all("`tests/" in row for row in failures)


def test_each_operation_of_the_page_is_in_the_table_of_steps() -> None:
    named = {
        Command.HOLD: "hold",
        Command.CONSULT: "consult",
        Command.CANCEL_CONSULT: "cancel",
        Command.COMPLETE_TRANSFER: "attended",
        Command.SEND_AWAY: "blind",
        Command.BACK_TO_LINE: "to-line",
        Command.CONFER: "three-way",
        Command.PART_WITH: "part with",
    }

    for command, name in named.items():
        assert PERMITTED[command]
        assert name in PAGE
