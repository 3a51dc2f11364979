"""Cases as they are stored, the catalogue to file them under, the calls we owe."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callbacks.duty import DutyState
from callbacks.missed import Duty
from callbacks.store import DutyFilter
from cases.case import CaseFilter, CaseSummary
from cases.errors import UnknownCase
from cases.status import CaseStatus
from console.asked import Asked
from console.logins import Scope
from console.routes import Routes
from console.tickets_api import TicketShown, ticket_shown, viewer_of
from kernel.errors import Unavailable
from kernel.ids import AgentNo, CallId, CaseId, TicketNo

routes = Routes("cases")
CHINA = ZoneInfo("Asia/Shanghai")
Short = Annotated[str, Field(max_length=80)]


class _Query(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CasesQuery(_Query):
    """Those given must all hold; `before` is the last case of the page before."""

    status: CaseStatus | None = None
    request_type: Short | None = None
    category: Short | None = None
    region_code: Short | None = None
    agent: Short | None = None
    call: Short | None = None
    ticket_no: Short | None = None
    opened_from: AwareDatetime | None = None
    opened_until: AwareDatetime | None = None
    before: Short | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class CaseRow(BaseModel):
    id: str
    status: str
    opened_at: datetime
    updated_at: datetime
    region_code: str
    request_type: str
    category_code: str
    title: str
    urgency: str
    protected: bool
    tickets: list[str]
    calls: list[str]
    caller_tags: list[str]


class Cases(BaseModel):
    """Newest first. `next`: what to send as `before` for the next page; None at the end."""

    cases: list[CaseRow]
    next: str | None


class CaseEventShown(BaseModel):
    n: int
    at: datetime
    kind: str
    by: str
    body: dict[str, Any]


class CaseShown(BaseModel):
    case: CaseRow
    tickets: list[TicketShown]
    events: list[CaseEventShown]


class CatalogueQuery(_Query):
    q: Annotated[str, Field(min_length=1, max_length=60)]
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class CategoryShown(BaseModel):
    code: str
    path: list[str]
    units: list[str]
    score: int


class CatalogueHits(BaseModel):
    version: str
    found: list[CategoryShown]


class DutiesQuery(_Query):
    state: DutyState | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class DutyRow(BaseModel):
    """`caller` is masked; a withheld number is `uncallable`, yet counted (MISS-01)."""

    id: str
    kind: str
    state: str
    caller: str
    opened_at: datetime
    last_missed_at: datetime
    due_at: datetime
    urgent: bool
    agent: str | None
    closed_at: datetime | None
    resolved_by: str | None
    calls: list[str]


class Duties(BaseModel):
    duties: list[DutyRow]


@routes.get("/api/cases", scope=Scope.READ_CASES, errors=(Unavailable,))
async def cases(asked: Asked, query: CasesQuery) -> Cases:
    """Cases, newest first; no personal data in a list."""
    wanted = CaseFilter(
        status=query.status,
        request_type=query.request_type,
        category=query.category,
        region_code=query.region_code,
        agent=AgentNo(query.agent) if query.agent else None,
        call=CallId(query.call) if query.call else None,
        ticket_no=TicketNo(query.ticket_no) if query.ticket_no else None,
        opened_from=query.opened_from,
        opened_until=query.opened_until,
        before=CaseId(query.before) if query.before else None,
        limit=query.limit,
    )
    found = await asked.console.cases.cases.cases(wanted)
    more = found[-1].id if len(found) == query.limit else None
    return Cases(cases=[_row(case) for case in found], next=more)


@routes.get("/api/cases/{case}", scope=Scope.READ_CASES, errors=(UnknownCase, Unavailable))
async def case_file(asked: Asked, case: str) -> CaseShown:
    """One case with its tickets (masked) and its history."""
    found = await asked.console.cases.cases.case(CaseId(case))
    return CaseShown(
        case=_row(found.summary),
        tickets=[ticket_shown(ticket, viewer_of(asked, ticket)) for ticket in found.tickets],
        events=[
            CaseEventShown(n=e.n, at=e.at, kind=e.kind, by=e.by, body=dict(e.body))
            for e in found.events
        ],
    )


@routes.get("/api/catalogue", scope=Scope.FILE_TICKETS)
async def catalogue(asked: Asked, query: CatalogueQuery) -> CatalogueHits:
    """Leaves of the catalogue near to the words typed, best first."""
    known = asked.console.cases.catalogue
    today = asked.console.clock.now().astimezone(CHINA).date()
    return CatalogueHits(
        version=known.version,
        found=[
            CategoryShown(
                code=hit.category.code,
                path=list(hit.category.path),
                units=list(hit.category.units),
                score=hit.score,
            )
            for hit in known.search(query.q, on=today, limit=query.limit)
        ],
    )


@routes.get("/api/duties", scope=Scope.READ_DUTIES, errors=(Unavailable,))
async def duties(asked: Asked, query: DutiesQuery) -> Duties:
    """The calls we owe, by due time (漏接回拨)."""
    states = frozenset({query.state} if query.state else ())
    found = await asked.console.cases.duties.duties(DutyFilter(states=states, limit=query.limit))
    return Duties(duties=[_duty(duty) for duty in found])


def _row(case: CaseSummary) -> CaseRow:
    return CaseRow(
        id=case.id,
        status=case.status.value,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
        region_code=case.region_code,
        request_type=case.request_type,
        category_code=case.category_code,
        title=case.title,
        urgency=case.urgency,
        protected=case.protection.strict,
        tickets=list(case.tickets),
        calls=list(case.calls),
        caller_tags=list(case.caller_tags),
    )


def _duty(duty: Duty) -> DutyRow:
    return DutyRow(
        id=duty.id,
        kind=duty.kind,
        state=duty.state.value,
        caller=duty.caller,
        opened_at=duty.opened_at,
        last_missed_at=duty.last_missed_at,
        due_at=duty.due_at,
        urgent=duty.urgent,
        agent=duty.agent,
        closed_at=duty.closed_at,
        resolved_by=duty.resolved_by,
        calls=list(duty.calls),
    )
