"""kill -9 of the leading process at each stage of a hand-off, on a whole instance (EMG-01).

Four citizens are at four stages when it dies: it rings, it is agreed whose the matter is, three
talk, the agent has left. While nobody leads the ringing line answers; when it dies again agents and
lines hang up. No citizen is without a sound for over two seconds, alone, or hung up on; the records
are complete, nothing is told twice, and the audit finds no difference.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hotline.rehearsal.audio import tone
from hotline.rehearsal.blows import child_of
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, LetItRing
from tests.integration.console_center import (
    CITIZEN_HZ,
    OUTSIDE_HZ,
    SEAT_HZ,
    WITHIN,
    Center,
    eventually,
    no_difference,
    open_center,
    sits,
    talking,
)
from tests.integration.emergency_stage import LONGEST_SILENCE, Ear, is_heard

pytestmark = pytest.mark.rehearsal
NAME = "test-emergency-kill"


@pytest.fixture
async def center() -> AsyncIterator[Center]:
    async with open_center(NAME, seats=4) as opened:
        opened.world.decide = _rings
        for phone in opened.seats.values():
            phone.decide = _answers
        yield opened


def _rings(call: PhoneCall) -> LetItRing:
    call.sound.play(tone(OUTSIDE_HZ))
    return LetItRing()


def _answers(call: PhoneCall) -> Answer:
    call.sound.play(tone(SEAT_HZ))
    return Answer(0.2)


@dataclass
class HandOff:
    """One citizen, his agent, and the dispatcher at the emergency line."""

    center: Center
    agent: str
    code: str
    citizen: PhoneCall
    seat: PhoneCall
    call: str
    ear: Ear
    lines: list[PhoneCall] = field(default_factory=list)

    @property
    def police(self) -> PhoneCall:
        return self.lines[0]

    @property
    def path(self) -> str:
        return f"/api/calls/{self.call}/hand-off"

    async def is_at(self, state: str) -> None:
        async def so() -> bool:
            try:
                shown = await self.center.people["supervisor"].ask("GET", self.path)
            except (InstanceNotReady, ConsoleRefused):
                return False
            return bool(shown["hand_off"] and shown["hand_off"]["state"] == state)

        await eventually(so)

    async def asks(self) -> None:
        before = len(self.center.world.calls)
        await self.center.people[self.agent].ask("POST", self.path, {"code": self.code})
        self.lines.append(await self.center.world.next_call(within=WITHIN, after=before))
        await self.is_at("ringing")

    async def is_answered(self) -> None:
        self.police.answer()
        await self.hears(OUTSIDE_HZ)
        await self.is_at("joined")

    async def leaves(self) -> None:
        await self.center.people[self.agent].ask("POST", f"{self.path}/leave")
        await self.is_at("joined_alone")

    async def hears(self, hertz: int) -> None:
        await self.citizen.sound.until(lambda heard: is_heard(heard.sound, hertz), within=WITHIN)

    async def is_heard_there(self) -> None:
        sound = self.police.sound
        await sound.until(lambda heard: is_heard(heard.sound, CITIZEN_HZ), within=WITHIN)


async def kill(center: Center) -> None:
    """SIGKILL; returns when nobody leads: the old one is gone, the new one is not ready yet."""
    pid = child_of(center.stage.root, "hotline")
    assert pid
    os.kill(pid, signal.SIGKILL)

    async def is_gone() -> bool:
        return child_of(center.stage.root, "hotline") != pid

    await eventually(is_gone)


async def leads_again(center: Center) -> None:
    async def so() -> bool:
        try:
            return bool(await center.people["supervisor"].ask("GET", "/api/floor"))
        except (InstanceNotReady, ConsoleRefused):
            return False

    await eventually(so)


async def handed(center: Center, agent: str, code: str, listening: asyncio.TaskGroup) -> HandOff:
    """He talks with this agent, who has just pressed the key; it rings there."""
    await sits(center, agent)
    await center.people[agent].ask("POST", "/api/seat/available")
    citizen, seat, call = await talking(center, agent, f"1380000{agent}")
    found = HandOff(center, agent, code, citizen, seat, call, Ear(citizen))
    listening.create_task(found.ear.listen(), name="ear")
    await found.asks()
    return found


async def record_of(one: HandOff) -> dict[str, Any]:
    """As supervisors read it, once it is over and its recording is kept."""

    async def over() -> Any:
        supervisor = one.center.people["supervisor"]
        page = await supervisor.ask("GET", "/api/hand-offs", query={"call": one.call})
        return [row for row in page["hand_offs"] if row["over_at"] and row["recorded"]]

    (row,) = await eventually(over)
    return dict(row)


async def test_emg_01_killed_at_each_stage_nobody_is_alone(center: Center, tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as listening:
        rings = await handed(center, "1001", "110", listening)
        agreed = await handed(center, "1002", "119", listening)
        three = await handed(center, "1003", "120", listening)
        left = await handed(center, "1004", "122", listening)
        four = rings, agreed, three, left
        for one in (agreed, three, left):
            await one.is_answered()
        await center.people["1002"].ask("POST", f"{agreed.path}/not-ours", {"owner": "them"})
        await left.leaves()
        await center.people["1004"].ask("POST", "/api/seat/wrap-up/finish")

        await kill(center)
        rings.police.answer()  # while nobody leads
        for one in four:
            await one.hears(OUTSIDE_HZ)
            await one.is_heard_there()
        await leads_again(center)
        for one in (rings, agreed, three):
            await one.is_at("joined")
            await one.hears(SEAT_HZ)
        await left.is_at("joined_alone")

        await kill(center)
        rings.seat.hang_up()
        agreed.police.hang_up()
        three.seat.hang_up()
        three.police.hang_up()
        await leads_again(center)
        await rings.is_at("joined_alone")
        await agreed.is_at("with_agent")
        await three.is_at("in_line")
        await three.hears(SEAT_HZ)  # of the only agent who is free
        await rings.hears(OUTSIDE_HZ)
        await agreed.hears(SEAT_HZ)
        await left.hears(OUTSIDE_HZ)

        assert [one.citizen.log.phase for one in four] == [Phase.TALKING] * 4
        assert max(one.ear.longest for one in four) <= LONGEST_SILENCE
        for one in four:
            one.citizen.hang_up()
        await told_whole(center, four)
        await no_difference(center, tmp_path)
        for task in asyncio.all_tasks():
            if task.get_name() == "ear":
                task.cancel()


async def told_whole(center: Center, four: tuple[HandOff, ...]) -> None:
    """Each record has its times, its end and its recording; each step was told once."""
    records = [await record_of(one) for one in four]
    for record in records:
        assert record["rung_at"] and record["answered_at"], record
        assert record["asked_at"] < record["rung_at"] <= record["answered_at"] < record["over_at"]
    assert [row["result"] for row in records] == [
        "handed_over",
        "not_ours",
        "handed_over",
        "handed_over",
    ]
    assert [row["owner"] for row in records] == ["", "them", "", ""]
    assert [bool(row["agent_left_at"]) for row in records] == [True, False, True, True]
    for kind in ("hand-off-asked", "hand-off-rung", "hand-off-answered", "hand-off-ended"):
        told = [fact["call"] for fact in await center.facts(kind)]
        assert sorted(told) == sorted(one.call for one in four), kind
