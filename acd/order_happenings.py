"""Orders of a supervisor for a caller in line. `reason` is a sentence for the record, `by` his
login."""

from dataclasses import dataclass

from kernel.ids import CallId, QueueName


@dataclass(frozen=True, slots=True)
class MoveCaller:
    by: str
    call: CallId
    to: QueueName
    reason: str


@dataclass(frozen=True, slots=True)
class PrioritiseCaller:
    """`priority` 0-3."""

    by: str
    call: CallId
    priority: int
    reason: str


LineCommand = MoveCaller | PrioritiseCaller
