"""One call that we owe: its story, its attempts; called back by hand; D-10."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from acd.errors import UnknownWorkNumber, WrongState
from callbacks.duty import Outcome
from callbacks.duty_lists import MissedDay
from callbacks.store import UnknownDuty
from console.asked import Asked
from console.duty_port import DutyLife
from console.errors import NoAgentBehindLogin
from console.logins import Scope
from console.routes import Routes
from kernel.errors import Unavailable
from kernel.ids import DutyId

routes = Routes("duties")


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class BehindRow(_Shown):
    """A call of the citizen that was not answered, and why."""

    call: str
    asked_at: datetime | None
    missed_at: datetime
    why: str
    queue: str | None


class AttemptRow(_Shown):
    """`outcome` None: not settled yet."""

    attempt: str
    dialled_at: datetime
    answered_at: datetime | None
    outcome: str | None
    settled_at: datetime | None


class DutyStory(_Shown):
    """`caller` is masked; `ready_at`: not dialled before."""

    id: str
    kind: str
    state: str
    caller: str
    due_at: datetime
    ready_at: datetime | None
    urgent: bool
    agent: str | None
    result: str | None
    closed_at: datetime | None
    calls: list[BehindRow]
    attempts: list[AttemptRow]


class MissedDayRow(_Shown):
    """D-10 of the duties opened on that day. Shares are 0..1, None where nothing was owed."""

    day: date
    duties: int
    calls: int
    owed: int
    self_resolved: int
    uncallable: int
    called_back: int
    in_time: int
    reached: int
    exhausted: int
    median_delay_s: float | None
    called_back_share: float | None
    in_time_share: float | None
    reached_share: float | None


class MissedReport(_Shown):
    days: list[MissedDayRow]


class ReportQuery(BaseModel):
    """Local days, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date


class OutcomeForm(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Literal[Outcome.REACHED, Outcome.VOICEMAIL, Outcome.WRONG_PERSON]


class CallMade(_Shown):
    call: str


@routes.get("/api/duties/report", scope=Scope.READ_DUTIES, errors=(Unavailable,))
async def missed_report(asked: Asked, query: ReportQuery) -> MissedReport:
    """Missed calls and what became of them, day by day (D-10 漏接回拨率)."""
    days = await asked.console.duties.report(query.first, query.last)
    return MissedReport(days=[_day(day) for day in days])


@routes.get("/api/duties/{duty}", scope=Scope.READ_DUTIES, errors=(UnknownDuty, Unavailable))
async def duty_story(asked: Asked, duty: str) -> DutyStory:
    """One duty: the calls behind it and the attempts at it."""
    return _story(await asked.console.duties.life(DutyId(duty)))


@routes.post(
    "/api/duties/{duty}/call",
    scope=Scope.TALK,
    errors=(UnknownDuty, WrongState, UnknownWorkNumber, NoAgentBehindLogin, Unavailable),
)
async def call_back(asked: Asked, duty: str) -> CallMade:
    """By hand: the agent's own phone rings, then the citizen's (人工回拨)."""
    call = await asked.console.duties.call_back(DutyId(duty), asked.agent)
    return CallMade(call=call)


@routes.post(
    "/api/duties/{duty}/outcome", scope=Scope.TALK, errors=(WrongState, NoAgentBehindLogin)
)
async def say_outcome(asked: Asked, duty: str, body: OutcomeForm) -> None:
    """Who was there: the citizen, a machine, somebody else. During the call or right after."""
    asked.console.duties.say(DutyId(duty), asked.agent, body.outcome)


def _story(life: DutyLife) -> DutyStory:
    duty = life.duty
    return DutyStory(
        id=duty.id,
        kind=duty.kind.value,
        state=duty.state.value,
        caller=duty.caller,
        due_at=duty.due_at,
        ready_at=duty.ready_at,
        urgent=duty.urgent,
        agent=duty.agent,
        result=duty.result.value if duty.result else None,
        closed_at=duty.closed_at,
        calls=[
            BehindRow(
                call=one.call,
                asked_at=one.asked_at,
                missed_at=one.missed_at,
                why=one.why,
                queue=one.queue,
            )
            for one in life.calls
        ],
        attempts=[
            AttemptRow(
                attempt=one.id,
                dialled_at=one.dialled_at,
                answered_at=one.answered_at,
                outcome=one.outcome.value if one.outcome else None,
                settled_at=one.settled_at,
            )
            for one in life.attempts
        ],
    )


def _day(day: MissedDay) -> MissedDayRow:
    return MissedDayRow(
        day=day.day,
        duties=day.duties,
        calls=day.calls,
        owed=day.owed,
        self_resolved=day.self_resolved,
        uncallable=day.uncallable,
        called_back=day.called_back,
        in_time=day.in_time,
        reached=day.reached,
        exhausted=day.exhausted,
        median_delay_s=day.median_delay,
        called_back_share=day.called_back_share,
        in_time_share=day.in_time_share,
        reached_share=day.reached_share,
    )
