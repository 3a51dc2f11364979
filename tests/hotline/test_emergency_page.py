"""docs/emergency.md: the chart of each failure of a hand-off, and tests that exist."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs/emergency.md").read_text(encoding="utf-8")
FAILURES = re.split(
    r"^### ", PAGE.partition("## 每种失败")[2].partition("### 同一瞬间")[0], flags=re.M
)
NAMED = sorted(set(re.findall(r"`(?:[\w/.]+::)?(test_emg_\w+)`", PAGE)))


@pytest.mark.parametrize("failure", FAILURES[1:], ids=lambda text: text.partition(" ")[0])
def test_emg_01_each_failure_has_its_chart(failure: str) -> None:
    assert "```mermaid" in failure
    assert "test_emg_" in failure


@pytest.fixture(scope="module")
def defined() -> set[str]:
    files = (PROJECT / "tests").rglob("test_*.py")
    return {
        name
        for file in files
        for name in re.findall(r"^(?:async )?def (test_emg_\w+)", file.read_text("utf-8"), re.M)
    }


def test_emg_01_each_test_that_the_page_names_exists(defined: set[str]) -> None:
    assert len(NAMED) > 15
    assert [name for name in NAMED if name not in defined] == []
