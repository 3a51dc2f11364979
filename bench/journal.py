"""bench journal: facts written, made to last, shipped to PostgreSQL, read back and folded.

The facts are those of a floor at work; a decision's facts are one write, as at the desk.
"""

import asyncio
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import asyncpg
import orjson
from pydantic import SecretStr

from acd.facts import FACTS
from acd.floor import Floor
from bench.floor_people import Case, people
from bench.floor_run import FloorAtWork
from bench.report import Report
from bench.servers import open_folder, running_postgres
from bench.timing import Steps, median, percentile
from kernel.clock import SystemClock
from kernel.fact import Fact, FactKinds, encode
from kernel.ids import Epoch
from storage.journal import Journal
from storage.journal_file import Entry, read, read_facts
from storage.migrate import migrate
from storage.pool import open_pool
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper

CASE: Final = Case(300, 64)
SETTINGS: Final = JournalSettings()
REPEATS: Final = 3


def run(quick: bool) -> Report:
    decisions = decisions_of_a_floor(1_500 if quick else 6_000)
    report = Report()
    with open_folder() as folder:
        asyncio.run(_run(report, folder, decisions, syncs=60 if quick else 300))
    return report


def decisions_of_a_floor(rounds: int) -> list[list[Fact]]:
    """The facts of each decision, from an empty floor on."""
    heard: list[list[Fact]] = []
    centre = people(CASE)
    at_work = FloorAtWork(centre, heard.append)
    at_work.staff(centre)
    at_work.fill(200)
    for _ in range(rounds):
        at_work.round()
    return [facts for facts in heard if facts]


async def _run(report: Report, folder: Path, decisions: list[list[Fact]], syncs: int) -> None:
    chained = [await _write(folder / f"journal-{n}", decisions) for n in range(REPEATS)]
    bare = [_write_bare(folder / f"bare-{n}", decisions) for n in range(REPEATS)]
    _report_writing(report, decisions, Steps.usual(chained), Steps.usual(bare))
    await _report_syncs(report, folder / "syncs", decisions[:syncs])
    with running_postgres() as dsn:
        await _report_shipping(report, folder / "journal-0", dsn)
    _report_reading(report, folder / "journal-0")


async def _write(folder: Path, decisions: Iterable[list[Fact]]) -> Steps:
    journal, steps = Journal.open(folder, Epoch(1), SETTINGS), Steps()
    for facts in decisions:
        steps.time(journal.write, facts)
    await journal.close()
    return steps


def _write_bare(file: Path, decisions: Iterable[list[Fact]]) -> Steps:
    """The baseline: JSON lines, neither chained nor numbered."""
    handle, steps = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), Steps()

    def write(facts: list[Fact]) -> None:
        os.write(handle, b"\n".join(encode(fact) for fact in facts) + b"\n")

    for facts in decisions:
        steps.time(write, facts)
    os.close(handle)
    return steps


def _report_writing(
    report: Report, decisions: list[list[Fact]], chained: Steps, bare: Steps
) -> None:
    facts = sum(map(len, decisions))
    rows = []
    for name, steps in (("journal", chained), ("bare JSON lines", bare)):
        rate = facts / sum(steps.wall) * 1e6
        ratio = steps.mean / bare.mean
        rows.append((name, facts, rate, steps.p(0.5), steps.p(0.99), steps.p(0.999), ratio))
    report.add(
        f"Writing: {facts / len(decisions):.1f} facts a decision, one write(2) each",
        ("what", "facts", "facts/s", "write p50 us", "p99", "p99.9", "cost / bare"),
        rows,
    )


async def _report_syncs(report: Report, folder: Path, decisions: list[list[Fact]]) -> None:
    """From the write to "it survives a power cut", one decision every 5 ms."""
    journal = Journal.open(folder, Epoch(1), SETTINGS)
    lasting, alone = [], []
    async with asyncio.TaskGroup() as group:
        syncing = group.create_task(journal.run())
        for facts in decisions:
            before, began = journal.written, time.perf_counter()
            journal.write(facts)
            await journal.wait_synced(before)
            lasting.append((time.perf_counter() - began) * 1000)
        syncing.cancel()
    for facts in decisions:
        journal.write(facts)
        began = time.perf_counter()
        await journal.sync()
        alone.append((time.perf_counter() - began) * 1000)
    await journal.close()
    rows = [
        (name, median(times), percentile(times, 0.99), max(times))
        for name, times in (("written until lasting", lasting), ("the sync alone", alone))
    ]
    report.add("Durability (fdatasync, ms)", ("what", "p50", "p99", "longest"), rows)
    report.bar("a fact lasts within 20 ms, p50", median(lasting), 20, "ms")


async def _report_shipping(report: Report, folder: Path, dsn: str) -> None:
    settings = DatabaseSettings(dsn=SecretStr(dsn))
    await migrate(settings)
    journal = Journal.open(folder, Epoch(2), SETTINGS)
    async with open_pool(settings) as pool:
        shipper, shipped, batches = Shipper(journal, pool, SystemClock(), SETTINGS), 0, []
        began = at = time.perf_counter()
        while found := await shipper.ship_batch():
            batches.append((time.perf_counter() - at) * 1000)
            shipped, at = shipped + found, time.perf_counter()
        rate = shipped / (at - began)
    await journal.close()
    bare = await _copy_bare(dsn, list(read(folder)))
    p50, p99 = median(batches), percentile(batches, 0.99)
    report.add(
        f"Shipping to PostgreSQL, batches of {SETTINGS.ship_batch}",
        ("what", "facts", "facts/s", "batch p50 ms", "p99", "cost / bare"),
        (
            ("journal shipper", shipped, rate, p50, p99, bare / rate),
            ("bare COPY, no key, no check", shipped, bare, None, None, 1.0),
        ),
    )


async def _copy_bare(dsn: str, entries: list[Entry]) -> float:
    """Facts per second of a COPY in the same batches into a table without a key."""
    rows = [(e.epoch, e.n, e.at, e.kind, e.body.decode()) for e in entries]
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "create table bare (epoch bigint, n bigint, at timestamptz, kind text, body json)"
        )
        began = time.perf_counter()
        for n in range(0, len(rows), SETTINGS.ship_batch):
            batch = rows[n : n + SETTINGS.ship_batch]
            await connection.copy_records_to_table("bare", records=batch)
        return len(rows) / (time.perf_counter() - began)
    finally:
        await connection.close()


def _report_reading(report: Report, folder: Path) -> None:
    centre, kinds = people(CASE), FactKinds(FACTS)
    floor = Floor(centre.policies, centre.directory, Epoch(2))
    start = time.perf_counter()
    facts = list(read_facts(folder, kinds))
    read_at = time.perf_counter()
    for fact in facts:
        floor.apply(fact)
    folded_at = time.perf_counter()
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_bytes().splitlines():
            orjson.loads(line)
    bare_s = time.perf_counter() - folded_at
    spans = {
        "read, hash checked, made facts": read_at - start,
        "folded into a floor": folded_at - read_at,
        "both": folded_at - start,
        "bare: orjson of each line": bare_s,
    }
    report.add(
        "Reading back, as recovery does",
        ("what", "facts", "facts/s", "cost / bare"),
        [(what, len(facts), len(facts) / s, s / bare_s) for what, s in spans.items()],
    )
