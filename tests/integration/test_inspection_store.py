"""Quality inspection in PostgreSQL: talks, sounds, words (AI-04)."""

import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from acd.facts import TalkEnded
from console.recordings_store import RecordingIndex
from figures.facts import GreetingTold
from figures.inspection import Inspection, State, Why, Word
from figures.inspection_errors import InspectedAlready, UnknownInspection
from figures.inspection_rules import load_inspection
from figures.inspection_store import PgInspections, TalkProjector
from hotline.inspection_wiring import SilenceListener
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, SeatId
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.settings import DatabaseSettings
from telephony.facts import RecordingKept, ServiceRated
from tests.fakes.fake_clock import FakeClock
from tests.figures.test_inspection_talk_over import voice

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = load_inspection(Path(__file__).parents[2] / "config" / "inspection.yaml")
CALL, AGENT = CallId("c1"), AgentNo("1001")


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


def ended(call: str = CALL, agent: str = AGENT, leg: str = "7-000001") -> TalkEnded:
    return TalkEnded(
        at=AT, leg=LegId(leg), seat=SeatId("S001"), agent=AgentNo(agent), call=CallId(call),
        talked=timedelta(seconds=90.5),
    )  # fmt: skip


async def project(pool: Pool, *facts: Fact) -> None:
    async with pool.transaction() as tx:
        await TalkProjector().apply(tx, facts)


def inspection(name: str = "i1", inspector: str = "a", *, calibrates: bool = False) -> Inspection:
    return Inspection(
        id=name, call=CALL, agent=AGENT, inspector=inspector, why=Why.RANDOM,
        calibrates=calibrates, opened_at=AT,
    )  # fmt: skip


def scored(one: Inspection) -> Inspection:
    word = Word(by=one.inspector, at=AT, text="好")
    return replace(
        one, state=State.SCORED, scores={"manner": 20}, total=20, first_total=20, scored=word
    )


async def test_talks_come_from_the_journal_with_their_rating_once(pool: Pool) -> None:
    rated = ServiceRated(at=AT, call=CALL, agent=AGENT, level=2, answer="2")
    unrated = ServiceRated(at=AT, call=CALL, agent=AGENT, level=None, answer="")
    await project(pool, ended(), ended(agent="1002", leg="7-000002"), rated, unrated)
    await project(pool, ended())
    store = PgInspections(pool)
    await store.open(inspection())

    first, second = await store.talks(AT, AT + DAY)

    assert (first.agent, first.rated, first.inspected) == (AGENT, 2, True)
    assert (second.agent, second.rated, second.inspected) == (AgentNo("1002"), None, False)
    assert first.talked == timedelta(seconds=90.5)
    assert await store.talks(AT + DAY, AT + 2 * DAY) == []
    assert await store.has_talk(CALL, AGENT)
    assert not await store.has_talk(CALL, AgentNo("1003"))


async def test_an_inspection_comes_back_with_all_its_words(pool: Pool) -> None:
    store = PgInspections(pool)
    await store.open(inspection())
    appeal = replace(
        scored(inspection()), state=State.APPEALED, appeal=Word(by=AGENT, at=AT, text="不服")
    )
    decision = Word(by="b", at=AT, text="属实")
    final = replace(appeal, state=State.CHANGED, scores={"manner": 25}, total=25, decision=decision)

    assert await store.find("i1") == inspection()
    assert await store.step(State.OPEN, scored(inspection()))
    assert await store.step(State.SCORED, appeal)
    assert not await store.step(State.SCORED, appeal), "two at once cannot both appeal"
    assert await store.step(State.APPEALED, final)
    assert await store.find("i1") == final
    with pytest.raises(UnknownInspection):
        await store.find("nothing")


async def test_the_first_press_of_the_greeting_key_counts_from_the_answer(pool: Pool) -> None:
    answered = AT - timedelta(seconds=90.5)
    presses = [
        GreetingTold(at=answered + timedelta(seconds=s), call=CALL, agent=AGENT) for s in (4, 60)
    ]
    await project(pool, *presses, ended(), ended(agent="1002", leg="7-000002"))
    await project(pool, *presses)

    first, second = await PgInspections(pool).talks(AT, AT + DAY)

    assert (first.greeted, second.greeted) == (timedelta(seconds=4), None)


async def test_one_word_counts_and_others_calibrate(pool: Pool) -> None:
    store = PgInspections(pool)
    await store.open(inspection())
    for same in (inspection("i2", "b"), inspection("i3", "a", calibrates=True)):
        with pytest.raises(InspectedAlready):
            await store.open(same)
    beside = inspection("i4", "b", calibrates=True)
    await store.open(beside)
    await store.step(State.OPEN, scored(beside))
    told = await store.listed(AGENT, None, None, 10)
    await store.step(State.OPEN, scored(inspection()))

    assert list(told) == []
    assert [one.id for one in await store.listed(AGENT, None, None, 10)] == ["i1"]
    assert [one.id for one in await store.listed(None, None, None, 10)] == ["i4", "i1"]
    assert [one.id for one in await store.listed(None, None, "i4", 10)] == ["i1"]
    assert list(await store.listed(None, State.OPEN, None, 10)) == []
    assert [one.id for one in await store.calibrated(AT, AT + DAY)] == ["i1", "i4"]
    assert list(await store.calibrated(AT + DAY, AT + 2 * DAY)) == []


async def test_recordings_are_listened_to_once_and_a_torn_one_too(
    pool: Pool, tmp_path: Path
) -> None:
    with wave.open(str(tmp_path / "c1.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 4))
    apart = tmp_path / "apart"
    apart.mkdir()
    voice(apart / "c1~1-in.wav", (8, 14))
    voice(apart / "c1~1-out.wav", (11, 16))
    clock = FakeClock()
    await project(pool, ended(), ended(call="c2", leg="7-000002"))
    kept = [
        RecordingKept(
            at=clock.now(), call=CallId(call), path=f"{call}.wav", seconds=4, bytes=1, sha256="0"
        )
        for call in ("c1", "c2", "nobody-talked")
    ]
    async with pool.transaction() as tx:
        await RecordingIndex().apply(tx, kept)
    listener = SilenceListener(PgInspections(pool), tmp_path, RULES, clock)

    heard, again = await listener.look(), await listener.look()

    talks = await PgInspections(pool).talks(AT, AT + DAY)
    assert (heard, again) == (2, 0)
    assert [talk.silence for talk in talks] == [timedelta(seconds=4), None]
    first, second = (talk.talk_over for talk in talks)
    assert first is not None and timedelta(seconds=3) <= first <= timedelta(seconds=3.4)
    assert second is None, "its voices were not kept apart"
    assert list(apart.iterdir()) == [], "once heard they are gone"


async def test_one_recording_that_fails_in_an_unforeseen_way_holds_up_no_other(
    pool: Pool, tmp_path: Path
) -> None:
    """A link to itself: to resolve it is a RuntimeError."""
    (tmp_path / "c2.wav").symlink_to(tmp_path / "c2.wav")
    voice(tmp_path / "c1.wav", lasts=4)
    voice(tmp_path / "c3.wav", lasts=4)
    clock = FakeClock()
    calls = ["c1", "c2", "c3"]
    await project(pool, *[ended(call=call, leg=f"7-{call}") for call in calls])
    kept = [
        RecordingKept(
            at=clock.now() + timedelta(seconds=second),
            call=CallId(call), path=f"{call}.wav", seconds=4, bytes=1, sha256="0",
        )
        for second, call in enumerate(calls)
    ]  # fmt: skip
    async with pool.transaction() as tx:
        await RecordingIndex().apply(tx, kept)
    listener = SilenceListener(PgInspections(pool), tmp_path, RULES, clock)

    heard, again = await listener.look(), await listener.look()

    talks = await PgInspections(pool).talks(AT, AT + DAY)
    silences = {talk.call: talk.silence is not None for talk in talks}
    assert (heard, again) == (3, 0), "the one that failed is not tried again"
    assert silences == {"c1": True, "c2": False, "c3": True}
