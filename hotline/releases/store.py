"""Releases of rule files, and uploaded sounds, in PostgreSQL. Append only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import asyncpg

from console.settings_rules_port import Release, RulesChangedMeanwhile
from storage.pool import Pool, Row

_HEADS: Final = """
    select distinct on (file) * from rule_release order by file, version desc"""
_OF: Final = "select * from rule_release where file = $1 order by version desc"
_ONE: Final = "select * from rule_release where file = $1 and version = $2"
# The version must be the next one: two who saw the same cannot both be it.
_ADD: Final = """
    insert into rule_release (file, version, text, digest, at, by, reason)
    select $1, $2, $3, $4, $5, $6, $7
    where $2 = 1 + coalesce((select max(version) from rule_release where file = $1), 0)
    returning true"""
_UNTOLD: Final = """
    select r.* from rule_release r
    where not exists (
        select from rule_release_told t where t.file = r.file and t.version = r.version)
    order by r.at, r.file, r.version"""
_TOLD: Final = """
    insert into rule_release_told (file, version, at) values ($1, $2, $3) on conflict do nothing"""
_SOUNDS: Final = """
    select distinct on (sound) sound, words, digest, at, by from rule_sound
    order by sound, version desc"""
_WAVS: Final = """
    select distinct on (sound) sound, wav from rule_sound order by sound, version desc"""
_KEEP_SOUND: Final = """
    insert into rule_sound (sound, version, words, wav, digest, at, by)
    select $1, 1 + coalesce((select max(version) from rule_sound where sound = $1), 0),
        $2, $3, $4, $5, $6
    returning version"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedSound:
    """`sound` as in phrases.yaml: zh/phrases/welcome. `words`: what it says."""

    sound: str
    words: str
    digest: str
    at: datetime
    by: str


class StoresReleases(Protocol):
    """`PgReleases`. Each raises Unavailable."""

    async def heads(self) -> dict[str, Release]: ...

    async def releases(self, file: str) -> Sequence[Release]: ...

    async def release(self, file: str, version: int) -> Release | None: ...

    async def add(self, release: Release) -> None:
        """Raises RulesChangedMeanwhile when its version is not the next one."""
        ...

    async def untold(self) -> Sequence[Release]: ...

    async def note_told(self, release: Release, at: datetime) -> None: ...

    async def sounds(self) -> Sequence[UploadedSound]:
        """The newest of each."""
        ...

    async def wavs(self) -> dict[str, bytes]: ...

    async def keep_sound(self, sound: UploadedSound, wav: bytes) -> int: ...


class PgReleases:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def heads(self) -> dict[str, Release]:
        """The newest release of each file that has one, by the file's name."""
        return {row["file"]: _release(row) for row in await self._pool.fetch(_HEADS)}

    async def releases(self, file: str) -> Sequence[Release]:
        return [_release(row) for row in await self._pool.fetch(_OF, file)]

    async def release(self, file: str, version: int) -> Release | None:
        row = await self._pool.fetchrow(_ONE, file, version)
        return _release(row) if row is not None else None

    async def add(self, release: Release) -> None:
        try:
            added = await self._pool.fetchval(
                _ADD,
                release.file,
                release.version,
                release.text,
                release.digest,
                release.at,
                release.by,
                release.reason,
            )
        except asyncpg.UniqueViolationError:
            added = None
        if not added:
            raise changed_meanwhile(release.file)

    async def untold(self) -> Sequence[Release]:
        """Those that the journal may not know, the oldest first."""
        return [_release(row) for row in await self._pool.fetch(_UNTOLD)]

    async def note_told(self, release: Release, at: datetime) -> None:
        await self._pool.execute(_TOLD, release.file, release.version, at)

    async def sounds(self) -> Sequence[UploadedSound]:
        return [UploadedSound(**row) for row in await self._pool.fetch(_SOUNDS)]

    async def wavs(self) -> dict[str, bytes]:
        """The newest of each, as Asterisk plays it."""
        return {row["sound"]: row["wav"] for row in await self._pool.fetch(_WAVS)}

    async def keep_sound(self, sound: UploadedSound, wav: bytes) -> int:
        """Its version."""
        version: int = await self._pool.fetchval(
            _KEEP_SOUND, sound.sound, sound.words, wav, sound.digest, sound.at, sound.by
        )
        return version


def changed_meanwhile(file: str) -> RulesChangedMeanwhile:
    return RulesChangedMeanwhile(
        f"{file} has another release by now.", remedy="Load it again and repeat the change."
    )


def _release(row: Row) -> Release:
    return Release(**row)
