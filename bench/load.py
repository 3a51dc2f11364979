"""bench load: calls a second through the whole path - SIP, menu, line, ring, talk, after-call.

Steps of a growing rate until the first lost or late call; a steady load; then twice the rate that
broke, and whether the full rate is served again. Everything is on but recordings.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.exchange import Exchange, citizens, open_exchange, steady
from bench.processes import Usage, shares, usage
from bench.report import Cell, Report
from bench.talkers import talkers
from bench.timing import percentile
from hotline.rehearsal.call_log import News
from hotline.rehearsal.evidence import CitizenSaw

TALK_S: Final = 1.0
STAYS_S: Final = 3.0  # from the key: ring, talk, and the beginning of the rating
SETTLE_S: Final = 10.0  # after the rate that broke
TALKERS: Final = 20  # go on through the overload
LATE_MS: Final = 1_000.0  # from the key to the first ring, with seats free
KNOWN_WITHIN_S: Final = 120.0  # also what Asterisk's records tell, once a minute
CALLS: Final = "/api/calls"
PROCESSES: Final = ("hotline", "asterisk", "postgres", "valkey", "sipp", "bench")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is done; seconds and calls a second."""

    seats: int
    rates: tuple[int, ...]
    step_s: int
    steady_rate: int
    steady_s: int
    overload_s: int
    rest_s: int
    at_once: int  # calls that Asterisk takes


LONG: Final = Extent(200, (25, 50, 75, 100, 125, 150, 175, 200), 10, 50, 60, 30, 60, 600)
QUICK: Final = Extent(60, (10, 20, 40), 4, 20, 8, 4, 8, 300)


@dataclass(frozen=True, slots=True)
class Rang:
    """A citizen at the seats' phones: the first ring (epoch seconds), and whether one answered."""

    first: float
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one load. `offered`: whose INVITE went out; `refused`: by SIP; `elsewhere`:
    known fates but no phone; `unheard`: of the others, who never heard a final answer."""

    rate: float
    planned: int
    offered: int
    answered: int
    refused: int
    elsewhere: int
    unheard: int
    late: int
    to_ring_ms: list[float]
    cpu: dict[str, float]
    memory_mb: float
    grown_mb: float  # of our process, from a third of the time to its end

    @property
    def lost(self) -> int:
        """Nobody answered, nobody refused, no fate is known: what must never be."""
        return self.offered - self.answered - self.refused - self.elsewhere

    @property
    def is_whole(self) -> bool:
        return self.answered == self.offered and self.late == 0

    def row(self, what: str) -> tuple[Cell, ...]:
        times = (percentile(self.to_ring_ms, 0.5), percentile(self.to_ring_ms, 0.99))
        others = (self.refused, self.elsewhere, self.lost, self.unheard)
        fates = (self.offered, self.answered, self.late, *others)
        cpu = (self.cpu.get(kind, 0.0) for kind in PROCESSES)
        return (what, self.rate, *fates, *times, *cpu, self.memory_mb, self.grown_mb)


def run(quick: bool) -> Report:
    return asyncio.run(_run(QUICK if quick else LONG))


async def _run(extent: Extent) -> Report:
    report = Report()
    rows: list[tuple[Cell, ...]] = []
    async with open_exchange(extent.seats, TALK_S, extent.at_once) as exchange:
        whole, broke = 0, extent.rates[-1]
        for rate in extent.rates:
            found = await load(exchange, rate, extent.step_s)
            rows.append(found.row("step"))
            if not found.is_whole:
                broke = rate
                report.notes.append(f"broke at {rate}/s: {_why(found)}")
                break
            whole = rate
            await asyncio.sleep(2)
        else:
            report.notes.append(f"did not break up to {broke}/s.")
        await asyncio.sleep(SETTLE_S)
        held = await load(exchange, extent.steady_rate, extent.steady_s)
        rows.append(held.row("steady"))
        async with talkers(exchange, TALKERS) as still_talking:
            over = await load(exchange, 2 * broke, extent.overload_s)
            cut_off = TALKERS - still_talking()
        rows.append(over.row("overload"))
        await asyncio.sleep(extent.rest_s)
        again = await load(exchange, whole or extent.rates[0], extent.step_s)
        rows.append(again.row("again"))
    _tables(report, extent, rows)
    _bars(report, extent, held, (over, again))
    what = f"of {TALKERS} conversations none ends by the overload"
    report.bar(what, float(cut_off), 0, "cut off")
    return report


def _why(found: Outcome) -> str:
    """What broke, and who was at work meanwhile."""
    broken = {"late": found.late, "refused": found.refused, "lost": found.lost}
    broken["elsewhere"] = found.elsewhere
    what = ", ".join(f"{count} {kind}" for kind, count in broken.items() if count)
    kind = max(found.cpu, key=lambda one: found.cpu[one])
    busy = f"{kind} is the busiest ({found.cpu[kind]:.0f} % of a core)"
    cores = os.cpu_count() or 1
    return f"{what}; {busy}, all together {sum(found.cpu.values()):.0f} % of {cores}00 %."


def _tables(report: Report, extent: Extent, rows: list[tuple[Cell, ...]]) -> None:
    fates = ("offered", "answered", "late", "refused", "elsewhere", "lost", "of them unheard")
    cpu = tuple(f"{kind} %" for kind in PROCESSES)
    times = ("key-ring p50 ms", "p99 ms")
    columns = ("what", "calls/s", *fates, *times, *cpu, "MB", "grown MB")
    report.add(f"{extent.seats} seats, talk {TALK_S:.0f} s, a menu with one key", columns, rows)
    report.notes.append(
        f"late: more than {LATE_MS:.0f} ms from the key to the ring. elsewhere: no phone answered,"
        " but the system knows the fate. lost: none of all; unheard: SIP gave them no final answer."
        " %: of one core; the phones are in `bench`, and all share the machine. MB: our process;"
        " grown from a third of the time on. Each seat's window listens to the live channel."
    )


def _bars(report: Report, extent: Extent, held: Outcome, overload: tuple[Outcome, Outcome]) -> None:
    over, again = overload
    what = f"{extent.steady_rate}/s for {extent.steady_s} s"
    report.bar(f"{what}: none lost", held.offered - held.answered, 0, "calls")
    report.bar(f"{what}: memory grows <= 10 MB", held.grown_mb, 10, "MB")
    report.bar(f"{what}: our process < 60 % of a core", held.cpu.get("hotline", 0.0), 60, "%")
    report.bar("overload: every call has a fate or was refused", float(over.lost), 0, "calls")
    missing = float(again.offered - again.answered)
    report.bar(f"{extent.rest_s} s after the overload the full rate again", missing, 0, "missing")


async def load(exchange: Exchange, rate: float, seconds: int) -> Outcome:
    """That rate for so long, and what became of every call."""
    calls = steady(int(rate * seconds), rate, STAYS_S)
    begins = {id(phone): len(phone.sip.calls) for phone in exchange.phones}
    before, since = usage(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with citizens(exchange, calls, Path(folder)) as (_, ringing):
            await asyncio.sleep(seconds / 3)
            third = usage()
            await asyncio.sleep(seconds * 2 / 3)
            end = usage()
            await ringing.until_done()
            await asyncio.sleep(2)
            saw = ringing.saw()
    rang = _rang(exchange, begins)
    wanted = {one.sip_call_id for one in unaccounted(saw, rang)}
    fated = await _fated(exchange, since, wanted)
    return _outcome(rate, saw, rang, fated, (before, third, end))


def unaccounted(saw: list[CitizenSaw], rang: Mapping[str, Rang]) -> list[CitizenSaw]:
    """Who rang, and neither did a phone answer him, nor did SIP refuse him."""
    return [
        one
        for one in saw
        if one.rang_at is not None
        and not one.refused
        and not rang.get(one.plan.number, Rang(0.0)).answered
    ]


async def _fated(exchange: Exchange, since: datetime, wanted: set[str]) -> set[str]:
    """Whom the system knows to have met a fate, or to have left before asking for a person."""
    deadline = time.monotonic() + KNOWN_WITHIN_S

    async def page(query: dict[str, str]) -> Any:
        return await exchange.supervisor.ask("GET", CALLS, query=query)

    while True:
        found = {
            row["sip_call_id"]
            for row in await calls_since(since, page)
            if row["fate"] is not None or row["ended_at"] is not None
        }
        if wanted <= found or time.monotonic() > deadline:
            return found
        await asyncio.sleep(1)


async def calls_since(
    since: datetime, ask: Callable[[dict[str, str]], Awaitable[Any]]
) -> list[dict[str, Any]]:
    """All rows from that moment on; the newest are listed first.

    A page may hold strangers alone: whom Asterisk refused at its own limits has no Call-ID.
    """
    found: list[dict[str, Any]] = []
    before: str | None = None
    while True:
        page = await ask({"limit": "200"} | ({"before": before} if before else {}))
        young = [row for row in page["calls"] if datetime.fromisoformat(row["arrived_at"]) >= since]
        found += young
        before = page["next"]
        if before is None or not young:
            return found


def _rang(exchange: Exchange, begins: dict[int, int]) -> dict[str, Rang]:
    """By the citizen's number."""
    rang: dict[str, Rang] = {}
    for phone in exchange.phones:
        for call in phone.sip.calls[begins[id(phone)] :]:
            at, answered = call.log.when(News.INVITED), call.log.when(News.CONFIRMED)
            if at is None:
                continue
            before = rang.get(call.other, Rang(at.timestamp()))
            first, done = min(before.first, at.timestamp()), before.answered or answered is not None
            rang[call.other] = Rang(first, done)
    return rang


def _outcome(
    rate: float,
    saw: list[CitizenSaw],
    rang: Mapping[str, Rang],
    fated: set[str],
    at: tuple[Usage, Usage, Usage],
) -> Outcome:
    rung = [one for one in saw if one.rang_at is not None]
    answered = [one for one in rung if rang.get(one.plan.number, Rang(0.0)).answered]
    others = unaccounted(saw, rang)
    known = {one.sip_call_id for one in others if one.sip_call_id in fated}
    waits = [
        (rang[one.plan.number].first - one.pressed_at.timestamp()) * 1000
        for one in answered
        if one.pressed_at is not None
    ]
    before, third, end = at
    return Outcome(
        rate=rate,
        planned=len(saw),
        offered=len(rung),
        answered=len(answered),
        refused=len(rung) - len(answered) - len(others),
        elsewhere=len(known),
        unheard=sum(not one.answered_at and one.sip_call_id not in known for one in others),
        late=sum(wait > LATE_MS for wait in waits),
        to_ring_ms=waits,
        cpu=shares(before, end),
        memory_mb=end.hotline_bytes / 1e6,
        grown_mb=(end.hotline_bytes - third.hotline_bytes) / 1e6,
    )
