"""config/surge.yaml: surge plans as data (SRG-01), other centres (SRG-02), incidents (EMG-05).

A trigger holds when its figure has stood so for `for_s`; one of a plan's triggers is enough. A plan
returns when all that `back` says has stood for `for_s`: other numbers than those that activate it,
so that it does not flap. Seconds are `_s`.
"""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from acd.policy import Frozen
from acd.surge_facts import IncidentKind, Measures, PlanName
from kernel.ids import PauseReason, QueueName
from kernel.settings_file import read_yaml

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Count = Annotated[int, Field(ge=0)]


class Trigger(Frozen):
    """One figure too high or too low. `at_least`: of fewer calls in the window nothing is said."""

    waiting: Annotated[int, Field(ge=1)] | None = None
    longest_wait_s: Annotated[float, Field(gt=0)] | None = None
    answer_rate_below: Share | None = None
    arrivals_over_forecast: Annotated[float, Field(gt=0)] | None = None
    for_s: Seconds = 0.0
    window_s: Annotated[float, Field(ge=10, le=3600)] = 300.0
    at_least: Annotated[int, Field(ge=1)] = 20

    @model_validator(mode="after")
    def _one_figure(self) -> "Trigger":
        said = (
            self.waiting,
            self.longest_wait_s,
            self.answer_rate_below,
            self.arrivals_over_forecast,
        )
        if sum(one is not None for one in said) != 1:
            raise ValueError(
                "give one of waiting, longest_wait_s, answer_rate_below, arrivals_over_forecast"
            )
        return self


class Back(Frozen):
    """When a plan returns by itself. `stands_s`: not before; `rests_s`: not activated by itself
    again before so long has passed."""

    waiting_at_most: Count = 0
    longest_wait_at_most_s: Seconds = 30.0
    answer_rate_at_least: Share | None = None
    arrivals_at_most: Annotated[float, Field(gt=0)] | None = None
    window_s: Annotated[float, Field(ge=10, le=3600)] = 300.0
    for_s: Seconds = 120.0
    stands_s: Seconds = 60.0
    rests_s: Seconds = 300.0


class Overflowing(Frozen):
    after_s: Seconds
    to: tuple[str, ...] = Field(min_length=1)


class Actions(Frozen):
    """`recall`: reasons of breaks; `announcement`: a phrase of phrases.yaml."""

    recall: tuple[PauseReason, ...] = ()
    overflow: Overflowing | None = None
    wrap_up_limit_s: Seconds | None = None
    announcement: str = ""
    callback_after_s: Seconds | None = None
    stop_surveys: bool = False


class Plan(Frozen):
    name_zh: str
    name_en: str
    queues: tuple[QueueName, ...] = ()  # (): all
    triggers: tuple[Trigger, ...] = ()  # (): by hand only
    back: Back = Back()
    actions: Actions

    def measures(self) -> Measures:
        overflow = self.actions.overflow
        return Measures(
            queues=self.queues,
            wrap_up_limit_s=self.actions.wrap_up_limit_s,
            callback_after_s=self.actions.callback_after_s,
            overflow_after_s=overflow.after_s if overflow is not None else None,
            overflow_to=overflow.to if overflow is not None else (),
            announcement=self.actions.announcement,
            stop_surveys=self.actions.stop_surveys,
            recall=self.actions.recall,
        )


class Target(Frozen):
    """Another centre: a level of levels.yaml, or a number that the trunk out reaches. `at_most`:
    so many of our calls there at once."""

    level: str | None = None
    number: Annotated[str, Field(pattern=r"^\d{3,20}$")] | None = None
    at_most: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _one_of_both(self) -> "Target":
        if (self.level is None) == (self.number is None):
            raise ValueError("give either level or number")
        return self


class IncidentSettings(Frozen):
    """`phrases`: what is announced for each kind; `asks`: which key to press."""

    queue: QueueName
    key: Annotated[str, Field(pattern=r"^[0-9*#]$")]
    asks: str
    answer_within_s: Annotated[float, Field(ge=1, le=5)] = 2.0
    phrases: dict[IncidentKind, str]

    @model_validator(mode="after")
    def _every_kind(self) -> "IncidentSettings":
        missing = [kind.value for kind in IncidentKind if kind not in self.phrases]
        if missing:
            raise ValueError(f"phrases: there is none for {missing[0]}")
        return self


class SurgeRules(Frozen):
    look_every_s: Annotated[float, Field(ge=0.2, le=60)]
    takes_at_most: Annotated[int, Field(ge=0)]  # calls that other centres send us, at once
    targets: dict[str, Target] = Field(default_factory=dict)
    plans: dict[PlanName, Plan] = Field(default_factory=dict)
    incidents: IncidentSettings

    @model_validator(mode="after")
    def _targets_exist(self) -> "SurgeRules":
        for name, plan in self.plans.items():
            overflow = plan.actions.overflow
            unknown = [to for to in overflow.to if to not in self.targets] if overflow else []
            if unknown:
                raise ValueError(f"plans.{name}: overflow.to names {unknown[0]}, no target")
        return self

    @property
    def levels(self) -> frozenset[str]:
        """The levels that calls may be sent over to."""
        return frozenset(one.level for one in self.targets.values() if one.level is not None)

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(one.number for one in self.targets.values() if one.number is not None)

    def capacity(self) -> dict[str, int]:
        return {name: target.at_most for name, target in self.targets.items()}


def load_surge(path: Path) -> SurgeRules:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, SurgeRules)
