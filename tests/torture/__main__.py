"""./dev torture --calls N [--seed N] [--json FILE]: simulated calls with faults, on virtual time.

Floor, desk and a fake exchange live through days of calls while news are lost, doubled, late and
out of order and our process is killed at any point; the invariants I1-I11 are looked at after every
turn. Ends with 1 when one was broken: `--seed S --calls 1` lives through that day again.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any, Final

from bench.machine import machine_facts
from tests.torture.days import Tally, batches, live_days

SAY_EVERY: Final = 5.0  # seconds
SHOWN: Final = 5  # violations told in full


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./dev torture", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="how many (10000000: the bar)")
    parser.add_argument("--seed", type=int, default=1, help="of the first day")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args(words)
    began = time.monotonic()
    sums = Tally()
    for done in _lived(batches(given.seed, given.calls), given.processes):
        sums.add(done)
        _say_now_and_then(sums, began, given.calls)
        if len(sums.violations) >= SHOWN:
            break
    report = _report(sums, time.monotonic() - began, given)
    _show(report)
    if given.json is not None:
        given.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 1 if sums.violations else 0


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


_said_at = [0.0]


def _say_now_and_then(sums: Tally, began: float, calls: int) -> None:
    now = time.monotonic()
    if now - _said_at[0] < SAY_EVERY:
        return
    _said_at[0] = now
    rate = sums.calls / (now - began)
    left = max(0, calls - sums.calls) / rate if rate else 0
    print(
        f"{sums.calls:>12,} calls  {rate:>8,.0f}/s  {sums.faults.total():>10,} faults  "
        f"{len(sums.violations)} violations  about {left:,.0f} s left",
        flush=True,
    )


def _report(sums: Tally, wall: float, given: argparse.Namespace) -> dict[str, Any]:
    return {
        "torture": "floor + desk + fake exchange on virtual time",
        "machine": machine_facts(),
        "seed": given.seed,
        "processes": given.processes,
        "wall_s": round(wall, 1),
        "days": sums.days,
        "calls": sums.calls,
        "calls_per_s": round(sums.calls / wall),
        "decisions": sums.turns,
        "decisions_per_s": round(sums.turns / wall),
        "decisions_per_s_and_process": round(sums.turns / max(sums.seconds, 1e-9)),
        "faults": dict(sums.faults.most_common()),
        "fates": dict(sums.fates.most_common()),
        "violations": sums.violations,
    }


def _show(report: dict[str, Any]) -> None:
    print(
        f"\n{report['calls']:,} calls in {report['days']:,} days, {report['wall_s']:,} s: "
        f"{report['calls_per_s']:,} calls/s, {report['decisions_per_s']:,} decisions/s "
        f"with {report['processes']} processes"
    )
    for title in ("faults", "fates"):
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
