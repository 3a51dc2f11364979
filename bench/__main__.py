"""./dev bench NAME... [--quick] [--json FILE]: print the tables of some benches, or of all.

`./dev bench page --json FILE` writes docs/benchmarks.md from such a file; no number is typed.
"""

import argparse
import json
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from bench.machine import machine_facts
from bench.page import PAGE, page
from bench.report import Report, show

# Each is a module bench/NAME.py with run(quick) -> Report.
BENCHES: Final = {
    "floor": "a decision: seats x waiting x signatures, against a linear scan",
    "rare": "callers whom few seats can serve: how often they give up, against the others",
    "queue_emulation": "the emulated app_queue of `hotline simulate`, against the real Queue()",
    "ami": "typed AMI events per second, against bare panoramisk",
    "feed": "the live board: cost of a frame, a client, a fan-out",
    "pixel": "from a fact to the frame on the supervisor's seat map, in Chromium",
    "first_load": "from an empty cache to a desk that can be used, in Chromium",
    "journal": "facts written, synced, shipped to PostgreSQL, read back",
    "speech": "thirty spoken answers at once on one core; what one costs",
    "startup": "keeper started a second time until ready",
    "delivery": "until a phone rings, against Queue() on the same Asterisk",
    "load": "calls a second through the whole path, until the first lost or late one",
    "restart": "kill -9 with live calls: until ready, until the first new offer",
}
_PAGE: Final = "page"
_ALL: Final = "all"


def main(words: list[str] | None = None) -> int:
    """0, or 1 when a bench did not come to its end."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "name", nargs="*", choices=[[], _ALL, _PAGE, *BENCHES], help="which; none: all"
    )
    parser.add_argument("--quick", action="store_true", help="fewer cases, a short form of each")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the tables there too; `page` reads it"
    )
    given = parser.parse_args(words)
    if given.name == [_PAGE]:
        if given.json is None:
            parser.error("page: say by --json from which file")
        PAGE.write_text(page(json.loads(given.json.read_text("utf-8"))), "utf-8")
        return 0
    names = list(BENCHES) if given.name in ([], [_ALL]) else given.name
    written = [_measured_and_kept(name, given.quick, given.json) for name in names]
    return int(any("failed" in one for one in written))


def _measured_and_kept(name: str, quick: bool, file: Path | None) -> dict[str, Any]:
    """In the file beside what stands there of other benches, so that a day's work can be parted."""
    found = _measured(name, quick)
    if file is not None:
        before = json.loads(file.read_text("utf-8")) if file.exists() else []
        kept = {one["bench"]: one for one in before} | {name: found}
        ordered = [kept[bench] for bench in BENCHES if bench in kept]
        file.write_text(json.dumps(ordered, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return found


def _measured(name: str, quick: bool) -> dict[str, Any]:
    """Its tables as JSON, shown as well. A bench that breaks must not take the others along."""
    run: Callable[[bool], Report] = import_module(f"bench.{name}").run
    machine = machine_facts()
    try:
        report = run(quick)
    except Exception as trouble:
        traceback.print_exc()
        return Report().as_json(name, machine, quick) | {"failed": repr(trouble)}
    show(name, machine, report)
    return report.as_json(name, machine, quick)


if __name__ == "__main__":
    sys.exit(main())
