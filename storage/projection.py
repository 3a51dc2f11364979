"""Read models made from the journal: each with its cursor, moved in the transaction of its effect.

Rules: rows are seen in the order in which they arrived in PostgreSQL, each exactly once in effect.
A row that a projector cannot digest stops that projector, with an alarm, and no other.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import structlog

from kernel.errors import HotlineError, Unavailable
from kernel.fact import Fact, FactKinds
from storage.pool import Pool, Row, Transaction, database_faults
from storage.settings import JournalSettings

log = structlog.get_logger()

_AT_ONCE: Final = 500
_NEXT: Final = """
    select arrived, epoch, n, kind, case when $3 or kind = any($2) then body end as body
    from journal where arrived > $1 order by arrived limit $4"""
_CURSOR: Final = "select arrived from projection_cursor where name = $1 for update"
_MOVE: Final = """
    insert into projection_cursor (name, arrived) values ($1, $2)
    on conflict (name) do update set arrived = excluded.arrived, moved_at = now()"""


class Projector(Protocol):
    """Turns facts into rows of its own tables. `kinds` empty: every kind."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> frozenset[str]: ...

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        """All effects through `tx`, which also moves the cursor; must not commit it."""


class PoisonRow(HotlineError):
    """One journal row that a projector cannot digest."""

    code = "poison-row"


class Projections:
    """Runs all projectors, each in its own task. `wake()` after shipping; polls as the fallback."""

    def __init__(
        self,
        pool: Pool,
        kinds: FactKinds,
        projectors: Iterable[Projector],
        settings: JournalSettings,
    ) -> None:
        self._pool = pool
        self._kinds = kinds
        self._projectors = {projector.name: projector for projector in projectors}
        self._settings = settings
        self._wakes = {name: asyncio.Event() for name in self._projectors}
        self.stopped: dict[str, PoisonRow] = {}  # the alarm: by projector

    def well(self) -> bool:
        return not self.stopped

    def wake(self) -> None:
        for event in self._wakes.values():
            event.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for projector in self._projectors.values():
                group.create_task(self._follow(projector), name=f"projection {projector.name}")

    async def catch_up(self, name: str) -> None:
        """Everything shipped so far, now. Raises PoisonRow, DatabaseAway."""
        while await self._step(self._projectors[name]):
            pass

    async def _follow(self, projector: Projector) -> None:
        wake = self._wakes[projector.name]
        delay = self._settings.retry_first.total_seconds()
        while projector.name not in self.stopped:
            wake.clear()
            try:
                await self.catch_up(projector.name)
            except PoisonRow as alarm:
                self.stopped[projector.name] = alarm
                log.exception("a projection stopped", projection=projector.name)
                return
            except Unavailable as err:
                log.warning("a projection waits", projection=projector.name, why=str(err))
                await asyncio.sleep(delay)
                delay = min(delay * 2, self._settings.retry_at_most.total_seconds())
                continue
            delay = self._settings.retry_first.total_seconds()
            await asyncio.sleep(self._settings.project_every.total_seconds())  # let others gather
            await _wait(wake, self._settings.poll_every.total_seconds())

    async def _step(self, projector: Projector) -> bool:
        """One batch; row by row when the batch holds something bad. False: nothing was there."""
        try:
            return await self._apply(projector, _AT_ONCE)
        except Unavailable:
            raise
        except Exception:
            log.warning("a batch failed, trying row by row", projection=projector.name)
        return await self._apply(projector, 1)

    async def _apply(self, projector: Projector, at_most: int) -> bool:
        async with self._pool.transaction() as tx:
            cursor = await tx.fetchval(_CURSOR, projector.name) or 0
            rows = await tx.fetch(
                _NEXT, cursor, sorted(projector.kinds), not projector.kinds, at_most
            )
            if not rows:
                return False
            try:
                facts = [self._decode(row) for row in rows if row["body"] is not None]
                with database_faults():
                    await projector.apply(tx, facts)
            except Unavailable:
                raise
            except Exception as err:
                raise _poison(projector, rows, err) from err
            await tx.execute(_MOVE, projector.name, rows[-1]["arrived"])
            return True

    def _decode(self, row: Row) -> Fact:
        return self._kinds.decode(row["kind"], row["body"].encode())


async def start_over(tx: Transaction, projector: Projector) -> None:
    """Forgets the cursor, so that all is counted again; empty its tables in `tx` too."""
    await tx.execute("delete from projection_cursor where name = $1", projector.name)


async def _wait(wake: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return


def _poison(projector: Projector, rows: Sequence[Row], err: Exception) -> PoisonRow:
    first, last = rows[0], rows[-1]
    return PoisonRow(
        f"{projector.name} cannot digest the journal from {first['epoch']}/{first['n']} "
        f"({first['kind']}) to {last['epoch']}/{last['n']}: {type(err).__name__}: {err}.",
        remedy="Mend the projector, then restart; its cursor stands before that row.",
    )
