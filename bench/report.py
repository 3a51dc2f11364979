"""What a bench gives back: tables for people, the same as JSON for machines, bars met or missed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table as RichTable

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[str, ...]  # with their units
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A demand of the house and what was measured. A bar never fails a test."""

    demand: str
    measured: str
    met: bool


@dataclass(slots=True)
class Report:
    tables: list[Table] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        whole = tuple(tuple(None if v != v else v for v in row) for row in rows)  # NaN: nothing
        self.tables.append(Table(title, tuple(columns), whole))

    def bar(self, demand: str, measured: float, limit: float, unit: str) -> None:
        """Met when the measured value is at most the limit."""
        self.bars.append(Bar(demand, f"{short(measured)} {unit}", measured <= limit))

    def at_least(self, demand: str, measured: float, limit: float, unit: str) -> None:
        self.bars.append(Bar(demand, f"{short(measured)} {unit}", measured >= limit))

    def as_json(self, name: str, machine: dict[str, str], quick: bool) -> dict[str, Any]:
        return {"bench": name, "quick": quick, "machine": machine, **asdict(self)}


def short(value: Cell) -> str:
    """Three figures are all that a shared machine can honestly say."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else value


def show(name: str, machine: dict[str, str], report: Report) -> None:
    console = Console(width=None if Console().is_terminal else 150)
    console.print(f"[bold]{name}[/bold]  " + "; ".join(f"{k}: {v}" for k, v in machine.items()))
    for table in report.tables:
        shown = RichTable(title=table.title, title_justify="left", box=MARKDOWN)
        for column in table.columns:
            shown.add_column(column, justify="right")
        for row in table.rows:
            shown.add_row(*(short(cell) for cell in row))
        console.print(shown)
    for bar in report.bars:
        console.print(f"{'met   ' if bar.met else 'MISSED'} {bar.demand}: {bar.measured}")
    for note in report.notes:
        console.print(f"note: {note}")
