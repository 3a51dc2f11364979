"""bench floor: what one decision costs, by seats, waiting callers and signatures.

Every case runs in a fresh process. "wall" is what a caller feels, "CPU" what the floor itself
takes; the machine is shared, so the bars for pauses are held in CPU.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from bench.floor_people import Case
from bench.floor_run import Measured, longest_relaxing_ms, measure
from bench.report import Report
from bench.timing import Steps

WAITING: Final = (0, 1_000, 10_000)
SEATS: Final = (300, 3_000, 30_000)
SIGNATURES: Final = (8, 64, 512)
BAR: Final = Case(30_000, 512)
HOSTILE: Final = Case(30_000, 512, hostile=True)
COLUMNS: Final = (
    "seats",
    "waiting",
    "signatures",
    "asks p50/p99 us",
    "ready p50/p99 us",
    "all p99 us",
    "all p99.9 us",
    "decisions/s",
    "longest ms CPU",
    "scan p50/p99 us",
    "scan/floor p50",
    "scan/floor p99",
)


def run(quick: bool) -> Report:
    cases = [Case(300, 8), BAR] if quick else [Case(s, g) for s in SEATS for g in SIGNATURES]
    waits = (0, 10_000) if quick else WAITING
    rounds, scans = (1_000, 40) if quick else (3_000, 200)
    # A process for each case: no case meets the heap of another.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        found = [
            one
            for case in cases
            for one in fresh.submit(measure, case, waits, rounds, scans).result()
        ]
        hostile = fresh.submit(measure, HOSTILE, (10_000,), rounds, scans).result()
        relaxing_ms = fresh.submit(longest_relaxing_ms, BAR, 10_000).result()
    report = Report()
    report.add("One decision of acd.Floor, its facts included", COLUMNS, [_row(m) for m in found])
    report.add("Hostile: every seat can do everything", COLUMNS, [_row(m) for m in hostile])
    report.add("Memory", ("seats", "signatures", "B/seat", "B/waiting caller"), _memory(found))
    _add_bars(report, found, hostile[0], relaxing_ms)
    report.notes.append(
        "asks: a caller asks for a person. ready: an agent ends the wrap-up. all: also answers,"
        " ends of conversations and deadlines. The scan makes no facts and knows no relaxation."
    )
    return report


def _decisions(found: Measured) -> Steps:
    """All but the deadlines: one such step may handle hundreds of them."""
    return Steps.together(*(steps for kind, steps in found.steps.items() if kind != "time"))


def _row(found: Measured) -> tuple[str | int | float | None, ...]:
    asks, ready = found.steps["asks"], found.steps["ready"]
    every = _decisions(found)
    whole = Steps.together(every, found.steps["time"])
    compared, scan = Steps.together(asks, ready), found.scan
    return (
        found.case.seats,
        found.waiting,
        found.case.signatures,
        f"{asks.p(0.5):.0f} / {asks.p(0.99):.0f}",
        f"{ready.p(0.5):.0f} / {ready.p(0.99):.0f}",
        every.p(0.99),
        whole.p(0.999),
        every.per_second,
        whole.longest_cpu / 1000,
        f"{scan.p(0.5):.0f} / {scan.p(0.99):.0f}",
        scan.p(0.5) / compared.p(0.5),
        scan.p(0.99) / compared.p(0.99),
    )


def _memory(found: list[Measured]) -> list[tuple[int | float | None, ...]]:
    return [
        (m.case.seats, m.case.signatures, m.seat_bytes, m.caller_bytes)
        for m in found
        if m.waiting == WAITING[-1]
    ]


def _add_bars(report: Report, found: list[Measured], hostile: Measured, relaxing: float) -> None:
    (bar,) = [m for m in found if m.case == BAR and m.waiting == WAITING[-1]]
    every, worst = _decisions(bar), _decisions(hostile)
    where = "30,000 seats, 10,000 waiting, 512 signatures"
    report.bar(f"B1 p99 of a decision <= 100 us ({where})", every.p(0.99), 100, "us")
    report.bar(f"the same in CPU time ({where})", every.pcpu(0.99), 100, "us")
    report.bar("B1 hostile p99 <= 300 us", worst.p(0.99), 300, "us")
    report.at_least("B1 >= 10,000 decisions/s", every.per_second, 10_000, "/s")
    longest = max(Steps.together(*m.steps.values()).longest_cpu for m in (*found, hostile)) / 1000
    report.bar("B1 no step > 20 ms of CPU, all cases", longest, 20, "ms")
    report.bar("B1 10,000 callers relax in one moment: no step > 20 ms CPU", relaxing, 20, "ms")
    collecting = max(m.collection_ms for m in (*found, hostile))
    report.bar("garbage collection inside a step, longest", collecting, 20, "ms")
