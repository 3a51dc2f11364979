"""Centres of several sizes and rules, so that every way to leave the line is taken."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from acd.directory import Directory
from acd.policy import QueuePolicies
from tests.acd.centre import directory, policies

SKILLS: Final = (
    {"general": 2},
    {"general": 1},
    {"general": 1, "dialect:dongbei": 2},
    {"enterprise": 2, "general": 1},
    {"general": 1, "elderly": 2},
)
# Keys of the queue "general" of config/queues.yaml, changed.
RULES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"sticky_grace_s": 8, "wrap_up": {"limit_s": 0, "extension_s": 30, "extensions": 2}},
    {"max_waiting": 4, "when_full": "refuse", "max_wait_s": 45, "when_too_long": "refuse"},
    {
        "when_nobody": "overflow",
        "overflow": {"target": "province"},
        "max_wait_s": 60,
        "when_too_long": "overflow",
        "callback": {"after_s": 10, "again_every_s": 20, "key": "1"},
    },
    {"max_waiting": 3, "when_full": "overflow", "overflow": {"queue": "enterprise"}},
)
SEATS: Final = (2, 5, 9, 16)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it happens: rules, people, how often the whole floor is looked at (1: always), and
    whether every fact goes through JSON and the figures are recounted."""

    policies: QueuePolicies
    directory: Directory
    look_every: int = 1
    by_the_book: bool = False


@cache
def scene(rules: int, seats: int, look_every: int = 1, by_the_book: bool = False) -> Scene:
    """The same numbers, the same centre."""
    skills = [SKILLS[n % len(SKILLS)] for n in range(seats)]
    kept = "keep" if rules % 2 else "pause"
    how = policies(RULES[rules % len(RULES)], on_rejected=kept, on_busy=kept)
    return Scene(how, directory(*skills), look_every, by_the_book)
