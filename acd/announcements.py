"""What a caller in line is told: his place, and the wait as a range, never a single number.

The range is the 80 % interval of the estimate, rounded outward. A later one never goes above an
earlier one without a reason: seats left, or somebody of higher priority came before him.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from acd import facts as f
from acd.alarms import CallerAlarm, ForCaller
from acd.line import Caller
from acd.memory import FloorMemory, seconds
from acd.turn import Turn
from acd.wait_estimate import WaitEstimate


@dataclass(frozen=True, slots=True)
class Prospect:
    position: int
    low: timedelta | None
    high: timedelta | None
    reason: f.AnnounceReason
    serving: int


def announce_entry(turn: Turn, caller: Caller) -> None:
    """On entry, unless a seat rings for him already."""
    if caller.waiting and turn.memory.policy_of(caller).announcements.on_entry:
        _announce(turn, caller, _prospect(turn, caller))


def announce_again(turn: Turn, caller: Caller) -> None:
    """At most every so many seconds, and only when it has changed enough."""
    prospect = _prospect(turn, caller)
    if _is_worth_telling(turn, caller, prospect):
        _announce(turn, caller, prospect)
    # When to look again is no state of the floor: it follows from the last announcement.
    gap = seconds(turn.memory.policy_of(caller).announcements.at_most_every_s)
    look_again = ForCaller(CallerAlarm.ANNOUNCE, turn.now + gap, caller, caller.spell)
    turn.memory.alarms.set(look_again)


def _prospect(turn: Turn, caller: Caller) -> Prospect:
    position = turn.memory.line.ahead_of(caller) + 1
    serving = turn.memory.serving
    told = caller.announced
    reason = f.AnnounceReason.ENTRY if told is None else _reason(told, position, serving)
    low, high = _range(turn, caller, position, reason)
    return Prospect(position, low, high, reason, serving)


def _range(
    turn: Turn, caller: Caller, position: int, reason: f.AnnounceReason
) -> tuple[timedelta, timedelta] | tuple[None, None]:
    estimate = estimate_of(turn.memory, caller, turn.now, position)
    if estimate is None:
        return None, None
    low, high = estimate.rounded(turn.memory.policy_of(caller).announcements.round_to_s)
    told = caller.announced
    if reason is f.AnnounceReason.MOVED and told is not None and told.high is not None:
        high = min(high, told.high)
        low = min(low, high)
    return low, high


def estimate_of(
    memory: FloorMemory, caller: Caller, now: datetime, position: int
) -> WaitEstimate | None:
    """Of the whole line; who needs what not every seat can do for good, of his own if longer."""
    advantage_s = (now - caller.turn_at).total_seconds()
    whole = memory.measured.estimate(position - 1, memory.serving, advantage_s)
    if whole is None or not _is_bound(memory, caller):
        return whole
    ahead = memory.line.alike_ahead_of(caller)
    own = memory.measured.estimate(ahead, memory.able(caller.signature))
    return own if own is None or own.mean_s > whole.mean_s else whole


def _is_bound(memory: FloorMemory, caller: Caller) -> bool:
    """Whatever time does to his needs, they stay such as not every queue asks for."""
    policy = memory.policy_of(caller)
    at_last = policy.needs_at(caller.asked, len(policy.relaxation))
    return not set(at_last) <= set(memory.policies.of(memory.policies.default_queue).needs)


def _reason(told: f.AnnouncementDue, position: int, serving: int) -> f.AnnounceReason:
    if serving < told.serving:
        return f.AnnounceReason.SEATS_LEFT
    if position > told.position:
        return f.AnnounceReason.OVERTAKEN
    return f.AnnounceReason.MOVED


def _is_worth_telling(turn: Turn, caller: Caller, prospect: Prospect) -> bool:
    told = caller.announced
    if told is None:
        return True
    rules = turn.memory.policy_of(caller).announcements
    if told.position - prospect.position >= rules.places_gained:
        return True
    if prospect.high is None or told.high is None:
        return prospect.high is not told.high
    return abs(told.high - prospect.high) >= seconds(rules.seconds_gained_s)


def _announce(turn: Turn, caller: Caller, prospect: Prospect) -> None:
    turn.note(
        f.AnnouncementDue(
            at=turn.now,
            call=caller.call,
            position=prospect.position,
            low=prospect.low,
            high=prospect.high,
            reason=prospect.reason,
            serving=prospect.serving,
        )
    )
