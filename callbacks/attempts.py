"""What a claim, an attempt and its outcome make of a duty. Pure: the stores do nothing else.

Rule: an attempt that may have rung a phone counts for the caps for ever, whatever became of it;
one that is proved not to have been dialled counts for nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from callbacks.duty import (
    OF_A_CALL,
    SETTLED,
    AttemptId,
    Duty,
    DutyCue,
    DutyKind,
    DutyState,
    Outcome,
    Result,
    step,
)
from callbacks.schedule import Ask, Never, Rule, Slot, earliest, fresh_until
from callbacks.schedule_settings import EngineRules
from callbacks.settings import CallbackSettings
from callbacks.workdays import Calendar
from kernel.errors import Conflict
from kernel.ids import AgentNo, DutyId, NumberKey

# Not a try of ours at the citizen; a survey counts every one that may have rung, all the same.
_NO_TRY: Final = frozenset({Outcome.NETWORK_FAILURE, Outcome.LOST, Outcome.REACHED})


class LeaseLost(Conflict):
    """Somebody else has taken the duty over: do not dial, do not write."""

    code = "lease-lost"


class NumberBusy(Conflict):
    """The number has an outstanding attempt."""

    code = "number-busy"

    @classmethod
    def of(cls, attempt: AttemptId) -> "NumberBusy":
        return cls(
            f"The attempt {attempt} was not written: the number is being rung already.",
            remedy="Do not dial; give the claim back.",
        )


class DutyGone(Conflict):
    """It was settled between claim and dialling: withdrawn, or the citizen rang first."""

    code = "duty-gone"

    @classmethod
    def of(cls, ids: Sequence[DutyId]) -> "DutyGone":
        return cls(
            f"Nothing is owed any more by {', '.join(ids)}.",
            remedy="Do not dial; take the next duty.",
        )


class NotNow(Conflict):
    """The window closed, or a cap was reached, between claim and dialling."""

    code = "not-now"

    @classmethod
    def of(cls, duty: DutyId, rule: Rule) -> "NotNow":
        return cls(
            f"The duty {duty} may not be dialled now: {rule}.",
            remedy="Give the claim back; it is offered again when it may be.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One dialling, written before it. `outcome` None: not settled yet."""

    id: AttemptId
    number_key: NumberKey
    duties: tuple[DutyId, ...]
    dialled_at: datetime
    worker: str
    token: int
    answered_at: datetime | None = None
    outcome: Outcome | None = None
    settled_at: datetime | None = None

    @property
    def may_have_rung(self) -> bool:
        return self.outcome is not Outcome.NOT_DIALLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to dial until `until`, fenced by `token`: each claim's is greater than any before.

    `duties`: the first one leads; further cases of the same number ride along (surveys).
    """

    duties: tuple[Duty, ...]
    number_key: NumberKey
    token: int
    worker: str
    until: datetime
    agent: AgentNo | None = None

    @property
    def ids(self) -> tuple[DutyId, ...]:
        return tuple(duty.id for duty in self.duties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned:
    """A call whose worker died: look the attempt up by its id, then settle it. Never dial it."""

    claim: Claim
    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of a number. `attempts`: over all duties; `busy_until`: held elsewhere."""

    attempts: tuple[Attempt, ...] = ()
    busy_until: datetime | None = None
    stopped: bool = False


@dataclass(slots=True)
class Rules:
    """Both may be renewed; what was reckoned with the old ones stays."""

    settings: CallbackSettings
    calendar: Calendar

    @property
    def engine(self) -> EngineRules:
        return self.settings.schedule.engine

    def use(self, released: CallbackSettings, calendar: Calendar) -> None:
        """When, how often and how long is rung from now on. Which calls are missed, the SMS and
        the zone stay as they were at the start: tables are made of them."""
        schedule = released.schedule.model_copy(update={"zone": self.settings.schedule.zone})
        self.settings = self.settings.model_copy(update={"schedule": schedule})
        self.calendar = calendar

    def when(self, duty: Duty, history: History, now: datetime) -> Slot | Never:
        """The next moment at which the duty may be dialled."""
        if duty.caller_key is None:
            return Never(Rule.EXHAUSTED)
        if _used_up(duty, history, self.engine.attempts_at_most):
            return Never(Rule.EXHAUSTED)
        ask = self._ask(duty, history)
        return earliest(ask, now, self.settings.schedule, self.calendar)

    def _ask(self, duty: Duty, history: History) -> Ask:
        missed = self.settings.missed
        day = (missed.day_from, missed.day_until, missed.zone)
        return Ask(
            kind=duty.kind,
            urgent=duty.urgent,
            ready_at=duty.ready_at,
            tries=tuple(one.dialled_at for one in tries_of(duty, history.attempts)),
            rung=tuple(one.dialled_at for one in history.attempts if one.may_have_rung),
            busy_until=history.busy_until,
            stopped=history.stopped,
            fresh_until=fresh_until(duty.kind, duty.last_missed_at, missed.due_within, day),
        )

    def due_of_survey(self, closed_at: datetime, zone_time: datetime) -> datetime:
        """The end of the third working day after closing; `zone_time`: closing, local."""
        survey = self.settings.schedule.survey
        last = self.calendar.plus_workdays(zone_time.date(), survey.due_workdays)
        end = datetime.combine(last, datetime.max.time(), zone_time.tzinfo).replace(microsecond=0)
        return end.astimezone(closed_at.tzinfo)


def _used_up(duty: Duty, history: History, at_most: int) -> bool:
    return len(_since(duty, history.attempts)) >= at_most


def _since(duty: Duty, attempts: Iterable[Attempt]) -> list[Attempt]:
    """The duty's attempts for its present cause: who is missed again is owed anew."""
    return [
        one
        for one in attempts
        if duty.id in one.duties
        and one.may_have_rung
        and (duty.kind not in OF_A_CALL or one.dialled_at >= duty.last_missed_at)
    ]


def tries_of(duty: Duty, attempts: Iterable[Attempt]) -> list[Attempt]:
    """Those that count towards `tries`: of a survey all that may have rung."""
    found = _since(duty, attempts)
    if duty.kind is DutyKind.SURVEY:
        return found
    return [one for one in found if one.outcome not in _NO_TRY]


def claimed(duty: Duty, agent: AgentNo | None) -> Duty:
    """Raises WrongDutyStep."""
    cue = DutyCue.CLAIM if agent is None else DutyCue.ASSIGN
    return replace(duty, state=step(duty.state, cue), agent=agent)


def given_back(duty: Duty, at: datetime) -> Duty:
    """Free again from `at` on. A settled one stays as it is."""
    if duty.state in SETTLED:
        return duty
    return replace(duty, state=step(duty.state, DutyCue.GIVE_BACK), agent=None, ready_at=at)


def settled(
    duty: Duty,
    end: tuple[Outcome, Result | None],
    history: History,
    now: datetime,
    rules: Rules,
) -> Duty:
    """The duty after one attempt at it; `history` holds that attempt with its outcome.

    A duty that was settled meanwhile (the citizen rang first, it was withdrawn) stays settled.
    """
    outcome, result = end
    if duty.state in SETTLED:
        return duty
    if outcome is Outcome.NOT_DIALLED:
        return given_back(duty, now)
    if outcome is Outcome.REACHED:
        return _reached(duty, result, now)
    failed = replace(duty, state=step(duty.state, DutyCue.NOT_REACH), agent=None)
    engine = rules.engine
    if outcome in engine.hopeless:
        return ended(failed, DutyCue.EXHAUST, now)
    failed = replace(failed, ready_at=now + _pause(outcome, rules))
    return rescheduled(failed, rules.when(failed, history, now), now)


def rescheduled(duty: Duty, when: Slot | Never, now: datetime) -> Duty:
    """A waiting duty with its next moment, or ended when it has none."""
    if isinstance(when, Slot):
        return replace(duty, ready_at=when.at)
    match when.rule:
        case Rule.STOPPED:
            return ended(duty, DutyCue.REFUSE, now)
        case Rule.EXHAUSTED:
            return ended(duty, DutyCue.EXHAUST, now)
        case _:  # the windows leave no room just now: looked at again, never forgotten
            return replace(duty, ready_at=now + timedelta(days=1))


def ended(duty: Duty, cue: DutyCue, at: datetime) -> Duty:
    """Raises WrongDutyStep."""
    return replace(duty, state=step(duty.state, cue), closed_at=at)


def _pause(outcome: Outcome, rules: Rules) -> timedelta:
    schedule = rules.settings.schedule
    if outcome is Outcome.NETWORK_FAILURE:
        return schedule.engine.network_retry
    return schedule.people.retry_after


def _reached(duty: Duty, result: Result | None, now: datetime) -> Duty:
    state = duty.state
    if state is DutyState.DIALLING:
        state = step(state, DutyCue.REACH)
    refused = result in (Result.REFUSED, Result.NEVER_AGAIN)
    done = replace(duty, state=state, result=result or Result.COMPLETE)
    return ended(done, DutyCue.REFUSE if refused else DutyCue.CLOSE, now)


def asks_for_sms(before: Duty, after: Duty) -> bool:
    """The step that owes the citizen an SMS (MISS-02, CBK-02)."""
    return after.state is not before.state and after.state in (
        DutyState.EXHAUSTED,
        DutyState.BY_SMS,
    )


def busy_until(held: Sequence[datetime], now: datetime) -> datetime | None:
    """Until the leases on the number's other duties run out; None: nothing holds it."""
    return max((one for one in held if one > now), default=None)
