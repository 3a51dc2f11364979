"""Handlers of units in PostgreSQL. Fits `cases.handlers.KeepsHandlers`."""

from datetime import datetime
from typing import Final

import asyncpg

from cases.handlers import Handler, unknown_handler, work_number_taken
from kernel.ids import NumberKey
from storage.pool import Pool

_FIND: Final = "select * from unit_handler where login = $1"
_IS_HANDLER: Final = "select exists (select from login where name = $1 and role = 'handler')"
_IS_AGENT: Final = "select exists (select from agent where no = $1)"
_SAVE: Final = """
    insert into unit_handler (login, unit, work_no, phone_key, phone, changed_at, changed_by)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (login) do update set unit = excluded.unit, work_no = excluded.work_no,
        phone_key = excluded.phone_key, phone = excluded.phone,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by"""


class PgHandlers:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def handler(self, login: str) -> Handler:
        row = await self._pool.fetchrow(_FIND, login)
        if row is None:
            raise unknown_handler(login)
        return Handler(
            login=row["login"],
            unit=row["unit"],
            work_no=row["work_no"],
            phone_key=NumberKey(row["phone_key"]),
            phone=row["phone"],
        )

    async def save(self, handler: Handler, *, by: str, at: datetime) -> None:
        try:
            async with self._pool.transaction() as tx:
                if not await tx.fetchval(_IS_HANDLER, handler.login):
                    raise unknown_handler(handler.login)
                if await tx.fetchval(_IS_AGENT, handler.work_no):
                    raise work_number_taken(handler.work_no)
                await tx.execute(
                    _SAVE, handler.login, handler.unit, handler.work_no, handler.phone_key,
                    handler.phone, at, by,
                )  # fmt: skip
        except asyncpg.UniqueViolationError as taken:
            raise work_number_taken(handler.work_no) from taken
