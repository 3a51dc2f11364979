"""Small days for tests: people written down one by one, or drawn from a short scenario."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotline.private.places import PROJECT
from hotline.simulation.day import ATTEMPTS, FOREVER_S, Citizen, Day, Kind, Place
from hotline.simulation.draw import begins_at
from hotline.simulation.scenario import Scenario, rules_from
from kernel.ids import QueueName, Skill

GENERAL = Kind("general", QueueName("general"), {Skill("general"): 1})
ANSWERS = (2.0,) * ATTEMPTS
LETS_IT_RING = (True, False, False, False)
NEVER = (False,) * ATTEMPTS


def citizen(asked_s: float, **other: Any) -> Citizen:
    """Talks for 60 s, wraps up for 10, waits for 300, and each seat answers him after 2 s."""
    said: dict[str, Any] = {
        "kind": 0,
        "priority": 0,
        "talk_s": 60.0,
        "wrap_up_s": 10.0,
        "patience_s": 300.0,
        "answer_s": ANSWERS,
        "unanswered": NEVER,
    }
    return Citizen(asked_s=asked_s, **(said | other))


def seat(*skills: str, present: Sequence[tuple[float, float]] = (), **other: Any) -> Place:
    every = {Skill("general"): 2} | {Skill(name): 2 for name in skills}
    return Place(every, tuple(present) or ((0.0, FOREVER_S),), tuple(other.get("away", ())))


def day(
    citizens: Sequence[Citizen],
    seats: Sequence[Place],
    kinds: Sequence[Kind] = (GENERAL,),
    changes: Mapping[str, Any] | None = None,
) -> Day:
    return Day(
        name="a test",
        begins=begins_at("09:00"),
        length_s=3600.0,
        counted=(0.0, 3600.0),
        kinds=tuple(kinds),
        citizens=tuple(citizens),
        seats=tuple(seats),
        back_after_s=20.0,
        rules=rules_from(PROJECT / "config" / "queues.yaml", dict(changes or {})),
        overflow_s=20.0,
    )


def scenario(**other: Any) -> Scenario:
    said: dict[str, Any] = {
        "name_en": "a test",
        "seats": 30,
        "arrivals": {"load": 0.95, "hours": 1.0},
        "callers": {
            "general": {"calls": 0.9},
            "dialect": {"calls": 0.08, "seats": 0.35},
            "minority": {"calls": 0.02, "seats": 0.1},
        },
    }
    return Scenario.model_validate(said | other)
