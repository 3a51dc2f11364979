"""Drafts in PostgreSQL. The form is one value, sealed and bound to its call (SEC-01)."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from cases.case import Receipt
from intake.drafts import Draft, UnknownDraft, new_draft
from intake.ticket import TicketForm
from intake.ticket_state import TicketCue, TicketState
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo, uuid7
from storage.field_cipher import FieldCipher
from storage.pool import Pool, Row

_INSERT: Final = """
    insert into draft (call, ticket_key, state, version, agent, opened_at, saved_at)
    values ($1, $2, $3, $4, $5, $6, $6) on conflict (call) do nothing returning true"""
_GET: Final = "select * from draft where call = $1"
_LOCK: Final = "select * from draft where call = $1 for update"
_UPDATE: Final = """
    update draft set state = $2, version = $3, agent = $4, saved_at = $5, form = $6,
        ticket_no = $7, case_id = $8 where call = $1"""
_UNFINISHED: Final = """
    select * from draft where agent = $1 and state in ('draft', 'submitted')
    order by opened_at, call"""


class PgDraftStore:
    """Fits `KeepsDrafts`."""

    def __init__(self, pool: Pool, cipher: FieldCipher) -> None:
        self._pool = pool
        self._cipher = cipher

    async def open(self, call: CallId, *, by: AgentNo, at: datetime) -> tuple[Draft, bool]:
        fresh = new_draft(call, TicketKey(uuid7()), by=by, at=at)
        made = await self._pool.fetchval(
            _INSERT, call, fresh.ticket_key, fresh.state, fresh.version, by, at
        )
        return (fresh, True) if made else (await self.get(call), False)

    async def get(self, call: CallId) -> Draft:
        row = await self._pool.fetchrow(_GET, call)
        if row is None:
            raise UnknownDraft.of(call)
        return self._draft(row)

    async def save(
        self, call: CallId, form: TicketForm, *, by: AgentNo, based_on: int | None, at: datetime
    ) -> Draft:
        return await self._change(
            call, lambda draft: draft.saved(form, by=by, based_on=based_on, at=at)
        )

    async def move(
        self, call: CallId, cue: TicketCue, *, at: datetime, receipt: Receipt | None = None
    ) -> Draft:
        return await self._change(call, lambda draft: draft.moved(cue, at=at, receipt=receipt))

    async def unfinished(self, agent: AgentNo) -> tuple[Draft, ...]:
        return tuple(self._draft(row) for row in await self._pool.fetch(_UNFINISHED, agent))

    async def _change(self, call: CallId, change: Callable[[Draft], Draft]) -> Draft:
        async with self._pool.transaction() as tx:
            row = await tx.fetchrow(_LOCK, call)
            if row is None:
                raise UnknownDraft.of(call)
            after = change(self._draft(row))
            await tx.execute(
                _UPDATE, call, after.state, after.version, after.agent, after.saved_at,
                self._seal(after), after.ticket_no, after.case_id,
            )  # fmt: skip
        return after

    def _seal(self, draft: Draft) -> bytes | None:
        if draft.form == TicketForm():
            return None
        text = draft.form.model_dump_json(exclude_defaults=True)
        return self._cipher.seal(text, table="draft", column="form", row=draft.call)

    def _draft(self, row: Row) -> Draft:
        form = TicketForm()
        if row["form"] is not None:
            text = self._cipher.open(row["form"], table="draft", column="form", row=row["call"])
            form = TicketForm.model_validate_json(text)
        return Draft(
            call=CallId(row["call"]),
            ticket_key=TicketKey(row["ticket_key"]),
            state=TicketState(row["state"]),
            version=row["version"],
            agent=AgentNo(row["agent"]),
            opened_at=row["opened_at"],
            saved_at=row["saved_at"],
            form=form,
            ticket_no=TicketNo(row["ticket_no"]) if row["ticket_no"] else None,
            case_id=CaseId(row["case_id"]) if row["case_id"] else None,
        )
