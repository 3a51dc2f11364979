"""bench floor: what one decision costs, by seats, waiting callers and signatures.

Every case runs in a fresh process, three times with the same seed: each step's median counts. "us"
is wall time; the bars for pauses are held in CPU time, because the machine is shared.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from bench.floor_people import Case
from bench.floor_run import Measured, asleep_steps, measure, released_steps, usual
from bench.report import Report
from bench.timing import Steps

WAITING: Final = (0, 1_000, 10_000)
SEATS: Final = (300, 3_000, 30_000)
SIGNATURES: Final = (8, 64, 512)
BAR: Final = Case(30_000, 512)
HOSTILE: Final = Case(30_000, 512, hostile=True)
BURSTS: Final[dict[str, Callable[[Case, int], Steps]]] = {
    "relax in one moment": asleep_steps,
    "wait while rules are released, a surge plan comes and goes": released_steps,
}
COLUMNS: Final = (
    "seats",
    "wait",
    "sign.",
    "asks us",
    "ready us",
    "all us",
    "p99.9",
    "per s",
    "longest ms",
    "scan asks us",
    "scan ready us",
    "ratio asks",
    "ratio ready",
)
LEGEND: Final = (
    "us: p50 / p99. asks: a caller asks for a person. ready: an agent ends the wrap-up. all: also"
    " answers and ends of conversations; p99.9 and longest (CPU): also deadlines, up to 300 in one"
    " step. scan: no facts, no relaxation. ratio: mean of the scan over mean of the floor."
)


def run(quick: bool) -> Report:
    cases = [Case(300, 8), BAR] if quick else [Case(s, g) for s in SEATS for g in SIGNATURES]
    waits = (0, 10_000) if quick else WAITING
    rounds, scans, repeats = (800, 40, 1) if quick else (2_000, 100, 3)

    # A process for each case: no case meets the heap of another.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:

        def measured(case: Case, waits: tuple[int, ...]) -> list[Measured]:
            each = [scans, *[0] * (repeats - 1)]  # the baseline is measured once
            again = [fresh.submit(measure, case, waits, rounds, n) for n in each]
            return [usual(runs) for runs in zip(*(one.result() for one in again), strict=True)]

        found = [one for case in cases for one in measured(case, waits)]
        hostile = measured(HOSTILE, (10_000,))

        def longest_ms(scene: Callable[[Case, int], Steps]) -> float:
            runs = [fresh.submit(scene, BAR, 10_000) for _ in range(repeats)]
            return Steps.usual([one.result() for one in runs]).longest_cpu / 1000

        bursts = {what: longest_ms(scene) for what, scene in BURSTS.items()}
    report = Report()
    report.add("One decision of acd.Floor, its facts included", COLUMNS, [_row(m) for m in found])
    report.add("Hostile: every seat can do everything", COLUMNS, [_row(m) for m in hostile])
    report.add("Memory", ("seats", "signatures", "B/seat", "B/waiting caller"), _memory(found))
    _add_bars(report, found, hostile[0])
    for what, ms in bursts.items():
        report.bar(f"B1 10,000 callers {what}: no step > 20 ms CPU", ms, 20, "ms")
    report.notes.append(LEGEND)
    return report


def _decisions(found: Measured) -> Steps:
    """All but the deadlines: one such step may handle hundreds of them."""
    return Steps.together(*(steps for kind, steps in found.steps.items() if kind != "time"))


def _row(found: Measured) -> tuple[str | int | float | None, ...]:
    asks, ready = found.steps["asks"], found.steps["ready"]
    every = _decisions(found)
    whole = Steps.together(every, found.steps["time"])
    return (
        found.case.seats,
        found.waiting,
        found.case.signatures,
        _both(asks),
        _both(ready),
        _both(every),
        whole.p(0.999),
        every.per_second,
        whole.longest_cpu / 1000,
        _both(found.scan["asks"]),
        _both(found.scan["ready"]),
        found.scan["asks"].mean / asks.mean,
        found.scan["ready"].mean / ready.mean,
    )


def _both(steps: Steps) -> str:
    return f"{steps.p(0.5):.0f} / {steps.p(0.99):.0f}"


def _memory(found: list[Measured]) -> list[tuple[int | float | None, ...]]:
    return [
        (m.case.seats, m.case.signatures, m.seat_bytes, m.caller_bytes)
        for m in found
        if m.waiting == WAITING[-1]
    ]


def _add_bars(report: Report, found: list[Measured], hostile: Measured) -> None:
    (bar,) = [m for m in found if m.case == BAR and m.waiting == WAITING[-1]]
    every, worst = _decisions(bar), _decisions(hostile)
    where = "30,000 seats, 10,000 waiting, 512 signatures"
    report.bar(f"B1 p99 of a decision <= 100 us ({where})", every.p(0.99), 100, "us")
    report.bar(f"the same in CPU time ({where})", every.pcpu(0.99), 100, "us")
    report.bar("B1 hostile p99 <= 300 us", worst.p(0.99), 300, "us")
    report.at_least("B1 >= 10,000 decisions/s", every.per_second, 10_000, "/s")
    longest = max(Steps.together(*m.steps.values()).longest_cpu for m in (*found, hostile)) / 1000
    report.bar("B1 no step > 20 ms of CPU, all cases", longest, 20, "ms")
    collecting = max(m.collection_ms for m in (*found, hostile))
    report.bar("garbage collection inside a step, longest", collecting, 20, "ms")
