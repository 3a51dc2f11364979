"""Seats by command, the floor by GET and over the WebSocket, the offer to the agent who rings."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientWebSocketResponse
from structlog.testing import capture_logs

from acd.happenings import LegAnswered
from console.sessions import Sessions
from intake.caller_lookup import Caller
from kernel.ids import NumberKey
from tests.console.house import CALL, OpenHouse, Visitor

SOON = 5.0  # s: a limit for the test, never waited for


@asynccontextmanager
async def live(visitor: Visitor) -> AsyncIterator[ClientWebSocketResponse]:
    async with visitor.client.ws_connect("/api/live") as socket:
        yield socket


async def message(socket: ClientWebSocketResponse) -> dict[str, Any]:
    found: dict[str, Any] = await socket.receive_json(timeout=SOON)
    return found


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not so():  # noqa: ASYNC110 - what we wait for happens in aiohttp
            await asyncio.sleep(0)


async def test_an_agent_sits_down_takes_a_break_and_leaves(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    seated = await agent.ask("POST", "/api/seat/sign-in", {"seat": "S001"})
    ready = await agent.ask("POST", "/api/seat/available")
    paused = await agent.ask("POST", "/api/seat/pause", {"reason": "meal"})
    gone = await agent.ask("POST", "/api/seat/sign-out")

    assert seated.body["seat"]["agent_name"] == "话务员1"
    assert ready.body["seat"]["presence"] == "available"
    assert paused.body["seat"]["pause_reason"] == "meal"
    assert gone.body["seat"] is None


async def test_each_illegal_command_has_its_own_code(house: OpenHouse) -> None:
    agent, colleague = await house.signed_in("agent"), await house.signed_in("colleague")
    chief = await house.signed_in("supervisor")
    force = {"to": "paused", "reason": "班前会"}

    async def code(who: Visitor, path: str, body: object = None) -> str:
        return str((await who.ask("POST", path, body)).body["code"])

    assert await code(agent, "/api/seat/available") == "wrong-state"
    await agent.ask("POST", "/api/seat/sign-in", {"seat": "S001"})
    assert await code(agent, "/api/seat/sign-in", {"seat": "S002"}) == "agent-already-signed-in"
    assert await code(colleague, "/api/seat/sign-in", {"seat": "S001"}) == "seat-taken"
    assert await code(colleague, "/api/seat/sign-in", {"seat": "S005"}) == "seat-without-phone"
    assert await code(agent, "/api/seat/pause", {"reason": "nap"}) == "unknown-pause-reason"
    assert await code(chief, "/api/agents/9999/force", force) == "unknown-work-number"


async def test_a_supervisor_forces_an_agent_and_it_is_written_down(house: OpenHouse) -> None:
    house.inside.seat(1)
    chief = await house.signed_in("supervisor")

    forced = await chief.ask("POST", "/api/agents/1001/force", {"to": "paused", "reason": "班前会"})

    last = house.inside.journal.facts[-1]
    assert forced.body["seat"]["presence"] == "paused"
    assert (last.kind, getattr(last, "ordered_by", "")) == ("agent-paused", "supervisor")


async def test_auto_answer_is_a_mode_of_the_seat(house: OpenHouse) -> None:
    house.inside.seat(1)
    agent = await house.signed_in("agent")

    changed = await agent.ask("POST", "/api/seat/auto-answer", {"on": True})

    assert changed.body["seat"]["auto_answer"] is True


async def test_only_supervisors_see_who_waits_and_only_masked(house: OpenHouse) -> None:
    """C7: the board shows 138****5678."""
    house.inside.ring()
    agent, chief = await house.signed_in("agent"), await house.signed_in("supervisor")

    for_agent = (await agent.ask("GET", "/api/floor")).body
    for_chief = (await chief.ask("GET", "/api/floor")).body

    assert for_agent["waiting"] == []
    assert for_chief["waiting"][0]["caller"] == "138****5678"


async def test_the_live_channel_sends_a_snapshot_then_numbered_deltas(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    async with live(chief) as socket:
        first = await message(socket)

        house.inside.seat(1)
        house.inside.live.flush()
        second = await message(socket)
        house.inside.clock.advance(1)
        house.inside.ring()
        house.inside.live.flush()
        third = await message(socket)

    assert first["type"] == "snapshot"
    assert [m["seq"] for m in (second, third)] == [first["seq"] + 1, first["seq"] + 2]
    assert second["seats"][0]["seat"] == "S001"
    assert third["waiting"][0]["ringing_at"] == "S001"


async def test_who_comes_to_a_channel_that_nobody_heard_sees_the_floor_as_it_is(
    house: OpenHouse,
) -> None:
    """A board without listeners is not kept; the next one's snapshot makes up for it."""
    chief = await house.signed_in("supervisor")
    async with live(chief) as socket:
        await message(socket)
    house.inside.seat(1)
    house.inside.live.flush()
    async with live(chief) as socket:
        first = await message(socket)
        house.inside.clock.advance(1)
        house.inside.ring()
        house.inside.live.flush()
        second = await message(socket)

    assert [row["seat"] for row in first["seats"]] == ["S001"]
    assert (second["type"], second["seq"]) == ("delta", first["seq"] + 1)
    assert second["waiting"][0]["ringing_at"] == "S001"


async def test_the_feed_flushes_by_itself_when_something_happens(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(house.inside.live.run())
        async with live(chief) as socket:
            await message(socket)
            house.inside.seat(1)
            delta = await message(socket)
        running.cancel()

    assert delta["seats"][0]["agent"] == "1001"


async def test_the_agent_learns_who_rings_before_the_first_ring_ends(house: OpenHouse) -> None:
    """The screen pop (E1-3): at once what is in memory, then tags and open cases."""
    house.inside.seat(1)
    agent = await house.signed_in("agent")
    known = Caller(number_key=NumberKey("key-5678"), tags=("elderly",))
    house.inside.cases.callers[NumberKey("key-5678")] = known
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(house.inside.live.run())
        async with live(agent) as socket:
            await message(socket)
            house.inside.ring()
            seen = [await message(socket) for _ in range(3)]
        running.cancel()

    by_type = {m["type"]: m for m in seen}
    assert by_type["offer"]["caller"] == "138****5678"
    assert by_type["offer"]["seat"] == "S001"
    assert by_type["caller-known"]["tags"] == ["elderly"]


async def test_an_offer_reaches_its_own_agent_only(house: OpenHouse) -> None:
    house.inside.seat(1)
    colleague = await house.signed_in("colleague")
    async with live(colleague) as socket:
        await message(socket)
        house.inside.ring()
        house.inside.live.flush()
        first = await message(socket)

    assert first["type"] == "delta"


async def test_a_client_that_missed_a_number_asks_for_a_snapshot(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    async with live(chief) as socket:
        await message(socket)
        await socket.send_str("snapshot")

        assert (await message(socket))["type"] == "snapshot"


async def test_a_logout_closes_the_live_channel_at_once(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")
    async with live(agent) as socket:
        await message(socket)
        await agent.ask("POST", "/api/logout")
        closing = await socket.receive(timeout=SOON)

    assert closing.data == 4401
    assert all(client.closed for client in house.inside.live.clients)


async def test_a_change_of_the_directory_names_its_version(house: OpenHouse) -> None:
    """Two supervisors never overwrite one another unseen; the change is journaled."""
    admin = await house.signed_in("administrator")
    names = {"name_zh": "综合业务", "name_en": "General"}
    path = "/api/skills/general"

    unnamed = await admin.ask("PUT", path, names)
    first = await admin.ask("PUT", path, names, headers={"If-Match": '"1"'})
    stale = await admin.ask("PUT", path, names, headers={"If-Match": '"1"'})

    assert (unnamed.status, unnamed.body["code"]) == (428, "version-missing")
    assert (first.status, first.body["version"]) == (200, 2)
    assert (stale.status, stale.body["code"]) == (409, "changed-meanwhile")
    assert "directory-changed" in {fact.kind for fact in house.inside.journal.facts}


async def test_a_new_agent_appears_in_the_list(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    new = {
        "no": "1009",
        "name": "新人",
        "employer_kind": "own",
        "grade": "five",
        "district": "220100",
        "skills": {"general": 1},
    }

    added = await admin.ask("POST", "/api/agents", new)
    again = await admin.ask("POST", "/api/agents", new)
    listed = (await admin.ask("GET", "/api/agents")).body["agents"]

    assert (added.status, again.status) == (201, 409)
    assert listed[-1]["no"] == "1009"


async def test_the_floor_of_a_conversation_shows_it(house: OpenHouse) -> None:
    house.inside.seat(1)
    rung = next(fact for fact in house.inside.ring() if fact.kind == "seat-rung")
    house.inside.floor.take(LegAnswered(rung.leg))
    house.inside.clock.advance(1)
    agent = await house.signed_in("agent")

    seat = (await agent.ask("GET", "/api/floor")).body["seats"][0]

    assert (seat["activity"], seat["call"], seat["caller"]) == ("talking", CALL, "")


async def test_a_page_that_leaves_while_its_channel_opens_is_no_fault_of_ours(
    house: OpenHouse,
) -> None:
    """As a reload does: the session is still being looked up when its connection is lost."""
    agent = await house.signed_in("agent")
    url, logins = house.server.make_url("/api/live"), house.inside.logins
    cookies = agent.client.session.cookie_jar.filter_cookies(url)
    house.inside.clock.advance(Sessions.look_again_after.total_seconds())
    logins.held = asyncio.Event()
    lines = [
        f"GET {url.path} HTTP/1.1", f"Host: {url.authority}", "Upgrade: websocket",
        "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
        "Cookie: " + "; ".join(f"{one.key}={one.value}" for one in cookies.values()), "", "",
    ]  # fmt: skip
    serving = house.server.handler
    serving.handler_cancellation = False  # as ours; aiohttp's test server has it on
    before = len(serving.connections)
    with capture_logs() as logged:
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write("\r\n".join(lines).encode())
        await logins.waiting.wait()
        writer.transport.abort()
        await until(lambda: len(serving.connections) == before)
        logins.held.set()
        await until(lambda: bool(logged))

    assert [one["event"] for one in logged] == ["the page left before its answer"]
