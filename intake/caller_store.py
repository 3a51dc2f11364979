"""What is known of numbers, in PostgreSQL: keys and masked forms (SEC-01)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from intake.known_callers import COMMON, KnownCaller
from intake.number_lists import Listed, ListState
from kernel.fact import Fact
from kernel.ids import NumberKey
from storage.pool import Pool, Transaction
from telephony.facts import WayIn

_HEAD: Final = """
    insert into number_list (name, source, imported_by, imported_at) values ($1, $2, $3, $4)
    on conflict (name) do update
        set source = excluded.source, imported_by = excluded.imported_by,
            imported_at = excluded.imported_at"""
_EMPTY: Final = "delete from listed_number where list = $1"
_FILL: Final = """
    insert into listed_number (list, number_key, masked)
    select $1, key, masked from unnest($2::text[], $3::text[]) as given (key, masked)
    on conflict do nothing"""
_OF: Final = "select list from listed_number where number_key = $1"
_STATES: Final = """
    select name, source, imported_by, imported_at, count(number_key) as numbers
    from number_list left join listed_number on list = name group by name order by name"""
_REMEMBER: Final = """
    insert into caller_language (number_key, language, chosen_at) values ($1, $2, $3)
    on conflict (number_key) do update
        set language = excluded.language, chosen_at = excluded.chosen_at
        where caller_language.chosen_at <= excluded.chosen_at"""
_FORGET: Final = "delete from caller_language where number_key = $1 and chosen_at <= $2"
_KNOWN: Final = """
    select array(select list from listed_number where number_key = $1) as lists,
           (select language from caller_language where number_key = $1) as language"""


class PgNumberLists:
    """Fits `KeepsNumberLists`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def replace(
        self, name: str, numbers: Iterable[Listed], *, source: str, by: str, at: datetime
    ) -> int:
        given = {one.key: one.masked for one in numbers}
        async with self._pool.transaction() as tx:
            await tx.execute(_HEAD, name, source, by, at)
            await tx.execute(_EMPTY, name)
            await tx.execute(_FILL, name, list(given), list(given.values()))
        return len(given)

    async def lists_of(self, key: NumberKey) -> frozenset[str]:
        return frozenset(row["list"] for row in await self._pool.fetch(_OF, key))

    async def states(self) -> Mapping[str, ListState]:
        return {
            row["name"]: ListState(
                numbers=row["numbers"],
                source=row["source"],
                imported_at=row["imported_at"],
                by=row["imported_by"],
            )
            for row in await self._pool.fetch(_STATES)
        }


class CallerLanguages:
    """The projector that remembers the language last chosen; the common one is forgetting."""

    name: Final = "caller languages"
    kinds: Final = frozenset({WayIn.kind})

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            assert isinstance(fact, WayIn), "the projection asks for no other kind"
            if fact.caller_key is None or not fact.language:
                continue
            if fact.language == COMMON:
                await tx.execute(_FORGET, fact.caller_key, fact.at)
            else:
                await tx.execute(_REMEMBER, fact.caller_key, fact.language, fact.at)


class PgKnownCallers:
    """One round to the database. Raises Unavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def look_up(self, key: NumberKey) -> KnownCaller:
        row = await self._pool.fetchrow(_KNOWN, key)
        assert row is not None, "a select without a from gives one row"
        return KnownCaller(lists=frozenset(row["lists"]), language=row["language"] or "")
