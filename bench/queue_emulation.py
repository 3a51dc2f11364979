"""bench queue_emulation: is the emulated app_queue of `hotline simulate` a straw man?

The same day, absences and unanswered rings included, at the real `Queue()` of an Asterisk 22 with
real SIP phones and in the emulation, in real time: talks of seconds, patience to match. `retry`,
`timeout` and the second between two looks are Asterisk's own.
"""

import asyncio
from typing import Final

from bench.real_queue import running_queues
from bench.report import Cell, Report
from hotline.simulation.day import Day
from hotline.simulation.draw import draw_day
from hotline.simulation.figures import Figures, figures, overtakings
from hotline.simulation.outcome import Outcome
from hotline.simulation.plain_queue import DEFAULT, TUNED, PlainQueue, QueueSettings
from hotline.simulation.scenario import Scenario

SEED: Final = 7
AGREES: Final = 0.10
CASES: Final = (("leastrecent, default", DEFAULT), ("leastrecent, tuned", TUNED))
COLUMNS: Final = (
    "settings",
    "who",
    "calls",
    "gave up %",
    "mean wait s",
    "mean in line s",
    "p95 wait s",
    "in 20 s %",
    "wasted s",
    "real/emulated: gave up",
    "mean wait",
    "mean in line",
)


def run(quick: bool) -> Report:
    report = Report()
    day = short_day(seats=12 if quick else 68, minutes=0.5 if quick else 2.0)
    rows: list[tuple[Cell, ...]] = []
    for name, settings in CASES:
        real = asyncio.run(at_the_real_one(day, settings))
        emulated = PlainQueue(day, settings).live()
        rows += compare(report, name, day, real, emulated)
    report.add("The same day at Queue() and in the emulation", COLUMNS, rows)
    report.notes.append(
        f"{len(day.citizens)} calls, {len(day.seats)} phones, two queues; in line: until served or"
        " gone, of all who asked. Waits of the real one are the citizens' and the phones' own."
    )
    return report


def short_day(seats: int, minutes: float) -> Day:
    """A day of minutes: everything that people do is shortened, nothing that Asterisk does."""
    return draw_day(
        Scenario.model_validate(
            {
                "name_en": "a day of minutes",
                "seats": seats,
                "arrivals": {"load": 1.1, "hours": minutes / 60},
                "callers": {
                    "general": {"calls": 0.85},
                    "dialect": {"calls": 0.15, "seats": 0.4},
                },
                "priority": {"share": 0.0},
                "talk": {"mean_s": 14, "sigma": 0.6},
                "wrap_up_s": 0,
                "patience_s": 30,
                "answering": {"at_least_s": 0.5, "mean_s": 1.5},
                "absences": {"unanswered": 0.02, "every_s": 300, "mean_s": 20, "back_after_s": 5},
            }
        ),
        SEED,
    )


async def at_the_real_one(day: Day, settings: QueueSettings) -> Outcome:
    with running_queues(day, settings) as queue:
        return await queue.live()


def compare(
    report: Report, name: str, day: Day, real: Outcome, emulated: Outcome
) -> list[tuple[Cell, ...]]:
    found = {"Queue()": figures(day, real), "emulated": figures(day, emulated)}
    ours, theirs = found["emulated"], found["Queue()"]
    ratios = (
        theirs.abandoned_share / ours.abandoned_share if ours.abandoned_share else float("nan"),
        theirs.mean_wait_s / ours.mean_wait_s,
        theirs.mean_in_line_s / ours.mean_in_line_s,
    )
    for what, ratio in zip(("give up", "mean wait", "mean time in line"), ratios, strict=True):
        report.bar(f"{name}: {what} agrees within 10 %", abs(ratio - 1), AGREES, "")
    report.notes.append(
        f"{name}: overtaken {overtakings(day, real)} at Queue(), {overtakings(day, emulated)}"
        " in the emulation"
    )
    empty: tuple[Cell, ...] = (None, None, None)
    return [
        (name, who, *_cells(one), *(ratios if who == "Queue()" else empty))
        for who, one in found.items()
    ]


def _cells(one: Figures) -> tuple[Cell, ...]:
    return (
        one.calls,
        100 * one.abandoned_share,
        one.mean_wait_s,
        one.mean_in_line_s,
        one.p95_wait_s,
        100 * one.answered_in_20_s,
        one.wasted_ring_s_per_answer,
    )
