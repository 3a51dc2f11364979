"""Retained lines (双号并行、分中心) in the terminal, straight from the database.

report FROM [TO]   what each line did (MRG-08); days of China, both included
branches           each line with seats of its own: connected or not, how far it has told (MRG-05)
key LINE           a new key for a branch centre, shown once; --retire ends the one before it,
                   --disconnect all of them
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from config.settings import load_settings
from figures.counts import day_bounds
from figures.lines_report import LineReports, LinesReport
from figures.lines_store import LinesStore
from figures.lines_table import HEADER, as_csv, table
from hotline.commands.of_instance import environment_of, show
from hotline.private.places import PROJECT
from intake.branch_door import LineWithoutSeats
from intake.branch_store import BranchFeed, BranchStore
from kernel.clock import SystemClock
from kernel.errors import BadInput
from storage.field_cipher import FieldCipher, FieldKeys
from storage.pool import open_pool
from telephony.lines import Lines
from telephony.menu_file import load_lines


class BadDays(BadInput):
    code = "bad-days"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="a running instance, var/NAME/")
    parser.add_argument("--config", type=Path, default=PROJECT / "config")
    what = parser.add_subparsers(dest="what", required=True)
    report = what.add_parser("report", help="what each line did")
    report.add_argument("first", metavar="FROM", help="2026-11-01")
    report.add_argument("last", metavar="TO", nargs="?", help="2026-11-30; FROM if left out")
    report.add_argument("--by", choices=("day", "span"), default="span")
    report.add_argument("--csv", action="store_true", help="for spreadsheets")
    report.add_argument("--json", action="store_true", help="for programs")
    feeds = what.add_parser("branches", help="how far branch centres have told")
    feeds.add_argument("--json", action="store_true", help="for programs")
    key = what.add_parser("key", help="a new key for a branch centre")
    key.add_argument("line", metavar="LINE", help="its name in lines.yaml")
    key.add_argument("--by", default="command line", help="who makes it, for the record")
    end = key.add_mutually_exclusive_group()
    end.add_argument("--retire", action="store_true", help="only the newest key stays valid")
    end.add_argument("--disconnect", action="store_true", help="no key stays valid")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, BadDays, LineWithoutSeats, Unavailable."""
    lines = load_lines(arguments.config / "lines.yaml")
    match arguments.what:
        case "report":
            _tell_report(asyncio.run(_report(arguments, lines)), arguments)
        case "branches":
            show(asyncio.run(_feeds(arguments, lines)), as_json=arguments.json)
        case _:
            sys.stdout.write(asyncio.run(_key(arguments, lines)) + "\n")
    return 0


def _tell_report(report: LinesReport, arguments: argparse.Namespace) -> None:
    if arguments.csv:
        sys.stdout.write(as_csv(report))
    else:
        show(Report(report), as_json=arguments.json)


@dataclass(frozen=True, slots=True)
class Report:
    """The table, as people and as programs read it."""

    report: LinesReport

    def as_json(self) -> dict[str, Any]:
        english = [name.split(" ", 1)[1] for name in HEADER]
        return {
            "from": self.report.start.isoformat(),
            "to": self.report.end.isoformat(),
            "rows": [dict(zip(english, row, strict=True)) for row in table(self.report)],
        }

    def lines(self) -> list[str]:
        told = []
        for row in table(self.report):
            day, line, name, kind, seats, *numbers = row
            told.append(" ".join(part for part in (day, line, name, kind, seats) if part))
            named = zip(HEADER[5:], numbers, strict=True)
            told.append("    " + ", ".join(f"{head} {value}" for head, value in named if value))
        return told


@dataclass(frozen=True, slots=True)
class Feeds:
    """`feeds`: of every line with seats of its own."""

    feeds: Mapping[str, BranchFeed]
    now: datetime

    def as_json(self) -> dict[str, Any]:
        rows = [asdict(feed) | {"lag_s": self._lag(feed)} for feed in self.feeds.values()]
        times = ("newest_at", "heard_at")
        return {
            "branches": [
                row | {name: row[name].isoformat() for name in times if row[name]} for row in rows
            ]
        }

    def lines(self) -> list[str]:
        return [f"{name}: {self._said(feed)}" for name, feed in self.feeds.items()]

    def _lag(self, feed: BranchFeed) -> float | None:
        if feed.newest_at is None:
            return None
        return max((self.now - feed.newest_at).total_seconds(), 0.0)

    def _said(self, feed: BranchFeed) -> str:
        lag = self._lag(feed)
        still = "" if feed.has_key else "未接入 not connected; "
        if lag is None:
            return still + "从未推送 has never told anything"
        rows = f"来电 calls {feed.calls}, 工单 tickets {feed.tickets}, 拒收 refused {feed.refused}"
        return f"{still}延迟 lag {lag:.0f} s; {rows}"


async def _report(arguments: argparse.Namespace, lines: Lines) -> LinesReport:
    start, end = _days(arguments.first, arguments.last)
    settings = load_settings(arguments.config, environment_of(arguments.instance))
    async with open_pool(settings.database) as pool:
        reports = LineReports(LinesStore(pool, settings.site.region_code), lines)
        return await reports.report(start, end, by_day=arguments.by == "day")


def _days(first: str, last: str | None) -> tuple[datetime, datetime]:
    try:
        days = [date.fromisoformat(text) for text in (first, last or first)]
    except ValueError as err:
        raise BadDays(f"{err}.", remedy="Write days as 2026-11-21.") from err
    if days[1] < days[0]:
        raise BadDays(f"{last} lies before {first}.", remedy="Let TO not lie before FROM.")
    return day_bounds(days[0])[0], day_bounds(days[1])[1]


@asynccontextmanager
async def _store(arguments: argparse.Namespace) -> AsyncIterator[BranchStore]:
    environment = environment_of(arguments.instance, with_keys=True)
    settings = load_settings(arguments.config, environment)
    cipher = FieldCipher(FieldKeys.from_environment(environment))
    async with open_pool(settings.database) as pool:
        yield BranchStore(pool, cipher)


async def _feeds(arguments: argparse.Namespace, lines: Lines) -> Feeds:
    async with _store(arguments) as store:
        known = {feed.line: feed for feed in await store.feeds()}
    seated = [name for name, line in lines.lines.items() if line.number is not None]
    feeds = {name: known.get(name, BranchFeed(line=name, has_key=False)) for name in seated}
    return Feeds(feeds, SystemClock().now())


async def _key(arguments: argparse.Namespace, lines: Lines) -> str:
    line = lines.lines.get(arguments.line)
    if line is None or line.number is None:
        known = ", ".join(n for n, one in lines.lines.items() if one.number is not None)
        raise LineWithoutSeats(
            f"{arguments.line!r} is no line with seats of its own.",
            remedy=f"Use one of: {known or 'none yet; add it to lines.yaml first'}.",
        )
    now = SystemClock().now()
    async with _store(arguments) as store:
        if arguments.disconnect:
            await store.disconnect(arguments.line, at=now)
            return f"{arguments.line}: 密钥已全部停用 no key is valid any more"
        if arguments.retire:
            await store.revoke_old(arguments.line, at=now)
            return f"{arguments.line}: 旧密钥已停用 only the newest key is valid"
        return await store.make_key(arguments.line, by=arguments.by, at=now)
