"""Tests the tests (`./dev mutants [--only FILE ...] [--changed]`): one small fault at a time.

A fault that no test notices (a survivor) is a red build: an invariant is missing. Faults that
change nothing that can be seen are listed, with their reason, in tests/mutants/equivalent.txt.
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.mutants import ground
from tests.mutants.faults import Fault, Faults
from tests.mutants.ground import Verdict
from tests.mutants.hunt import Hunt
from tests.mutants.ledger import MOST_EQUIVALENT, Ledger, reasons_of
from tests.mutants.table import Table

ROOT: Final = Path(__file__).resolve().parent.parent.parent
EQUIVALENT: Final = ROOT / "tests" / "mutants" / "equivalent.txt"
CACHE: Final = ROOT / "var" / "mutants.json"
DIRECTORY_TESTS: Final = ["tests/integration/test_acd_store.py"]  # on a PostgreSQL of their own
# Where faults are made, and the tests that must notice them. A file named alone is left out of
# the folder it lies in.
SUBJECTS: Final = {
    "telephony/call.py": [
        "tests/telephony/test_call.py",
        "tests/telephony/test_call_ways.py",
        "tests/telephony/test_live_call.py",
    ],
    "figures/fold.py": ["tests/figures"],
    "callbacks/schedule.py": ["tests/callbacks"],
    "acd/directory_keeper.py": DIRECTORY_TESTS,
    "acd/store.py": DIRECTORY_TESTS,
    "acd/roster_store.py": ["tests/integration/test_roster_store.py"],
    "acd": ["tests/acd"],
}


def files_of(subject: str, only: Sequence[str]) -> list[Faults]:
    place = ROOT / subject
    paths = sorted(place.glob("*.py")) if place.is_dir() else [place]
    named = [(path, str(path.relative_to(ROOT))) for path in paths]
    alone = set(SUBJECTS) - {subject}
    wanted = [(path, name) for path, name in named if name not in alone]
    return [Faults(path, name) for path, name in wanted if not only or name in only]


def hunted(arguments: argparse.Namespace, table: Table, reasons: dict[str, str]) -> None:
    ledger = Ledger(CACHE, ROOT, arguments.fresh)

    def told(fault: Fault, verdict: Verdict) -> None:
        ledger.note(fault, verdict)
        table.judge(fault.file, fault.id, verdict)
        table.tried += 1
        if verdict.survived:
            print(f"survived ({verdict.seconds:.1f} s): {fault.id}", flush=True)
        elif arguments.verbose:
            print(f"noticed ({verdict.seconds:.1f} s, {verdict.by}): {fault.id}", flush=True)

    for subject, tests in SUBJECTS.items():
        files = files_of(subject, arguments.only)
        left = []
        for fault in chosen(files, arguments):
            before = ledger.noticed_before(fault)
            if fault.id in reasons:
                table.add(fault.file, "equivalent")
            elif before is not None:
                table.judge(fault.file, fault.id, before)
            else:
                left.append(fault)
        if not arguments.known and left:
            Hunt(ROOT, files, tests).go(left, told)
            ledger.keep()
            left = []
        for fault in left:
            table.add(fault.file, "not tried")


def chosen(files: Sequence[Faults], arguments: argparse.Namespace) -> list[Fault]:
    faults = [fault for one in files for fault in one.every]
    if arguments.match:
        faults = [fault for fault in faults if arguments.match in fault.id]
    if arguments.sample is None or arguments.sample >= len(faults):
        return faults
    return random.Random(arguments.seed).sample(faults, arguments.sample)


def stale(reasons: dict[str, str]) -> list[str]:
    """Listed, but no fault of today."""
    today = {f.id for subject in SUBJECTS for one in files_of(subject, ()) for f in one.every}
    return sorted(set(reasons) - today)


def changed() -> list[str]:
    """Files that differ from the last commit, or are in it: what a small change must answer for."""
    command = ["git", "diff", "--name-only", "HEAD~1"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return found.stdout.split() or ["nothing"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev mutants", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="FILE", help="e.g. acd/line.py")
    parser.add_argument("--changed", action="store_true", help="only files changed since HEAD~1")
    parser.add_argument("--match", default="", help="only faults whose id contains this")
    parser.add_argument("--sample", type=int, help="only so many of each subject, by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="so many faults at a time")
    parser.add_argument("--fresh", action="store_true", help="believe no earlier verdict")
    parser.add_argument("--known", action="store_true", help="try none: tell what is known")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--equivalent", action="store_true", help="try those listed as equivalent")
    parser.add_argument("--report", type=Path, metavar="FILE", help="writes docs/mutants.md")
    arguments = parser.parse_args()
    ground.side_by_side = arguments.jobs
    if arguments.changed:
        arguments.only += changed()
    return judged(arguments)


def judged(arguments: argparse.Namespace) -> int:
    began = time.monotonic()
    reasons = reasons_of(EQUIVALENT)
    gone = stale(reasons)
    table = Table()
    hunted(arguments, table, {} if arguments.equivalent else reasons)
    took = time.monotonic() - began
    print(*table.lines(), sep="\n")
    print(f"{table.tried} tried in {took:.0f} s; equivalent: {table.share:.2%}")
    for one in gone:
        print(f"listed as equivalent, but there is no such fault: {one}")
    if arguments.report:
        renewed = sorted(table.of) if arguments.only else ()
        if renewed:
            every = [one.name for subject in SUBJECTS for one in files_of(subject, ())]
            table.keep_rows(arguments.report, every)
        text = table.report(reasons, took, arguments.jobs, renewed)
        arguments.report.write_text(text, encoding="utf-8")
    partly = arguments.only or arguments.match or arguments.sample
    too_many = not partly and table.share > MOST_EQUIVALENT
    open_ones = bool(table.survivors) or table.total("not tried") > 0
    return 1 if open_ones or gone or too_many else 0


if __name__ == "__main__":
    sys.exit(main())
