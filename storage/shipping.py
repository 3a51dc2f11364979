"""From the journal's files to the table `journal`, in order, in batches, idempotently.

PostgreSQL away is no special mode: back-off, then on from where it stopped. Rule: only synced lines
are shipped, and a line that differs from what the table already holds under its number stops the
shipping with an alarm instead of vanishing.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import asyncpg
import structlog

from kernel.clock import Clock
from kernel.errors import HotlineError, Unavailable
from kernel.ids import Epoch
from storage.journal import Journal
from storage.journal_file import Entry, JournalDamaged, Position
from storage.partitions import Partitions
from storage.pool import Pool, Transaction
from storage.settings import JournalSettings
from storage.shipping_mark import JournalReader, remove_shipped

log = structlog.get_logger()

_LOOK_AGAIN: Final = 1.0  # s, when nobody says that something was synced
_CLEAN_EVERY: Final = 3600.0  # s
# Shippers take turns, so that arrival order is commit order.
_TAKE_TURN: Final = "select pg_advisory_xact_lock(77123450002)"
# Who led before ships nothing once a newer epoch was taken: it was read as far as it stood then.
_LED_SINCE: Final = "select exists (select from journal_epoch where epoch > $1)"
_HELD: Final = """
    select epoch, n, hash from journal
    where (epoch, n) >= ($1, $2) and (epoch, n) <= ($3, $4)"""
_INSERT: Final = """
    insert into journal (epoch, n, at, kind, body, prev_hash, hash)
    select epoch, n, at, kind, body::json, prev_hash, hash
    from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[],
                $6::bytea[], $7::bytea[]) with ordinality
         as line (epoch, n, at, kind, body, prev_hash, hash, place)
    order by place
    on conflict do nothing"""


class JournalForked(HotlineError):
    """Two different facts under one (epoch, n): two leaders, or a folder put back from a copy."""

    code = "journal-forked"


class JournalRefused(HotlineError):
    """PostgreSQL answers, and says no: no table, read-only, disk full."""

    code = "journal-refused"


class Shipper:
    """One per leader. `on_shipped` is called after each batch: wake the projections there."""

    def __init__(
        self,
        journal: Journal,
        pool: Pool,
        clock: Clock,
        settings: JournalSettings,
        on_shipped: Callable[[], None] = lambda: None,
    ) -> None:
        self._journal = journal
        self._pool = pool
        self._clock = clock
        self._settings = settings
        self._on_shipped = on_shipped
        self._reader = JournalReader(journal.folder, settings.ship_batch)
        self._partitions = Partitions(pool, settings.months_ahead)
        self._trouble: HotlineError | None = None

    @property
    def shipped(self) -> Position:
        """The last fact that stands in PostgreSQL."""
        return self._reader.position

    def behind(self) -> int:
        """Facts of this epoch that PostgreSQL has not got yet, for /metrics."""
        shipped = self.shipped
        return self._journal.written.n - (shipped.n if shipped.epoch == self._journal.epoch else 0)

    def well(self) -> bool:
        """False is an alarm: a person must look. PostgreSQL being away is none."""
        return self._trouble is None

    def trouble(self) -> HotlineError | None:
        return self._trouble

    async def run(self) -> None:
        """Ships until cancelled, or until damage that a person must look at."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._clean(), name="journal clean-up")
                await self._ship()
        except* (JournalDamaged, JournalForked) as alarms:
            alarm = alarms.exceptions[0]
            assert isinstance(alarm, HotlineError), "both kinds are ours"
            self._trouble = alarm
            log.error("shipping of the journal stopped", why=str(alarm))

    async def _ship(self) -> None:
        delay = self._settings.retry_first.total_seconds()
        away = False
        while True:
            try:
                shipped = await self.ship_batch()
            except (Unavailable, asyncpg.PostgresError) as err:
                if not away:
                    log.warning("journal waits for PostgreSQL", why=f"{type(err).__name__}: {err}")
                away = True
                self._trouble = None if isinstance(err, Unavailable) else _refused(err)
                await asyncio.sleep(delay)
                delay = min(delay * 2, self._settings.retry_at_most.total_seconds())
                continue
            if away:
                log.info("journal is being shipped again", behind=self.behind())
            self._trouble, away = None, False
            delay = self._settings.retry_first.total_seconds()
            if not shipped:
                await self._wait_for_more()
            elif shipped < self._settings.ship_batch:
                await asyncio.sleep(self._settings.ship_every.total_seconds())  # let others gather

    async def _wait_for_more(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_AGAIN):
                await self._journal.wait_synced(self.shipped)
        except TimeoutError:
            return

    async def ship_batch(self) -> int:
        """One batch; how many facts. Raises DatabaseAway, JournalDamaged, JournalForked."""
        synced = self._journal.synced
        entries = await asyncio.to_thread(self._reader.next_batch, self._journal.epoch, synced)
        if entries:
            await self._partitions.ensure(entry.at for entry in entries)
            async with self._pool.transaction() as tx:
                await tx.execute(_TAKE_TURN)
                await _demand_the_lead(tx, self._journal.epoch)
                await _insert(tx, await _not_held(tx, entries))
            await asyncio.to_thread(self._reader.shipped)
            self._on_shipped()
        return len(entries)

    async def _clean(self) -> None:
        while True:
            before = self._clock.now() - self._settings.keep_shipped
            position = self.shipped
            folder = self._journal.folder
            try:
                removed = await asyncio.to_thread(remove_shipped, folder, position, before)
                log.info("journal files looked through", removed=removed)
            except OSError as err:
                log.warning("shipped journal files stay", why=str(err))
            await asyncio.sleep(_CLEAN_EVERY)


def _refused(err: asyncpg.PostgresError) -> JournalRefused:
    return JournalRefused(
        f"PostgreSQL refuses the journal ({type(err).__name__}: {err}).",
        remedy="Run `hotline migrate`, or mend what it says; shipping tries again by itself.",
    )


async def _demand_the_lead(tx: Transaction, epoch: Epoch) -> None:
    if await tx.fetchval(_LED_SINCE, epoch):
        raise JournalForked(
            f"Another process has led since epoch {epoch}: its facts are not shipped any more.",
            remedy="Nothing: this process ends, and stands by after its restart.",
        )


async def _not_held(tx: Transaction, entries: Sequence[Entry]) -> list[Entry]:
    """Those that the table lacks. Raises JournalForked when it holds another fact instead."""
    first, last = entries[0], entries[-1]
    rows = await tx.fetch(_HELD, first.epoch, first.n, last.epoch, last.n)
    held = {(row["epoch"], row["n"]): row["hash"].hex() for row in rows}
    for entry in entries:
        if held.get((entry.epoch, entry.n), entry.hash) != entry.hash:
            raise JournalForked(
                f"PostgreSQL holds another fact as {entry.epoch}/{entry.n} ({entry.kind}).",
                remedy="Find the leader that wrote it; move this folder away, then restart.",
            )
    return [entry for entry in entries if (entry.epoch, entry.n) not in held]


async def _insert(tx: Transaction, entries: Sequence[Entry]) -> None:
    await tx.execute(
        _INSERT,
        [entry.epoch for entry in entries],
        [entry.n for entry in entries],
        [entry.at for entry in entries],
        [entry.kind for entry in entries],
        [entry.body.decode() for entry in entries],
        [bytes.fromhex(entry.prev) for entry in entries],
        [bytes.fromhex(entry.hash) for entry in entries],
    )
