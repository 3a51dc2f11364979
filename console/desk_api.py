"""What an agent's desk shows beside the call: choices, catalogue, who is calling, his own day."""

from datetime import datetime
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from acd.seat import SYSTEM_REASONS
from console.asked import Asked
from console.call_card import CallCard
from console.cases_api import CHINA
from console.errors import NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.logins import Scope
from console.own_calls import demand_card, demand_had, is_asked_about
from console.routes import Routes
from kernel.errors import Unavailable
from kernel.ids import CallId

routes = Routes("desk")
LAST_CALLS = 5


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Choice(_Shown):
    """`id` is what the API takes."""

    id: str
    name_zh: str
    name_en: str


class PauseChoice(Choice):
    """`by_system`: shown, never chosen. `max_minutes` None: no limit."""

    max_minutes: float | None
    by_system: bool


class Area(Choice):
    """A district with the area code of its landlines, "0431"."""

    area_code: str


class DeskChoices(_Shown):
    """`emergency`: the numbers that are one press away, in the order of their keys.

    `greeting_key`: the site has one; without it nobody is asked to press it.
    """

    pause_reasons: list[PauseChoice]
    queues: list[Choice]
    areas: list[Area]
    emergency: list[Choice]
    greeting_key: bool


class UnitShown(_Shown):
    id: str
    name: str


class Leaf(_Shown):
    """`path`: names from the top, five or more; `units`: who handles it, the likeliest first."""

    code: str
    path: list[str]
    synonyms: list[str]
    units: list[UnitShown]


class Leaves(_Shown):
    version: str
    leaves: list[Leaf]


class OpenCase(_Shown):
    case: str
    title: str
    status: str
    request_type: str
    category_code: str
    opened_at: datetime


class LastCall(_Shown):
    """An earlier call of the same number; by whom it was answered."""

    call: str
    arrived_at: datetime
    queue: str | None
    fate: str | None
    agent: str | None
    talked_s: float | None
    tickets: list[str]


class CallerShown(_Shown):
    """`open_cases` a repeated request may join (DUP-01). `known` False: the store is away."""

    call: str
    caller: str
    tags: list[str]
    earlier_cases: int
    open_cases: list[OpenCase]
    last_calls: list[LastCall]
    known: bool


class OwnDay(_Shown):
    """The agent's own calls since midnight; None where there is nothing to count."""

    since: datetime
    answered: int
    tickets: int
    talked_s: float
    mean_talk_s: float | None
    mean_wait_s: float | None
    rated: int
    mean_rating: float | None


@routes.get("/api/desk", scope=Scope.SIT)
async def desk(asked: Asked) -> DeskChoices:
    """What an agent may choose from at his desk (工作台字典)."""
    rules = asked.console.desk
    return DeskChoices(
        pause_reasons=[
            PauseChoice(
                id=reason,
                name_zh=rule.name_zh,
                name_en=rule.name_en,
                max_minutes=rule.max_minutes,
                by_system=reason in SYSTEM_REASONS,
            )
            for reason, rule in rules.pause_reasons.items()
        ],
        queues=[
            Choice(id=queue, name_zh=policy.name_zh, name_en=policy.name_en)
            for queue, policy in rules.queues.items()
        ],
        areas=[
            Area(id=code, name_zh=d.name_zh, name_en=d.name_en, area_code=d.area_code)
            for code, d in rules.districts.items()
        ],
        emergency=[
            Choice(id=line.code, name_zh=line.name_zh, name_en=line.name_en)
            for line in asked.console.calls.hand_offs.directory.lines
        ],
        greeting_key=asked.console.inspections.rules.sampling.greeting_within_s is not None,
    )


@routes.get("/api/catalogue/leaves", scope=Scope.FILE_TICKETS)
async def catalogue_leaves(asked: Asked) -> Leaves:
    """All that a ticket may be filed under today, to search in the page (接诉分类目录)."""
    known = asked.console.cases.catalogue
    today = asked.console.clock.now().astimezone(CHINA).date()
    region = asked.console.desk.region_code
    return Leaves(
        version=known.version,
        leaves=[
            Leaf(
                code=leaf.code,
                path=list(leaf.path),
                synonyms=list(leaf.synonyms),
                units=[UnitShown(id=u, name=known.unit_name(u, region)) for u in leaf.units],
            )
            for leaf in known
            if leaf.holds_on(today)
        ],
    )


@routes.get(
    "/api/calls/{call}/caller",
    scope=Scope.FILE_TICKETS,
    errors=(NoSuchCall, NotYourCall, NoAgentBehindLogin),
)
async def caller_of(asked: Asked, call: str) -> CallerShown:
    """Who is calling: tags, open cases, last calls (来电弹屏).

    For the agent who has or had him, or is asked about him."""
    if not is_asked_about(asked, CallId(call)):
        demand_had(asked, CallId(call))
    card = demand_card(asked, CallId(call))
    try:
        caller = await asked.console.cases.callers.look_up(card.caller_key)
    except Unavailable:
        caller = None
    return CallerShown(
        call=card.call,
        caller=card.caller,
        tags=list(caller.tags) if caller else [],
        earlier_cases=len(caller.history) if caller else 0,
        open_cases=[
            OpenCase(
                case=case.id,
                title=case.title,
                status=case.status.value,
                request_type=case.request_type,
                category_code=case.category_code,
                opened_at=case.opened_at,
            )
            for case in (caller.open_cases if caller else ())
        ],
        last_calls=[_last(one) for one in _earlier(asked, card)],
        known=caller is not None,
    )


@routes.get("/api/figures/mine", scope=Scope.SIT, errors=(NoAgentBehindLogin,))
async def own_day(asked: Asked) -> OwnDay:
    """One's own figures of today (本人当日数据)."""
    agent, now = asked.agent, asked.console.clock.now()
    since = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = [
        card
        for card in asked.console.calls.view.cards()
        if card.arrived_at >= since and agent in card.agents
    ]
    talks = [card.talked.total_seconds() for card in mine if card.talked is not None]
    waits = [card.waited.total_seconds() for card in mine if card.waited is not None]
    ratings = [card.rating for card in mine if card.rating is not None]
    return OwnDay(
        since=since,
        answered=len(mine),
        tickets=sum(len(card.tickets) for card in mine),
        talked_s=round(sum(talks), 1),
        mean_talk_s=round(fmean(talks), 1) if talks else None,
        mean_wait_s=round(fmean(waits), 1) if waits else None,
        rated=len(ratings),
        mean_rating=round(fmean(ratings), 2) if ratings else None,
    )


def _earlier(asked: Asked, card: CallCard) -> list[CallCard]:
    """Of the recent calls, the last ones of this number."""
    if card.caller_key is None:
        return []
    found = (
        one
        for one in reversed(asked.console.calls.view.cards())
        if one.caller_key == card.caller_key and one.call != card.call
    )
    return [one for one, _ in zip(found, range(LAST_CALLS), strict=False)]


def _last(card: CallCard) -> LastCall:
    return LastCall(
        call=card.call,
        arrived_at=card.arrived_at,
        queue=card.queue,
        fate=card.fate,
        agent=card.agents[-1] if card.agents else None,
        talked_s=card.talked.total_seconds() if card.talked is not None else None,
        tickets=list(card.tickets),
    )
