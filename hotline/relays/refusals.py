"""What stands in the way of a call about a case, each with its word to the person who asked."""

from datetime import datetime

from callbacks.duty import Duty, DutyKind, DutyState
from callbacks.schedule import Rule
from cases.relay import BARS_CALLS
from cases.relay_store import CitizenOf
from console.relay_port import MayNotBeRung, NoSuchRelay, NotDialable, NotRungNow
from kernel.ids import CallId, DutyId, NumberKey
from kernel.phone import PhoneNumber


def demand_open(of: CitizenOf) -> None:
    """Raises MayNotBeRung: the confidential flag holds for everybody."""
    barred = [flag.value for flag in BARS_CALLS if flag in of.flags]
    if barred:
        raise may_not(", ".join(barred))


def as_a_duty(key: NumberKey, now: datetime, *, urgent: bool) -> Duty:
    """For the rules of calls that people make: the night, and a number that is being rung."""
    return Duty(
        id=DutyId("relay"),
        kind=DutyKind.FOLLOW_UP,
        state=DutyState.OPEN,
        caller_key=key,
        caller="",
        opened_at=now,
        last_missed_at=now,
        due_at=now,
        urgent=urgent,
    )


def may_not(why: str) -> MayNotBeRung:
    return MayNotBeRung(
        f"The citizen may not be rung about this case: {why}.",
        remedy="Leave it to the supervisor; the case's flags say why.",
    )


def not_now(why: Rule) -> NotRungNow:
    return NotRungNow(
        f"The citizen may not be rung now: {why}.",
        remedy="At night only urgent cases; or wait until the other call has ended.",
    )


def not_dialable(number: PhoneNumber) -> NotDialable:
    return NotDialable(
        f"{number.masked()} is not on the list of what may be dialled.",
        remedy="Have outbound_allow in asterisk.toml changed, or dial another number.",
    )


def no_such_relay(call: CallId) -> NoSuchRelay:
    return NoSuchRelay(
        f"No call {call!r} of yours is known.", remedy="Take its id from the answer to your order."
    )
