"""What hangs in the hall (大屏): counts, never a call or a number; what is away is absent."""

from datetime import UTC, datetime, timedelta

from figures.counts import Counts, day_bounds, day_of
from tests.console.house import OpenHouse


async def test_the_wall_tells_the_day_in_one_answer(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")

    wall = (await chief.ask("GET", "/api/wall")).body

    assert wall["tickets"] == {
        "total": 4,
        "by_type": {"complaint": 3, "consult": 1},
        "by_district": {"220100": 4},
        "by_topic": {"供热": 3, "社保": 1},
    }
    assert wall["owed"] == {"owed": 4, "called_back": 3, "reached": 2}
    assert wall["hand_offs"] == {"110": 2}
    assert wall["satisfaction"] == {"id": "D-22", "queue": None, "value": 0.75, "n": 8}
    assert wall["figures"] == [{"id": "D-01", "queue": None, "value": 0.95, "n": 20}]
    assert wall["districts"] == {"220100": "长春市"}
    days, clock = house.inside.wall_days, house.inside.clock
    assert days.spans == [day_bounds(day_of(clock.now()))]


async def test_without_the_database_the_wall_shows_what_is_in_memory_and_no_noughts(
    house: OpenHouse,
) -> None:
    house.inside.wall_days.is_away = True
    chief = await house.signed_in("supervisor")

    wall = (await chief.ask("GET", "/api/wall")).body

    assert wall["figures"][0]["value"] == 0.95
    gone = [wall[part] for part in ("tickets", "owed", "hand_offs", "satisfaction")]
    assert gone == [None, None, None, None]
    assert wall["hours"] == []


async def test_hours_stand_beside_their_forecast(house: OpenHouse) -> None:
    days = house.inside.wall_days
    start, _ = day_bounds(day_of(house.inside.clock.now()))
    days.hours = {start + timedelta(hours=9): Counts(offered=7, answered=4, fallback_answered=2)}
    days.expected = [float(hour) for hour in range(24)]
    chief = await house.signed_in("supervisor")

    hours = (await chief.ask("GET", "/api/wall")).body["hours"]

    assert len(hours) == 24
    ninth = hours[9]
    assert (ninth["offered"], ninth["answered"], ninth["forecast"]) == (7, 6, 9.0)
    assert datetime.fromisoformat(ninth["start"]).astimezone(UTC) == start + timedelta(hours=9)
    assert (hours[8]["offered"], hours[8]["forecast"]) == (0, 8.0)


async def test_however_many_walls_ask_the_database_is_asked_every_five_seconds(
    house: OpenHouse,
) -> None:
    chief, days = await house.signed_in("supervisor"), house.inside.wall_days

    await chief.ask("GET", "/api/wall")
    once = days.asked
    await chief.ask("GET", "/api/wall")
    assert days.asked == once

    house.inside.clock.advance(5)
    await chief.ask("GET", "/api/wall")
    assert days.asked == 2 * once
