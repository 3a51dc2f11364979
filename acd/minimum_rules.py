"""Least numbers of seats by queue and hour, as `minimums` of config/queues.yaml gives them. Pure.

Hours are those of Asia/Shanghai, which has no daylight saving; `to` before `from` runs over
midnight, equal ones are the whole day.
"""

from datetime import datetime, time, timedelta, timezone
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.ids import QueueName

ZONE: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


class Minimum(BaseModel):
    """At least `at_least` seats able for the queue are available, at most `at_most_on_break` of
    them on a break, from `since` to `until`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    queue: QueueName
    at_least: Annotated[int, Field(ge=0)] = 0
    at_most_on_break: Annotated[int, Field(ge=0)] | None = None
    since: time = Field(default=time(0), alias="from")
    until: time = Field(default=time(0), alias="to")

    @model_validator(mode="after")
    def _says_something(self) -> "Minimum":
        if self.at_least == 0 and self.at_most_on_break is None:
            raise ValueError("give at_least, at_most_on_break, or both")
        return self

    def holds_at(self, now: datetime) -> bool:
        local = now.astimezone(ZONE).time()
        if self.since == self.until:
            return True
        if self.since < self.until:
            return self.since <= local < self.until
        return local >= self.since or local < self.until

    def ends_after(self, now: datetime) -> datetime | None:
        """When it next ceases to hold; None: it never does."""
        return None if self.since == self.until else _next(self.until, now)

    def begins_after(self, now: datetime) -> datetime | None:
        return None if self.since == self.until else _next(self.since, now)


def _next(at: time, now: datetime) -> datetime:
    """The next moment of that time of day, later than `now`."""
    local = now.astimezone(ZONE)
    found = datetime.combine(local.date(), at, ZONE)
    if found <= local:
        found += timedelta(days=1)
    return found.astimezone(now.tzinfo)
