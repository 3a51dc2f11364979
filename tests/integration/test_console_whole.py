"""The console's API on a whole running instance: real PostgreSQL, floor, Asterisk and phones."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from hotline.rehearsal.audio import tone
from hotline.rehearsal.blows import child_of
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady
from tests.integration.console_center import (
    CITIZEN_HZ,
    OUTSIDE_HZ,
    SEAT_HZ,
    WITHIN,
    Center,
    card,
    code_of,
    eventually,
    hears,
    leaves,
    open_center,
    presses,
    sits,
    talking,
)

pytestmark = pytest.mark.rehearsal

DEPARTMENT = "13812345678"


@pytest.fixture(scope="module")
async def center() -> AsyncIterator[Center]:
    async with open_center("test-console") as opened:
        yield opened


async def test_health_and_metrics_answer_without_a_login(center: Center) -> None:
    async with aiohttp.ClientSession(center.base) as nobody:
        async with nobody.get("/healthz") as alive:
            assert (alive.status, await alive.json()) == (200, {"alive": True})
        async with nobody.get("/readyz") as ready:
            said = await ready.json()
            assert (ready.status, said["ready"]) == (200, True)
            assert said["dependencies"] and all(said["dependencies"].values())
        async with nobody.get("/metrics") as metrics:
            text = await metrics.text()
        async with nobody.get("/api/floor") as floor:
            assert (floor.status, (await floor.json())["code"]) == (401, "not-signed-in")
    assert "hotline_calls_live 0.0" in text
    assert "hotline_live_clients" in text


async def test_each_role_may_do_its_own_and_no_more(center: Center) -> None:
    agent, chief = center.people["1001"], center.people["supervisor"]
    admin = center.people["administrator"]
    force = ("POST", "/api/agents/1001/force", {"to": "paused", "reason": "试一试"})

    assert (await code_of(agent.ask(*force)))[0] == 403
    assert (await code_of(chief.ask("POST", "/api/seat/available")))[0] == 403
    assert (await code_of(admin.ask("POST", "/api/seat/available")))[0] == 403
    skill = {"skill": "x", "name_zh": "试", "name_en": "Try"}
    assert (await code_of(agent.ask("POST", "/api/skills", skill)))[0] == 403
    assert (await chief.ask("GET", "/api/staffing"))["rows"]

    async def all_are_told() -> bool:
        opened = {fact["login"] for fact in await center.facts("login-opened")}
        return {"1001", "supervisor", "administrator"} <= opened

    await eventually(all_are_told)


async def test_the_floor_goes_live_with_numbers_that_never_jump(center: Center) -> None:
    chief, agent = center.people["supervisor"], center.people["1001"]
    seen: list[dict[str, Any]] = []
    seat = center.login("1001")["seat"]

    async with chief.live() as messages, asyncio.timeout(WITHIN):
        seen.append(await anext(messages))
        for command in ("sign-in", "available", "sign-out"):
            await agent.ask(
                "POST", f"/api/seat/{command}", {"seat": seat} if command == "sign-in" else None
            )
            seen.append(await anext(messages))
    floor = await chief.ask("GET", "/api/floor")

    assert [one["type"] for one in seen] == ["snapshot", "delta", "delta", "delta"]
    assert [one["seq"] - seen[0]["seq"] for one in seen] == [0, 1, 2, 3]
    assert [row["seat"] for row in seen[1]["seats"]] == [seat]
    assert seen[2]["seats"][0]["presence"] == "available"
    assert seen[3]["gone"] == {"seats": [seat]}
    assert floor["seq"] == seen[-1]["seq"]
    assert floor["seats"] == []


async def test_sign_in_break_force_and_what_is_refused(center: Center) -> None:
    agent, colleague = center.people["1001"], center.people["1002"]
    chief, seat = center.people["supervisor"], center.login("1001")["seat"]
    other = center.login("1002")["seat"]
    await sits(center, "1001")

    again = await code_of(agent.ask("POST", "/api/seat/sign-in", {"seat": other}))
    taken = await code_of(colleague.ask("POST", "/api/seat/sign-in", {"seat": seat}))
    unknown = await code_of(agent.ask("POST", "/api/seat/pause", {"reason": "nap"}))
    paused = await agent.ask("POST", "/api/seat/pause", {"reason": "meal"})
    forced = await chief.ask(
        "POST", "/api/agents/1001/force", {"to": "available", "reason": "话务高峰"}
    )
    await leaves(center, "1001")

    assert again == (409, "agent-already-signed-in")
    assert taken == (409, "seat-taken")
    assert unknown[1] == "unknown-pause-reason"
    assert (paused["seat"]["presence"], paused["seat"]["pause_reason"]) == ("paused", "meal")
    assert paused["seat"]["pause_until"]
    assert forced["seat"]["presence"] == "available"


async def test_skills_are_edited_by_version_and_journaled(center: Center) -> None:
    chief = center.people["administrator"]
    rows = (await chief.ask("GET", "/api/agents"))["agents"]
    agent = next(row for row in rows if row["no"] == "1001")
    skills = (await chief.ask("GET", "/api/skills"))["skills"]
    version, name = agent.pop("version"), agent.pop("no")
    form = {**agent, "skills": {**agent["skills"], skills[-1]["skill"]: 4}}
    where, match = f"/api/agents/{name}", {"If-Match": f'"{version}"'}

    saved = await chief.ask("PUT", where, form, headers=match)
    stale = await code_of(chief.ask("PUT", where, form, headers=match))
    missing = await code_of(chief.ask("PUT", where, form))

    async def written() -> list[dict[str, Any]]:
        changes = await center.facts("directory-changed")
        return [one for one in changes if (one["key"], one["version"]) == (name, version + 1)]

    assert (saved["version"], saved["skills"]) == (version + 1, form["skills"])
    assert stale[1] == "changed-meanwhile"
    assert missing[0] == 428
    (fact,) = await eventually(written)
    assert (fact["by"], "name" in fact) == ("administrator", False)


async def test_a_call_is_held_taken_back_and_handed_on_through_the_api(center: Center) -> None:
    agent, colleague = center.people["1001"], center.people["1002"]
    await sits(center, "1001")
    await agent.ask("POST", "/api/seat/available")
    citizen, seat, call = await talking(center, "1001", "19900000001")

    foreign = await code_of(colleague.ask("POST", f"/api/calls/{call}/hold"))
    await agent.ask("POST", f"/api/calls/{call}/hold")
    held = await eventually(lambda: on_hold(center, call))
    twice = await code_of(agent.ask("POST", f"/api/calls/{call}/hold"))
    await agent.ask("POST", f"/api/calls/{call}/resume")
    await hears(citizen, SEAT_HZ)
    await agent.ask("POST", f"/api/calls/{call}/transfer", {"to": DEPARTMENT})
    outside = await center.world.next_call(within=WITHIN)
    outside.sound.play(tone(OUTSIDE_HZ))
    await hears(citizen, OUTSIDE_HZ)
    await seat.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)
    citizen.hang_up()

    assert foreign == (403, "not-your-call")
    assert (held, twice) == (True, (409, "wrong-phase"))
    await eventually(lambda: recording_of(center, call))
    assert (await card(center, call))["fate"] == "answered"
    await recording_is_heard_in_parts_and_written_down(center, call)
    await leaves(center, "1001")


async def on_hold(center: Center, call: str) -> bool:
    return bool((await card(center, call))["on_hold"])


async def recording_of(center: Center, call: str) -> float | None:
    found: float | None = (await card(center, call))["recording_s"]
    return found


async def kept_row(center: Center, call: str) -> dict[str, Any] | None:
    """The index is made of the journal, a moment later."""
    try:
        found: dict[str, Any] = await center.people["1001"].ask("GET", f"/api/recordings/{call}")
    except ConsoleRefused as refused:
        assert refused.status == 404
        return None
    return found


async def recording_is_heard_in_parts_and_written_down(center: Center, call: str) -> None:
    """SEC-04: the one who talked may hear it, another agent not; each request is a fact."""
    colleague = center.people["1002"]
    row = await eventually(lambda: kept_row(center, call))
    path = f"/api/recordings/{call}/audio"
    login = {"name": "1001", "password": center.login("1001")["password"]}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(center.base, cookie_jar=jar) as browser:
        await (await browser.post("/api/login", json=login)).read()
        async with browser.get(path, headers={"Range": "bytes=0-43"}) as part:
            head, status = await part.read(), part.status
            of = part.headers["Content-Range"]
        async with browser.get(path, headers={"Range": f"bytes={row['bytes']}-"}) as beyond:
            outside = beyond.status

    assert (status, head[:4], len(head)) == (206, b"RIFF", 44)
    assert of == f"bytes 0-43/{row['bytes']}"
    assert outside == 416
    assert (await code_of(colleague.ask("GET", path)))[0] == 403
    heard = await eventually(lambda: center.facts("recording-heard"))
    assert {(one["call"], one["login"], one["why"]) for one in heard} == {
        (call, "1001", "own_call")
    }


async def test_a_missed_call_is_owed_and_counted(center: Center) -> None:
    chief = center.people["supervisor"]
    before = (await chief.ask("GET", "/api/figures/live"))["counts"]
    citizen = center.citizens.dial("12345", caller="19900000002")
    await presses(citizen, "0")

    async def waits() -> list[Any]:
        rows: list[Any] = (await chief.ask("GET", "/api/floor"))["waiting"]
        return rows

    (waiting,) = await eventually(waits)
    citizen.hang_up()

    async def owed() -> list[Any]:
        rows = (await chief.ask("GET", "/api/duties", query={"state": "open"}))["duties"]
        return [row for row in rows if waiting["call"] in row["calls"]]

    (duty,) = await eventually(owed)

    async def counted() -> dict[str, int]:
        counts: dict[str, int] = (await chief.ask("GET", "/api/figures/live"))["counts"]
        return counts if counts["abandoned"] > before["abandoned"] else {}

    counts = await eventually(counted)
    now = datetime.now(UTC)
    span = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}
    intervals = (await chief.ask("GET", "/api/figures/intervals", query=span))["intervals"]
    assert duty["caller"] == "199****0002"
    assert (duty["kind"], duty["due_at"] > duty["opened_at"]) == ("missed", True)
    assert counts["abandoned"] == before["abandoned"] + 1
    assert counts["answered"] == before["answered"]
    assert isinstance(intervals, list)


async def released(center: Center, name: str, change: Callable[[Any], None]) -> Any:
    """The administrator changes a rule file as its page does."""
    admin, path = center.people["administrator"], f"/api/settings/{name}"
    shown = await admin.ask("GET", path)
    change(shown["document"])
    body = {"document": shown["document"], "reason": "节前调整"}
    return await admin.ask("PUT", path, body, headers={"If-Match": str(shown["version"])})


def short_wrap_up(queues: Any) -> None:
    queues["queues"]["general"]["wrap_up"] = {"limit_s": 17, "extension_s": 5, "extensions": 0}


def enterprise_at_9(menus: Any) -> None:
    menus["menus"]["main"]["keys"]["9"] = {"queue": "enterprise"}


def off() -> date:
    """A day a fortnight ahead on which people work, unless a release says otherwise."""
    day = datetime.now(UTC).date() + timedelta(days=14)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def a_day_off(holidays: Any) -> None:
    day = off()
    closed = {"name": "雪灾停工", "first": day.isoformat(), "last": day.isoformat()}
    nothing = {"certified": False, "source": "无通知", "holidays": []}
    holidays["years"].setdefault(str(day.year), nothing)["holidays"].append(closed)


def another_water_company(utilities: Any) -> None:
    utilities["utilities"]["water"]["districts"]["elsewhere"]["number"] = "043188809999"


def another_version(catalogue: Any) -> None:
    catalogue["version"] = "2027.1"


FILES = {
    "queues": short_wrap_up,
    "menus": enterprise_at_9,
    "holidays": a_day_off,
    "utilities": another_water_company,
    "catalogue.catalogue": another_version,
}


async def seen_at_desks(center: Center) -> tuple[str, str, str]:
    """Water's number, the catalogue's version, what kind of day is planned for."""
    agent, chief = center.people["1001"], center.people["supervisor"]
    district = {"district": "220102"}
    rows = (await agent.ask("GET", "/api/utilities", query=district))["utilities"]
    water = next(row["number"] for row in rows if row["utility"] == "water")
    found = await agent.ask("GET", "/api/catalogue", query={"q": "食品"})
    day = await chief.ask("GET", "/api/staffing/day", query={"day": off().isoformat()})
    return water, found["version"], day["basis"]["of"]


async def test_rules_released_while_a_citizen_waits_are_obeyed_at_once_and_after_our_death(
    center: Center,
) -> None:
    """He is rung for once; the agent's wrap-up is the new one; a new key leads on (ADR 0029)."""
    chief, agent = center.people["supervisor"], center.people["1001"]
    await sits(center, "1001")
    before = len(center.seats["1001"].calls)
    citizen = center.citizens.dial("12345", caller="13800000107")
    await presses(citizen, "0")

    async def waits() -> list[Any]:
        rows: list[Any] = (await chief.ask("GET", "/api/floor"))["waiting"]
        return rows

    (waiting,) = await eventually(waits)
    for name, change in FILES.items():
        assert (await released(center, name, change))["in_force"] == 1
    assert await seen_at_desks(center) == ("043188809999", "2027.1", "holiday")
    await agent.ask("POST", "/api/seat/available")
    seat = await center.seats["1001"].next_call(within=WITHIN, after=before)
    citizen.sound.play(tone(CITIZEN_HZ))
    await hears(seat, CITIZEN_HZ)
    citizen.hang_up()

    async def wrap_up() -> list[dict[str, Any]]:
        facts = await center.facts("wrap-up-started")
        return [fact for fact in facts if fact["call"] == waiting["call"]]

    (begun,) = await eventually(wrap_up)
    began, until = (datetime.fromisoformat(begun[key]) for key in ("at", "until"))
    assert until - began == timedelta(seconds=17)
    rung = [one for one in await center.facts("seat-rung") if one["call"] == waiting["call"]]
    assert len(rung) == 1

    pid = child_of(center.stage.root, "hotline")
    assert pid
    os.kill(pid, signal.SIGKILL)

    async def obeyed_again() -> dict[str, int]:
        with suppress(InstanceNotReady, ConsoleRefused):
            files = (await center.people["administrator"].ask("GET", "/api/settings"))["files"]
            return {one["name"]: one["in_force"] for one in files if one["in_force"]}
        return {}

    assert await eventually(obeyed_again) == dict.fromkeys(FILES, 1)
    assert await seen_at_desks(center) == ("043188809999", "2027.1", "holiday")
    other = center.citizens.dial("12345", caller="13800000108")
    await presses(other, "9")

    async def came_in() -> bool:
        return any(fact["queue"] == "enterprise" for fact in await center.facts("way-in"))

    await eventually(came_in)
    other.hang_up()
    told = [(fact["file"], fact["version"]) for fact in await center.facts("rules-released")]
    assert told == [(name, 1) for name in FILES]
