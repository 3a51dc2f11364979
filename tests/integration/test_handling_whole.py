"""Agents hand calls to each other by the console's API, on a whole running instance."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from hotline.rehearsal.audio import tone
from hotline.rehearsal.blows import child_of
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady
from hotline.rehearsal.phone_call import PhoneCall
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
    no_difference,
    open_center,
    sits,
    talking,
)

pytestmark = pytest.mark.rehearsal
NOT_ALLOWED = "0085223456789"  # off the allow-list of every site


@pytest.fixture(scope="module")
async def center() -> AsyncIterator[Center]:
    async with open_center("test-handling") as opened:
        yield opened


@pytest.fixture
async def at_work(center: Center) -> AsyncIterator[Center]:
    """1001 is available, 1002 is in a break: the citizen gets 1001."""
    for user in ("1001", "1002"):
        await sits(center, user)
    await center.people["1001"].ask("POST", "/api/seat/available")
    yield center
    for call in center.citizens.calls:
        if call.log.phase is Phase.TALKING:
            call.hang_up()
    for user in ("1001", "1002"):

        async def at_rest(user: str = user) -> bool:
            seat = await seat_of(center, user)
            if seat["activity"] == "wrap_up":
                with suppress(ConsoleRefused):  # the board is a moment behind
                    await center.people[user].ask("POST", "/api/seat/wrap-up/finish")
            return bool(seat["activity"] == "idle")

        await eventually(at_rest)
        await leaves(center, user)


async def seat_of(center: Center, agent: str) -> Any:
    floor = await center.people["supervisor"].ask("GET", "/api/floor")
    return next(seat for seat in floor["seats"] if seat["agent"] == agent)


async def who_hears(center: Center, call: str) -> dict[str, list[str]]:
    shown = await center.people["supervisor"].ask("GET", f"/api/calls/{call}/parties")
    names = {row["party"]: row["name"] for row in shown["parties"]}
    return {row["name"]: [names[key] for key in row["hears"]] for row in shown["parties"]}


async def hear_each_other(citizen: PhoneCall, other: PhoneCall, hertz: int) -> None:
    citizen.sound.play(tone(CITIZEN_HZ))
    other.sound.play(tone(hertz))
    await hears(citizen, hertz)
    await hears(other, CITIZEN_HZ)


async def talked(center: Center, call: str) -> list[str]:
    """Agents whose talk with this citizen has ended, in order."""
    return [fact["agent"] for fact in await center.facts("talk-ended") if fact["call"] == call]


async def test_asked_handed_over_answered_once_and_each_has_his_own_talk(at_work: Center) -> None:
    center, first, second = at_work, at_work.people["1001"], at_work.people["1002"]
    citizen, _, call = await talking(center, "1001", "13800000101")
    path = f"/api/calls/{call}"

    assert await code_of(first.ask("POST", f"{path}/consult", {"agent": "1003"})) == (
        409,
        "colleague-not-signed-in",
    )
    await first.ask("POST", f"{path}/consult", {"agent": "1002", "reason": "他熟悉"})
    other = center.seats["1002"].calls[-1]
    assert (await who_hears(center, call))["1001"] == ["1002"]
    assert await code_of(second.ask("POST", "/api/seat/sign-out")) == (409, "wrong-state")
    await first.ask("POST", f"{path}/consult/complete")
    await hear_each_other(citizen, other, OUTSIDE_HZ)

    async def taken_over() -> bool:
        return bool((await seat_of(center, "1002"))["activity"] == "talking")

    await eventually(taken_over)
    assert await code_of(first.ask("POST", f"{path}/hold")) == (403, "not-your-call")
    await second.ask("POST", f"{path}/hold")
    await second.ask("POST", f"{path}/resume")
    await hear_each_other(citizen, other, OUTSIDE_HZ)
    citizen.hang_up()

    async def both_have_talked() -> bool:
        return await talked(center, call) == ["1001", "1002"]

    await eventually(both_have_talked)
    shown = await card(center, call)
    assert (shown["fate"], shown["agents"]) == ("answered", ["1001", "1002"])
    answers = [a for a in await center.facts("seat-answered") if a["call"] == call]
    assert [a["again"] for a in answers] == [False, True]


async def test_a_transfer_that_fails_rings_the_agent_who_sent_him_first(at_work: Center) -> None:
    center, first = at_work, at_work.people["1001"]
    citizen, seat, call = await talking(center, "1001", "13800000102")
    await center.people["1002"].ask("POST", "/api/seat/available")
    before = len(center.seats["1001"].calls)

    await first.ask("POST", f"/api/calls/{call}/transfer", {"to": NOT_ALLOWED, "reason": "试"})

    again = await center.seats["1001"].next_call(within=WITHIN, after=before)
    await hear_each_other(citizen, again, SEAT_HZ)
    assert seat.log.phase is Phase.ENDED
    assert citizen.log.phase is Phase.TALKING
    rung = [one["agent"] for one in await center.facts("seat-rung") if one["call"] == call]
    assert rung == ["1001", "1001"]
    citizen.hang_up()


async def test_to_a_colleague_by_number_and_to_the_line(at_work: Center) -> None:
    center, first, second = at_work, at_work.people["1001"], at_work.people["1002"]
    citizen, _, call = await talking(center, "1001", "13800000103")
    path = f"/api/calls/{call}"
    in_a_break = first.ask("POST", f"{path}/transfer", {"agent": "1002"})
    assert await code_of(in_a_break) == (409, "colleague-not-free")
    no_skill = first.ask("POST", f"{path}/to-line", {"skills": {"juggling": 1}})
    assert await code_of(no_skill) == (404, "unknown-skill")
    await second.ask("POST", "/api/seat/available")
    before = len(center.seats["1002"].calls)

    await first.ask("POST", f"{path}/transfer", {"agent": "1002"})
    other = await center.seats["1002"].next_call(within=WITHIN, after=before)
    await hear_each_other(citizen, other, OUTSIDE_HZ)
    await second.ask("POST", f"{path}/to-line", {"queue": "general", "reason": "重新排队"})

    async def waits_with_his_age() -> bool:
        queued = [one for one in await center.facts("call-queued") if one["call"] == call]
        return len(queued) == 3 and len({one["asked_at"] for one in queued}) == 1

    await eventually(waits_with_his_age)
    assert citizen.log.phase is Phase.TALKING
    citizen.hang_up()


async def test_a_colleague_who_took_over_talks_on_when_we_die_and_has_his_figures(
    at_work: Center,
) -> None:
    """kill -9 in the conversation: nobody is cut off, his talk is told once and ends with it."""
    center, first = at_work, at_work.people["1001"]
    citizen, _, call = await talking(center, "1001", "13800000104")
    await first.ask("POST", f"/api/calls/{call}/consult", {"agent": "1002"})
    other = center.seats["1002"].calls[-1]
    await first.ask("POST", f"/api/calls/{call}/consult/complete")
    await hear_each_other(citizen, other, OUTSIDE_HZ)

    pid = child_of(center.stage.root, "hotline")
    assert pid
    os.kill(pid, signal.SIGKILL)

    async def leads_again() -> bool:
        try:
            return bool((await seat_of(center, "1002"))["activity"] == "talking")
        except (InstanceNotReady, ConsoleRefused, StopIteration):
            return False

    await eventually(leads_again)
    await hear_each_other(citizen, other, OUTSIDE_HZ)
    citizen.hang_up()

    async def both_have_talked() -> bool:
        return await talked(center, call) == ["1001", "1002"]

    await eventually(both_have_talked)


async def test_the_audit_finds_no_difference_in_all_that(center: Center, tmp_path: Path) -> None:
    """Held, asked, handed over, transferred in vain, begun anew: the last test of this file."""
    answered = await center.facts("seat-answered")
    assert len(answered) >= 6

    await no_difference(center, tmp_path)
