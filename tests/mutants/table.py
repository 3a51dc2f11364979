"""What became of the faults, by file, and the report that `--report` writes."""

import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.mutants.ground import Verdict

COLUMNS: Final = ("killed", "timed out", "equivalent", "survived", "not tried")
HEAD: Final = """# Mutants: what tests the tests

Written by `./dev mutants --report docs/mutants.md`; nothing here is typed by hand. A mutant is the
code with one small fault (an operator, a border, a branch, a statement, an entry of a table). The
tests must notice it: it is killed by a failing test, or times out. A survivor means that a rule
stands nowhere. Faults that change nothing that can be seen are listed below with their reason.
"""


@dataclass
class Table:
    of: dict[str, Counter[str]] = field(default_factory=dict)
    seconds: Counter[str] = field(default_factory=Counter)
    survivors: list[str] = field(default_factory=list)
    tried: int = 0  # in this run; the other verdicts were known

    def add(self, file: str, column: str, seconds: float = 0.0) -> None:
        self.of.setdefault(file, Counter())[column] += 1
        self.seconds[file] += seconds

    def judge(self, file: str, fault: str, verdict: Verdict) -> None:
        if verdict.survived:
            self.survivors.append(fault)
        column = {"timeout": "timed out"}.get(verdict.by, "killed")
        self.add(file, "survived" if verdict.survived else column, verdict.seconds)

    def total(self, *columns: str) -> int:
        return sum(row[column] for row in self.of.values() for column in columns or COLUMNS)

    @property
    def share(self) -> float:
        """Of the equivalent ones."""
        return self.total("equivalent") / max(1, self.total())

    def lines(self) -> list[str]:
        found = [f"| file | mutants | {' | '.join(COLUMNS)} | seconds |", "|---|" + "---:|" * 7]
        rows = sorted(self.of.items())
        found += [_line(file, row, self.seconds[file]) for file, row in rows]
        whole: Counter[str] = sum(self.of.values(), Counter())
        return [*found, _line("**all**", whole, sum(self.seconds.values()))]

    def keep_rows(self, report: Path, files: Sequence[str]) -> None:
        """Of files that this run did not look at: as an earlier report has them."""
        if not report.exists():
            return
        for line in report.read_text("utf-8").splitlines():
            file, *figures = [cell.strip() for cell in line.strip("|").split("|")]
            if file in files and file not in self.of and len(figures) == len(COLUMNS) + 2:
                self.of[file] = Counter(dict(zip(COLUMNS, map(int, figures[1:-1]), strict=True)))
                self.seconds[file] = int(figures[-1])

    def report(
        self, reasons: dict[str, str], took: float, jobs: int, renewed: Sequence[str] = ()
    ) -> str:
        share = f"{self.total('equivalent')} of {self.total()}, {self.share:.2%}"
        return "\n".join(
            [
                HEAD,
                f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}. This run: "
                f"{self.tried} mutants in {took:.0f} s, {jobs} at a time. The other verdicts are "
                "of earlier runs and hold while the function with the fault and the test that "
                "noticed it are the same (`--fresh` believes none). Rows renewed, by "
                f"`--only`: {', '.join(renewed) or 'all'}. Seconds are those of the "
                "process that tried the mutant, where measured: all, two at a time, take about "
                f"{sum(self.seconds.values()) / 120:.0f} minutes.",
                "",
                *self.lines(),
                "",
                f"## Equivalent ({share})",
                "",
                *(f"- `{one.replace('`', '')}`\n  {why}" for one, why in sorted(reasons.items())),
                "",
                "## Survived",
                "",
                *([f"- `{one.replace('`', '')}`" for one in sorted(self.survivors)] or ["None."]),
                "",
            ]
        )


def _line(name: str, row: Counter[str], seconds: float) -> str:
    counts = [sum(row.values()), *(row[column] for column in COLUMNS)]
    return f"| {name} | {' | '.join(map(str, counts))} | {seconds:.0f} |"


def _machine() -> str:
    """As the machine names itself."""
    named = Path("/proc/cpuinfo")
    lines = named.read_text().splitlines() if named.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cpu = f"{len(models)} x {models[0]}" if models else platform.machine()
    return f"Python {platform.python_version()}, {cpu}"
