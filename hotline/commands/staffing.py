"""How many seats each half hour needs (排班测算), and who is rostered, from the terminal.

Without a sub-command: the needs of today. From an instance's own past if it runs, else from a file
(`--history`), else from the typical day of config/staffing.yaml.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from acd.day_plan import what_if
from acd.forecast import back_test
from acd.roster import CHINA
from acd.seat_ratio import Rounding
from hotline.commands import staffing_lists as lists
from hotline.commands import staffing_tables as tables
from hotline.commands.of_console import console_answer
from hotline.commands.of_instance import Shown, show
from hotline.commands.staffing_sources import (
    BadHistory,
    Files,
    planner_of,
    read_files,
    read_history,
)
from hotline.desks.staffing import StaffingPlanner, centre_of
from hotline.desks.staffing_past import days_of
from hotline.private.places import PROJECT
from intake.catalogue import load_catalogue
from kernel.clock import SystemClock
from kernel.errors import BadInput


class BadStaffingQuestion(BadInput):
    code = "bad-staffing-question"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    _common(parser, {"instance": "main", "config": PROJECT / "config", "json": False})
    what = parser.add_subparsers(dest="what")
    for name, about in _ABOUT.items():
        sub = what.add_parser(name, help=about)
        _common(sub, {})
        if name in _OWN:
            _OWN[name](sub)


def _common(parser: argparse.ArgumentParser, defaults: Mapping[str, Any]) -> None:
    """Before the sub-command or after it: a default of the latter would undo the former."""
    unsaid = argparse.SUPPRESS
    add = parser.add_argument
    add("--instance", default=unsaid, help="a running instance, var/NAME/")
    add("--config", type=Path, default=unsaid)
    add("--history", type=Path, default=unsaid, help="CSV start,calls: a past of its own")
    add("--calls", type=float, default=unsaid, help="calls a day, as on the typical day")
    add("--json", action="store_true", default=unsaid, help="for programs")
    parser.set_defaults(**defaults, **({"history": None, "calls": None} if defaults else {}))


def _day_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", nargs="?", metavar="DAY", help="2026-11-21; today if left out")
    parser.add_argument("--csv", action="store_true", help="for spreadsheets")


def _shift_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", nargs="?", metavar="DAY")
    parser.add_argument("--plain", action="store_true", help="without the solver (OR-Tools)")


def _ratio_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounding", choices=[one.value for one in Rounding])


def _what_if_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "centres", nargs="+", metavar="CENTRE", help="a district's code, or NAME:CALLS-A-DAY"
    )


def _test_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--last", type=int, default=60, help="days that are forecast, one by one")


def _roster_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--import", dest="file", type=Path, help="CSV or XLSX; replaces its days")
    parser.add_argument("day", nargs="?", metavar="DAY", help="show this day")
    parser.add_argument("--by", default="command line", help="who takes it over, for the record")


_ABOUT: Final = {
    "day": "seats needed in each half hour of a day",
    "now": "needed, rostered, signed in at this moment, of a running instance",
    "shifts": "which shifts, and how many agents in each (排班建议)",
    "roster": "show the roster of a day, or take over a file (排班表)",
    "ratio": "15 seats a million inhabitants, by district (SEAT-01)",
    "what-if": "what merging centres would save (SEAT-02)",
    "patience": "how long callers are patient, by queue",
    "seasons": "the months ahead by category (RPT-07)",
    "test": "how well the forecast of --history would have been",
    "table": "seats at AHT 213 s and patience 300 s, by each constraint",
}
_OWN: Final[dict[str, Callable[[argparse.ArgumentParser], None]]] = {
    "day": _day_arguments,
    "shifts": _shift_arguments,
    "roster": _roster_arguments,
    "ratio": _ratio_arguments,
    "what-if": _what_if_arguments,
    "test": _test_arguments,
}


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, BadHistory, BadRoster, Unavailable and what the planner refuses."""
    files = read_files(arguments.config)
    if arguments.calls is not None:
        begin = files.rules.until_measured.model_copy(update={"calls_per_day": arguments.calls})
        rules = files.rules.model_copy(update={"until_measured": begin})
        files = replace(files, rules=rules)
    match arguments.what:
        case "table":
            show(tables.KnownTable(), as_json=arguments.json)
        case "what-if":
            show(_what_if(arguments, files), as_json=arguments.json)
        case "test":
            _tell_test(arguments, files)
        case "now":
            asyncio.run(_now(arguments))
        case _:
            asyncio.run(_ask(arguments, files))
    return 0


async def _ask(arguments: argparse.Namespace, files: Files) -> None:
    has_own = arguments.history is not None or arguments.calls is not None
    counted = read_history(arguments.history) if arguments.history is not None else None
    async with planner_of(files, arguments.instance, counted or [] if has_own else None) as planner:
        seen = await _SEEN[arguments.what or "day"](planner, arguments)
    if getattr(arguments, "csv", False) and isinstance(seen, tables.DayTable):
        sys.stdout.write(seen.csv())
    else:
        show(seen, as_json=arguments.json)


async def _day(planner: StaffingPlanner, arguments: argparse.Namespace) -> Shown:
    return tables.DayTable(await planner.of_day(_day_of(arguments)))


async def _shifts(planner: StaffingPlanner, arguments: argparse.Namespace) -> Shown:
    day = _day_of(arguments)
    return tables.ProposalTable(day, await planner.propose(day, plainly=arguments.plain))


async def _roster(planner: StaffingPlanner, arguments: argparse.Namespace) -> Shown:
    if arguments.file is None:
        return lists.RosterTable(await planner.shifts(_day_of(arguments)))
    try:
        content = arguments.file.read_bytes()
    except OSError as err:
        raise BadStaffingQuestion(
            f"{arguments.file} cannot be read: {err.strerror}.", remedy="Give a CSV or XLSX file."
        ) from err
    taken = await planner.take_roster(arguments.file.name, content, by=arguments.by)
    return lists.TakenTable(taken)


async def _ratio(planner: StaffingPlanner, arguments: argparse.Namespace) -> Shown:
    if arguments.rounding:
        rounding = {"rounding": Rounding(arguments.rounding)}
        planner.districts = planner.districts.model_copy(update=rounding)
    return tables.RatioTable(*planner.ratio())


async def _patience(planner: StaffingPlanner, arguments: argparse.Namespace) -> Shown:
    return lists.PatienceTable(await planner.patience())


async def _seasons(planner: StaffingPlanner, arguments: argparse.Namespace) -> Shown:
    leaves = load_catalogue(arguments.config / "catalogue")
    return lists.SeasonsTable(
        await planner.outlooks(), {leaf.code[:4]: leaf.path[1] for leaf in leaves}
    )


_SEEN: Final[dict[str, Callable[[StaffingPlanner, argparse.Namespace], Awaitable[Shown]]]] = {
    "day": _day,
    "shifts": _shifts,
    "roster": _roster,
    "ratio": _ratio,
    "patience": _patience,
    "seasons": _seasons,
}


def _what_if(arguments: argparse.Namespace, files: Files) -> Shown:
    named = [each.partition(":") for each in arguments.centres]
    try:
        wanted = [(name, float(calls) if colon else None) for name, colon, calls in named]
    except ValueError as err:
        raise BadStaffingQuestion(
            f"{err}.", remedy="Write 220581 220600, or 12345:4000 12333:600."
        ) from err
    rules = files.rules
    centres = [centre_of(*each, rules, files.districts) for each in wanted]
    return tables.WhatIfTable(what_if(centres, rules.until_measured.handling(), rules.goal.goal()))


def _tell_test(arguments: argparse.Namespace, files: Files) -> None:
    """Day-ahead error over the last days of a file, against the plain mean."""
    if arguments.history is None:
        raise BadHistory("No past was given.", remedy="Give --history FILE with start,calls.")
    days = days_of(read_history(arguments.history), files.calendar)
    ours, plain = back_test(days, arguments.last, files.rules.forecast.rules())
    show(lists.TestTable(len(days), arguments.last, ours, plain), as_json=arguments.json)


async def _now(arguments: argparse.Namespace) -> None:
    """From the console of a running instance: only it knows who is signed in."""
    found: dict[str, Any] = await console_answer(arguments.instance, "/api/staffing/today")
    show(lists.NowTable(found), as_json=arguments.json)


def _day_of(arguments: argparse.Namespace) -> date:
    said = getattr(arguments, "day", None)
    if not said:
        return SystemClock().now().astimezone(CHINA).date()
    try:
        return date.fromisoformat(said)
    except ValueError as err:
        raise BadStaffingQuestion(f"{said!r} is no day.", remedy="Write 2026-11-21.") from err
