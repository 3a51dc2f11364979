"""What `hotline simulate` gives: a table for people, JSON and CSV for machines."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from hotline.simulation.contest import ESTIMATED, OURS, POLICIES
from hotline.simulation.day import Day
from hotline.simulation.figures import (
    by_half_hour,
    by_kind,
    figures,
    overtakings,
    plain,
    wait_estimate,
)
from hotline.simulation.outcome import Guess, Outcome

COLUMNS: Final = (
    "policy 策略",
    "gave up 放弃 %",
    "refused %",
    "in 15 s %",
    "in 20 s %",
    "p50 s",
    "p95 s",
    "p99 s",
    "busy %",
    "Gini",
    "wasted s",
    "overtaken",
)
_CELLS: Final = (
    ("abandoned_share", 100, 2),
    ("refused_share", 100, 2),
    ("answered_in_15_s", 100, 2),
    ("answered_in_20_s", 100, 2),
    ("p50_wait_s", 1, 1),
    ("p95_wait_s", 1, 1),
    ("p99_wait_s", 1, 1),
    ("occupancy", 100, 1),
    ("gini", 1, 3),
    ("wasted_ring_s_per_answer", 1, 2),
    ("overtaken", 1, 0),
)
_SUMS: Final = ("calls", "overtaken")

Found = dict[str, Any]


def compared(day: Day, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """One seed as plain values: by name of the policy, each with its kinds and half hours."""
    return {
        name: {
            **plain(figures(day, outcome)),
            "overtaken": overtakings(day, outcome),
            "by_kind": {kind: plain(one) for kind, one in by_kind(day, outcome).items()},
            "by_half_hour": [_rounded(row) for row in by_half_hour(day, outcome)],
        }
        for name, outcome in outcomes.items()
        if name != ESTIMATED
    }


def guesses_of(outcomes: Mapping[str, Outcome]) -> list[Guess]:
    return list(outcomes[ESTIMATED].guesses) if ESTIMATED in outcomes else []


def summary(day: Day, seeds: Sequence[Mapping[str, Any]], guesses: Sequence[Guess]) -> Found:
    """All seeds in one: means weighted by calls; `calls` and `overtaken` are sums."""
    return {
        "scenario": day.name,
        "first_seed": day.seed,
        "seeds": len(seeds),
        "calls_of_first_seed": len(day.citizens),
        "seats": len(day.seats),
        "policies": {name: mean([one[name] for one in seeds]) for name in seeds[0]},
        "wait_estimate": _rounded(wait_estimate(guesses)),
    }


def mean(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    weights = [row.get("calls", 1) for row in rows]
    return {key: _mean(key, [row[key] for row in rows], weights) for key in rows[0]}


def _mean(key: str, values: Sequence[Any], weights: Sequence[float]) -> Any:
    if isinstance(values[0], dict):
        return mean(values) if "calls" in values[0] else _by_name(values)
    if isinstance(values[0], list):
        return [mean(rows) for rows in zip(*values, strict=False)]
    known = [(value, n) for value, n in zip(values, weights, strict=True) if value is not None]
    if key in _SUMS:
        return sum(value for value, _ in known)
    whole = sum(n for _, n in known)
    return round(sum(value * n for value, n in known) / whole, 6) if whole else None


def _by_name(values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: mean([value[name] for value in values]) for name in values[0]}


def _rounded(row: Mapping[str, float]) -> dict[str, float | None]:
    return {key: None if value != value else round(value, 6) for key, value in row.items()}


def show(console: Console, found: Found) -> None:
    title = (
        f"{found['scenario']}: {found['seats']:,} seats, {found['seeds']} x"
        f" {found['calls_of_first_seed']:,} calls, from seed {found['first_seed']}"
    )
    policies = found["policies"]
    table = Table(title=title, title_justify="left", box=MARKDOWN)
    for column in COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for policy in POLICIES:
        if policy.name in policies:
            table.add_row(policy.name_en, *_cells(policies[policy.name]))
    console.print(table)
    for line in (*_comparisons(policies), *_kinds(policies), *_estimates(found["wait_estimate"])):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _cells(one: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        "-" if one[key] is None else f"{one[key] * factor:,.{digits}f}"
        for key, factor, digits in _CELLS
    )


def _lost(one: Mapping[str, Any]) -> float:
    return float((one["abandoned_share"] or 0.0) + (one["refused_share"] or 0.0))


def _comparisons(policies: Mapping[str, Any]) -> list[str]:
    """Ours beside each other, by callers who were lost."""
    ours = policies.get(OURS)
    if ours is None:
        return []
    told = []
    for policy in POLICIES:
        other = policies.get(policy.name)
        if other is None or policy.name.startswith(OURS) or not _lost(other):
            continue
        share = _lost(ours) / _lost(other)
        in_20 = 100 * (ours["answered_in_20_s"] - other["answered_in_20_s"])
        p99 = (ours["p99_wait_s"] or 0.0) - (other["p99_wait_s"] or 0.0)
        told.append(
            f"ours against {policy.name_en} ({policy.name_zh}): lost {100 * (share - 1):+.1f} %"
            f" (x {share:.3f}), in 20 s {in_20:+.2f} points, p99 {p99:+.1f} s"
        )
    return told


def _kinds(policies: Mapping[str, Any]) -> list[str]:
    told = []
    for policy in POLICIES:
        kinds = policies.get(policy.name, {}).get("by_kind", {})
        if len(kinds) > 1:
            lost = (f"{kind} {100 * _lost(one):.2f}" for kind, one in kinds.items() if one["calls"])
            told.append(f"lost by kind %, {policy.name_en}: {', '.join(lost)}")
    return told


def _estimates(found: Mapping[str, Any]) -> list[str]:
    if not found["callers"]:
        return []
    return [
        f"wait estimate (预计等待): RMSE {found['rmse_s']:.2f} s, last to enter service"
        f" {found['rmse_last_to_enter_s']:.2f} s: x {found['ratio']:.3f};"
        f" {100 * found['inside_80']:.0f} % inside the 80 % interval"
        f" ({found['callers']:.0f} callers of endless patience, mean {found['mean_wait_s']:.1f} s)"
    ]


def write_json(path: Path, found: Found) -> None:
    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


def write_csv(path: Path, day: Day, outcomes: Mapping[str, Outcome]) -> None:
    """One line per call and policy. `rung_s`: when a seat first rang for him."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ("policy", "call", "asked_s", "kind", "priority", "fate", "wait_s", "rung_s", "seat")
        )
        for name, outcome in outcomes.items():
            if name != ESTIMATED:
                out.writerows(_calls(name, day, outcome))


def _calls(name: str, day: Day, outcome: Outcome) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for n, one in enumerate(day.citizens):
        seat, rung = outcome.seat[n], outcome.rung_s[n]
        rows.append(
            (
                name,
                n,
                round(one.asked_s, 3),
                day.kinds[one.kind].name,
                one.priority,
                outcome.fate[n].name.lower(),
                round(outcome.wait_s[n], 3),
                round(rung, 3) if rung >= 0 else "",
                seat if seat >= 0 else "",
            )
        )
    return rows
