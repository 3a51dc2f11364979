"""bench startup: a second start of everything, from the command to "ready", by seconds.

The first start makes the database's files and is told apart. An instance of its own, removed after.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from shutil import rmtree
from typing import Final

from bench.report import Report
from bench.timing import median
from hotline.private.places import PROJECT

STOP_WITHIN_S: Final = 60.0
SIGNS: Final = {
    "starting PostgreSQL": "command until PostgreSQL starts",
    "starting Valkey": "PostgreSQL",
    "starting Asterisk": "Valkey",
    "starting hotline": "Asterisk",
    "ready": "hotline",
}


def run(quick: bool) -> Report:
    name = f"bench-{token_hex(3)}"
    try:
        first = _start_and_stop(name)
        again = [_start_and_stop(name) for _ in range(1 if quick else 3)]
    finally:
        rmtree(PROJECT / "var" / name, ignore_errors=True)
    report = Report()
    usual = {what: median([times[what] for times in again]) for what in first}
    report.add(
        "From the command to ready, s",
        ("what", "first start", f"second start, median of {len(again)}", "first/second"),
        [(what, first[what], usual[what], first[what] / usual[what]) for what in first],
    )
    report.bar("second start < 10 s", usual["whole"], 10, "s")
    return report


def _start_and_stop(name: str) -> dict[str, float]:
    """Seconds by part; the last, `whole`, is what a person waits."""
    found: dict[str, float] = {}
    began = last = time.perf_counter()
    with _keeper(name) as lines:
        for line in lines:
            sign = next((sign for sign in SIGNS if f"{sign} (" in line), None)
            if sign is not None:
                now = time.perf_counter()
                found[SIGNS[sign]], last = now - last, now
            if sign == "ready":
                break
        else:
            raise RuntimeError("the keeper ended before it was ready; start it by ./dev run")
    found["whole"] = last - began
    return found


@contextmanager
def _keeper(name: str) -> Iterator[Iterator[str]]:
    """Its lines as it says them."""
    words = ["-c", "from hotline.cli import main; raise SystemExit(main())", "keep"]
    keeper = subprocess.Popen(
        [sys.executable, *words, "--instance", name],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert keeper.stdout is not None, "it is piped"
    try:
        yield iter(keeper.stdout)
    finally:
        keeper.terminate()
        keeper.communicate(timeout=STOP_WITHIN_S)
