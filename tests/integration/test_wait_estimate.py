"""How long a citizen is told that he will wait, heard in a real line behind a seat that talks."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from hotline.private.places import PROJECT
from hotline.rehearsal.audio import FRAME_SAMPLES, octets_of
from hotline.rehearsal.rtp import Heard
from telephony.spoken import wait_range
from tests.integration.console_center import (
    WITHIN,
    Center,
    eventually,
    open_center,
    presses,
    sits,
    talking,
)

pytestmark = pytest.mark.rehearsal

SOUNDS = PROJECT / "asterisk" / "sounds"
MINUTE_S = 60.0
TAIL = 2 * FRAME_SAMPLES


@pytest.fixture(scope="module")
async def center() -> AsyncIterator[Center]:
    async with open_center("test-estimate") as opened:
        yield opened


def is_heard_in_order(heard: Heard, names: list[str]) -> bool:
    """Each sound byte for byte up to its last 40 ms, one behind the other.

    Asterisk plays a WAV file without its last 22 samples (the length of the header).
    """
    sound, at = bytes(heard.sound), 0
    for name in names:
        wanted = octets_of(SOUNDS / f"{name}.wav")[:-TAIL]
        found = sound.find(wanted, at)
        if found < 0:
            return False
        at = found + len(wanted)
    return True


async def announced_to(center: Center, sip_call_id: str) -> dict[str, Any]:
    """The floor's first announcement for that call, from its trace."""
    chief = center.people["supervisor"]

    async def first() -> dict[str, Any] | None:
        rows = (await chief.ask("GET", "/api/calls"))["calls"]
        own = [row["call"] for row in rows if row["sip_call_id"] == sip_call_id]
        lives = [await chief.ask("GET", f"/api/calls/{call}") for call in own]
        facts = [fact for life in lives for fact in life["trace"] or ()]
        return next((one["body"] for one in facts if one["kind"] == "announcement-due"), None)

    found: dict[str, Any] = await eventually(first)
    return found


async def test_who_waits_behind_a_talk_hears_his_place_and_an_honest_estimate(
    center: Center,
) -> None:
    """预计等待时间 大约 … 分钟: byte for byte, both ends as the floor estimated them."""
    await sits(center, "1001")
    await center.people["1001"].ask("POST", "/api/seat/available")
    first, _, _ = await talking(center, "1001", "19900000001")
    second = center.citizens.dial("12345", caller="19900000002")
    await presses(second, "0")

    due = await announced_to(center, second.call_id)
    said = ["zh/phrases/you_are_next", "zh/phrases/wait_estimate"]
    said += wait_range(due["low"], due["high"])

    await second.sound.until(lambda heard: is_heard_in_order(heard, said), within=WITHIN)
    assert due["position"] == 1
    assert 0 < due["high"] <= 10 * MINUTE_S
    first.hang_up()
