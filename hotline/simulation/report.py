"""What `hotline simulate` gives: a table for people, JSON and CSV for machines."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from hotline.simulation.contest import ESTIMATED, OURS, POLICIES
from hotline.simulation.day import Day
from hotline.simulation.figures import (
    Figures,
    by_half_hour,
    by_kind,
    figures,
    overtakings,
    plain,
    wait_estimate,
)
from hotline.simulation.outcome import Outcome

COLUMNS: Final = (
    "policy 策略",
    "abandoned 放弃 %",
    "refused 拒绝 %",
    "in 15 s %",
    "in 20 s %",
    "p50 s",
    "p95 s",
    "p99 s",
    "occupancy 占用 %",
    "Gini",
    "ring wasted s",
    "overtaken",
)
NEVER: Final = None


def compared(day: Day, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Everything as plain values; `policies` by name, each with its kinds and half hours."""
    policies = {}
    for name, outcome in outcomes.items():
        if name == ESTIMATED:
            continue
        kinds = {kind: plain(one) for kind, one in by_kind(day, outcome).items()}
        halves = [_rounded(row) for row in by_half_hour(day, outcome)]
        policies[name] = {
            **plain(figures(day, outcome)),
            "overtaken": overtakings(day, outcome),
            "by_kind": kinds,
            "by_half_hour": halves,
        }
    estimated = outcomes.get(ESTIMATED)
    return {
        "scenario": day.name,
        "seed": day.seed,
        "calls": len(day.citizens),
        "seats": len(day.seats),
        "policies": policies,
        "wait_estimate": _rounded(wait_estimate(estimated.guesses)) if estimated else None,
    }


def _rounded(row: Mapping[str, float]) -> dict[str, float | None]:
    return {key: None if value != value else round(value, 6) for key, value in row.items()}


def show(console: Console, day: Day, outcomes: Mapping[str, Outcome]) -> None:
    title = f"{day.name}: {len(day.citizens):,} calls, {len(day.seats):,} seats, seed {day.seed}"
    table = Table(title=title, title_justify="left", box=MARKDOWN)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    found = {name: figures(day, one) for name, one in outcomes.items() if name != ESTIMATED}
    for policy in POLICIES:
        if policy.name in found:
            over = overtakings(day, outcomes[policy.name])
            table.add_row(f"{policy.name_en}", *_cells(found[policy.name]), f"{over:,}")
    console.print(table)
    for line in (*_comparisons(found), *_kinds(day, outcomes), *_estimates(outcomes)):
        console.print(line, markup=False, highlight=False)


def _cells(one: Figures) -> tuple[str, ...]:
    shares = (one.abandoned_share, one.refused_share, one.answered_in_15_s, one.answered_in_20_s)
    waits = (one.p50_wait_s, one.p95_wait_s, one.p99_wait_s)
    return (
        *(f"{100 * share:.2f}" for share in shares),
        *(f"{wait:.1f}" for wait in waits),
        f"{100 * one.occupancy:.1f}",
        f"{one.gini:.3f}",
        f"{one.wasted_ring_s_per_answer:.2f}",
    )


def _lost(one: Figures) -> float:
    return one.abandoned_share + one.refused_share


def _comparisons(found: Mapping[str, Figures]) -> list[str]:
    """Ours beside each other, by callers who were lost."""
    ours = found.get(OURS)
    if ours is None:
        return []
    told = []
    for policy in POLICIES:
        other = found.get(policy.name)
        if other is None or policy.name == OURS or not _lost(other):
            continue
        change = 100 * (_lost(ours) / _lost(other) - 1)
        told.append(
            f"ours against {policy.name_en} ({policy.name_zh}): lost {change:+.1f} %"
            f" (x {_lost(ours) / _lost(other):.3f}), in 20 s"
            f" {100 * (ours.answered_in_20_s - other.answered_in_20_s):+.2f} points,"
            f" p99 {ours.p99_wait_s - other.p99_wait_s:+.1f} s"
        )
    return told


def _kinds(day: Day, outcomes: Mapping[str, Outcome]) -> list[str]:
    if len(day.kinds) < 2:
        return []
    told = []
    for policy in POLICIES:
        if policy.name in outcomes:
            found = by_kind(day, outcomes[policy.name])
            shares = (f"{name} {100 * _lost(one):.2f}" for name, one in found.items() if one.calls)
            told.append(f"lost by kind %, {policy.name_en}: {', '.join(shares)}")
    return told


def _estimates(outcomes: Mapping[str, Outcome]) -> list[str]:
    outcome = outcomes.get(ESTIMATED)
    found = wait_estimate(outcome.guesses) if outcome is not None else {"callers": 0}
    if not found["callers"]:
        return []
    return [
        f"wait estimate (预计等待): RMSE {found['rmse_s']:.2f} s, last to enter service"
        f" {found['rmse_last_to_enter_s']:.2f} s: x {found['ratio']:.3f};"
        f" {100 * found['inside_80']:.0f} % inside the 80 % interval"
        f" ({found['callers']:.0f} callers of endless patience, mean {found['mean_wait_s']:.1f} s)"
    ]


def write_json(path: Path, day: Day, outcomes: Mapping[str, Outcome]) -> None:
    path.write_bytes(orjson.dumps(compared(day, outcomes), option=orjson.OPT_INDENT_2))


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
