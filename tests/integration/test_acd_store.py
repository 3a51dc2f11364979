"""The directory in a real PostgreSQL: seeded once, versioned, made known to the desk."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from acd.directory import SkillName
from acd.directory_keeper import DirectoryKeeper
from acd.errors import BadLevel, ChangedMeanwhile, PhoneTaken, UnknownSkill
from acd.happenings import DirectoryLoaded
from acd.seed import load_directory
from acd.store import PgDirectoryStore
from kernel.fact import Fact
from kernel.ids import AgentNo, SeatId, Skill
from storage.migrate import migrate
from storage.pool import open_pool
from storage.settings import DatabaseSettings
from tests.fakes.fake_clock import MONDAY_NINE, FakeClock

SEED = load_directory(Path(__file__).parent.parent.parent / "config" / "directory.yaml")
ONE = AgentNo("1001")


@pytest.fixture
async def store(fresh_database: str) -> AsyncIterator[PgDirectoryStore]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        store = PgDirectoryStore(pool)
        assert await store.seed_once(SEED, MONDAY_NINE)
        yield store


async def test_the_seed_is_taken_over_once_and_whole(store: PgDirectoryStore) -> None:
    again = await store.seed_once(SEED, MONDAY_NINE)

    stored = await store.load()
    assert not again
    assert stored.agents == {no: replace(a, version=1) for no, a in SEED.agents.items()}
    assert stored.seats == {no: replace(s, version=1) for no, s in SEED.seats.items()}
    assert stored.skills == {no: replace(s, version=1) for no, s in SEED.skills.items()}


async def test_a_change_names_the_version_it_saw(store: PgDirectoryStore) -> None:
    agent = (await store.load()).agents[ONE]

    version = await store.save_agent(replace(agent, skills={Skill("general"): 5}))
    with pytest.raises(ChangedMeanwhile):
        await store.save_agent(replace(agent, name="别人"))

    now = (await store.load()).agents[ONE]
    assert (version, now.version, now.skills, now.name) == (2, 2, {"general": 5}, agent.name)


async def test_a_new_row_does_not_overwrite_an_old_one(store: PgDirectoryStore) -> None:
    """Whoever adds what exists is told so: loading it again is not what he lacks."""
    before = await store.load()
    one, seat = SEED.agents[ONE], SEED.seats[SeatId("S001")]
    skill = SEED.skills[Skill("general")]

    with pytest.raises(ChangedMeanwhile, match=f"Agent {ONE} exists already"):
        await store.save_agent(replace(one, name="别人", version=0))
    with pytest.raises(ChangedMeanwhile, match="Seat S001 exists already"):
        await store.save_seat(replace(seat, phone=None, version=0))
    with pytest.raises(ChangedMeanwhile, match="Skill general exists already"):
        await store.save_skill(replace(skill, name_zh="别的", version=0))

    assert await store.load() == before


async def test_a_seat_and_a_skill_are_changed_from_the_version_that_was_seen(
    store: PgDirectoryStore,
) -> None:
    before = await store.load()
    seat, skill = before.seats[SeatId("S001")], before.skills[Skill("general")]

    versions = (
        await store.save_seat(replace(seat, district="222400")),
        await store.save_skill(replace(skill, name_zh="综合")),
    )
    with pytest.raises(ChangedMeanwhile, match="Seat S001 has another version than 1"):
        await store.save_seat(replace(seat, district="220200"))
    with pytest.raises(ChangedMeanwhile, match="Skill general has another version than 1"):
        await store.save_skill(replace(skill, name_zh="别的"))

    now = await store.load()
    assert versions == (2, 2)
    assert now.seats[SeatId("S001")] == replace(seat, district="222400", version=2)
    assert now.skills[Skill("general")] == replace(skill, name_zh="综合", version=2)


async def test_a_new_seat_and_a_new_agent_are_stored_as_they_were_given(
    store: PgDirectoryStore,
) -> None:
    """A seat may stand without a phone."""
    before = await store.load()
    seat = replace(before.seats[SeatId("S001")], id=SeatId("S901"), phone=None, version=0)
    agent = replace(before.agents[ONE], no=AgentNo("9901"), name="新人", version=0)

    assert (await store.save_seat(seat), await store.save_agent(agent)) == (1, 1)

    now = await store.load()
    assert now.seats[seat.id] == replace(seat, version=1)
    assert now.agents[agent.no] == replace(agent, version=1)


async def test_what_does_not_fit_is_refused_whole(store: PgDirectoryStore) -> None:
    before = await store.load()
    agent, seat = before.agents[ONE], before.seats[SeatId("S001")]

    with pytest.raises(UnknownSkill):
        await store.save_agent(replace(agent, skills={Skill("juggling"): 1}))
    with pytest.raises(BadLevel):
        await store.save_agent(replace(agent, skills={Skill("general"): 6}))
    with pytest.raises(PhoneTaken):
        await store.save_seat(replace(seat, phone=before.seats[SeatId("S002")].phone))

    assert await store.load() == before


async def test_each_change_is_made_known_with_its_fact(store: PgDirectoryStore) -> None:
    known: list[DirectoryLoaded] = []

    async def order(loaded: DirectoryLoaded) -> Sequence[Fact]:
        known.append(loaded)
        return []

    keeper = DirectoryKeeper(await store.load(), store, order, FakeClock())
    seat = keeper.directory.seats[SeatId("S001")]

    saved = await keeper.save_seat(replace(seat, auto_answer=True), by="leader")
    skill = SkillName(skill=Skill("minority_lang:mn"), name_zh="蒙古语", name_en="Mongolian")
    added = await keeper.save_skill(skill, by="leader")
    agent = keeper.directory.agents[ONE]
    renamed = await keeper.save_agent(replace(agent, name="别人"), by="leader")

    changes = [(k.change.table, k.change.key, k.change.version) for k in known if k.change]
    assert saved == replace(seat, auto_answer=True, version=2)
    assert (added, renamed) == (replace(skill, version=1), replace(agent, name="别人", version=2))
    assert changes == [("seat", "S001", 2), ("skill", "minority_lang:mn", 1), ("agent", ONE, 2)]
    assert [k.change.at for k in known if k.change] == [MONDAY_NINE] * 3
    assert known[-1].directory.agents[ONE].name == "别人"
    assert keeper.directory.seats[SeatId("S001")].auto_answer
