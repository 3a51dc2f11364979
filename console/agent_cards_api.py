"""Each agent's monthly card (HR-03): quality, volume, praise, complaints. Inputs only, no rank."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from acd.errors import UnknownWorkNumber
from console.asked import Asked
from console.errors import NoAgentBehindLogin
from console.figures_shown import Definition, Figure, definition
from console.logins import Scope
from console.routes import Routes
from figures.agent_cards import MarkKind
from figures.inspection_errors import UnknownTalk
from figures.quality import CARD, QUALITY, CardCounts, cards_as_csv, measure_card
from kernel.errors import Unavailable
from kernel.ids import AgentNo, CallId

routes = Routes("agent cards")


class MonthQuery(BaseModel):
    """A month of China, as 2026-11."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]

    @property
    def first(self) -> date:
        return date.fromisoformat(f"{self.month}-01")


class CardShown(BaseModel):
    """`counts`: what the figures stand on, and the marks of praise and complaint."""

    agent: str
    counts: dict[str, int]
    figures: list[Figure]


class CardsShown(BaseModel):
    """A supervisor's: everybody's, by work number; an agent's: his own. `definitions` say what each
    figure is, with its formula and source."""

    month: str
    cards: list[CardShown]
    definitions: list[Definition]


class MarkForm(BaseModel):
    """`call` null: by letter, or about nothing in particular."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: MarkKind
    call: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    reason: Annotated[str, StringConstraints(min_length=2, max_length=500, strip_whitespace=True)]


class MarkShown(BaseModel):
    id: str
    agent: str
    what: MarkKind
    call: str | None


@routes.get("/api/agents/cards", scope=Scope.WATCH_FLOOR, errors=(NoAgentBehindLogin, Unavailable))
async def agent_cards(asked: Asked, query: MonthQuery) -> CardsShown:
    """Inputs for a talk about the month (HR-03); nothing follows from them by itself."""
    found = await _cards(asked, query)
    return CardsShown(
        month=query.month,
        cards=[_shown(agent, counts) for agent, counts in found.items()],
        definitions=[definition(one) for one in (*CARD, *QUALITY)],
    )


@routes.get(
    "/api/agents/cards.csv",
    scope=Scope.WATCH_FLOOR,
    media="text/csv",
    errors=(NoAgentBehindLogin, Unavailable),
)
async def agent_cards_csv(asked: Asked, query: MonthQuery) -> web.Response:
    """The same as a table, the number that each value stands on beside it."""
    text = cards_as_csv(await _cards(asked, query))
    body = b"\xef\xbb\xbf" + text.encode()  # so that a spreadsheet reads 汉字
    headers = {"Content-Disposition": f'attachment; filename="agents-{query.month}.csv"'}
    return web.Response(body=body, content_type="text/csv", headers=headers)


@routes.post(
    "/api/agents/{agent}/marks",
    scope=Scope.SUPERVISE,
    status=201,
    errors=(UnknownTalk, UnknownWorkNumber, Unavailable),
)
async def mark_agent(asked: Asked, agent: str, body: MarkForm) -> MarkShown:
    """Praise or a complaint about an agent, written down with its reason (表扬、投诉登记)."""
    _known(asked, AgentNo(agent))
    call = CallId(body.call) if body.call is not None else None
    office, by = asked.console.agent_cards, asked.login.name
    one = await office.mark(AgentNo(agent), body.what, call, body.reason, by)
    return MarkShown(id=one.id, agent=one.agent, what=one.what, call=one.call)


async def _cards(asked: Asked, query: MonthQuery) -> Mapping[AgentNo, CardCounts]:
    everybody = asked.may(Scope.FORCE_SEATS)
    own = None if everybody else asked.agent
    found = await asked.console.agent_cards.cards(query.first)
    return {agent: found[agent] for agent in sorted(found) if everybody or agent == own}


def _shown(agent: AgentNo, counts: CardCounts) -> CardShown:
    return CardShown(
        agent=agent,
        counts=counts.as_json(),
        figures=[
            Figure(id=one.definition.id, queue=None, value=one.value, n=one.ratio.n)
            for one in measure_card(counts)
        ],
    )


def _known(asked: Asked, agent: AgentNo) -> None:
    if agent not in asked.console.floor.directory.directory.agents:
        raise UnknownWorkNumber(
            f"There is no agent {agent}.", remedy="Choose a work number of the directory."
        )
