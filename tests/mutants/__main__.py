"""Tests the tests (`./dev mutants [--only FILE ...] [--sample N]`): one small fault at a time.

A fault that no test notices (a survivor) is a red build: an invariant is missing. Faults that
change nothing that can be seen are listed, with their reason, in tests/mutants/equivalent.txt.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.mutants.faults import Fault, Faults
from tests.mutants.ground import Verdict
from tests.mutants.hunt import Hunt
from tests.mutants.ledger import MOST_EQUIVALENT, Ledger, reasons_of

ROOT: Final = Path(__file__).resolve().parent.parent.parent
EQUIVALENT: Final = ROOT / "tests" / "mutants" / "equivalent.txt"
CACHE: Final = ROOT / "var" / "mutants.json"
# Where faults are made, and the tests that must notice them.
SUBJECTS: Final = {
    "telephony/call.py": ["tests/telephony/test_call.py", "tests/telephony/test_live_call.py"],
    "figures/fold.py": ["tests/figures"],
    "callbacks/schedule.py": ["tests/callbacks"],
    "acd": ["tests/acd"],
}


class Table:
    """Rows of (faults, noticed, survived, equivalent, seconds) by file."""

    def __init__(self) -> None:
        self.of: dict[str, Counter[str]] = {}
        self.seconds: Counter[str] = Counter()

    def add(self, file: str, column: str, seconds: float = 0.0) -> None:
        self.of.setdefault(file, Counter())[column] += 1
        self.seconds[file] += seconds

    def total(self, column: str) -> int:
        return sum(row[column] for row in self.of.values())

    def show(self) -> None:
        print("| file | faults | noticed | survived | equivalent | s |")
        print("|---|---:|---:|---:|---:|---:|")
        for file, row in self.of.items():
            self._line(file, row, self.seconds[file])
        whole: Counter[str] = sum(self.of.values(), Counter())
        self._line("all", whole, sum(self.seconds.values()))

    def _line(self, name: str, row: Counter[str], seconds: float) -> None:
        counts = [row["noticed"], row["survived"], row["equivalent"]]
        print(f"| {name} | {sum(counts)} | {' | '.join(map(str, counts))} | {seconds:.0f} |")


def files_of(subject: str, only: Sequence[str]) -> list[Faults]:
    place = ROOT / subject
    paths = sorted(place.glob("*.py")) if place.is_dir() else [place]
    named = [(path, str(path.relative_to(ROOT))) for path in paths]
    return [Faults(path, name) for path, name in named if not only or name in only]


def hunted(arguments: argparse.Namespace, table: Table, reasons: dict[str, str]) -> None:
    ledger = Ledger(CACHE, ROOT, arguments.fresh)

    def told(fault: Fault, verdict: Verdict) -> None:
        ledger.note(fault, verdict)
        table.add(fault.file, "survived" if verdict.survived else "noticed", verdict.seconds)
        if verdict.survived:
            print(f"survived ({verdict.seconds:.1f} s): {fault.id}", flush=True)
        elif arguments.verbose:
            print(f"noticed ({verdict.seconds:.1f} s, {verdict.by}): {fault.id}", flush=True)

    for subject, tests in SUBJECTS.items():
        files = files_of(subject, arguments.only)
        faults = chosen(files, arguments)
        left = []
        for fault in faults:
            if fault.id in reasons:
                table.add(fault.file, "equivalent")
            elif ledger.noticed_before(fault):
                table.add(fault.file, "noticed")
            else:
                left.append(fault)
        if left:
            Hunt(ROOT, files, tests).go(left, told)
            ledger.keep()


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="FILE", help="e.g. acd/line.py")
    parser.add_argument("--match", default="", help="only faults whose id contains this")
    parser.add_argument("--sample", type=int, help="only so many of each subject, by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="believe no earlier verdict")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--equivalent", action="store_true", help="try those listed as equivalent")
    arguments = parser.parse_args()
    began = time.monotonic()
    reasons = reasons_of(EQUIVALENT)
    gone = stale(reasons)
    table = Table()
    hunted(arguments, table, {} if arguments.equivalent else reasons)
    table.show()
    share = len(reasons) / max(1, sum(len(one.every) for s in SUBJECTS for one in files_of(s, ())))
    print(f"{time.monotonic() - began:.0f} s; equivalent: {share:.1%} of all faults")
    for one in gone:
        print(f"listed as equivalent, but there is no such fault: {one}")
    return 1 if table.total("survived") or gone or share > MOST_EQUIVALENT else 0


if __name__ == "__main__":
    sys.exit(main())
