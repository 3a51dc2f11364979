"""What hangs in the hall (大屏): counts, never a call or a number; what is away is absent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from figures.counts import Counts, day_bounds, day_of
from kernel.ids import AgentNo
from tests.console.house import CALL, OpenHouse, Visitor


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


async def test_a_wall_sees_seats_and_counts_and_neither_names_nor_calls(house: OpenHouse) -> None:
    """A screen in the hall is signed in as nobody: its page has no caller's data to show."""
    house.inside.seat(1)
    house.inside.ring()
    screen, chief = await house.signed_in("wall"), await house.signed_in("supervisor")

    floor = await screen.ask("GET", "/api/floor")
    whole = (await chief.ask("GET", "/api/floor")).body
    figures = await screen.ask("GET", "/api/wall")

    assert (floor.status, figures.status) == (200, 200)
    assert floor.body["queues"] == whole["queues"]
    (seat,), (known,) = floor.body["seats"], whole["seats"]
    same = ("seat", "activity", "activity_since", "presence", "queue")
    assert [seat[name] for name in same] == [known[name] for name in same]
    assert (known["agent_name"], known["call"]) == ("话务员1", CALL)
    for secret in ("话务员1", CALL, "5678", "1001", "8001"):
        assert secret not in str(floor.body), secret
    assert [floor.body[part] for part in ("waiting", "alarms", "callbacks")] == [[], [], []]


async def test_a_wall_hears_the_live_channel_and_no_offer_even_with_an_agents_number(
    house: OpenHouse,
) -> None:
    known = house.inside.logins.logins
    known["wall"] = replace(known["wall"], agent=AgentNo("1001"))
    screen = await house.signed_in("wall")
    async with screen.client.ws_connect("/api/live") as socket:
        first = await socket.receive_json(timeout=5)
        house.inside.seat(1)
        house.inside.ring()
        house.inside.live.flush()
        second = await socket.receive_json(timeout=5)

    assert (first["type"], second["type"]) == ("snapshot", "delta")
    assert [(seat["activity"], seat["call"]) for seat in second["seats"]] == [("ringing", None)]


async def test_a_wall_is_signed_in_once_a_month_and_everybody_else_for_a_shift(
    house: OpenHouse,
) -> None:
    screen, chief = await house.signed_in("wall"), await house.signed_in("supervisor")

    async def lasts(visitor: Visitor) -> timedelta:
        until = datetime.fromisoformat((await visitor.ask("GET", "/api/me")).body["expires_at"])
        return until - house.inside.clock.now()

    assert await lasts(screen) == timedelta(days=30)
    assert await lasts(chief) == timedelta(hours=12)
