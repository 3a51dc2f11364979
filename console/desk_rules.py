"""Of the centre's files, what a desk offers to choose from; handed in by wiring, and again with
each release."""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.policy import PauseRule, QueuePolicy
from acd.seat_ratio import District
from kernel.ids import PauseReason, QueueName
from telephony.levels import Levels
from telephony.lines import Lines
from telephony.utilities import Utilities


@dataclass(slots=True, kw_only=True)
class DeskRules:
    """`region_code`: ours; units are called as there."""

    pause_reasons: Mapping[PauseReason, PauseRule]
    queues: Mapping[QueueName, QueuePolicy]
    districts: Mapping[str, District]
    lines: Lines
    levels: Levels
    utilities: Utilities
    region_code: str
