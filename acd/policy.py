"""The rules of each queue as config/queues.yaml gives them. Every number of the floor stands there.

Seconds are `_s`; times are counted from the moment the caller asked, unless said otherwise.
"""

from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from acd.minimum_rules import Minimum
from kernel.ids import PauseReason, QueueName, Skill
from kernel.settings_file import read_yaml

Level = Annotated[int, Field(ge=1, le=5)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
# Ring time-outs stay below the dead man's switch of the dialplan (15 s).
RING_LIMIT_CEILING_S = 10.0


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@lru_cache(maxsize=4096)  # asked for each skill of each call, of few skills and queues
def _is_one_of(skill: Skill, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(skill, pattern) for pattern in patterns)


class AtLimit(StrEnum):
    """What is done with a caller when a limit of his queue is met."""

    WAIT = "wait"
    REFUSE = "refuse"
    OVERFLOW = "overflow"
    OFFER_CALLBACK = "offer_callback"


class OnFailedRing(StrEnum):
    PAUSE = "pause"
    KEEP = "keep"  # stays available; not offered this call for a while


class Relaxation(Frozen):
    """From `after_s` on: levels lowered, or `instead` asked for. Skills of `must` stay."""

    after_s: Annotated[float, Field(gt=0)]
    lower_levels_by: Annotated[int, Field(ge=0, le=4)] = 0
    instead: dict[Skill, Level] | None = None


class Announcements(Frozen):
    """When a caller in line is told his place and the wait."""

    on_entry: bool
    at_most_every_s: Annotated[float, Field(ge=5)]
    places_gained: Annotated[int, Field(ge=1)]  # told again after so many
    seconds_gained_s: Annotated[float, Field(gt=0)]  # ... or when the upper end fell by so much
    round_to_s: Annotated[float, Field(gt=0)]


class CallbackOffer(Frozen):
    after_s: Seconds
    again_every_s: Annotated[float, Field(ge=10)]
    key: Annotated[str, Field(pattern=r"^[0-9*#]$")]


class WrapUp(Frozen):
    limit_s: Seconds
    extension_s: Seconds
    extensions: Annotated[int, Field(ge=0)]


class Overflow(Frozen):
    """Another queue of this centre, or a target outside it that the story knows by this name.

    `then`: further targets, tried in this order while those before take nobody.
    """

    queue: QueueName | None = None
    target: str | None = None
    then: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.target, *self.then) if self.target is not None else ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.queue is None) == (self.target is None):
            raise ValueError("give either queue or target")
        return self


def _nothing_required(schema: dict[str, Any]) -> None:
    """As it stands in the file."""
    schema["required"] = ["name_zh", "name_en"]


def _with_defaults(schema: dict[str, Any]) -> None:
    schema["properties"]["defaults"] = {
        "type": "object",
        "description": "What a queue does not say for itself; keys as there.",
    }


class QueuePolicy(Frozen):
    """What the file does not say for a queue, its `defaults` say."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_nothing_required)

    name_zh: str
    name_en: str
    needs: dict[Skill, Level]
    must: tuple[str, ...]  # skills that never relax; "dialect:*" is a pattern
    priority: Annotated[int, Field(ge=0, le=3)]
    head_start_s: Seconds  # constant advantage in line, for rare skills
    relaxation: tuple[Relaxation, ...]
    sticky_grace_s: Seconds  # 0: callers are not held for the agent who knows them
    sticky_head_start_s: Seconds  # his advantage in line at that agent while he is held
    ring_limit_s: Annotated[float, Field(gt=0, le=RING_LIMIT_CEILING_S)]
    wrap_up: WrapUp
    max_waiting: Annotated[int, Field(ge=0)]
    when_full: AtLimit
    max_wait_s: Annotated[float, Field(gt=0)]
    when_too_long: AtLimit
    when_nobody: AtLimit
    overflow: Overflow | None
    overflow_after_s: Seconds | None = None  # None: at a limit only
    callback: CallbackOffer | None
    announcements: Announcements
    short_abandon_s: Seconds
    whisper: tuple[str, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        at_limits = (self.when_full, self.when_too_long, self.when_nobody)
        if AtLimit.OVERFLOW in at_limits and self.overflow is None:
            raise ValueError("a limit says overflow, but there is no overflow")
        if AtLimit.OFFER_CALLBACK in at_limits and self.callback is None:
            raise ValueError("a limit says offer_callback, but there is no callback")
        after = [stage.after_s for stage in self.relaxation]
        if after != sorted(set(after)):
            raise ValueError("the stages of relaxation must come in order of after_s")
        return self

    def needs_at(self, asked: dict[Skill, int], stage: int) -> dict[Skill, int]:
        """What is asked of a seat in this stage of relaxation (0: what the caller asked for)."""
        needs = dict(asked)
        for step in self.relaxation[:stage]:
            kept = {skill: level for skill, level in needs.items() if self.is_must(skill)}
            if step.instead is not None:
                needs = {skill: int(level) for skill, level in step.instead.items()}
            needs = {s: max(1, level - step.lower_levels_by) for s, level in needs.items()}
            needs |= kept
        return needs

    @property
    def deadlines(self) -> tuple[object, ...]:
        """All of it on which it depends when a caller in line is looked at again."""
        return (
            self.max_wait_s,
            self.when_too_long,
            self.announcements.at_most_every_s,
            self.relaxation,
            self.callback,
            self.overflow,
            self.overflow_after_s,
        )

    def is_must(self, skill: Skill) -> bool:
        return _is_one_of(skill, self.must)


class PauseRule(Frozen):
    """A break reason. None: no limit. System reasons cannot be chosen by an agent."""

    name_zh: str
    name_en: str
    max_minutes: Annotated[float, Field(gt=0)] | None
    max_agents_at_once: Annotated[int, Field(ge=1)] | None


class Estimate(Frozen):
    """Starting values for the wait estimate; what is measured takes over by and by."""

    holding_s: Annotated[float, Field(gt=0)]  # ring + talk + wrap-up
    patience_s: Annotated[float, Field(gt=0)]
    weight_of_start: Annotated[float, Field(gt=0)]  # counts as so many measured calls


class SpareSpecialists(Frozen):
    """Cost tiers that keep rare skills free; off by default because they cost fairness."""

    enabled: bool
    scarcity: dict[Skill, Annotated[float, Field(ge=0)]]

    @property
    def costs(self) -> dict[Skill, float] | None:
        """None: no tiers."""
        return dict(self.scarcity) if self.enabled else None


class QueuePolicies(Frozen):
    """The whole of config/queues.yaml. `defaults` fills each queue's missing keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_with_defaults)

    default_queue: QueueName
    priority_boost_s: tuple[Seconds, Seconds, Seconds, Seconds]
    lowered_by_s: Seconds = 120.0  # MAL-01: whom a supervisor lowered stands so much later in line
    ring_slack_s: Annotated[float, Field(gt=0, le=3)]  # after the ring limit we end it ourselves
    return_grace_s: Annotated[float, Field(ge=0, le=60)] = 5.0  # held for who sent him in vain
    excluded_after_failed_ring_s: Annotated[float, Field(gt=0)]
    on_busy: OnFailedRing
    on_rejected: OnFailedRing
    time_budget: Annotated[int, Field(ge=1)]  # deadlines handled in one turn of the loop
    estimate: Estimate
    spare_specialists: SpareSpecialists
    pause_reasons: dict[PauseReason, PauseRule]
    overflow_capacity: dict[str, Annotated[int, Field(ge=0)]] = {}  # target -> calls at once
    minimums: tuple[Minimum, ...] = ()
    queues: dict[QueueName, QueuePolicy]

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not isinstance(raw.get("queues"), dict):
            return raw
        rest = {key: value for key, value in raw.items() if key != "defaults"}
        defaults = raw.get("defaults") or {}
        rest["queues"] = {
            name: {**defaults, **queue} if isinstance(queue, dict) else queue
            for name, queue in raw["queues"].items()
        }
        return rest

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        if self.default_queue not in self.queues:
            raise ValueError(f"default_queue {self.default_queue} is not among the queues")
        for rule in self.minimums:
            if rule.queue not in self.queues:
                raise ValueError(f"minimums name the queue {rule.queue}, which is not there")
        for name, queue in self.queues.items():
            to = queue.overflow.queue if queue.overflow else None
            if to is not None and (to not in self.queues or to == name):
                raise ValueError(f"queue {name} overflows into {to}, which is not another queue")
            lost = set(queue.must) - set(self.queues[to].must) if to is not None else set()
            if lost:
                raise ValueError(f"queue {name} overflows into {to}, where {min(lost)} is no must")
        return self

    def of(self, queue: QueueName) -> QueuePolicy:
        """The queue's policy; that of the default queue for a name that is gone."""
        return self.queues.get(queue) or self.queues[self.default_queue]


def load_policies(path: Path) -> QueuePolicies:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, QueuePolicies)
