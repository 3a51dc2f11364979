"""Where the truth of one instance lies, for an audit of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from figures.audit_store import AuditStore
from hotline.audit.sources import Console
from storage.pool import open_pool
from storage.settings import DatabaseSettings

_PATIENCE: Final = timedelta(minutes=10)  # for one question about a long journal


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlaces:
    """`dsn` empty: files only. `console` None: nothing runs."""

    journal: Path
    asterisk_log: Path
    console: Console | None
    dsn: str
    site: str


@asynccontextmanager
async def open_store(places: AuditPlaces) -> AsyncIterator[AuditStore]:
    """Raises BadSettings without a DSN; its questions raise Unavailable."""
    dsn = SecretStr(places.dsn) if places.dsn else None
    settings = DatabaseSettings(dsn=dsn, command_within=_PATIENCE)
    async with open_pool(settings) as pool:
        yield AuditStore(pool, places.site)


def away(err: Exception) -> tuple[str, str]:
    return f"数据库未核对: {err}", f"PostgreSQL was not compared: {err}"
