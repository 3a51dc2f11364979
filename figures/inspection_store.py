"""Quality inspection in PostgreSQL: talks projected from the journal, sounds heard, the words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from acd.facts import TalkEnded
from figures.facts import GreetingTold
from figures.inspection import Inspection, State, Why, Word
from figures.inspection_blind import Conversation
from figures.inspection_errors import InspectedAlready, UnknownInspection
from figures.inspection_sampling import Talk
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId
from storage.pool import Pool, Row, Transaction
from telephony.facts import ServiceRated

_TALK: Final = """
    insert into inspection_talk (leg, call, agent, ended_at, talked_ms) values ($1, $2, $3, $4, $5)
    on conflict (leg) do nothing"""
_RATED: Final = "update inspection_talk set rated = $3 where call = $1 and agent = $2"
_GREETED: Final = """
    insert into inspection_greeting (call, agent, told_at) values ($1, $2, $3)
    on conflict (call, agent) do nothing"""
_TALKS: Final = """
    select t.leg, t.call, t.agent, t.ended_at, t.talked_ms, t.rated, s.silence_ms, s.talk_over_ms,
        g.told_at,
        exists (select from inspection i where i.call = t.call and i.agent = t.agent) as inspected
    from inspection_talk t left join inspection_sound s on s.call = t.call
    left join inspection_greeting g on g.call = t.call and g.agent = t.agent
    where t.ended_at >= $1 and t.ended_at < $2 order by t.ended_at, t.leg"""
_HAS_TALK: Final = "select exists (select from inspection_talk where call = $1 and agent = $2)"
_OPEN: Final = """
    insert into inspection (id, call, agent, inspector, why, calibrates, opened_at, state)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing"""
_FIND: Final = "select * from inspection where id = $1"
_LIST: Final = """
    select * from inspection where ($1::text is null or (agent = $1 and not calibrates
        and state <> 'open')) and ($2::text is null or state = $2)
        and ($3::text is null or id < $3)
    order by id desc limit $4"""
_UNSCORED: Final = "select call, agent from inspection where inspector = $1 and state = 'open'"
_OF_SPAN: Final = """
    select * from inspection where state <> 'open' and (call, agent) in (
        select call, agent from inspection where calibrates and opened_at >= $1 and opened_at < $2)
    order by id"""
# Only from the state that was read: two at once cannot both take a step.
_STEP: Final = """
    update inspection set state = $3, scores = $4, total = $5, first_total = $6, scored_at = $7,
        comment = $8, appealed_at = $9, appeal = $10, decided_at = $11, decided_by = $12,
        decision = $13, pass_mark = $14, ticket_errors = $15
    where id = $1 and state = $2"""
_UNHEARD: Final = """
    select r.call, r.path from recording r
    where r.erased_at is null and r.kept_at >= $1
        and exists (select from inspection_talk t where t.call = r.call)
        and not exists (select from inspection_sound s where s.call = r.call)
    order by r.kept_at desc limit $2"""
_HEARD: Final = """
    insert into inspection_sound (call, silence_ms, heard_at, talk_over_ms) values ($1, $2, $3, $4)
    on conflict (call) do update set silence_ms = excluded.silence_ms, heard_at = excluded.heard_at,
        talk_over_ms = excluded.talk_over_ms
    """


class TalkProjector:
    """A `storage.projection.Projector`: each agent's conversations, their rating, his greeting."""

    name: Final = "inspection talks"
    kinds: Final = frozenset({TalkEnded.kind, ServiceRated.kind, GreetingTold.kind})

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, TalkEnded):
                talked = round(fact.talked.total_seconds() * 1000)
                await tx.execute(_TALK, fact.leg, fact.call, fact.agent, fact.at, talked)
            elif isinstance(fact, ServiceRated) and fact.level is not None:
                await tx.execute(_RATED, fact.call, fact.agent, fact.level)
            elif isinstance(fact, GreetingTold):
                await tx.execute(_GREETED, fact.call, fact.agent, fact.at)

    async def forget(self, tx: Transaction) -> None:
        """With `storage.projection.start_over` all is read again."""
        await tx.execute("delete from inspection_talk")
        await tx.execute("delete from inspection_greeting")


@dataclass(frozen=True, slots=True)
class Unheard:
    """`path` in the recordings folder."""

    call: CallId
    path: str


class PgInspections:
    """Fits `figures/inspection_office.py: KeepsInspections`. Each raises Unavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def talks(self, start: datetime, end: datetime) -> Sequence[Talk]:
        return [_talk(row) for row in await self._pool.fetch(_TALKS, start, end)]

    async def has_talk(self, call: CallId, agent: AgentNo) -> bool:
        return bool(await self._pool.fetchval(_HAS_TALK, call, agent))

    async def open(self, one: Inspection) -> None:
        state, why = one.state.value, one.why.value
        values = one.id, one.call, one.agent, one.inspector, why, one.calibrates
        if not (await self._pool.execute(_OPEN, *values, one.opened_at, state)).endswith(" 1"):
            raise InspectedAlready(
                f"The talk of agent {one.agent} in call {one.call} is inspected already.",
                remedy="Look it up, or let another inspector open one for calibration.",
            )

    async def find(self, inspection: str) -> Inspection:
        row = await self._pool.fetchrow(_FIND, inspection)
        if row is None:
            raise UnknownInspection(
                f"There is no inspection {inspection}.", remedy="Load the list again."
            )
        return _inspection(row)

    async def listed(
        self, agent: AgentNo | None, state: State | None, before: str | None, limit: int
    ) -> Sequence[Inspection]:
        wanted = state.value if state is not None else None
        rows = await self._pool.fetch(_LIST, agent, wanted, before, limit)
        return [_inspection(row) for row in rows]

    async def unscored_by(self, inspector: str) -> Collection[Conversation]:
        rows = await self._pool.fetch(_UNSCORED, inspector)
        return {(CallId(row["call"]), AgentNo(row["agent"])) for row in rows}

    async def calibrated(self, start: datetime, end: datetime) -> Sequence[Inspection]:
        return [_inspection(row) for row in await self._pool.fetch(_OF_SPAN, start, end)]

    async def step(self, was: State, one: Inspection) -> bool:
        scores = dict(one.scores) if one.scores is not None else None
        of_score = one.state.value, scores, one.total, one.first_total
        done = await self._pool.execute(
            _STEP,
            one.id,
            was.value,
            *of_score,
            *_said(one.scored),
            *_said(one.appeal),
            one.decision.at if one.decision is not None else None,
            one.decision.by if one.decision is not None else None,
            one.decision.text if one.decision is not None else None,
            one.pass_mark,
            one.ticket_errors,
        )
        return done.endswith(" 1")

    async def unheard(self, since: datetime, limit: int) -> Sequence[Unheard]:
        """Recordings of agents' talks that nobody has listened to, the newest first."""
        rows = await self._pool.fetch(_UNHEARD, since, limit)
        return [Unheard(CallId(row["call"]), row["path"]) for row in rows]

    async def heard(
        self,
        call: CallId,
        silence: timedelta | None,
        at: datetime,
        talk_over: timedelta | None = None,
    ) -> None:
        """`silence` None: it could not be listened to, and is not tried again."""
        await self._pool.execute(_HEARD, call, _ms(silence), at, _ms(talk_over))


def _ms(lasted: timedelta | None) -> int | None:
    return None if lasted is None else round(lasted.total_seconds() * 1000)


def _span(ms: int | None) -> timedelta | None:
    return None if ms is None else timedelta(milliseconds=ms)


def _said(word: Word | None) -> tuple[datetime | None, str | None]:
    return (None, None) if word is None else (word.at, word.text)


def _talk(row: Row) -> Talk:
    told_at = row["told_at"]
    talked = timedelta(milliseconds=row["talked_ms"])
    return Talk(
        leg=LegId(row["leg"]),
        call=CallId(row["call"]),
        agent=AgentNo(row["agent"]),
        ended_at=row["ended_at"],
        talked=talked,
        rated=row["rated"],
        silence=_span(row["silence_ms"]),
        talk_over=_span(row["talk_over_ms"]),
        greeted=None if told_at is None else told_at - (row["ended_at"] - talked),
        inspected=row["inspected"],
    )


def _word(by: str | None, at: datetime | None, text: str | None) -> Word | None:
    return None if at is None else Word(by=by or "", at=at, text=text or "")


def _inspection(row: Row) -> Inspection:
    return Inspection(
        id=row["id"],
        call=CallId(row["call"]),
        agent=AgentNo(row["agent"]),
        inspector=row["inspector"],
        why=Why(row["why"]),
        calibrates=row["calibrates"],
        opened_at=row["opened_at"],
        state=State(row["state"]),
        scores=row["scores"],
        total=row["total"],
        first_total=row["first_total"],
        pass_mark=row["pass_mark"],
        ticket_errors=row["ticket_errors"],
        scored=_word(row["inspector"], row["scored_at"], row["comment"]),
        appeal=_word(row["agent"], row["appealed_at"], row["appeal"]),
        decision=_word(row["decided_by"], row["decided_at"], row["decision"]),
    )
