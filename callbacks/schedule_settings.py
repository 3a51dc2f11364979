"""When and how often somebody may be rung: the part `schedule` of callbacks.yaml (G)."""

from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from callbacks.duty import Outcome
from callbacks.workdays import DayKind

_ZERO: Final = timedelta(0)


class Span(BaseModel):
    """A part of the day, `first` inclusive, `until` exclusive; it may cross midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: time
    until: time

    def holds(self, moment: time) -> bool:
        if self.first <= self.until:
            return self.first <= moment < self.until
        return moment >= self.first or moment < self.until


def _span(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    first, dash, until = value.partition("-")
    try:
        parsed = {"first": time.fromisoformat(first), "until": time.fromisoformat(until)}
    except ValueError as err:
        raise ValueError('write a span of time as "09:00-11:45"') from err
    if not dash or parsed["first"] == parsed["until"]:
        raise ValueError('write a span of time as "09:00-11:45"')
    return parsed


def _clock_time(value: Any) -> Any:
    if isinstance(value, int | float):  # YAML reads a bare 12:00 as 720
        raise ValueError('write times in quotes, for example "12:00"')
    return value


SpanText = Annotated[Span, BeforeValidator(_span)]
TimeText = Annotated[time, BeforeValidator(_clock_time)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[timedelta, Field(gt=_ZERO)]
# An agent who is there first may wait two minutes in the dialplan, whisper and greeting included.
RingTime = Annotated[timedelta, Field(gt=_ZERO, le=timedelta(seconds=60))]


def span(text: str) -> Span:
    """From "09:00-11:45"."""
    return Span.model_validate(_span(text))


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class First(StrEnum):
    """Who is rung first by a callback: the agent (the citizen never waits), or the citizen (no
    agent waits in vain)."""

    AGENT = "agent"
    CITIZEN = "citizen"


class PeopleRules(_Settings):
    """Missed, promised, follow-up: made by people (MISS-02). `fresh_at_night`: who rang by day
    (A16) may be rung back until that call's due time, though the night block has begun.
    `verdict_within`: how long after the call its agent may say voicemail or wrong person.
    """

    tries: Count = 3
    parts: Count = 2  # half-days over which the tries are spread
    retry_after: Positive = timedelta(minutes=30)
    fresh_at_night: bool = True
    near_due: timedelta = Field(default=timedelta(minutes=10), ge=_ZERO)
    first: First = First.AGENT
    ring_for: RingTime = timedelta(seconds=30)
    verdict_within: Positive = timedelta(seconds=30)


class SurveyRules(_Settings):
    """The windows, the lunch, the caps and the trunk's share bind surveys only."""

    windows: dict[DayKind, tuple[SpanText, ...]] = {
        DayKind.WORKDAY: (span("09:00-11:45"), span("14:00-20:00")),
        DayKind.RESTDAY: (span("10:00-11:45"), span("14:30-18:00")),
        DayKind.HOLIDAY: (),
    }
    lunch: SpanText = span("12:00-14:00")
    gap: Positive = timedelta(hours=2)  # between two attempts at a number, over all duties
    per_day: Count = 2  # attempts at a number, over all duties
    tries: Count = 3  # of one case and round
    days: Count = 2
    parts: Count = 2
    after_closing: timedelta = Field(default=timedelta(hours=1), ge=_ZERO)
    due_workdays: Count = 3
    cases_per_call: Count = 2
    trunk_lines: Count = 30  # channels of the trunk; one E1
    trunk_share: Share = 0.30
    ring_for: Positive = timedelta(seconds=30)
    answer_rate_at_least: Share = 0.95
    wait_at_most: timedelta = Field(default=timedelta(seconds=30), ge=_ZERO)

    @model_validator(mode="after")
    def _possible(self) -> "SurveyRules":
        if set(self.windows) != set(DayKind):
            raise ValueError("windows must name workday, restday and holiday")
        spans = self.windows[DayKind.WORKDAY]
        if not spans:
            raise ValueError("windows.workday must hold a span: else nobody is ever surveyed")
        for one in (one for part in self.windows.values() for one in part):
            if one.until <= one.first:
                raise ValueError(f"a window must not cross midnight: {one.first}-{one.until}")
        if self.days > self.tries or self.parts > self.tries:
            raise ValueError("days and parts must not exceed tries")
        return self


class EngineRules(_Settings):
    """Leases and what an outcome means. A lease outlives every wait of the step it guards."""

    claim_for: Positive = timedelta(seconds=30)
    dial_for: Positive = timedelta(seconds=120)
    attempts_at_most: Count = 8  # of one duty, whatever their outcome
    network_retry: Positive = timedelta(minutes=10)
    hopeless: frozenset[Outcome] = frozenset({Outcome.EMPTY_NUMBER})  # no further try
    sms_valid_for: Positive = timedelta(days=7)


class ScheduleRules(_Settings):
    """All of it. `day_parts`: when each part of the day begins; local times of `zone`."""

    zone: str = "Asia/Shanghai"
    night: SpanText = span("21:00-09:00")
    day_parts: tuple[TimeText, ...] = (time(0), time(12), time(18))
    people: PeopleRules = PeopleRules()
    survey: SurveyRules = SurveyRules()
    engine: EngineRules = EngineRules()

    @model_validator(mode="after")
    def _parts(self) -> "ScheduleRules":
        if not self.day_parts or self.day_parts[0] != time(0):
            raise ValueError('day_parts must begin with "00:00"')
        if list(self.day_parts) != sorted(set(self.day_parts)):
            raise ValueError("day_parts must rise")
        if max(self.people.parts, self.survey.parts) > len(self.day_parts):
            raise ValueError("people.parts and survey.parts must not exceed the day_parts")
        return self
