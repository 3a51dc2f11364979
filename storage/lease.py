"""Who leads a site, in PostgreSQL: one row with a beat, and one advisory lock held by a session.

Rule (architecture §5): nobody leads without the lock, and nobody takes it while the beat is fresh.
All sessions of a leader that hangs are ended (`end_sessions`): one would hold the lock for ever,
and a transaction in which it was frozen the rows that the next leader writes.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import asyncpg
import structlog

from kernel.errors import Conflict, Unavailable
from kernel.ids import Epoch
from storage.pool import LEADS, DatabaseAway, Row, database_faults, dsn_of
from storage.settings import DatabaseSettings

log = structlog.get_logger()

STALE_AFTER: Final = timedelta(seconds=3)
START_WITHIN: Final = timedelta(minutes=2)  # from the epoch to the first beat
_ANSWER_WITHIN_S: Final = 1.5  # a database that hangs is away, well before a lease runs out
_LEADERS_LOCK: Final = 77123450003
_SHIPPERS_TURN: Final = 77123450002  # `storage/shipping.py`

_TRY: Final = "select pg_try_advisory_lock($1)"
_END: Final = """
    select count(pg_terminate_backend(pid)) from (
        select pid from pg_locks
        where locktype = 'advisory' and granted and objsubid = 1
          and database = (select oid from pg_database where datname = current_database())
          and (classid::bigint << 32 | objid::bigint) = any($1::bigint[])
        union select pid from pg_stat_activity
        where datname = current_database() and application_name = any($2::text[])
    ) as theirs where pid <> pg_backend_pid()"""
_LOOK: Final = """
    select epoch, folder, console, state, case state
        when 'leading' then now() - beat_at < $2
        when 'starting' then now() - beat_at < $3 and exists (
            select from pg_locks
            where locktype = 'advisory' and granted and pid <> pg_backend_pid() and objsubid = 1
              and database = (select oid from pg_database where datname = current_database())
              and (classid::bigint << 32 | objid::bigint) = $1)
        else false end as lives
    from leadership"""
_BEGIN: Final = """
    insert into leadership (epoch, folder, console, state)
    select $2, $3, $4, 'starting' where exists (
        select from pg_locks
        where locktype = 'advisory' and granted and pid = pg_backend_pid() and objsubid = 1
          and (classid::bigint << 32 | objid::bigint) = $1)
    on conflict (site) do update set epoch = excluded.epoch, folder = excluded.folder,
        console = excluded.console, state = excluded.state, beat_at = now()
    where leadership.epoch < excluded.epoch"""
_BEAT: Final = """
    update leadership set beat_at = now(), state = $2
    where epoch = $1 and not exists (select from journal_epoch where epoch > $1)"""


class Deposed(Conflict):
    """Another process leads: this one does no deed any more."""

    code = "not-leader"


@dataclass(frozen=True, slots=True)
class Leader:
    """The row: who leads or led last. `lives`: its beat in PostgreSQL is fresh."""

    epoch: Epoch
    folder: str
    console: str
    state: str
    lives: bool


class LeaderSession:
    """A connection of its own; whatever fails closes it, and with it goes the lock.

    Each method raises DatabaseAway within seconds when PostgreSQL does not answer.
    """

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings
        self._connection: asyncpg.Connection[Row] | None = None
        self.has_lock = False

    async def look(self) -> Leader | None:
        """None when nobody has led yet."""
        row = await self._ask("fetchrow", _LOOK, _LEADERS_LOCK, STALE_AFTER, START_WITHIN)
        if row is None:
            return None
        return Leader(
            Epoch(row["epoch"]), row["folder"], row["console"], row["state"], bool(row["lives"])
        )

    async def try_lock(self) -> bool:
        if not self.has_lock:
            self.has_lock = bool(await self._ask("fetchval", _TRY, _LEADERS_LOCK))
        return self.has_lock

    async def end_sessions(self, former: Epoch | None) -> int:
        """Ends the sessions of a leader whose beat is stale, also one that hangs while it ships."""
        named = [] if former is None else [f"{LEADS}{former}"]
        ended: int = await self._ask("fetchval", _END, [_LEADERS_LOCK, _SHIPPERS_TURN], named)
        return ended

    async def begin(self, epoch: Epoch, folder: str, console: str) -> None:
        """We lead from now on. Raises Deposed: a greater epoch leads, or our lock was lost."""
        done = await self._ask("execute", _BEGIN, _LEADERS_LOCK, epoch, folder, console)
        self._demand(done, epoch)

    async def beat(self, epoch: Epoch) -> None:
        """Renews the row; takes the lock back first if the connection was lost.

        Raises Deposed, and DatabaseAway as well while another session holds the lock.
        """
        leader = None if await self.try_lock() else await self.look()
        if not self.has_lock and (leader is None or leader.epoch <= epoch):
            raise Unavailable(
                "Another session holds the lock of the leader.", remedy="Wait for its end."
            )
        if leader is not None:
            self._demand("UPDATE 0", epoch)
        self._demand(await self._ask("execute", _BEAT, epoch, "leading"), epoch)

    async def resign(self, epoch: Epoch) -> None:
        """An orderly end: whoever stands by need not wait for our beat to grow stale."""
        if self.has_lock:
            await self._ask("execute", _BEAT, epoch, "resigned")

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        self.has_lock = False
        if connection is not None:
            connection.terminate()

    def _demand(self, done: str, epoch: Epoch) -> None:
        if done.endswith(" 0"):
            raise Deposed(
                f"Epoch {epoch} does not lead any more.", remedy="Let the leading process do it."
            )

    async def _ask(self, method: str, sql: str, *values: object) -> Any:
        try:
            with database_faults():
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    connection = await self._connected()
                    return await getattr(connection, method)(sql, *values)
        except BaseException:  # also a cancelled question leaves a connection that nobody may use
            await self.close()
            raise

    async def _connected(self) -> "asyncpg.Connection[Row]":
        if self._connection is None or self._connection.is_closed():
            if self.has_lock:  # it was ended by the server: without the lock nothing is done
                raise DatabaseAway(
                    "The session that held the lock of the leader was ended.",
                    remedy="It is opened again at the next beat.",
                )
            self._connection = await asyncpg.connect(
                dsn_of(self._settings),
                timeout=_ANSWER_WITHIN_S,
                server_settings={"application_name": "hotline leader"},
            )
        return self._connection
