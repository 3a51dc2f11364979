"""A call as a branch centre tells it (MRG-05), measured like one of ours (MRG-03). Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from figures import call_tally
from figures.call_tally import SHORT, CallTally
from figures.counts import quarter_of
from figures.lines_counts import LineCounts, Moves
from intake.branch_door import AHEAD, BranchId, WorkNo
from intake.field_errors import FieldError, from_validation
from kernel.errors import BadPhoneNumber
from kernel.ids import CallId, QueueName
from kernel.phone import PhoneNumber

Dialled = Annotated[str, StringConstraints(pattern=r"^(\d{3,20})?$")]
LONGEST: Final = timedelta(days=1)  # of one call


class Outcome(StrEnum):
    """What became of him there. `waiting`: nothing yet; the branch tells it again later."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    CALLBACK_PROMISED = "callback_promised"
    BLOCKED = "blocked"
    FAILED = "failed"


class ToldCall(BaseModel):
    """One request for a person at a branch. Times carry an offset; the later `as_of` wins.

    `asked_at`: he left the menu, or arrived where there is none. `ended_at` closes wait or talk.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: BranchId
    as_of: AwareDatetime
    asked_at: AwareDatetime
    outcome: Outcome
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    agent: WorkNo = ""  # 工号 (MRG-06)
    caller_number: str = Field(default="", max_length=30, repr=False)
    transferred_to: Dialled = ""  # 12345, 110 ...
    transfer_failed: bool = False

    @property
    def waited(self) -> timedelta | None:
        ended = self.answered_at or self.ended_at
        return ended - self.asked_at if ended is not None else None


def read_call(sent: object, now: datetime) -> ToldCall | tuple[FieldError, ...]:
    """The call, or all that is wrong with it, by field."""
    try:
        told = ToldCall.model_validate(sent)
    except ValidationError as err:
        return from_validation(err).fields
    return tuple(_broken(told, now)) or told


def _broken(told: ToldCall, now: datetime) -> Iterator[FieldError]:
    yield from _fate(told)
    yield from _times(told, now)
    if told.transfer_failed and not told.transferred_to:
        yield _error("transferred_to", "transfer-target-missing")
    if not _is_number(told.caller_number):
        yield _error("caller_number", "number-wrong")


def _fate(told: ToldCall) -> Iterator[FieldError]:
    answered, waiting = told.outcome is Outcome.ANSWERED, told.outcome is Outcome.WAITING
    if answered and told.answered_at is None:
        yield _error("answered_at", "missing")
    if not answered and told.answered_at is not None:
        yield _error("answered_at", "answered-otherwise")
    if answered and not told.agent:
        yield _error("agent", "work-number-missing")
    if waiting and told.ended_at is not None:
        yield _error("ended_at", "ended-and-waiting")
    if not answered and not waiting and told.ended_at is None:
        yield _error("ended_at", "missing")


def _times(told: ToldCall, now: datetime) -> Iterator[FieldError]:
    named = ("asked_at", "answered_at", "ended_at", "as_of")
    steps = [(name, at) for name in named if (at := getattr(told, name)) is not None]
    for (_, before), (name, at) in pairwise(steps):
        if at < before:
            yield _error(name, "times-out-of-order")
    if told.ended_at is not None and told.ended_at - told.asked_at > LONGEST:
        yield _error("ended_at", "call-too-long")
    if told.as_of > now + AHEAD:
        yield _error("as_of", "in-the-future")


def _is_number(text: str) -> bool:
    try:
        PhoneNumber.parse(text)
    except BadPhoneNumber:
        return False
    return True


_RULES: Final = {
    "missing": ("It is missing.", "Fill the field."),
    "answered-otherwise": ("Only an answered call was answered.", "Correct the outcome."),
    "work-number-missing": ("Nobody is named who answered.", "Send the agent's work number."),
    "ended-and-waiting": ("A call that waits has not ended.", "Correct the outcome."),
    "transfer-target-missing": ("Transferred, but not to whom.", "Send the number."),
    "number-wrong": ("This is not a phone number.", "Send it with its area code."),
    "times-out-of-order": (
        "It lies before what came first: asked_at, answered_at, ended_at, as_of.",
        "Correct the times, or their offsets.",
    ),
    "call-too-long": ("The call lasts longer than a day.", "Correct the times."),
    "in-the-future": ("It lies in the future.", "Set the branch's clock by NTP."),
}


def _error(field: str, code: str) -> FieldError:
    problem, remedy = _RULES[code]
    return FieldError(field=field, code=code, problem=problem, remedy=remedy)


def tally_of(told: ToldCall) -> CallTally:
    """As one of ours would be counted."""
    tally = CallTally(
        call=CallId(told.id), queue=QueueName(""), asked_at=told.asked_at, in_line=True
    )
    if told.outcome is Outcome.WAITING:
        return tally
    waited = told.waited
    assert waited is not None, "whoever has a fate has waited"
    short = told.outcome is Outcome.ABANDONED and waited <= SHORT
    tally = call_tally.settled(tally, told.outcome.value, waited, short=short)
    if told.answered_at is not None and told.ended_at is not None:
        tally = call_tally.talked(tally, told.ended_at - told.answered_at)
    return tally


def contribution(told: ToldCall) -> tuple[datetime, LineCounts]:
    """To the branch's own counts, in the quarter in which he asked."""
    moves = Moves()
    if told.transferred_to:
        moves = Moves.one(_masked(told.transferred_to), done=not told.transfer_failed)
    theirs = call_tally.contribution(tally_of(told))
    return quarter_of(told.asked_at), LineCounts(theirs=theirs, moves=moves)


def _masked(number: str) -> str:
    try:
        return PhoneNumber.parse(number).masked()
    except BadPhoneNumber:  # not a number of the public network
        return number[:3] + "****"
