"""Quality inspection (质检): what is to be heard, scores, the agent's appeal, calibration."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from console.asked import Asked
from console.errors import NoAgentBehindLogin
from console.inspection_samples import SamplesShown, sample_row
from console.logins import Scope
from console.routes import Routes
from figures import inspection_errors as wrong
from figures.inspection import Inspection, State, Why, Word
from figures.inspection_blind import is_hidden
from figures.inspection_office import By
from kernel.errors import Unavailable
from kernel.ids import AgentNo, CallId

routes = Routes("inspections")
Short = Annotated[str, Field(min_length=1, max_length=80)]
Said = Annotated[str, StringConstraints(min_length=2, max_length=1000, strip_whitespace=True)]
Points = Annotated[dict[str, int], Field(min_length=1, max_length=40)]
_KNOWN: Final = (wrong.UnknownInspection, wrong.WrongInspectionStep, Unavailable)


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScoreItem(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    name_zh: str
    name_en: str
    points: int
    fatal: bool


class ScorecardShown(BaseModel):
    items: list[ScoreItem]
    pass_mark: int
    appeal_days: int


class WordShown(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)

    by: str
    at: datetime
    text: str


class InspectionRow(BaseModel):
    """`total` of 100, `first_total` before an appeal changed it; null until it is scored.
    `ticket_errors`: wrong fields of its ticket; null: none was looked at (D-29). `hidden`: the one
    who asks has taken the same talk, and sees others' words once he has given his own."""

    id: str
    call: str
    agent: str
    inspector: str
    why: Why
    calibrates: bool
    state: State
    opened_at: datetime
    scores: dict[str, int] | None
    total: int | None
    first_total: int | None
    passed: bool | None
    ticket_errors: int | None
    hidden: bool
    scored: WordShown | None
    appeal: WordShown | None
    decision: WordShown | None


class InspectionsQuery(_Sent):
    """`before`: the `next` of the page before."""

    state: State | None = None
    before: Short | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class InspectionsPage(BaseModel):
    inspections: list[InspectionRow]
    next: str | None


class SamplesQuery(_Sent):
    """A day of China."""

    day: date


class InspectionForm(_Sent):
    """`calibrates`: beside another inspector's word on the same talk."""

    call: Short
    agent: Short
    why: Why = Why.CHOSEN
    calibrates: bool = False


class ScoresForm(_Sent):
    """`ticket_errors` (差错): wrong fields of the ticket; null: there is none."""

    scores: Points
    ticket_errors: Annotated[int, Field(ge=0, le=100)] | None = None
    comment: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)] = ""


class AppealForm(_Sent):
    reason: Said


class DecisionForm(_Sent):
    """`scores` null: the inspector's word stands."""

    scores: Points | None = None
    reason: Said


class CalibrationQuery(_Sent):
    since: AwareDatetime
    before: AwareDatetime


class ComparedRow(BaseModel):
    """Differences: the second's points less the first's. `blind`: the second could not see them."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    call: str
    agent: str
    first: str
    second: str
    blind: bool
    by_item: dict[str, int]
    of_total: int


class CalibrationShown(BaseModel):
    """`apart`: mean absolute difference in points, by item, over the blind pairs."""

    pairs: list[ComparedRow]
    apart: dict[str, float]


@routes.get("/api/inspections/scorecard", scope=Scope.WATCH_FLOOR)
async def scorecard(asked: Asked) -> ScorecardShown:
    """By what a call is judged; agents may know it."""
    rules = asked.console.inspections.rules
    return ScorecardShown(
        items=[ScoreItem.model_validate(item) for item in rules.scorecard.items],
        pass_mark=rules.scorecard.pass_mark,
        appeal_days=rules.appeal_days,
    )


@routes.get("/api/inspections", scope=Scope.WATCH_FLOOR, errors=(NoAgentBehindLogin, Unavailable))
async def inspections(asked: Asked, query: InspectionsQuery) -> InspectionsPage:
    """A supervisor's: all of them; an agent's: those of his own calls, once they are scored."""
    agent = None if asked.may(Scope.FORCE_SEATS) else asked.agent
    office = asked.console.inspections
    by = _by(asked)
    found = await office.listed(agent, query.state, query.before, query.limit, by)
    more = found[-1].id if len(found) == query.limit else None
    return InspectionsPage(inspections=[_row(asked, one) for one in found], next=more)


@routes.get("/api/inspections/samples", scope=Scope.FORCE_SEATS, errors=(Unavailable,))
async def inspection_samples(asked: Asked, query: SamplesQuery) -> SamplesShown:
    """What is to be inspected of a day: by lot, and by rules; the same whenever it is asked."""
    found = await asked.console.inspections.samples(query.day)
    return SamplesShown(samples=[sample_row(one) for one in found])


@routes.get("/api/inspections/calibration", scope=Scope.FORCE_SEATS, errors=(Unavailable,))
async def inspection_calibration(asked: Asked, query: CalibrationQuery) -> CalibrationShown:
    """How far inspectors are apart who scored the same conversation (校准)."""
    found = await asked.console.inspections.calibration(query.since, query.before, _by(asked))
    pairs = [ComparedRow.model_validate(pair) for pair in found.pairs]
    return CalibrationShown(pairs=pairs, apart=dict(found.apart))


@routes.post(
    "/api/inspections",
    scope=Scope.SUPERVISE,
    status=201,
    errors=(wrong.UnknownTalk, wrong.JudgeInOwnCase, wrong.InspectedAlready, Unavailable),
)
async def open_inspection(asked: Asked, body: InspectionForm) -> InspectionRow:
    """Take a conversation for inspection: from now on it is this inspector's."""
    call, agent = CallId(body.call), AgentNo(body.agent)
    office = asked.console.inspections
    one = await office.open(call, agent, body.why, _by(asked), calibrates=body.calibrates)
    return _row(asked, one)


@routes.post(
    "/api/inspections/{inspection}/scores",
    scope=Scope.SUPERVISE,
    errors=(*_KNOWN, wrong.NotYourInspection, wrong.BadScores),
)
async def score_inspection(asked: Asked, inspection: str, body: ScoresForm) -> InspectionRow:
    """Points for each item of the scorecard, once; the agent sees them at once."""
    office = asked.console.inspections
    given = body.scores, body.comment, _by(asked), body.ticket_errors
    return _row(asked, await office.score(inspection, *given))


@routes.post(
    "/api/inspections/{inspection}/appeal",
    scope=Scope.SIT,
    errors=(*_KNOWN, wrong.NotYourInspection, wrong.AppealTooLate, NoAgentBehindLogin),
)
async def appeal_inspection(asked: Asked, inspection: str, body: AppealForm) -> InspectionRow:
    """The agent's appeal (申诉) with a reason: once, within so many days."""
    by = By(login=asked.login.name, agent=asked.agent)
    return _row(asked, await asked.console.inspections.appeal(inspection, body.reason, by))


@routes.post(
    "/api/inspections/{inspection}/decision",
    scope=Scope.SUPERVISE,
    errors=(*_KNOWN, wrong.JudgeInOwnCase, wrong.BadScores),
)
async def decide_inspection(asked: Asked, inspection: str, body: DecisionForm) -> InspectionRow:
    """Uphold or change what was appealed against: by another than the inspector."""
    office = asked.console.inspections
    return _row(asked, await office.decide(inspection, body.scores, body.reason, _by(asked)))


def _by(asked: Asked) -> By:
    return By(login=asked.login.name, agent=asked.login.agent)


def _row(asked: Asked, one: Inspection) -> InspectionRow:
    mark = one.pass_mark or asked.console.inspections.rules.scorecard.pass_mark
    return InspectionRow(
        id=one.id,
        call=one.call,
        agent=one.agent,
        inspector=one.inspector,
        why=one.why,
        calibrates=one.calibrates,
        state=one.state,
        opened_at=one.opened_at,
        scores=dict(one.scores) if one.scores is not None else None,
        total=one.total,
        first_total=one.first_total,
        passed=one.total >= mark if one.total is not None else None,
        ticket_errors=one.ticket_errors,
        hidden=is_hidden(one),
        scored=_word(one.scored),
        appeal=_word(one.appeal),
        decision=_word(one.decision),
    )


def _word(word: Word | None) -> WordShown | None:
    return None if word is None else WordShown.model_validate(word)
