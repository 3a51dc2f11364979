"""Overflow on the real Asterisk (SRG-02): hops and home in the headers of our own trunk, back when
nobody answers there, and no more from other centres than we take."""

from collections.abc import Iterator

import pytest

from acd.surge_plans import load_surge
from hotline.asterisk_site import PROJECT, LevelTrunk
from hotline.private.asterisk import TelephonyWishes
from hotline.private.ports import UDP
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import Reject
from hotline.surge.notices import Notices, came_over
from kernel.ids import CallId
from telephony import facts
from telephony.handed import Handed
from telephony.live_call import LiveCall
from tests.fakes.fake_hands import LEVELS
from tests.free_port import free_port
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)
from tests.integration.test_level_headers import centre

PROVINCE_HOST = "127.0.0.6"
NUMBER = "043180012345"
OVER = (
    ("X-12345-Call", "prov-1.9"),
    ("X-12345-Reason", "overflow"),
    ("X-12345-Hops", "1"),
    ("X-12345-Home", "220200"),
)
NOTICES = Notices(rules=load_surge(PROJECT / "config" / "surge.yaml"), levels=LEVELS)


@pytest.fixture(scope="module")
def province_port() -> int:
    return free_port(UDP, PROVINCE_HOST)


@pytest.fixture(scope="module")
def city(province_port: int) -> Iterator[RunningAsterisk]:
    """It takes one call at a time from other centres."""
    jilin = LevelTrunk(name="jilin", number=NUMBER, address=f"{PROVINCE_HOST}:{province_port}")
    with running_asterisk("overflow", TelephonyWishes(levels=(jilin,), overflow_takes=1)) as found:
        yield found


async def sent_over(stage: Stage, call: LiveCall) -> None:
    onward = NOTICES.way_over("jilin", call)
    call.set_variable("CC_CARRY", onward.carries)
    call.send_to(onward.context, onward.number)


async def test_srg_02_the_other_centre_is_told_hops_and_home_and_talks_with_him(
    city: RunningAsterisk, province_port: int
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        province = await centre(stage, (PROVINCE_HOST, province_port))
        phone, call = await stage.caller()

        await sent_over(stage, call)

        there = await province.next_call(within=PATIENCE)
        told = {name: there.header(f"X-12345-{name}") for name in ("Call", "Reason", "Hops")}
        assert told == {"Call": call.id, "Reason": "overflow", "Hops": "1"}
        assert there.header("X-12345-Home") == LEVELS.here.region_code
        await hear_each_other(phone, there)
        await stage.until(lambda: stage.said(facts.CallTransferred))


async def test_srg_02_whom_the_other_centre_does_not_take_is_back_in_our_hands(
    city: RunningAsterisk, province_port: int
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        await centre(stage, (PROVINCE_HOST, province_port), Reject(503))
        phone, call = await stage.caller()

        await sent_over(stage, call)

        await stage.until(lambda: stage.said(facts.TransferFailed))
        await stage.until(lambda: call.where == "room")
        assert call.party.away_failed
        assert phone.log.phase is Phase.TALKING
        assert not stage.said(facts.CallTransferred)


async def test_srg_02_who_comes_by_overflow_is_known_with_his_home_and_the_next_one_is_refused(
    city: RunningAsterisk, province_port: int
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        province = await centre(stage, (PROVINCE_HOST, province_port))
        before: set[CallId] = set(stage.board.calls)
        first = province.dial("12345", caller="13800001111", extra=OVER)
        await first.log.until_seen(News.CONFIRMED, within=PATIENCE)
        await stage.until(lambda: set(stage.board.calls) - before)
        (new,) = set(stage.board.calls) - before
        call = stage.board.calls[new]

        second = province.dial("12345", caller="13800002222", extra=OVER)
        await second.log.until(lambda log: log.phase is Phase.ENDED, within=PATIENCE)
        by_hand = province.dial("12345", caller="13800003333", extra=OVER[:1])
        await by_hand.log.until_seen(News.CONFIRMED, within=PATIENCE)

        handed = Handed.decode(call.party.handed)
        assert handed is not None
        assert (handed.level, handed.hops, handed.home) == ("jilin", 1, "220200")
        assert came_over(call)
        assert not any(one.what is News.CONFIRMED for one in second.log.seen)
