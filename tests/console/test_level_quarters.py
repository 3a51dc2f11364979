"""A level tells its figures to the one above it: signed, repeated, replaced (NAV-06)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import ClientResponseError
from pydantic import SecretStr

from cases.webhook import SIGNATURE_HEADER, TIME_HEADER, signature
from figures.level_quarters import AT_ONCE, LevelQuarters, LevelSettings, ToldQuarter
from hotline.level_feed import AT_MOST, LATE_FACTS, LevelFeed, level_key
from tests.console.house import OpenHouse, open_house
from tests.fakes.fake_hands import LEVELS

SECRET = "the province's own secret"
COUNTY = LEVELS.model_copy(update={"own": "nanguan"})
START = datetime(2026, 11, 23, 0, 45, tzinfo=UTC)
BODY = b'{"quarters":[{"start":"2026-11-23T00:45:00Z","queue":"general","counts":{"offered":3}}]}'


class Stored(LevelQuarters):
    """What a level has in its own database; `asked_since`: from when it was read."""

    def __init__(self, quarters: int) -> None:
        self._quarters = quarters
        self.asked_since: list[datetime] = []

    async def since(self, site: str, start: datetime) -> list[ToldQuarter]:
        assert site == "220102"
        self.asked_since.append(start)
        return [
            ToldQuarter(start=START, queue=f"q{n}", counts={"offered": n})
            for n in range(self._quarters)
        ]


@asynccontextmanager
async def told_to(
    house: OpenHouse, stored: Stored, key: str
) -> AsyncIterator[tuple[LevelFeed, aiohttp.ClientSession]]:
    settings = LevelSettings(url=str(house.server.make_url("/")), secret=SecretStr(key))
    async with aiohttp.ClientSession() as session:
        yield LevelFeed(stored, COUNTY, settings, house.inside.clock), session


async def post(house: OpenHouse, level: str, body: bytes, key: str, *, late: float = 0) -> object:
    """The answer's code, or how many were kept."""
    at = str(int(house.inside.clock.now().timestamp() - late))
    headers = {
        "Content-Type": "application/json",
        TIME_HEADER: at,
        SIGNATURE_HEADER: signature(key.encode(), at, f"{level}/quarters", body),
    }
    visitor = await house.visitor()
    path = f"/api/levels/{level}/quarters"
    answer = await visitor.ask("POST", path, data=body, headers=headers)
    return answer.body.get("kept", answer.body.get("code"))


async def test_nav_06_what_a_county_has_counted_is_kept_under_its_region(tmp_path: Path) -> None:
    async with (
        open_house(tmp_path) as house,
        told_to(house, Stored(3), level_key(SECRET, "nanguan")) as (feed, session),
    ):
        assert await feed.tell(session) == 3

        ((site, told),) = house.inside.hands.kept
        assert site == "220102"
        assert [one.counts["offered"] for one in told] == [0, 1, 2]


async def test_nav_06_the_next_round_tells_what_late_facts_have_changed(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        stored = Stored(1)
        async with told_to(house, stored, level_key(SECRET, "nanguan")) as (feed, session):
            first = house.inside.clock.now()
            await feed.tell(session)
            house.inside.clock.advance(60)
            await feed.tell(session)

        assert stored.asked_since == [first - AT_MOST, first - LATE_FACTS]


async def test_nav_06_much_is_told_in_several_requests(tmp_path: Path) -> None:
    async with (
        open_house(tmp_path) as house,
        told_to(house, Stored(AT_ONCE + 1), level_key(SECRET, "nanguan")) as (feed, session),
    ):
        await feed.tell(session)

        assert [len(told) for _, told in house.inside.hands.kept] == [AT_ONCE, 1]


async def test_nav_06_what_was_not_heard_is_told_from_the_same_moment_again(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        stored = Stored(1)
        async with told_to(house, stored, "a wrong key") as (feed, session):
            for _ in range(2):
                with pytest.raises(ClientResponseError):
                    await feed.tell(session)
                house.inside.clock.advance(60)

        assert stored.asked_since[1] - stored.asked_since[0] == timedelta(seconds=60)
        assert not house.inside.hands.kept


@pytest.mark.parametrize(
    ("level", "key", "late"),
    [
        ("nanguan", SECRET, 0),  # the province's own key is nobody else's
        ("nanguan", level_key(SECRET, "kuancheng"), 0),
        ("nanguan", level_key(SECRET, "nanguan"), 3600),  # an old request, heard again
        ("changchun", level_key(SECRET, "changchun"), 0),  # ourselves
        ("jilin", level_key(SECRET, "jilin"), 0),  # above us
        ("housing", level_key(SECRET, "housing"), 0),  # has no region
        ("moon", level_key(SECRET, "moon"), 0),
    ],
)
async def test_nav_06_nobody_else_tells_figures_of_a_level(
    tmp_path: Path, level: str, key: str, late: float
) -> None:
    async with open_house(tmp_path) as house:
        assert await post(house, level, BODY, key, late=late) == "bad-signature"
        assert not house.inside.hands.kept


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"quarters":[{"start":"2026-11-23T00:45:00","queue":"q","counts":{}}]}',
        BODY.replace(b'"offered":3', b'"offered":-3'),
    ],
)
async def test_nav_06_what_cannot_be_read_changes_nothing(tmp_path: Path, body: bytes) -> None:
    async with open_house(tmp_path) as house:
        key = level_key(SECRET, "nanguan")

        assert await post(house, "nanguan", body, key) == "bad-form"
        assert await post(house, "nanguan", BODY, key) == 1
        assert len(house.inside.hands.kept) == 1
