"""A trace as CSV, `arrival_s,queue_or_skills,priority,service_s,patience_s`: its calls in place of
those that a scenario would draw. Seats, absences and rules stay the scenario's.

`queue_or_skills`: a queue of the rules, or skills as `dialect:dongbei=2;general=1` (no level: 1).
Skills that one queue asks for go there; a skill that no queue knows gets one of its own.
`service_s` is how long the seat is busy once it has answered, wrap-up and all.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from acd.policy import Frozen, QueuePolicies
from hotline.simulation.day import Citizen, Day, Kind
from hotline.simulation.draw import draw_day, ring_draws
from hotline.simulation.scenario import CallerKind, Scenario, rules_of
from kernel.errors import BadSettings
from kernel.ids import QueueName, Skill
from kernel.settings_file import checked

COLUMNS: Final = ("arrival_s", "queue_or_skills", "priority", "service_s", "patience_s")
_TAIL_S: Final = 60.0


class Row(Frozen):
    arrival_s: Annotated[float, Field(ge=0)]
    queue_or_skills: Annotated[str, Field(min_length=1)]
    priority: Annotated[int, Field(ge=0, le=3)]
    service_s: Annotated[float, Field(gt=0)]
    patience_s: Annotated[float, Field(ge=0)]


def read_trace(path: Path) -> list[Row]:
    """In order of arrival. Raises BadSettings with file, line, column and value."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(path, csv.DictReader(file)))
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise BadSettings(
            f"{path} cannot be read: {err}.", remedy="Name a CSV file in UTF-8."
        ) from err
    if not rows:
        raise BadSettings(f"{path} has no calls.", remedy="Give it a line for each call.")
    return sorted(rows, key=lambda row: row.arrival_s)


def _rows(path: Path, lines: "csv.DictReader[str]") -> Iterator[Row]:
    missing = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
    if missing:
        raise BadSettings(
            f"{path} has no column {missing[0]}.", remedy=f"Its first line is {','.join(COLUMNS)}."
        )
    for line in lines:
        found = {name: (line[name] or "").strip() for name in COLUMNS}
        yield checked(f"{path}, line {lines.line_num}", found, Row)


def traced_day(scenario: Scenario, rows: list[Row], seed: int) -> Day:
    """The scenario's seats meet the trace's callers. Raises BadSettings."""
    day = draw_day(with_queues(scenario, rows), seed)
    named = {row.queue_or_skills: kind_of(day.rules, row.queue_or_skills) for row in rows}
    kinds = list({kind.name: kind for kind in named.values()}.values())
    numbers = {text: kinds.index(kind) for text, kind in named.items()}
    answers, unanswered = ring_draws(scenario, len(rows), seed)
    citizens = tuple(
        Citizen(
            asked_s=row.arrival_s,
            kind=numbers[row.queue_or_skills],
            priority=row.priority,
            talk_s=row.service_s,
            wrap_up_s=0.0,
            patience_s=row.patience_s,
            answer_s=answers[n],
            unanswered=unanswered[n],
        )
        for n, row in enumerate(rows)
    )
    length_s = max(day.length_s, rows[-1].arrival_s + _TAIL_S)
    count = scenario.counted
    return replace(
        day,
        kinds=tuple(kinds),
        citizens=citizens,
        length_s=length_s,
        counted=(count.without_first_s, length_s - count.without_last_s),
    )


def with_queues(scenario: Scenario, rows: list[Row]) -> Scenario:
    """A skill of the trace that neither rules nor scenario know gets a queue; nobody has it."""
    rules = rules_of(scenario)
    known = {skill for queue in rules.queues.values() for skill in queue.needs}
    known |= {Skill(name) for name in rules.queues}
    for text in {row.queue_or_skills for row in rows}:
        for skill in skills_of(text):
            if skill not in known:
                new = {skill: CallerKind(calls=0.0, seats=0.0)}
                scenario = scenario.model_copy(update={"callers": scenario.callers | new})
    return scenario


def kind_of(rules: QueuePolicies, text: str) -> Kind:
    """Raises BadSettings for a level that is none."""
    if text in rules.queues:
        queue = QueueName(text)
        return Kind(text, queue, {s: int(level) for s, level in rules.of(queue).needs.items()})
    skills = skills_of(text)
    fits = (name for name, one in rules.queues.items() if set(one.needs) == set(skills))
    queue = next(fits, rules.default_queue)
    if queue == rules.default_queue and len(skills) > 1:
        rare = (name for name, one in rules.queues.items() if set(one.needs) & set(skills))
        queue = next((name for name in rare if name != rules.default_queue), queue)
    needs = {s: int(level) for s, level in rules.of(queue).needs.items()}
    joined = {
        skill: max(needs.get(skill, 1), skills.get(skill, 1)) for skill in {**needs, **skills}
    }
    return Kind(text, queue, joined)


def skills_of(text: str) -> dict[Skill, int]:
    found = {}
    for part in text.replace("+", ";").split(";"):
        name, _, level = part.strip().partition("=")
        if not name or (level and not (level.isdigit() and 1 <= int(level) <= 5)):
            raise BadSettings(
                f"{text!r} names no queue and no skills.",
                remedy="Write a queue, or skills as dialect:dongbei=2;general=1 (levels 1-5).",
            )
        found[Skill(name)] = int(level or 1)
    return found
