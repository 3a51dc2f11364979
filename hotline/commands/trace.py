"""Print the life of one call from the journal: its files first, then PostgreSQL."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from console.trace_words import SUMMARY, sentence
from figures.counts import SHANGHAI
from hotline.private.instance import instance
from kernel.errors import NotFound, Unavailable
from storage.journal_file import Position, read
from storage.pool import open_pool
from storage.settings import DatabaseSettings

_OF_CALL = "select epoch, n, at, kind, body from journal where body ->> 'call' = $1"


class Told:
    """One fact of the call, ready to be printed."""

    def __init__(self, position: Position, at: datetime, kind: str, body: str | bytes) -> None:
        self.position = position
        self.at = at
        self.kind = kind
        self.body: dict[str, Any] = json.loads(body)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("call", metavar="CALL", help="the call's id, as the journal names it")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the words")
    parser.add_argument("--instance", default="main", help="name; its journal is in var/NAME/")
    parser.add_argument("--journal", type=Path, help="a journal folder elsewhere")


def main(arguments: argparse.Namespace) -> int:
    """Raises NotFound, JournalDamaged, Unavailable (only when the files know nothing)."""
    root = Path(os.environ.get("HOTLINE_INSTANCE_DIR", "") or instance(arguments.instance).root)
    folder: Path = arguments.journal or root / "journal"
    facts = {fact.position: fact for fact in from_files(folder, arguments.call)}
    dsn = _dsn(root)
    if dsn:
        try:
            facts |= {f.position: f for f in asyncio.run(from_database(dsn, arguments.call))}
        except Unavailable as err:
            if not facts:
                raise
            sys.stderr.write(f"{err}\n")
    if not facts:
        raise NotFound(
            f"The journal knows no call {arguments.call!r}.",
            remedy=f"See {folder} for ids of calls, or name another --instance.",
        )
    told = [facts[position] for position in sorted(facts)]
    sys.stdout.write("\n".join(lines(arguments.call, told, arguments.lang)) + "\n")
    return 0


def from_files(folder: Path, call: str) -> Iterable[Told]:
    """Its facts in the journal's files. Raises JournalDamaged."""
    name = json.dumps(call, ensure_ascii=False).encode()
    for entry in read(folder):
        if name in entry.body and json.loads(entry.body).get("call") == call:
            yield Told(entry.position, entry.at, entry.kind, entry.body)


async def from_database(dsn: str, call: str) -> list[Told]:
    """Its facts in the table `journal`. Raises Unavailable."""
    async with open_pool(DatabaseSettings(dsn=SecretStr(dsn))) as pool:
        rows = await pool.fetch(_OF_CALL, call)
    return [Told(Position(r["epoch"], r["n"]), r["at"], r["kind"], r["body"]) for r in rows]


def lines(call: str, facts: list[Told], lang: str) -> list[str]:
    """A heading, then a line per fact: time in China, seconds since the first, the sentence."""
    which = 0 if lang == "zh" else 1
    first = facts[0].at
    told = [SUMMARY[which].format(call=call, count=len(facts))]
    for fact in facts:
        clock = fact.at.astimezone(SHANGHAI)
        since = (fact.at - first).total_seconds()
        told.append(
            f"{clock:%Y-%m-%d %H:%M:%S}.{clock.microsecond // 1000:03} {since:+9.3f}  "
            + sentence(fact.kind, fact.body, lang)
        )
    return told


def _dsn(root: Path) -> str:
    from_environment = os.environ.get("HOTLINE_DATABASE_DSN", "")
    file = root / "endpoints.json"
    if from_environment or not file.exists():
        return from_environment
    return str(json.loads(file.read_text(encoding="utf-8")).get("database", ""))
