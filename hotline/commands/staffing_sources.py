"""Where `hotline staffing` takes its past from: an instance, a file, or the settings alone."""

import csv
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from acd.directory import Directory
from acd.patience import Waits
from acd.roster import CHINA, Shift
from acd.roster_store import PgRosterStore, RosterTaken
from acd.seat_ratio import Districts, load_districts
from acd.seed import load_directory
from acd.staffing_rules import StaffingRules, load_staffing_rules
from acd.store import PgDirectoryStore
from callbacks.workdays import Calendar, load_calendar
from config.settings import load_settings
from figures.staffing_store import HalfHourCounted, StaffingFigures
from hotline.commands.of_instance import environment_of
from hotline.desks.staffing import StaffingPlanner
from kernel.clock import SystemClock
from kernel.errors import BadInput, Unavailable
from kernel.ids import QueueName
from storage.pool import open_pool


class BadHistory(BadInput):
    code = "bad-history"


class NoDatabase(Unavailable):
    code = "no-database"


@dataclass(frozen=True, slots=True)
class Files:
    """What a centre edits, as far as staffing needs it."""

    folder: Path
    rules: StaffingRules
    calendar: Calendar
    districts: Districts

    @property
    def seed(self) -> Directory:
        return load_directory(self.folder / "directory.yaml")


def read_files(folder: Path) -> Files:
    """Raises BadSettings."""
    return Files(
        folder=folder,
        rules=load_staffing_rules(folder / "staffing.yaml"),
        calendar=load_calendar(folder / "holidays.yaml"),
        districts=load_districts(folder / "districts.yaml"),
    )


class PastOfFile:
    """Calls by time from a file; nothing else is known. Fits ReadsPast."""

    def __init__(self, counted: Sequence[HalfHourCounted] = ()) -> None:
        self.counted = list(counted)

    async def half_hours(self, start: datetime, end: datetime) -> list[HalfHourCounted]:
        return [each for each in self.counted if start <= each.start < end]

    async def waits(self, first: date, last: date) -> dict[QueueName, Waits]:
        return {}

    async def tickets_by_category(
        self, start: datetime, end: datetime
    ) -> dict[str, dict[date, int]]:
        return {}


class NoRoster:
    """Fits KeepsRoster where there is no database."""

    async def replace(
        self, name: str, content: bytes, shifts: Sequence[Shift], *, by: str, at: datetime
    ) -> RosterTaken:
        raise NoDatabase(
            "There is no database to keep a roster in.", remedy="Start an instance with ./dev run."
        )

    async def shifts(self, start: datetime, end: datetime) -> list[Shift]:
        return []

    async def has_day(self, day: date) -> bool:
        return False


def read_history(file: Path) -> list[HalfHourCounted]:
    """`start,calls` with heads: start as 2026-11-21 08:30 (China, or with its zone), any steps.

    Raises BadHistory with line and remedy.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError) as err:
        raise BadHistory(f"{file} cannot be read: {err}.", remedy="Give a CSV in UTF-8.") from err
    return [_counted(file, number, row) for number, row in enumerate(rows, start=2)]


def _counted(file: Path, number: int, row: dict[str, str | None]) -> HalfHourCounted:
    try:
        start = datetime.fromisoformat((row.get("start") or "").strip().replace("/", "-"))
        calls = int(row.get("calls") or "")
    except ValueError as err:
        raise BadHistory(
            f"{file}: line {number}: {dict(row)} is no start and calls.",
            remedy="Write the heads start,calls and lines as 2026-11-21 08:30,173.",
        ) from err
    aware = start if start.tzinfo is not None else start.replace(tzinfo=CHINA)
    return HalfHourCounted(start=aware, offered=calls, answered=0, handled=timedelta())


@asynccontextmanager
async def planner_of(
    files: Files, instance: str, counted: Sequence[HalfHourCounted] | None
) -> AsyncIterator[StaffingPlanner]:
    """`counted`: the past of a file. Else the instance's database, or the settings alone where
    there is none. Raises Unavailable."""
    environment = environment_of(instance)
    if counted is not None or not environment.get("HOTLINE_DATABASE_DSN"):
        yield _planner(files, PastOfFile(counted or ()), NoRoster(), files.seed)
        return
    settings = load_settings(files.folder, environment)
    async with open_pool(settings.database) as pool:
        directory = await PgDirectoryStore(pool).load()
        past = StaffingFigures(pool, settings.site.region_code)
        yield _planner(files, past, PgRosterStore(pool), directory)


def _planner(
    files: Files,
    past: PastOfFile | StaffingFigures,
    roster: NoRoster | PgRosterStore,
    directory: Directory,
) -> StaffingPlanner:
    return StaffingPlanner(
        rules=files.rules,
        calendar=files.calendar,
        districts=files.districts,
        past=past,
        roster=roster,
        directory=lambda: directory,
        view=lambda: None,
        clock=SystemClock(),
        write=lambda facts: None,  # no journal of ours: the file's row says who took it over
    )
