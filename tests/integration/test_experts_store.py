"""Consultations of experts in PostgreSQL: counted by unit, once, whatever happens (SPC-04)."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from acd.call_facts import SeatAnswered
from acd.lending_facts import LoanEnded, SeatLent
from figures.experts_store import ExpertFigures, ExpertsProjector, UnitConsulted
from kernel.fact import Fact, FactKinds
from kernel.ids import AgentNo, CallId, Epoch, Extension, LegId, QueueName, SeatId
from storage.journal import Journal
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.projection import Projections
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper
from telephony.facts import ConferenceJoined, ConsultStarted
from tests.storage.notes import StillClock

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SITE = "220100"
CALL, EXPERT, SEAT = CallId("c1"), AgentNo("1015"), SeatId("S015")
SETTINGS = JournalSettings(ship_batch=2)  # what ends one comes in another batch
KINDS = FactKinds([SeatLent, LoanEnded, SeatAnswered, ConsultStarted, ConferenceJoined])


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


async def record(folder: Path, pool: Pool, facts: Sequence[Fact]) -> list[UnitConsulted]:
    """Into the journal, to PostgreSQL, into the table; then the report of that day."""
    journal = Journal.open(folder, Epoch(1), SETTINGS)
    journal.write(facts)
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), SETTINGS)
    projector = ExpertsProjector(SITE)
    projections = Projections(pool, KINDS, [projector], SETTINGS)
    while await shipper.ship_batch():
        await projections.catch_up(projector.name)
    await journal.close()
    return await ExpertFigures(pool, SITE).report(AT, AT + timedelta(days=1))


def lent(leg: str, at: float, unit: str | None = "labour", place: str | None = "remote") -> Fact:
    return SeatLent(
        at=later(at), leg=LegId(leg), seat=SEAT, agent=EXPERT, phone=Extension("8015"), call=CALL,
        by=AgentNo("1001"), expert_of=unit, place=place,
    )  # fmt: skip


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def heard(leg: str, at: float) -> Fact:
    return ConsultStarted(at=later(at), call=CALL, leg=LegId(leg), target="8015")


def joined(leg: str | None, at: float) -> Fact:
    return ConferenceJoined(at=later(at), call=CALL, leg=LegId(leg) if leg else None)


def ended(leg: str, at: float) -> Fact:
    return LoanEnded(at=later(at), leg=LegId(leg), seat=SEAT, agent=EXPERT, call=CALL)


def took_over(leg: str, at: float, *, again: bool = True) -> Fact:
    return SeatAnswered(
        at=later(at), leg=LegId(leg), seat=SEAT, agent=EXPERT, call=CALL,
        queue=QueueName("general"), waited=timedelta(), again=again,
    )  # fmt: skip


def labour(**counts: float) -> UnitConsulted:
    none = dict.fromkeys(("asked", "reached", "took_over", "on_site", "remote", "seconds"), 0)
    return UnitConsulted(unit="labour", **(none | counts))  # type: ignore[arg-type]  # whole ones


async def test_spc_04_number_and_time_of_consultations_are_counted_by_unit(
    tmp_path: Path, pool: Pool
) -> None:
    found = await record(
        tmp_path,
        pool,
        [
            lent("1-000002", 0), heard("1-000002", 4), ended("1-000002", 34),
            lent("1-000003", 60), ended("1-000003", 70),  # he let it ring
            lent("1-000004", 80, "market", "physical"),
            joined("1-000004", 85), ended("1-000004", 95),
            lent("1-000005", 99, None, None), heard("1-000005", 100),  # no expert
            ended("1-000005", 110),
        ],
    )  # fmt: skip

    market = UnitConsulted(
        unit="market", asked=1, reached=1, took_over=0, on_site=1, remote=0, seconds=10
    )
    assert found == [labour(asked=2, reached=1, remote=2, seconds=30), market]


async def test_spc_04_a_consultation_that_becomes_three_way_is_one_and_goes_on(
    tmp_path: Path, pool: Pool
) -> None:
    found = await record(
        tmp_path,
        pool,
        [
            lent("1-000002", 0),
            heard("1-000002", 4),
            joined(None, 10),
            joined("1-000002", 10),
            ended("1-000002", 64),
        ],
    )

    assert found == [labour(asked=1, reached=1, remote=1, seconds=60)]


async def test_an_expert_who_has_the_citizen_for_himself_is_consulted_no_longer(
    tmp_path: Path, pool: Pool
) -> None:
    """From then on it is his conversation, in the figures of calls."""
    found = await record(
        tmp_path,
        pool,
        [
            took_over("1-000001", 0, again=False),
            lent("1-000002", 0),
            heard("1-000002", 4),
            took_over("1-000002", 24),
        ],
    )

    assert found == [labour(asked=1, reached=1, took_over=1, remote=1, seconds=20)]


async def test_a_consultation_that_goes_on_is_counted_without_its_time(
    tmp_path: Path, pool: Pool
) -> None:
    found = await record(tmp_path, pool, [lent("1-000002", 0), heard("1-000002", 4)])

    assert found == [labour(asked=1, reached=1, remote=1)]
