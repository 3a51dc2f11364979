"""The survey campaign (回访) as people see and steer it, and what citizens answered."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callbacks.duty import DutyKind, DutyState
from callbacks.duty_lists import BadPage, DutyPage
from callbacks.schedule_settings import Span
from callbacks.store import UnknownDuty
from console.asked import Asked
from console.logins import Scope
from console.routes import Routes
from console.survey_port import SurveyCalls
from kernel.errors import Unavailable
from kernel.ids import DutyId

routes = Routes("surveys")
Short = Annotated[str, Field(min_length=1, max_length=120)]


class Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpanQuery(Sent):
    """Both ends aware; `before` is left out of it."""

    since: AwareDatetime
    before: AwareDatetime


class Hour(BaseModel):
    hour: int
    dialled: int
    reached: int


class CampaignShown(BaseModel):
    """Due, in progress, reached, by hour. `free`: how many more may be dialled at this moment."""

    by_state: dict[str, int]
    by_result: dict[str, int]
    by_hour: list[Hour]
    paused_by: str | None
    paused_at: datetime | None
    up: int
    free: int
    answer_rate: float | None
    longest_wait_s: float
    hears_voice: bool


class PauseForm(Sent):
    paused: bool


class WindowsShown(BaseModel):
    """When and how often a citizen may be asked. Spans "09:00-11:45", of China.

    `windows`: by workday, restday, holiday. `tries` of a case over `days` days; `per_day` and
    `gap_s` of a number. Surveys have `trunk_share` of `trunk_lines`, and stop below
    `answer_rate_at_least` or when somebody waits longer than `wait_at_most_s`.
    """

    windows: dict[str, list[str]]
    lunch: str
    night: str
    tries: int
    days: int
    per_day: int
    gap_s: float
    after_closing_s: float
    due_workdays: int
    trunk_lines: int
    trunk_share: float
    answer_rate_at_least: float
    wait_at_most_s: float


class PlanQuery(Sent):
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class PlannedRow(BaseModel):
    """`at` None: it would not be rung, and `rule` says why."""

    duty: str
    case: str | None
    caller: str
    at: datetime | None
    rule: str
    provisional: bool


class PlanShown(BaseModel):
    calls: list[PlannedRow]


class SurveysQuery(Sent):
    """`after`: the `next` of the page before."""

    state: DutyState | None = None
    after: Short | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class AttemptRow(BaseModel):
    call: str
    at: datetime
    answered_at: datetime | None
    outcome: str | None


class SurveyRow(BaseModel):
    """`result`: with what it ended once the citizen was reached. `caller` is masked."""

    duty: str
    case: str | None
    round: int
    state: str
    result: str | None
    caller: str
    closed_at: datetime
    due_at: datetime
    ready_at: datetime | None
    attempts: list[AttemptRow]


class SurveysPage(BaseModel):
    surveys: list[SurveyRow]
    next: str | None


class StopForm(Sent):
    stopped: bool


@routes.get("/api/surveys", scope=Scope.READ_DUTIES, errors=(Unavailable,))
async def campaign(asked: Asked, query: SpanQuery) -> CampaignShown:
    """The campaign: what is due, in progress, reached, by hour (回访任务)."""
    now = await asked.console.surveys.campaign(query.since, query.before)
    hours = sorted(now.of.by_hour.items())
    return CampaignShown(
        by_state={state.value: n for state, n in now.of.by_state.items()},
        by_result=now.of.by_result,
        by_hour=[Hour(hour=hour, dialled=of[0], reached=of[1]) for hour, of in hours],
        paused_by=now.pause.by if now.pause is not None else None,
        paused_at=now.pause.at if now.pause is not None else None,
        up=now.up,
        free=now.free,
        answer_rate=now.answer_rate,
        longest_wait_s=now.longest_wait_s,
        hears_voice=now.hears_voice,
    )


@routes.get("/api/surveys/windows", scope=Scope.READ_DUTIES)
async def survey_windows(asked: Asked) -> WindowsShown:
    """When surveys are dialled, and what holds them back (外呼时段)."""
    schedule = asked.console.surveys.rules
    rules = schedule.survey
    return WindowsShown(
        windows={kind.value: [_text(one) for one in of] for kind, of in rules.windows.items()},
        lunch=_text(rules.lunch),
        night=_text(schedule.night),
        tries=rules.tries,
        days=rules.days,
        per_day=rules.per_day,
        gap_s=rules.gap.total_seconds(),
        after_closing_s=rules.after_closing.total_seconds(),
        due_workdays=rules.due_workdays,
        trunk_lines=rules.trunk_lines,
        trunk_share=rules.trunk_share,
        answer_rate_at_least=rules.answer_rate_at_least,
        wait_at_most_s=rules.wait_at_most.total_seconds(),
    )


def _text(span: Span) -> str:
    return f"{span.first:%H:%M}-{span.until:%H:%M}"


@routes.post("/api/surveys/pause", scope=Scope.RUN_SURVEYS, errors=(Unavailable,))
async def pause_surveys(asked: Asked, body: PauseForm) -> None:
    """Stop dialling, or go on; calls that are up are finished."""
    await asked.console.surveys.pause(body.paused, by=asked.login.name)


@routes.get("/api/surveys/plan", scope=Scope.READ_DUTIES, errors=(Unavailable,))
async def survey_plan(asked: Asked, query: PlanQuery) -> PlanShown:
    """A dry run: who would be rung, when, and what holds it back."""
    found = await asked.console.surveys.dry_run(query.limit)
    return PlanShown(
        calls=[
            PlannedRow(
                duty=one.duty.id,
                case=one.duty.case,
                caller=one.duty.caller,
                at=one.at,
                rule=one.rule,
                provisional=one.provisional,
            )
            for one in found
        ]
    )


@routes.get("/api/surveys/calls", scope=Scope.READ_DUTIES, errors=(BadPage, Unavailable))
async def survey_calls(asked: Asked, query: SurveysQuery) -> SurveysPage:
    """Every survey by due time, with its state and its attempts (C5)."""
    wanted = DutyPage(
        kinds=frozenset({DutyKind.SURVEY}),
        states=frozenset({query.state} if query.state else ()),
        after=query.after,
        limit=query.limit,
    )
    found = await asked.console.surveys.page(wanted)
    return SurveysPage(
        surveys=[_survey(one) for one in found], next=found[-1].next if found else None
    )


@routes.post("/api/surveys/{duty}/stop", scope=Scope.RUN_SURVEYS, errors=(UnknownDuty, Unavailable))
async def stop_surveys(asked: Asked, duty: str, body: StopForm) -> None:
    """This citizen wants no survey again, or has changed his mind."""
    await asked.console.surveys.stop(DutyId(duty), body.stopped, by=asked.login.name)


def _survey(one: SurveyCalls) -> SurveyRow:
    duty = one.duty
    return SurveyRow(
        duty=duty.id,
        case=duty.case,
        round=duty.round,
        state=duty.state.value,
        result=duty.result.value if duty.result is not None else None,
        caller=duty.caller,
        closed_at=duty.last_missed_at,
        due_at=duty.due_at,
        ready_at=duty.ready_at,
        attempts=[
            AttemptRow(
                call=attempt.id,
                at=attempt.dialled_at,
                answered_at=attempt.answered_at,
                outcome=attempt.outcome.value if attempt.outcome is not None else None,
            )
            for attempt in one.attempts
        ],
    )
