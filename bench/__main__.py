"""./dev bench NAME [--quick] [--json FILE]: print the tables of one bench, or of all."""

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from bench.machine import machine_facts
from bench.report import Report, show

# Each is a module bench/NAME.py with run(quick) -> Report.
BENCHES: Final = {
    "floor": "a decision: seats x waiting x signatures, against a linear scan",
    "journal": "facts written, synced, shipped to PostgreSQL, read back",
    "ami": "typed AMI events per second, against bare panoramisk",
    "feed": "the live board: cost of a frame, a client, a fan-out",
    "delivery": "until a phone rings, against Queue() on the same Asterisk",
    "load": "calls a second through the whole path, until the first lost or late one",
    "restart": "kill -9 with live calls: until ready, until the first new offer",
    "startup": "keeper started a second time until ready",
}


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *BENCHES], help="which; none: all")
    parser.add_argument("--quick", action="store_true", help="fewer cases, a short form of each")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the tables there too")
    given = parser.parse_args(words)
    written = []
    for name in given.name or BENCHES:
        run: Callable[[bool], Report] = import_module(f"bench.{name}").run
        machine = machine_facts()
        report = run(given.quick)
        show(name, machine, report)
        written.append(report.as_json(name, machine))
    if given.json is not None:
        given.json.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
