"""docs/benchmarks.md, made from what the benches wrote down: no number in it is typed by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bench.report import short

PAGE: Final = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_SAME: Final = ("system", "processor", "cores", "memory", "python", "packages")

_HEAD: Final = """# Benchmarks

Made by `./dev bench page --json docs/benchmarks.json` (`./dev bench --json FILE` writes it); do not
edit it. What each bench does, and what its baseline is, stands in `bench/README.md`. Baselines and
ratios are of the same run. Expect a factor of 2 between runs of a shared machine: compare ratios.
"""


def page(found: Sequence[dict[str, Any]]) -> str:
    """The page of the benches of one run, in their order."""
    parts = [_HEAD, _machine(found), _bars(found)]
    return "\n".join([*parts, *(_bench(one) for one in found)])


def _machine(found: Sequence[dict[str, Any]]) -> str:
    first = found[0]["machine"]
    lines = [f"- {key}: {first[key]}" for key in _SAME if key in first]
    days = dict.fromkeys(one["machine"]["date"] for one in found)
    return "\n".join(["## Machine", "", f"- date: {', '.join(days)}", *lines, ""])


def _bars(found: Sequence[dict[str, Any]]) -> str:
    """All demands at one look: the missed ones are what is left to do."""
    rows = [
        (one["bench"], bar["demand"], bar["measured"], "met" if bar["met"] else "**missed**")
        for one in found
        for bar in one["bars"]
    ]
    rows += [
        (one["bench"], "comes to its end", one["failed"], "**missed**")
        for one in found
        if "failed" in one
    ]
    missed = sum(row[3] != "met" for row in rows)
    title = f"## Bars: {len(rows) - missed} met, {missed} missed"
    return "\n".join([title, "", *_table(("bench", "demand", "measured", "bar"), rows), ""])


def _bench(one: dict[str, Any]) -> str:
    form = "quick form" if one["quick"] else "long form"
    machine = one["machine"]
    lines = [f"## {one['bench']}", "", f"{form}; {machine['date']}, load {machine['load']}.", ""]
    for table in one["tables"]:
        lines += [f"### {table['title']}", "", *_table(table["columns"], table["rows"]), ""]
    lines += [f"- {note}" for note in one["notes"]]
    return "\n".join([*lines, ""])


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    cells = [[_cell(value) for value in row] for row in rows]
    lines = [columns, ["---:"] * len(columns), *cells]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _cell(value: Any) -> str:
    return short(value).replace("|", "\\|")
