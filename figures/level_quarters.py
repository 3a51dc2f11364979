"""Quarters of an hour that a level tells the one above it, so that its figures roll up (NAV-06).

Rule: a quarter that is told again replaces the one told before, so nothing is counted twice and
late facts arrive; counts of a version that knows more are cut to what is known here.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from figures.counts import QUARTER, Counts, quarter_of
from kernel.errors import BadInput
from storage.pool import Pool

AT_ONCE: Final = 500
_KNOWN: Final = frozenset(f.name for f in fields(Counts))
_SINCE: Final = """
    select start, queue, counts from figure_interval where site = $1 and start >= $2
    order by start, queue"""
_KEEP: Final = """
    insert into figure_interval (site, start, queue, counts) values ($1, $2, $3, $4)
    on conflict (site, start, queue) do update set counts = excluded.counts"""


class NoQuarter(BadInput):
    code = "no-quarter"


class LevelSettings(BaseModel):
    """`url`: the console of the level above, as https://host; "": nothing is told. `secret`: the
    province's own, or what `hotline level-key` made of it for this level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    secret: SecretStr | None = None
    every_s: Annotated[float, Field(ge=1, le=3600)] = 60
    answer_within_s: Annotated[float, Field(ge=1, le=60)] = 10


class ToldQuarter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    start: AwareDatetime
    queue: Annotated[str, Field(max_length=64)]
    counts: dict[str, Annotated[int, Field(ge=0, le=1 << 53)]]


class ToldQuarters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    quarters: Annotated[list[ToldQuarter], Field(max_length=AT_ONCE)]


class LevelQuarters:
    """Each raises Unavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def since(self, site: str, start: datetime) -> list[ToldQuarter]:
        rows = await self._pool.fetch(_SINCE, site, start)
        return [ToldQuarter.model_validate(dict(row)) for row in rows]

    async def keep(self, site: str, told: Sequence[ToldQuarter]) -> None:
        """Raises NoQuarter."""
        for one in told:
            if one.start != quarter_of(one.start):
                raise NoQuarter(
                    f"{one.start} is not the start of a quarter of an hour.",
                    remedy=f"Tell counts by {QUARTER}.",
                )
        rows = [(site, one.start, one.queue, _known(one.counts)) for one in told]
        async with self._pool.transaction() as tx:
            await tx.executemany(_KEEP, rows)


def _known(counts: dict[str, int]) -> dict[str, int]:
    return Counts(**{name: n for name, n in counts.items() if name in _KNOWN}).as_json()
