"""A scenario file: who rings when, how people talk, wait and answer, who sits where, which rules.

`docs/policies.md` lists the keys. A broken one stops with file, key, value and remedy.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import Field, model_validator

from acd.policy import Frozen, Level, QueuePolicies
from hotline.private.places import PROJECT
from kernel.errors import BadSettings
from kernel.ids import QueueName, Skill
from kernel.settings_file import checked, parsed

HALF_HOURS: Final = 48
# Agents end their wrap-up themselves here: its limit would shape the load of one policy alone.
_UNTIL_DONE_S: Final = 3600.0

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Arrivals(Frozen):
    """Poisson. Either `load` (offered work per seat) for `hours`, or `half_hours`: calls in each;
    with `calls` these are only weights."""

    load: Positive | None = None
    hours: Positive = 4.0
    half_hours: tuple[Annotated[float, Field(ge=0)], ...] = ()
    calls: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.load is None) == (not self.half_hours):
            raise ValueError("give either load and hours, or half_hours")
        if self.half_hours and not sum(self.half_hours):
            raise ValueError("half_hours has no call in it")
        return self


class CallerKind(Frozen):
    """`calls`: share of the callers; `seats`: share of the seats that have what they need. Which
    queue: of this name, unless said; one that config/queues.yaml does not know is made from its
    `defaults`, needs the skill of that name and lets anybody take the call after 5 s."""

    calls: Share
    seats: Share = 1.0
    queue: QueueName | None = None


class Talk(Frozen):
    """Lognormal."""

    mean_s: Positive = 180.0
    sigma: Annotated[float, Field(ge=0)] = 0.9


class Answering(Frozen):
    """An agent answers after `at_least_s` and exponentially more, `mean_s` in all."""

    at_least_s: Annotated[float, Field(ge=0)] = 1.0
    mean_s: Positive = 3.0


class Absences(Frozen):
    """`unanswered` of the rings are let ring; besides, each agent leaves without saying so every
    `every_s` for `mean_s`. Who was paused for it is back after `back_after_s` at the earliest."""

    unanswered: Share = 0.01
    every_s: Positive | None = 7200.0
    mean_s: Positive = 180.0
    back_after_s: Annotated[float, Field(ge=0)] = 20.0


class PriorityCalls(Frozen):
    share: Share = 0.1
    level: Annotated[int, Field(ge=0, le=3)] = 1


class Rules(Frozen):
    """The floor's rules: a file like config/queues.yaml, and keys that are other here."""

    file: Path = Path("config/queues.yaml")
    changes: dict[str, Any] = Field(default_factory=dict)


class Counted(Frozen):
    """Who asks in the first and the last seconds of the day is served, not counted."""

    without_first_s: Annotated[float, Field(ge=0)] = 0.0
    without_last_s: Annotated[float, Field(ge=0)] = 0.0


def _general() -> dict[Skill, Level]:
    return {Skill("general"): 2}


def _one_kind() -> dict[str, CallerKind]:
    return {"general": CallerKind(calls=1.0)}


class Scenario(Frozen):
    name_zh: str = ""
    name_en: str
    seed: Annotated[int, Field(ge=0)] = 1
    begins: Clock = "00:00"
    arrivals: Arrivals
    seats: Annotated[int, Field(gt=0, le=30_000)] | None = None
    directory: Path | None = None  # seats and agents of such a file instead of `seats`
    general: dict[Skill, Level] = Field(default_factory=_general)  # what every seat has
    roster: tuple[Annotated[int, Field(ge=0)], ...] = ()  # signed in, by half hour
    callers: dict[str, CallerKind] = Field(default_factory=_one_kind)
    priority: PriorityCalls = PriorityCalls()
    talk: Talk = Talk()
    wrap_up_s: Annotated[float, Field(ge=0)] = 30.0
    patience_s: Positive = 300.0
    answering: Answering = Answering()
    absences: Absences = Absences()
    rules: Rules = Rules()
    overflow_s: Positive = 20.0
    counted: Counted = Counted()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.seats is None) == (self.directory is None):
            raise ValueError("give either seats or directory")
        if abs(sum(kind.calls for kind in self.callers.values()) - 1) > 1e-6:
            raise ValueError("the shares `calls` of all callers must add up to 1")
        if self.roster and self.arrivals.half_hours:
            if len(self.roster) != len(self.arrivals.half_hours):
                raise ValueError("roster and half_hours must have the same length")
        elif self.roster:
            raise ValueError("a roster by half hour needs arrivals by half hour")
        return self

    @property
    def handling_s(self) -> float:
        return self.talk.mean_s + self.wrap_up_s + self.answering.mean_s


def load_scenario(path: Path, changes: Sequence[str] = ()) -> Scenario:
    """`changes` as `arrivals.load=0.97`. Raises BadSettings with file, key, value and remedy."""
    found = parsed(path, yaml.safe_load)
    for change in changes:
        key, _, value = change.partition("=")
        below: Any = parsed_value(change, value)
        for part in reversed(key.split(".")):
            below = {part: below}
        found = merged(found if isinstance(found, dict) else {}, below)
    return checked(path, found, Scenario)


def parsed_value(change: str, value: str) -> object:
    """What stands behind the `=`, as YAML. Raises BadSettings."""
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as err:
        raise BadSettings(
            f"{change!r} cannot be understood.", remedy="Write KEY=VALUE, as arrivals.load=0.97."
        ) from err


def rules_of(scenario: Scenario) -> QueuePolicies:
    """The rules with the scenario's changes and the queues that it makes. Raises BadSettings."""
    file = scenario.rules.file
    path = file if file.is_absolute() or file.exists() else PROJECT / file
    made = [name for name, kind in scenario.callers.items() if kind.queue is None]
    return rules_from(path, scenario.rules.changes, made)


def rules_from(
    path: Path, changes: dict[str, Any] | None = None, made: Sequence[str] = ()
) -> QueuePolicies:
    """A file like config/queues.yaml with keys changed; those of `made` that it lacks are made."""
    found = parsed(path, yaml.safe_load)
    assert isinstance(found, dict), "rules are a table"
    for name in made:
        found["queues"].setdefault(name, made_queue(Skill(name)))
    changed = merged(found, changes or {})
    changed["defaults"]["wrap_up"] |= {"limit_s": _UNTIL_DONE_S}
    return checked(path, _without_wrap_up(changed), QueuePolicies)


def made_queue(skill: Skill) -> dict[str, Any]:
    """For callers whose skill no queue of the site asks for."""
    return {
        "name_zh": skill,
        "name_en": skill,
        "needs": {skill: 1},
        "head_start_s": 40,
        "relaxation": [{"after_s": 5, "instead": {"general": 1}}],
    }


def merged(raw: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Key by key, however deep; a list is replaced as a whole."""
    found = dict(raw)
    for key, value in changes.items():
        below = found.get(key)
        both = isinstance(value, dict) and isinstance(below, dict)
        found[key] = merged(below, value) if both and below is not None else value
    return found


def _without_wrap_up(raw: dict[str, Any]) -> dict[str, Any]:
    """No queue's own limit of the wrap-up holds here."""
    queues = {
        name: {key: value for key, value in queue.items() if key != "wrap_up"}
        for name, queue in raw["queues"].items()
    }
    return raw | {"queues": queues}
