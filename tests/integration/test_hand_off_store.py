"""The record of a hand-off in PostgreSQL (EMG-04), what its receiving system is told (EMG-03)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr

from cases.hand_off_relay import HandOffRelay
from cases.hand_off_settings import HandOffSettings
from cases.hand_off_store import HandOffProjector, PgHandOffs
from cases.hand_offs import HandOffRecord, Result
from cases.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, signature
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId
from storage.pool import Pool
from telephony import emergency_facts as facts
from telephony.facts import CallHungUp, HungUpBy
from tests.fakes.fake_clock import FakeClock
from tests.integration.case_database import migrated_pool

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CALL = CallId("cc1-1767603600.41")
SECRET = "a secret of twenty one"


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def asked(name: str = "7-e1", code: str = "110", call: CallId = CALL) -> Fact:
    return facts.HandOffAsked(
        at=AT, call=call, hand_off=name, code=code, agent=AgentNo("1001"), by="agent",
        out_of_line=False,
    )  # fmt: skip


def rung(name: str = "7-e1") -> Fact:
    late = timedelta(seconds=0.4)
    return facts.HandOffRung(at=after(0.4), call=CALL, hand_off=name, trunk="t1", after=late)


def answered(name: str = "7-e1") -> Fact:
    return facts.HandOffAnswered(at=after(3), call=CALL, hand_off=name, trunk="t2", with_agent=True)


def ended(name: str = "7-e1") -> Fact:
    return facts.HandOffEnded(
        at=after(60), call=CALL, hand_off=name, by="citizen", talked=timedelta(seconds=57),
        with_agent=False,
    )  # fmt: skip


async def project(pool: Pool, told: Sequence[Fact], *receivers: str) -> None:
    async with pool.transaction() as tx:
        await HandOffProjector(lambda: receivers).apply(tx, told)


async def only(pool: Pool) -> HandOffRecord:
    (found,) = await PgHandOffs(pool).page()
    return found


async def test_emg_04_the_record_is_whole_without_any_ticket(each_postgres_dsn: str) -> None:
    async with migrated_pool(each_postgres_dsn) as pool:
        left = facts.HandOffAgentLeft(at=after(10), call=CALL, hand_off="7-e1", joined=True)
        noted = facts.HandOffNoted(
            at=after(5), call=CALL, hand_off="7-e1", agent=AgentNo("1001"), receiver_no="077123",
            incident_no="",
        )  # fmt: skip
        story = [asked(), rung(), answered(), noted, left, ended()]
        await project(pool, story)
        await project(pool, story)  # told twice it is the same

        found = await only(pool)
        assert (found.code, found.agent, found.result) == ("110", "1001", Result.HANDED_OVER)
        assert (found.rung_after_s, found.trunk, found.receiver_no) == (0.4, "t2", "077123")
        assert (found.agent_left_at, found.over_at) == (after(10), after(60))
        assert (found.tickets, found.case, found.recorded) == ((), None, False)


@pytest.mark.parametrize(
    ("told", "result"),
    [
        ([asked()], Result.OPEN),
        ([asked(), rung(), answered()], Result.OPEN),
        (
            [
                asked(),
                facts.HandOffFailed(
                    at=AT, call=CALL, hand_off="7-e1", why="BUSY/17", with_agent=True
                ),
            ],
            Result.FAILED,
        ),
        ([asked(), rung(), ended()], Result.CITIZEN_LEFT),
        (
            [asked(), answered(), CallHungUp(at=AT, call=CALL, by=HungUpBy.CITIZEN, cause=16)],
            Result.HANDED_OVER,
        ),
        (
            [
                asked(),
                answered(),
                facts.HandOffNotOurs(
                    at=AT, call=CALL, hand_off="7-e1", agent=AgentNo("1001"), owner="none",
                    keeper="us",
                ),
                ended(),
            ],
            Result.NOT_OURS,
        ),
    ],
)  # fmt: skip
async def test_emg_04_what_came_of_it(
    each_postgres_dsn: str, told: Sequence[Fact], result: Result
) -> None:
    async with migrated_pool(each_postgres_dsn) as pool:
        await project(pool, told)

        assert (await only(pool)).result is result


async def test_emg_02_the_incident_number_of_a_call_from_110_is_kept(
    each_postgres_dsn: str,
) -> None:
    async with migrated_pool(each_postgres_dsn) as pool:
        by_sip = facts.IncidentTold(at=AT, call=CALL, incident_no="JQ-7", by="sip")
        await project(pool, [by_sip])

        assert await PgHandOffs(pool).incident_of(CALL) == "JQ-7"
        assert await PgHandOffs(pool).incident_of(CallId("another")) == ""


async def test_hand_overs_are_listed_newest_first_by_number_and_page(
    each_postgres_dsn: str,
) -> None:
    async with migrated_pool(each_postgres_dsn) as pool:
        names = [f"7-e{n}" for n in range(1, 6)]
        await project(
            pool, [asked(name, "110" if n % 2 else "120") for n, name in enumerate(names)]
        )
        store = PgHandOffs(pool)

        assert [one.id for one in await store.page(limit=2)] == ["7-e5", "7-e4"]
        assert [one.id for one in await store.page(before="7-e4", limit=2)] == ["7-e3", "7-e2"]
        assert [one.id for one in await store.page(code="110")] == ["7-e4", "7-e2"]


class Receiver:
    """A police station's system: checks the signature, answers as told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, object]]] = []
        self.answer: tuple[int, dict[str, str]] = (200, {})

    async def take(self, request: web.Request) -> web.Response:
        body, key = await request.read(), request.headers[KEY_HEADER]
        signed = signature(SECRET.encode(), request.headers[TIME_HEADER], key, body)
        assert request.headers[SIGNATURE_HEADER] == signed
        self.heard.append((key, orjson.loads(body)))
        status, said = self.answer
        return web.json_response(said, status=status)


@asynccontextmanager
async def receiving(pool: Pool) -> AsyncIterator[tuple[Receiver, HandOffRelay, list[Fact]]]:
    receiver = Receiver()
    written: list[Fact] = []
    app = web.Application()
    app.router.add_post("/in", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    settings = HandOffSettings(
        receivers={"police": f"http://127.0.0.1:{port}/in"}, secret=SecretStr(SECRET)
    )
    clock = FakeClock(after(120))

    async def more(record: HandOffRecord) -> Mapping[str, object]:
        return {"caller_number": "+8613800001111", "content": "着火了"}

    of = settings, lambda code: settings.address({"110": "police"}.get(code))
    relay = HandOffRelay(PgHandOffs(pool), of, clock, more, written.extend)
    try:
        yield receiver, relay, written
    finally:
        await runner.cleanup()


async def test_emg_03_the_receiving_system_is_told_and_its_answer_is_kept(
    each_postgres_dsn: str,
) -> None:
    async with (
        migrated_pool(each_postgres_dsn) as pool,
        receiving(pool) as (receiver, relay, written),
    ):
        receiver.answer = 200, {"state": "ack", "reference": "P-77"}
        await project(pool, [asked(), rung()], "110")
        async with aiohttp.ClientSession() as session:
            assert await relay.deliver_due(session) == 1
            assert await relay.deliver_due(session) == 0, "told once"
        await project(pool, written)

        ((key, said),) = receiver.heard
        assert (key, said["to"], said["content"]) == ("7-e1/asked", "110", "着火了")
        found = await only(pool)
        assert (found.answer, found.reference) == ("ack", "P-77")


@pytest.mark.parametrize("answer", [(200, {"state": "reject"}), (409, {}), (422, {})])
async def test_emg_03_a_reject_is_told_at_once(
    each_postgres_dsn: str, answer: tuple[int, dict[str, str]]
) -> None:
    async with (
        migrated_pool(each_postgres_dsn) as pool,
        receiving(pool) as (receiver, relay, written),
    ):
        receiver.answer = answer
        await project(pool, [asked()], "110")
        async with aiohttp.ClientSession() as session:
            await relay.deliver_due(session)

        (told,) = written
        assert isinstance(told, facts.HandOffTold) and told.answer == "reject"


async def test_emg_03_a_receiver_that_fails_is_told_again(each_postgres_dsn: str) -> None:
    async with (
        migrated_pool(each_postgres_dsn) as pool,
        receiving(pool) as (receiver, relay, written),
    ):
        receiver.answer = 500, {}
        await project(pool, [asked()], "110")
        async with aiohttp.ClientSession() as session:
            await relay.deliver_due(session)
            receiver.answer = 204, {}
            relay._clock.advance(5)  # type: ignore[attr-defined]
            await relay.deliver_due(session)

        assert [key for key, _ in receiver.heard] == ["7-e1/asked"] * 2
        assert [fact.answer for fact in written if isinstance(fact, facts.HandOffTold)] == ["ack"]


async def test_a_number_without_an_address_is_told_nothing(each_postgres_dsn: str) -> None:
    async with migrated_pool(each_postgres_dsn) as pool:
        await project(pool, [asked(code="120")], "110")

        assert await PgHandOffs(pool).claim(after(9), at_most=9, hold=timedelta(seconds=9)) == ()


async def test_emg_03_a_system_that_a_release_has_taken_away_holds_up_nobody(
    each_postgres_dsn: str,
) -> None:
    """119's was told when the key was pressed; nobody is, by the time that it is sent."""
    async with (
        migrated_pool(each_postgres_dsn) as pool,
        receiving(pool) as (receiver, relay, written),
    ):
        fire = asked("7-e2", code="119", call=CallId("cc1-1767603600.42"))
        await project(pool, [fire, asked()], "110", "119")
        async with aiohttp.ClientSession() as session:
            assert await relay.deliver_due(session) == 2

        assert [key for key, _ in receiver.heard] == ["7-e1/asked"]
        assert [fact.hand_off for fact in written if isinstance(fact, facts.HandOffTold)] == [
            "7-e1"
        ]
