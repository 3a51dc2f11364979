"""What a long run has to say: as JSON, which later runs may take up, and as docs/torture.md."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tests.torture.days import BOOK_EVERY, HARSH_EVERY, LOOK_EVERY, Tally

Report = dict[str, Any]
_COUNTERS: Final = ("faults", "fates", "checks")
_SUMS: Final = ("days", "calls", "decisions", "wall_s", "cpu_s")
_TOLD: Final = ("system", "processor", "cores", "memory", "python")
_COMMIT: Final = ("git", "log", "-1", "--format=%h of %cs")


def report_of(sums: Tally, wall: float, run: dict[str, Any], machine: dict[str, str]) -> Report:
    """`run`: its command, seed, processes and commit."""
    lived = {"date": machine["date"], "calls": sums.calls, "seeds": merged(sums.seeds)}
    return {
        "machine": machine,
        "runs": [{**run, **lived}] if sums.calls else [],
        "days": sums.days,
        "calls": sums.calls,
        "decisions": sums.turns,
        "wall_s": round(wall, 1),
        "cpu_s": round(sums.seconds, 1),
        **{name: dict(getattr(sums, name).most_common()) for name in _COUNTERS},
        "violations": sums.violations,
    }


def merged(seeds: Sequence[tuple[int, int]]) -> list[list[int]]:
    """First and last day of each unbroken row of days."""
    rows: list[list[int]] = []
    for first, days in sorted(seeds):
        if rows and rows[-1][1] == first - 1:
            rows[-1][1] = first + days - 1
        else:
            rows.append([first, first + days - 1])
    return rows


def joined(one: Report, other: Report) -> Report:
    """Both runs in one report. Raises ValueError when a day stands in both."""
    mine, theirs = (_days(each) for each in (one, other))
    both = mine & theirs
    if both:
        raise ValueError(f"the days from seed {min(both)} on stand in both reports")
    counters = {
        name: dict((Counter(one[name]) + Counter(other[name])).most_common()) for name in _COUNTERS
    }
    return {
        **one,
        **{name: round(one[name] + other[name], 1) for name in _SUMS},
        **counters,
        "runs": one["runs"] + other["runs"],
        "violations": one["violations"] + other["violations"],
    }


def _days(report: Report) -> set[int]:
    rows = [row for run in report["runs"] for row in run["seeds"]]
    return {day for first, last in rows for day in range(first, last + 1)}


def commit() -> str:
    """Which state of the source was run; "" outside a checkout, or without git."""
    if shutil.which(_COMMIT[0]) is None:
        return ""
    said = subprocess.run(_COMMIT, capture_output=True, text=True, check=False)
    return said.stdout.strip()


def page(report: Report) -> str:
    """docs/torture.md."""
    broken = report["violations"]
    parts = [
        _HEAD.format(
            calls=report["calls"],
            days=report["days"],
            faults=sum(report["faults"].values()),
            decisions=report["decisions"],
            harsh=HARSH_EVERY,
            book=BOOK_EVERY,
            look=LOOK_EVERY,
            violations="no violation" if not broken else f"{len(broken)} violations",
        ),
        _where(report),
        "## Invariants\n\n" + _invariants(report["checks"]),
        "## Faults\n\n" + _table(("how often", "what"), report["faults"]),
        "## What became of the calls\n\n" + _table(("calls", "fate"), report["fates"]),
        "\n".join(_broken(each) for each in broken),
        _TAIL,
    ]
    return "\n".join(part for part in parts if part)


def _where(report: Report) -> str:
    machine, hours = report["machine"], report["wall_s"] / 3600
    lines = [f"- {name}: {machine[name]}" for name in _TOLD if machine.get(name)]
    rate = report["calls"] / max(report["wall_s"], 0.1)
    lines.append(
        f"- {report['wall_s']:,.0f} s of wall time ({hours:.1f} h), {report['cpu_s']:,.0f} s of the"
        f" processes together: {rate:,.0f} calls/s at the lowest priority beside other work"
    )
    for run in report["runs"]:
        seeds = ", ".join(f"{first} to {last}" for first, last in run["seeds"])
        lines.append(
            f"- `{run['command']}` on {run['date']}, source {run['commit']}: "
            f"{run['calls']:,} calls, days of the seeds {seeds}"
        )
    return "\n".join(["## Run", "", *lines, ""])


def _invariants(checks: dict[str, int]) -> str:
    rows = [f"| {law} | {checks.get(law, 0):,} | {text} |" for law, text in LAWS.items()]
    return "\n".join(["| | looked at | what is looked at |", "|---|---:|---|", *rows, ""])


def _table(titles: tuple[str, str], counts: dict[str, int]) -> str:
    rows = [f"| {count:,} | {name} |" for name, count in counts.items()]
    return "\n".join([f"| {titles[0]} | {titles[1]} |", "|---:|---|", *rows, ""])


def _broken(violation: dict[str, Any]) -> str:
    trace = "\n".join(violation["trace"])
    again = f"./dev torture --calls 1 --seed {violation['seed']}"
    return (
        f"## Broken: {violation['law']}\n\n{violation['what']} (`{again}`)\n\n```\n{trace}\n```\n"
    )


LAWS: Final = {
    "I1": "a seat and a caller have one live ring at most; an answer joins only the ring's own"
    " caller; one fate a call; a story hears one final word, and it is the last",
    "I2": "nobody is rung for a caller whose hang-up was written; his ring is withdrawn in the same"
    " turn",
    "I3": "only a seat that is signed in, available, out of wrap-up and reachable is rung; the row"
    " of idle seats is what the seats say",
    "I4": "every ring and every wrap-up has an end in time, also when no later event comes; at the"
    " end of a day nothing is left",
    "I5": "first come, first served among equal callers; nobody waits beside a seat that may serve"
    " him",
    "I6": "one callback of a duty at most is in line, at a seat or being dialled (what is dialled"
    " for it: `tests/integration/test_duties_attempts.py`)",
    "I7": "a leg id is never used again, over restarts too; no ring is ordered twice",
    "I8": "who was sent on, refused or transferred is not rung unless he asks again",
    "I9": "asked = fates + in progress; nobody meets a fate who never asked; after a day nobody is"
    " open",
    "I10": "the floor folded from the journal, or from an image and the facts since, is the one"
    " that lived; facts read back as written; figures and recount agree",
    "I11": "after a gap the floor holds the legs, conversations and callers of the exchange",
    "journal": "no phone is rung before that is written",
    "fault": "an order is carried out or refused in words, never answered by a failure",
}

_HEAD: Final = """# Torture 折磨测试

Made by `./dev torture --report FILE`; do not edit it. {calls:,} calls in {days:,} days with
{faults:,} faults and {decisions:,} decisions: **{violations}**.

Floor, desk and a fake exchange (`tests/torture/`) live through days of calls on virtual time.
Citizens ring, lose patience, are served, ask again and are rung back; agents sign in and out, take
breaks, let it ring; rules and number of seats differ from day to day. News of the exchange come
late, twice, out of order or never; the link is cut for up to 40 s, while whoever waits falls into
the plain queue; our process stands still for seconds, or dies at any point, also amid writing, and
the next one begins with an image, the journal and what the exchange then holds. Every {harsh}th day
nearly everything goes wrong; every {book}th its facts go through JSON and its figures are
recounted. Each fact is compared with a second, simpler book; the whole floor with that book and the
exchange every {look} turns, after every gap and when all is quiet.
"""

_TAIL: Final = """## Again

    ./dev torture --calls 10000000 --report FILE    # all cores; the days of seed 1 and on
    ./dev torture --calls 1 --seed N                # one day; the same seed is the same day
    ./dev torture --json FILE ...                   # kept each minute; a later run adds --join FILE

A day that breaks an invariant ends the run with 1 and is told as the shortest trace of moves that
breaks it too. That planted faults are noticed: `tests/torture/test_planted_faults.py`. The short
form in every test run: `tests/torture/test_torture.py`, and `tests/acd/test_state_machine.py` with
Hypothesis, where the whole floor is looked at after every step.
"""
