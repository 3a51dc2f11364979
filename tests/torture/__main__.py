"""./dev torture --calls N [--seed N] [--report FILE]: calls with every fault, on virtual time.

Floor, desk and a fake exchange live through days of calls while news are lost, doubled, late and
out of order, the link is cut and our process is killed at any point; the invariants I1-I11 are
looked at after every turn. Ends with 1 when one was broken: `--seed S --calls 1` lives through that
day again. A run that was stopped is taken up with its file: `--join FILE --seed NEXT`.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Final

from bench.machine import machine_facts
from tests.torture.days import Tally, batches, live_days
from tests.torture.report import Report, commit, joined, page, report_of

SAY_EVERY: Final = 5.0  # seconds
KEEP_EVERY: Final = 60.0
SHOWN: Final = 5  # violations told in full


def main(words: list[str] | None = None) -> int:
    given = _given(words)
    began, run, machine = time.monotonic(), _run(given), machine_facts()
    sums = Tally()
    say = now_and_then(SAY_EVERY, lambda: _say(sums, began, given.calls))
    keep = now_and_then(KEEP_EVERY, lambda: _keep(report(), given))

    def report() -> Report:
        whole = report_of(sums, time.monotonic() - began, run, machine)
        for file in given.join:
            whole = joined(whole, json.loads(file.read_text(encoding="utf-8")))
        return whole

    for done in _lived(batches(given.seed, given.calls), given.processes):
        sums.add(done)
        say()
        keep()
        if len(sums.violations) >= SHOWN:
            break
    _show(report())
    _keep(report(), given)
    return 1 if sums.violations else 0


def _given(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev torture", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="how many (10000000: the bar)")
    parser.add_argument("--seed", type=int, default=1, help="of the first day")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--report", type=Path, metavar="FILE", help="write docs/torture.md there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the same as data")
    parser.add_argument(
        "--join", type=Path, metavar="FILE", action="append", default=[], help="add earlier --json"
    )
    return parser.parse_args(words)


def _run(given: argparse.Namespace) -> dict[str, str | int]:
    command = f"./dev torture --calls {given.calls} --seed {given.seed}"
    return {"command": command, "processes": given.processes, "commit": commit()}


def now_and_then(seconds: float, deed: Callable[[], None]) -> Callable[[], None]:
    """Does it when that much time has passed since the last time."""
    last = time.monotonic()

    def perhaps() -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            deed()

    return perhaps


def _keep(report: Report, given: argparse.Namespace) -> None:
    """Also amid the run: what was done so far is not lost with it."""
    if given.json is not None:
        text = json.dumps(report, ensure_ascii=False, indent=2)
        given.json.write_text(text + "\n", encoding="utf-8")
    if given.report is not None:
        given.report.write_text(page(report), encoding="utf-8")


def _lived(work: Iterator[tuple[int, int]], processes: int) -> Iterator[Tally]:
    """Each batch as it is done; no more than a few are under way at any time."""
    with ProcessPoolExecutor(processes) as pool:
        under_way: set[Future[Tally]] = set()
        try:
            while True:
                for first, days in work:
                    under_way.add(pool.submit(live_days, first, days))
                    if len(under_way) > processes:
                        break
                if not under_way:
                    return
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for each in done:
                    yield each.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _say(sums: Tally, began: float, calls: int) -> None:
    rate = sums.calls / (time.monotonic() - began)
    left = max(0, calls - sums.calls) / rate if rate else 0
    print(
        f"{sums.calls:>12,} calls  {rate:>8,.0f}/s  {sums.faults.total():>10,} faults  "
        f"{len(sums.violations)} violations  about {left:,.0f} s left",
        flush=True,
    )


def _show(report: Report) -> None:
    rate = report["calls"] / max(report["wall_s"], 0.1)
    print(
        f"\n{report['calls']:,} calls in {report['days']:,} days, {report['wall_s']:,} s: "
        f"{rate:,.0f} calls/s, {report['decisions']:,} decisions"
    )
    for title in ("checks", "faults", "fates"):
        print(f"{title}:")
        for name, count in report[title].items():
            print(f"  {count:>12,}  {name}")
    print(f"violations: {len(report['violations'])}")
    for broken in report["violations"][:SHOWN]:
        print(f"\n{broken['law']}: {broken['what']}")
        print(f"  again: ./dev torture --calls 1 --seed {broken['seed']}")
        for line in broken["trace"]:
            print(f"    {line}")


if __name__ == "__main__":
    sys.exit(main())
