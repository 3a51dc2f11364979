"""Recount a period from the journal and compare: fates, stored quarters, live board, CDR; the seal.

FROM and TO are moments by the clock of China (2026-11-21, 2026-11-21T10:30) or with an offset of
their own; they are widened to whole quarters of an hour. Without TO: now. Without FROM: today.
Ends with 1 when anything differs.
"""

import argparse
import asyncio
import json
import os
import sys
from datetime import datetime
from pathlib import Path

from config.settings import load_settings
from figures.audit_lines import QUARTER_US, Span, day_start, micros, moment_of, quarter
from figures.counts import SHANGHAI
from hotline.audit.chain import check_seal
from hotline.audit.examination import examine
from hotline.audit.places import AuditPlaces
from hotline.audit.report import Report
from hotline.audit.sources import console_of
from hotline.private.instance import instance
from hotline.private.places import PROJECT
from kernel.clock import SystemClock
from kernel.errors import BadInput, NotFound


class BadPeriod(BadInput):
    code = "bad-period"


class NoJournal(NotFound):
    code = "no-journal"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("start", metavar="FROM", nargs="?", help="first moment; today if left out")
    parser.add_argument("end", metavar="TO", nargs="?", help="last moment; now if left out")
    parser.add_argument("--seal", action="store_true", help="verify the journal's hash chain")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    parser.add_argument("--instance", default="main", help="name; see var/NAME/")
    parser.add_argument("--journal", type=Path, help="a journal folder elsewhere")
    parser.add_argument("--asterisk-log", type=Path, help="the log folder of an Asterisk elsewhere")
    parser.add_argument("--config", type=Path, help="the folder of settings")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadPeriod, NoJournal, BadSettings, AuditLoginRefused."""
    clock, places = SystemClock(), places_of(arguments)
    if arguments.seal:
        report = asyncio.run(check_seal(places))
    else:
        span = period(arguments.start, arguments.end, clock.now())
        report = asyncio.run(examine(places, span, clock.now))
    return told(report, arguments.json)


def told(report: Report, file: Path | None) -> int:
    """Prints it; 1 when it holds a difference."""
    sys.stdout.write("\n".join(report.lines()) + "\n")
    if file is not None:
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
        file.write_text(text + "\n", encoding="utf-8")
    return 1 if report.differences else 0


def period(start: str | None, end: str | None, now: datetime) -> Span:
    """Widened to whole quarters of an hour. Raises BadPeriod."""
    last = micros(_moment(end)) if end else micros(now)
    first = micros(_moment(start)) if start else day_start(last)
    span = Span(quarter(first), quarter(last + QUARTER_US - 1))
    if span.start >= span.end:
        raise BadPeriod(
            f"The period from {moment_of(first)} to {moment_of(last)} is empty.",
            remedy="Let TO lie after FROM.",
        )
    return span


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as err:
        raise BadPeriod(
            f"{text!r} is no moment.", remedy="Write 2026-11-21 or 2026-11-21T10:30."
        ) from err
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)


def places_of(arguments: argparse.Namespace) -> AuditPlaces:
    """Of the instance, or as arguments and environment say. Raises NoJournal, BadSettings."""
    environment = os.environ
    root = Path(environment.get("HOTLINE_INSTANCE_DIR", "") or instance(arguments.instance).root)
    config = arguments.config or Path(
        environment.get("HOTLINE_CONFIG_DIR", "") or PROJECT / "config"
    )
    endpoints = root / "endpoints.json"
    dsn = environment.get("HOTLINE_DATABASE_DSN", "")
    if not dsn and endpoints.exists():
        dsn = json.loads(endpoints.read_text(encoding="utf-8")).get("database", "")
    journal = arguments.journal or root / "journal"
    if not journal.is_dir():
        raise NoJournal(
            f"There is no journal in {journal}.",
            remedy="Name a started instance with --instance, or a folder with --journal.",
        )
    return AuditPlaces(
        journal=journal,
        asterisk_log=arguments.asterisk_log or root / "asterisk" / "log",
        console=console_of(endpoints),
        dsn=dsn,
        site=load_settings(config).site.region_code,
    )
