"""Supervisors on a whole running instance, by the console's API (E2, SEAT-04)."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hotline.rehearsal.audio import strength, to_linear, tone
from hotline.rehearsal.blows import child_of
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.console_client import open_console
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady
from hotline.rehearsal.phone_call import PhoneCall
from tests.integration.console_center import (
    CITIZEN_HZ,
    OUTSIDE_HZ,
    SEAT_HZ,
    WITHIN,
    Center,
    code_of,
    eventually,
    leaves,
    no_difference,
    open_center,
    presses,
    sits,
    talking,
)
from tests.integration.telephony_stage import hear_on

pytestmark = pytest.mark.rehearsal
WHY = {"reason": "新话务员"}
AUDIBLE = 1000


@pytest.fixture(scope="module")
async def center() -> AsyncIterator[Center]:
    async with open_center("test-supervision") as opened:
        yield opened


@pytest.fixture
async def at_work(center: Center) -> AsyncIterator[Center]:
    """1001 is available; nobody sits at the seat of 1002, whose phone is the supervisor's."""
    await sits(center, "1001")
    await center.people["1001"].ask("POST", "/api/seat/available")
    yield center
    for call in center.citizens.calls:
        if call.log.phase is Phase.TALKING:
            call.hang_up()
    await at_rest(center, "1001")
    await leaves(center, "1001")


async def at_rest(center: Center, user: str) -> None:
    async def rests() -> bool:
        seat = await seat_of(center, user)
        if seat["activity"] == "wrap_up":
            with suppress(ConsoleRefused):  # the board is a moment behind
                await center.people[user].ask("POST", "/api/seat/wrap-up/finish")
        return bool(seat["activity"] == "idle")

    await eventually(rests)


async def seat_of(center: Center, agent: str) -> Any:
    floor = await center.people["supervisor"].ask("GET", "/api/floor")
    return next(seat for seat in floor["seats"] if seat["agent"] == agent)


async def kinds_of(center: Center, call: str) -> list[str]:
    life = await center.people["supervisor"].ask("GET", f"/api/calls/{call}")
    return [fact["kind"] for fact in life["trace"]]


def tones_of(phone: PhoneCall) -> set[int]:
    latest = to_linear(bytes(phone.sound.heard.sound[-1600:]))
    return {
        hz for hz in (CITIZEN_HZ, SEAT_HZ, OUTSIDE_HZ) if latest and strength(latest, hz) > AUDIBLE
    }


async def until_hears(phone: PhoneCall, tones: set[int]) -> None:
    await phone.sound.until(lambda _: tones_of(phone) == tones, within=WITHIN)


async def over(center: Center, call: str) -> list[str]:
    """The kinds of its facts once its recording is kept and its agent wraps up."""

    async def told() -> list[str]:
        kinds = await kinds_of(center, call)
        return kinds if {"recording-kept", "wrap-up-started"} <= set(kinds) else []

    found: list[str] = await eventually(told)
    return found


async def test_e2_2_supervising_a_call_adds_nothing_to_its_facts_and_figures(
    at_work: Center, tmp_path: Path
) -> None:
    center, boss, agent = at_work, at_work.people["supervisor"], at_work.people["1001"]
    citizen, _, plain = await talking(center, "1001", "13800000201")
    await hear_on(citizen)
    citizen.hang_up()
    without = await over(center, plain)
    await at_rest(center, "1001")

    citizen, seat, call = await talking(center, "1001", "13800000202")
    path = f"/api/calls/{call}/supervision"
    assert await code_of(agent.ask("POST", path, {"mode": "listen", **WHY})) == (403, "wrong-role")
    assert (await code_of(boss.ask("POST", path, WHY)))[1] == "no-phone-to-listen"
    phone = center.login("1001")["phone"]
    assert (await code_of(boss.ask("POST", path, {"phone": phone, **WHY})))[1] == "phone-in-use"
    at = center.login("1002")["phone"]
    heard = await boss.ask("POST", path, {"mode": "listen", "phone": at, **WHY})
    listener = center.seats["1002"].calls[-1]
    listener.sound.play(tone(OUTSIDE_HZ))
    await until_hears(listener, {CITIZEN_HZ, SEAT_HZ})
    await until_hears(citizen, {SEAT_HZ})
    leg = f"{path}/{heard['leg']}"
    await boss.ask("POST", f"{leg}/mode", {"mode": "whisper", **WHY})
    await until_hears(seat, {CITIZEN_HZ, OUTSIDE_HZ})
    await until_hears(citizen, {SEAT_HZ})
    await boss.ask("POST", f"{leg}/mode", {"mode": "barge", **WHY})
    await until_hears(citizen, {SEAT_HZ, OUTSIDE_HZ})
    await boss.ask("POST", f"{leg}/stop", WHY)
    await until_hears(citizen, {SEAT_HZ})
    citizen.hang_up()
    with_him = await over(center, call)

    theirs = [kind for kind in with_him if not kind.startswith("supervision-")]
    assert sorted(theirs) == sorted(without)
    assert [kind for kind in with_him if kind.startswith("supervision-")] == [
        "supervision-asked", "supervision-started",
        "supervision-asked", "supervision-switched",
        "supervision-asked", "supervision-switched",
        "supervision-asked", "supervision-ended",
    ]  # fmt: skip
    await no_difference(center, tmp_path)


async def test_e2_2_who_listens_hears_on_through_our_death_and_can_be_stopped_afterwards(
    at_work: Center,
) -> None:
    center, boss = at_work, at_work.people["supervisor"]
    citizen, seat, call = await talking(center, "1001", "13800000203")
    at = center.login("1002")["phone"]
    heard = await boss.ask("POST", f"/api/calls/{call}/supervision", {"phone": at, **WHY})
    listener = center.seats["1002"].calls[-1]
    listener.sound.play(tone(OUTSIDE_HZ))
    await until_hears(listener, {CITIZEN_HZ, SEAT_HZ})

    pid = child_of(center.stage.root, "hotline")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    async def is_back() -> bool:
        try:
            found = await boss.ask("GET", "/api/supervision")
        except (InstanceNotReady, ConsoleRefused):
            return False
        return [one["leg"] for one in found["hearing"]] == [heard["leg"]]

    await eventually(is_back)
    await until_hears(listener, {CITIZEN_HZ, SEAT_HZ})
    await boss.ask("POST", f"/api/calls/{call}/supervision/{heard['leg']}/stop", WHY)
    await listener.log.until_seen(News.BYE_HEARD, within=WITHIN)
    await until_hears(citizen, {SEAT_HZ})
    await until_hears(seat, {CITIZEN_HZ})

    async def told() -> bool:
        return (await kinds_of(center, call))[-1] == "supervision-ended"

    await eventually(told)


async def test_e2_2_taking_over_at_a_phone_frees_the_agent(at_work: Center) -> None:
    center, boss = at_work, at_work.people["supervisor"]
    citizen, _, call = await talking(center, "1001", "13800000204")
    at = center.login("1002")["phone"]

    await boss.ask("POST", f"/api/calls/{call}/supervision/take-over", {"phone": at, **WHY})

    phone = center.seats["1002"].calls[-1]
    phone.sound.play(tone(OUTSIDE_HZ))
    await until_hears(citizen, {OUTSIDE_HZ})
    await until_hears(phone, {CITIZEN_HZ})

    async def wraps_up() -> bool:
        return bool((await seat_of(center, "1001"))["activity"] == "wrap_up")

    await eventually(wraps_up)
    phone.hang_up()


async def test_e2_2_a_supervisor_who_sits_has_the_call_as_if_the_line_had_given_it_to_him(
    at_work: Center, tmp_path: Path
) -> None:
    center = at_work
    link = await asyncpg.connect(center.stage.endpoints["database"])
    await link.execute("update login set role = 'supervisor' where name = '1002'")
    await link.close()
    login = center.login("1002")
    async with open_console(center.base, "1002", login["password"]) as boss:
        await boss.ask("POST", "/api/seat/sign-in", {"seat": login["seat"]})
        citizen, _, call = await talking(center, "1001", "13800000205")
        path = f"/api/calls/{call}/supervision"
        heard = await boss.ask("POST", path, WHY)
        phone = center.seats["1002"].calls[-1]
        phone.sound.play(tone(OUTSIDE_HZ))
        await until_hears(phone, {CITIZEN_HZ, SEAT_HZ})

        await boss.ask("POST", f"{path}/take-over", {"leg": heard["leg"], **WHY})

        await until_hears(citizen, {OUTSIDE_HZ})

        async def his() -> bool:
            one, other = await seat_of(center, "1001"), await seat_of(center, "1002")
            return (one["activity"], other["activity"]) == ("wrap_up", "talking")

        await eventually(his)
        await boss.ask("POST", f"/api/calls/{call}/hold")
        await boss.ask("POST", f"/api/calls/{call}/resume")
        await until_hears(citizen, {OUTSIDE_HZ})
        await boss.ask("POST", f"/api/calls/{call}/hang-up")
        await citizen.log.until_seen(News.BYE_HEARD, within=WITHIN)

        async def both_have_talked() -> bool:
            ended = [f["agent"] for f in await center.facts("talk-ended") if f["call"] == call]
            return ended == ["1001", "1002"]

        await eventually(both_have_talked)
        await at_rest(center, "1002")
        await boss.ask("POST", "/api/seat/sign-out")
    await no_difference(center, tmp_path)


async def test_e2_2_a_conversation_is_ended_by_force(at_work: Center) -> None:
    center, boss = at_work, at_work.people["supervisor"]
    citizen, _, call = await talking(center, "1001", "13800000206")
    await hear_on(citizen)

    await boss.ask("POST", f"/api/calls/{call}/supervision/hang-up", WHY)

    await citizen.log.until_seen(News.BYE_HEARD, within=WITHIN)
    kinds = await over(center, call)
    assert kinds.index("supervision-asked") < kinds.index("call-hung-up")


async def test_e2_3_who_waits_is_moved_and_given_another_place(at_work: Center) -> None:
    center, boss = at_work, at_work.people["supervisor"]
    await center.people["1001"].ask("POST", "/api/seat/pause", {"reason": "rest"})
    one = center.citizens.dial("12345", caller="13800000207")
    await presses(one, "0")
    other = center.citizens.dial("12345", caller="13800000208")
    await presses(other, "0")

    async def line() -> list[dict[str, Any]]:
        floor = await boss.ask("GET", "/api/floor")
        return floor["waiting"] if len(floor["waiting"]) == 2 else []

    first, second = await eventually(line)
    path = f"/api/calls/{second['call']}/line"
    await boss.ask("POST", f"{path}/priority", {"priority": 3, **WHY})

    async def overtaken() -> bool:
        rows = await line()
        return bool(rows) and rows[0]["call"] == second["call"]

    await eventually(overtaken)
    queue = "enterprise" if second["queue"] != "enterprise" else "general"
    await boss.ask("POST", f"{path}/move", {"queue": queue, **WHY})

    async def moved() -> bool:
        return {row["call"]: row["queue"] for row in await line()} == {
            first["call"]: first["queue"],
            second["call"]: queue,
        }

    await eventually(moved)
    kinds = await kinds_of(center, second["call"])
    assert {"call-prioritised", "call-moved-by-order"} <= set(kinds)
    for citizen in (one, other):
        citizen.hang_up()


async def test_seat_04_the_phone_of_a_seat_that_goes_away_is_an_alarm_until_it_is_back(
    at_work: Center, tmp_path: Path
) -> None:
    center, boss, phone = at_work, at_work.people["supervisor"], at_work.seats["1001"]
    await phone.unregister(within=WITHIN)

    async def stands() -> dict[str, Any]:
        rows = (await boss.ask("GET", "/api/alarms"))["alarms"]
        return next((row for row in rows if row["name"] == "phone-away"), {})

    found = await eventually(stands)
    assert center.login("1001")["phone"] in found["why"]
    taken = await boss.ask("POST", "/api/alarms/phone-away/acknowledge", {"note": "去看看"})
    assert taken["acknowledged_by"] == "supervisor"
    await phone.register(within=WITHIN)

    async def clear() -> bool:
        return not await stands()

    await eventually(clear)

    async def journaled() -> bool:
        return bool(await center.facts("alarm-acknowledged"))

    await eventually(journaled)
    await no_difference(center, tmp_path)  # all that was ordered above included
