"""Logins, sessions and the index of recordings on a real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.facts import HearingFor, RecordingHeard
from console.logins import Login, Role
from console.recordings import Recording, RecordingsWanted
from console.recordings_store import PgRecordings, RecordingIndex
from console.sessions import Sessions
from console.store import PgLogins
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch
from storage.journal import Journal
from storage.pool import Pool
from storage.settings import JournalSettings
from storage.shipping import Shipper
from telephony.facts import RecordingKept
from tests.fakes.fake_clock import FakeClock
from tests.integration.case_database import migrated_pool

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SHIFT = timedelta(hours=12)
AGENT = Login("agent", Role.AGENT, AgentNo("1001"), False, "a hash")


@pytest.fixture
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


def kept(call: str, at: datetime = AT, path: str = "one.wav") -> RecordingKept:
    return RecordingKept(
        at=at, call=CallId(call), path=path, seconds=12.5, bytes=200_044, sha256="ab" * 32
    )


async def index(pool: Pool, *facts: RecordingKept) -> None:
    async with pool.transaction() as tx:
        await RecordingIndex().apply(tx, facts)


async def test_a_login_is_added_once_and_read_back(pool: Pool) -> None:
    logins = PgLogins(pool)

    assert await logins.add_login(AGENT, AT)
    assert not await logins.add_login(AGENT, AT)

    assert await logins.login("agent") == AGENT
    assert await logins.login("nobody") is None


async def test_a_session_survives_a_restart_until_it_is_closed(pool: Pool) -> None:
    logins, clock = PgLogins(pool), FakeClock()
    await logins.add_login(AGENT, AT)
    token, opened = await Sessions(logins, clock, lasts=SHIFT).open(AGENT)

    restarted = Sessions(logins, clock, lasts=SHIFT)

    assert await restarted.find(token) == opened
    await restarted.close(token)
    assert await Sessions(logins, clock, lasts=SHIFT).find(token) is None


async def test_expired_sessions_are_dropped_and_no_others(pool: Pool) -> None:
    logins = PgLogins(pool)
    await logins.add_login(AGENT, AT)
    old, young = b"o" * 32, b"y" * 32
    await logins.save_session(old, "agent", AT, AT + timedelta(hours=1))
    await logins.save_session(young, "agent", AT, AT + SHIFT)

    await logins.drop_expired_sessions(AT + timedelta(hours=2))

    assert await logins.session(old) is None
    assert await logins.session(young) is not None


async def test_a_recording_is_indexed_once_however_often_its_fact_comes(pool: Pool) -> None:
    recordings = PgRecordings(pool)

    await index(pool, kept("call-1"), kept("call-1"))

    found = await recordings.find(CallId("call-1"))
    assert found is not None
    assert (found.path, found.seconds, found.kept_at) == ("one.wav", 12.5, AT)
    assert await recordings.find(CallId("call-2")) is None


async def test_the_oldest_recording_that_is_due_and_not_held_is_erased_first(pool: Pool) -> None:
    recordings = PgRecordings(pool)
    await index(
        pool,
        kept("held", AT - timedelta(days=9)),
        kept("old", AT - timedelta(days=8)),
        kept("young", AT),
    )
    assert await recordings.hold(CallId("held"), by="supervisor", reason="行政复议", at=AT)
    erased: list[Recording] = []

    limit = AT - timedelta(days=1)
    first = await recordings.erase_one(limit, AT, erased.append)
    second = await recordings.erase_one(limit, AT, erased.append)

    assert first is not None
    assert ([r.call for r in erased], second) == (["old"], None)
    gone = await recordings.find(CallId("old"))
    assert gone is not None
    assert gone.erased_at == AT
    assert not await recordings.hold(CallId("old"), by="supervisor", reason="行政复议", at=AT)


async def test_recordings_are_searched_by_agent_time_and_hold(pool: Pool) -> None:
    recordings = PgRecordings(pool)
    days = [kept(f"call-{n}", AT + timedelta(days=n)) for n in range(3)]
    await index(pool, *days)
    talk = "insert into inspection_talk values ($1, $2, $3, $4, 1000)"
    await pool.execute(talk, "7-1", "call-0", "1001", AT)
    await pool.execute(talk, "7-2", "call-0", "1002", AT)
    await recordings.hold(CallId("call-1"), by="supervisor", reason="行政复议", at=AT)

    async def found(**wanted: Any) -> list[str]:
        return [one.recording.call for one in await recordings.listed(RecordingsWanted(**wanted))]

    assert await found() == ["call-2", "call-1", "call-0"]
    assert await found(before=CallId("call-2"), limit=1) == ["call-1"]
    assert await found(held=True) == ["call-1"]
    assert await found(agent=AgentNo("1002")) == ["call-0"]
    assert await found(since=AT + timedelta(hours=1), until=AT + timedelta(days=2)) == ["call-1"]
    (one,) = await recordings.listed(RecordingsWanted(agent=AgentNo("1001")))
    assert one.agents == ("1001", "1002")


async def test_sec_04_who_listened_is_read_from_the_journal_by_period(
    pool: Pool, tmp_path: Path
) -> None:
    """The newest first; other facts and other days are left out."""
    facts: list[Fact] = [
        heard(AT - timedelta(days=1), "before"),
        heard(AT, "first", agent="1004"),
        kept("call-1"),
        heard(AT + timedelta(hours=1), "second"),
        heard(AT + timedelta(days=1), "after"),
    ]
    journal = Journal.open(tmp_path / "journal", Epoch(1), JournalSettings())
    journal.write(facts)
    await journal.sync()
    while await Shipper(journal, pool, FakeClock(), JournalSettings()).ship_batch():
        continue
    await journal.close()
    recordings = PgRecordings(pool)

    found = await recordings.heard(AT, AT + timedelta(days=1), 10)

    assert found == [facts[3], facts[1]]
    assert await recordings.heard(AT, AT + timedelta(days=1), 1) == [facts[3]]


def heard(at: datetime, login: str, agent: str | None = None) -> RecordingHeard:
    return RecordingHeard(
        at=at, call=CallId("call-1"), login=login, agent=AgentNo(agent) if agent else None,
        why=HearingFor.QUALITY,
    )  # fmt: skip


async def test_an_erasure_that_fails_leaves_the_row_as_it_was(pool: Pool) -> None:
    """The certificate is written before the row is marked: neither is there without the other."""
    recordings = PgRecordings(pool)
    await index(pool, kept("call-1", AT - timedelta(days=9)))

    def failing(recording: Recording) -> None:
        raise Unavailable("The disk is away.", remedy="Mount it.")

    with pytest.raises(Unavailable):
        await recordings.erase_one(AT, AT, failing)

    found = await recordings.find(CallId("call-1"))
    assert found is not None
    assert found.erased_at is None


async def test_a_hold_is_taken_and_released_once(pool: Pool) -> None:
    recordings = PgRecordings(pool)
    await index(pool, kept("call-1"))
    call = CallId("call-1")

    assert await recordings.hold(call, by="supervisor", reason="行政复议", at=AT)
    assert not await recordings.hold(call, by="supervisor", reason="行政复议", at=AT)
    assert await recordings.release(call)
    assert not await recordings.release(call)


async def test_a_login_changes_only_from_what_it_was(pool: Pool) -> None:
    """Two administrators never overwrite one another unseen; its sessions end with a change."""
    logins = PgLogins(pool)
    other = Login("agent", Role.SUPERVISOR, None, True, "another hash")
    await logins.add_login(AGENT, AT)
    await logins.save_session(b"k" * 32, "agent", AT, AT + SHIFT)

    assert await logins.change_login(AGENT, other)
    assert not await logins.change_login(AGENT, AGENT)
    await logins.save_session(b"o" * 32, "agent", AT, AT + SHIFT)
    await logins.drop_sessions_of("agent", b"o" * 32)

    assert await logins.all_logins() == [other]
    assert await logins.session(b"k" * 32) is None
    assert await logins.session(b"o" * 32) is not None


@pytest.mark.parametrize("role", Role)
async def test_the_table_takes_a_login_of_each_role(pool: Pool, role: Role) -> None:
    logins = PgLogins(pool)
    login = Login("somebody", role, None, False, "hash")

    assert await logins.add_login(login, AT)
    assert await logins.login("somebody") == login
