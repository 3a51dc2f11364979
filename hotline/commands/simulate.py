"""A day on virtual time: the floor of this program beside what a site would have without it.

FILE is a scenario (YAML, see docs/policies.md), or a day that was recorded: a folder of the journal
(var/NAME/journal) or a PostgreSQL address, with --day. All policies meet the same callers. Nothing
is needed but this program, and nothing is changed.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from rich.console import Console

from hotline.private.places import PROJECT
from hotline.simulation.contest import ESTIMATES, POLICIES, contest
from hotline.simulation.day import Day
from hotline.simulation.draw import draw_day
from hotline.simulation.plots import write_plots
from hotline.simulation.recorded import is_recorded, recorded_day
from hotline.simulation.report import compared, guesses_of, show, summary, write_csv, write_json
from hotline.simulation.scenario import load_scenario
from hotline.simulation.trace_file import read_trace, traced_day

_WIDE = 170
_PLOTS = PROJECT / "var" / "simulation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="scenario, journal folder or postgresql://…")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="as arrivals.load=0.97"
    )
    parser.add_argument("--seed", type=int, help="other dice than the scenario's")
    parser.add_argument("--seeds", type=_positive, default=1, metavar="N", help="mean of N seeds")
    parser.add_argument("--trace", type=Path, metavar="CALLS.csv", help="these calls instead")
    parser.add_argument("--day", type=date.fromisoformat, help="which recorded day (China time)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="all figures of each policy")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="what became of each call")
    parser.add_argument(
        "--plots", type=Path, metavar="DIR", help="PNG and SVG; else in var/simulation/"
    )
    names = [policy.name for policy in (*POLICIES, ESTIMATES)]
    parser.add_argument("--policy", action="append", choices=names, help="only these (repeat it)")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, JournalDamaged, NotFound, Unavailable."""
    every = (*POLICIES, ESTIMATES)
    policies = [one for one in every if one.name in (arguments.policy or [one.name])]
    first = _day(arguments, 0)
    lived = contest(first, policies)
    seeds, guesses = [compared(first, lived)], guesses_of(lived)
    for n in range(1, arguments.seeds):
        day = _day(arguments, n)
        outcomes = contest(day, policies)
        seeds.append(compared(day, outcomes))
        guesses += guesses_of(outcomes)
    found = summary(first, seeds, guesses)
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    show(console, found)
    if arguments.json is not None:
        write_json(arguments.json, found)
    if arguments.csv is not None:
        write_csv(arguments.csv, first, lived)
    folder = arguments.plots or _PLOTS / Path(arguments.file).stem
    written = write_plots(folder, first, lived)
    console.print(f"{folder}: {', '.join(path.name for path in written)}", highlight=False)
    return 0


def _day(arguments: argparse.Namespace, later: int) -> Day:
    """Of the first seed, or of one so many after it."""
    if is_recorded(arguments.file):
        return recorded_day(arguments.file, arguments.day, (arguments.seed or 1) + later)
    scenario = load_scenario(Path(arguments.file), arguments.set)
    seed = (scenario.seed if arguments.seed is None else arguments.seed) + later
    if arguments.trace is not None:
        return traced_day(scenario, read_trace(arguments.trace), seed)
    return draw_day(scenario, seed)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seeds")
    return number
