"""bench rare: who needs what a few seats in a hundred can do gives up how often (field bar B6)?

The product's own floor on virtual time, 100 seats at load .90, a hundredth of the callers rare. All
rows have the callers, talks and patience of the same seeds; each ratio is of one run. The first row
is the bar, by the rules of config/queues.yaml as they are shipped.
"""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from acd.policy import QueuePolicies
from bench.floor_people import QUEUES
from bench.rare_day import Centre, Outcome, RareDay
from bench.report import Cell, Report
from kernel.ids import QueueName, Skill

SEATS: Final = 100
LOAD: Final = 0.90
ABLE: Final = 4  # the share of seats with a minority language that the field measurements assume
LIMIT: Final = 2.5
UNTIL_DONE_S: Final = 3600  # agents end the wrap-up themselves: its limit does not shape the load
GINI: Final = 0.03  # B5 without tiers
COLUMNS: Final = (
    "rules of the rare queue",
    "able seats",
    "rare calls",
    "rare gave up %",
    "general gave up %",
    "ratio",
    "rare in line s",
    "general in line s",
    "ratio of the times",
    "served by skill %",
    "general in 20 s %",
    "Gini",
)


@dataclass(frozen=True, slots=True)
class Case:
    """`queue` of config/queues.yaml with the skill that it needs; `other`: keys changed there."""

    name: str
    queue: str
    skill: str
    able: int = ABLE
    other: Mapping[str, Any] = field(default_factory=dict)
    spared: bool = False


_RELAXING: Final = ("dialect", "dialect:dongbei")
_MUST: Final = ("korean", "minority_lang:ko")
_LATE: Final = {
    "relaxation": [
        {"after_s": 10, "lower_levels_by": 1},
        {"after_s": 20, "instead": {"general": 1}},
    ]
}
BAR: Final = Case("dialect, as shipped", *_RELAXING)
OTHERS: Final = (
    Case("dialect, as shipped", *_RELAXING, able=3),
    Case("dialect, general only after 20 s", *_RELAXING, other=_LATE),
    Case("dialect, specialists spared", *_RELAXING, spared=True),
    Case("korean, a must, as shipped", *_MUST),
    Case("korean, a must, as shipped", *_MUST, able=8),
    Case("korean, a must, specialists spared", *_MUST, spared=True),
    Case("korean, a must, specialists spared", *_MUST, able=8, spared=True),
)
LEGEND: Final = (
    "able seats have the rare skill besides the general one, as all have; 4 of 100 is the share"
    " that the field measurements assume. in line: until served or gone, of all who asked; patience"
    " is exponential, so the ratio of these times is that of those who gave up, with less of chance"
    " in it. spared: spare_specialists with this skill; off as shipped, it makes the agents' work"
    " uneven (Gini), most of all at low load. Why it was missed with general seats only after 20 s:"
    " the few able seats are busy with general callers nine times of ten. A must never relaxes:"
    " more able seats, or sparing them, help its callers; after 60 s they are offered a callback,"
    " which nobody takes here."
)


def run(quick: bool) -> Report:
    seeds, hours = (8, 6.0) if quick else (20, 12.0)
    others_seeds, others_hours = (2, 3.0) if quick else (10, 6.0)
    with ProcessPoolExecutor(2) as pool:

        def lived(case: Case, seeds: int, hours: float) -> Outcome:
            found = Outcome()
            days = [pool.submit(live, case, seed, hours) for seed in range(seeds)]
            for day in days:
                found.add(day.result())
            return found

        bar = lived(BAR, seeds, hours)
        rows = [_row(BAR, bar)]
        rows += [_row(case, lived(case, others_seeds, others_hours)) for case in OTHERS]
    report = Report()
    report.add(f"{SEATS} seats, load {LOAD:.2f}, one call in a hundred is rare", COLUMNS, rows)
    what = f"B6 rare callers give up ({ABLE} of {SEATS} seats, {seeds} seeds x {hours:.0f} h)"
    report.bar(f"{what}: <= {LIMIT} x general", bar.ratio, LIMIT, "x")
    what = "the same by the times in line, which chance moves less"
    report.bar(f"{what}: <= {LIMIT} x general", bar.mean_ratio, LIMIT, "x")
    report.bar(f"B5 Gini of the seats' talking time <= {GINI}", bar.gini, GINI, "")
    report.notes.append(LEGEND)
    return report


def live(case: Case, seed: int, hours: float) -> Outcome:
    centre = Centre(
        seats=SEATS,
        load=LOAD,
        able=case.able,
        skill=Skill(case.skill),
        queue=QueueName(case.queue),
        rules=rules(case),
    )
    return RareDay(centre, seed).live(hours)


def rules(case: Case) -> QueuePolicies:
    raw = yaml.safe_load(QUEUES.read_text(encoding="utf-8"))
    raw["defaults"]["wrap_up"]["limit_s"] = UNTIL_DONE_S
    raw["queues"][case.queue] |= case.other
    if case.spared:
        raw["spare_specialists"] = {"enabled": True, "scarcity": {case.skill: 1}}
    return QueuePolicies.model_validate(raw)


def _row(case: Case, found: Outcome) -> tuple[Cell, ...]:
    return (
        case.name,
        case.able,
        found.asked[True],
        100 * found.share_abandoned(True),
        100 * found.share_abandoned(False),
        found.ratio,
        found.mean_in_line(True),
        found.mean_in_line(False),
        found.mean_ratio,
        100 * found.to_able / found.served[True] if found.served[True] else None,
        100 * found.served_within_20[False] / found.asked[False],
        found.gini,
    )
