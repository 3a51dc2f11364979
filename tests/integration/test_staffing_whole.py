"""Staffing on a whole running instance: roster, who is here, the break after a hard call."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.roster import CHINA
from hotline.private.places import PROJECT
from kernel.clock import SystemClock
from tests.integration.console_center import (
    HOTLINE,
    Center,
    code_of,
    eventually,
    leaves,
    no_difference,
    open_center,
    sits,
    talking,
)

pytestmark = pytest.mark.rehearsal


@pytest.fixture(scope="module")
async def center() -> AsyncIterator[Center]:
    async with open_center("test-staffing") as opened:
        yield opened


async def now_in_the_terminal(center: Center) -> dict[str, Any]:
    """`hotline staffing now`, as a person at the machine asks it."""
    words = [sys.executable, "-c", HOTLINE, "staffing", "now", "--json"]
    environment = os.environ | {"HOTLINE_INSTANCE_DIR": str(center.stage.root)}
    done = await asyncio.to_thread(
        subprocess.run, words, cwd=PROJECT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def test_seat_03_rostered_signed_in_and_needed_are_told_live(center: Center) -> None:
    chief, agent = center.people["supervisor"], center.people["1001"]
    now = SystemClock().now().astimezone(CHINA)
    # from yesterday to tomorrow, so that no test of ours runs at the edge of a shift
    lines = [
        f"{day:%Y-%m-%d},{no},00:00,12:00\n{day:%Y-%m-%d},{no},12:00,24:00"
        for no in ("1001", "1002")
        for day in (now - timedelta(days=1), now, now + timedelta(days=1))
    ]
    text = "日期,工号,开始,结束\n" + "\n".join(lines) + "\n"
    body = {"name": "r.csv", "content": base64.b64encode(text.encode()).decode()}

    refused = await code_of(agent.ask("POST", "/api/roster", body))
    taken = await chief.ask("POST", "/api/roster", body)
    await sits(center, "1001")
    seen = await now_in_the_terminal(center)

    assert refused[0] == 403
    assert (taken["shifts"], len(taken["days"])) == (12, 3)
    assert (seen["now"]["rostered"], seen["now"]["signed_in"]) == (2, 1)
    assert seen["now"]["gap"] == seen["now"]["needed"] - 1
    assert seen["roll"]["missing"] == ["1002"]
    assert "排班 2 人，签入 1 人，缺" in seen["now"]["words_zh"]

    async def journaled() -> list[dict[str, Any]]:
        return await center.facts("roster-changed")

    (fact,) = await eventually(journaled)
    assert (fact["by"], fact["shifts"]) == ("supervisor", 12)
    await leaves(center, "1001")


async def test_hr_02_after_a_hard_call_the_break_begins_and_stands_in_the_story_of_the_call(
    center: Center, tmp_path: Path
) -> None:
    agent, chief = center.people["1001"], center.people["supervisor"]
    await sits(center, "1001")
    await agent.ask("POST", "/api/seat/available")
    citizen, _, call = await talking(center, "1001", "13900000001")

    rest = await agent.ask("POST", "/api/seat/wellbeing", {"why": "abuse"})
    citizen.hang_up()

    async def rests() -> dict[str, Any] | None:
        rows = (await chief.ask("GET", "/api/floor"))["seats"]
        mine: dict[str, Any] = next(row for row in rows if row["agent"] == "1001")
        begun = mine["presence"] == "paused" and mine["pause_until"] is not None
        return mine if begun else None

    async def ended() -> bool:
        await agent.ask("POST", "/api/seat/wrap-up/finish")
        return True

    async def wraps_up() -> bool:
        rows = (await chief.ask("GET", "/api/floor"))["seats"]
        return any(row["agent"] == "1001" and row["activity"] == "wrap_up" for row in rows)

    await eventually(wraps_up)
    await ended()
    mine = await eventually(rests)

    async def journaled() -> list[dict[str, Any]]:
        return await center.facts("wellbeing-break-taken")

    (fact,) = await eventually(journaled)
    assert rest == {"call": call, "until": None}
    assert mine["pause_reason"] == "wellbeing"
    assert (fact["call"], fact["agent"], fact["why"]) == (call, "1001", "abuse")
    loads = (await chief.ask("GET", "/api/staffing/occupancy"))["agents"]
    assert [row["agent"] for row in loads] == ["1001"]
    assert loads[0]["occupancy"] > 0
    await leaves(center, "1001")
    await no_difference(center, tmp_path)
