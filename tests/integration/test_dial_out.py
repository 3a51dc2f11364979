"""A citizen rung by us on the real Asterisk: who answers is a call, who does not says why."""

import asyncio
import itertools
import os
import signal
from datetime import timedelta

import pytest

from hotline.rehearsal.call_log import News
from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, Reject
from kernel.ids import out_id
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony import facts
from telephony.dial_out import DialEnd, DialOut
from telephony.legs import LegAnswered
from telephony.live_call import LiveCall
from tests.integration.console_center import eventually
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)
from tests.storage.waiting import until

CITIZEN = PhoneNumber.parse("13900002222")
RING = timedelta(seconds=PATIENCE)
SHORT_RING = timedelta(seconds=2)
TURNS = itertools.count(1)


def dial_out(stage: Stage) -> DialOut:
    out = DialOut(stage.link, stage.board)
    stage.board.stories.story = out.tells(wait_with_music)
    return out


async def is_over(out: DialOut, attempt: str) -> None:
    """Asterisk shows a channel a moment longer than it takes to say that it was hung up."""

    async def so() -> bool:
        return not await out.is_live(attempt)

    await until(so)


async def test_who_answers_is_a_call_with_his_own_number_and_can_be_given_a_seat(
    asterisk: RunningAsterisk,
) -> None:
    told: list[LiveCall] = []

    async def story(call: LiveCall) -> None:
        told.append(call)
        await wait_with_music(call)

    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, citizen = dial_out(stage), await stage.outside(Answer())
        seat = await stage.seat("8001")
        attempt = out_id(stage.epoch, next(TURNS))

        end = await out.dial(attempt, CITIZEN, story, ring_for=RING)
        assert end is DialEnd.REACHED
        await stage.until(lambda: told)
        assert (told[0].id, told[0].caller) == (attempt, CITIZEN)
        assert await out.is_live(attempt)
        leg = await stage.talking("8001", told[0])
        await hear_each_other(citizen.calls[0], seat.calls[0])
        citizen.calls[0].hang_up()
        await stage.ended(leg)

        await stage.until_said(facts.CallHungUp)
        (arrived,) = stage.said(facts.CallArrived)
        assert (arrived.call, arrived.caller_key) == (attempt, "key-2222")
        assert arrived.trunk == "trunk-out"
        assert LegAnswered(leg, attempt) in stage.news
        await is_over(out, attempt)


@pytest.mark.parametrize("recorded", [False, True])
async def test_a_look_leaves_who_was_rung_and_is_recorded_where_he_is(
    asterisk: RunningAsterisk, recorded: bool
) -> None:
    """A survey: of its citizen Asterisk shows the recorder's last step from then on."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, _ = dial_out(stage), await stage.outside(Answer())
        attempt = out_id(stage.epoch, next(TURNS))
        assert await out.dial(attempt, CITIZEN, wait_with_music, ring_for=RING) is DialEnd.REACHED
        await stage.until(lambda: attempt in stage.board.calls)
        call = stage.board.calls[attempt]
        if recorded:
            stage.board.tell(act.agi(call.ami_name, "GOSUB record whole 1", "record"))
            await stage.until(lambda: stage.board.mirror.parties[attempt].recorded)

        assert await stage.board.lookout.look() == []
        assert call.where == "called"


@pytest.mark.parametrize(
    ("habit", "end"),
    [
        (Reject(486), DialEnd.BUSY),
        (Reject(603), DialEnd.REJECTED),
        (Reject(480), DialEnd.POWERED_OFF),
        (Reject(404), DialEnd.EMPTY_NUMBER),
        (Reject(503), DialEnd.NETWORK_FAILURE),
        (LetItRing(), DialEnd.NO_ANSWER),
    ],
)
async def test_who_does_not_answer_says_why(
    asterisk: RunningAsterisk, habit: Habit, end: DialEnd
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, citizen = dial_out(stage), await stage.outside(habit)
        attempt = out_id(stage.epoch, next(TURNS))
        ring_for = SHORT_RING if habit == LetItRing() else RING

        assert await out.dial(attempt, CITIZEN, wait_with_music, ring_for=ring_for) is end

        assert len(citizen.calls) == 1
        assert stage.said(facts.CallArrived) == []


async def test_a_ring_that_is_dropped_stops_at_once(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, citizen = dial_out(stage), await stage.outside(LetItRing())
        attempt = out_id(stage.epoch, next(TURNS))

        async def drop(call: LiveCall) -> None:
            raise AssertionError(call.id)

        async with asyncio.TaskGroup() as group:
            dialling = group.create_task(
                out.dial(attempt, CITIZEN, drop, ring_for=timedelta(minutes=5))
            )
            await stage.until(lambda: citizen.calls)
            out.drop(attempt)
            async with asyncio.timeout(PATIENCE):
                await dialling

        assert dialling.result() is DialEnd.NO_ANSWER
        await is_over(out, attempt)


async def test_an_order_that_asterisk_takes_up_late_rings_once_and_is_no_lost_one(
    asterisk: RunningAsterisk,
) -> None:
    """It stands still when it is told to ring; we look at it all the time. I6."""
    pid = asterisk.server.pid
    assert pid is not None
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, citizen = dial_out(stage), await stage.outside(Answer(after=1.0))
        attempt = out_id(stage.epoch, next(TURNS))
        async with asyncio.TaskGroup() as group:
            os.kill(pid, signal.SIGSTOP)
            try:
                ring_for = timedelta(seconds=PATIENCE)
                dialling = group.create_task(
                    out.dial(attempt, CITIZEN, wait_with_music, ring_for=ring_for)
                )
                for _ in range(4):
                    stage.board.lookout.soon()
                    await asyncio.sleep(1)
            finally:
                os.kill(pid, signal.SIGCONT)
            while not dialling.done():
                stage.board.lookout.soon()
                await asyncio.wait([dialling], timeout=0.5)

        assert dialling.result() is DialEnd.REACHED
        assert len(citizen.calls) == 1


async def test_a_ring_that_is_dropped_before_its_channel_is_made_does_not_ring_on(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, citizen = dial_out(stage), await stage.outside(LetItRing())
        attempt = out_id(stage.epoch, next(TURNS))
        async with asyncio.TaskGroup() as group:
            ring_for = timedelta(seconds=PATIENCE)
            dialling = group.create_task(
                out.dial(attempt, CITIZEN, wait_with_music, ring_for=ring_for)
            )
            await stage.until(lambda: out.is_pending(attempt))
            out.drop(attempt)  # sent right behind the order

        assert dialling.result() is DialEnd.NO_ANSWER
        assert not await out.is_live(attempt)
        await stage.until(lambda: all(call.ended_by is not None for call in citizen.calls))


async def test_who_answers_and_hangs_up_at_once_is_no_lost_one(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, citizen = dial_out(stage), await stage.outside(LetItRing())
        attempt = out_id(stage.epoch, next(TURNS))
        async with asyncio.TaskGroup() as group:
            ring_for = timedelta(seconds=PATIENCE)
            dialling = group.create_task(
                out.dial(attempt, CITIZEN, wait_with_music, ring_for=ring_for)
            )
            await stage.until(lambda: citizen.calls)
            citizen.calls[0].answer()
            await citizen.calls[0].log.until_seen(News.CONFIRMED, within=PATIENCE)
            citizen.calls[0].hang_up()

        assert dialling.result() in (DialEnd.REACHED, DialEnd.REJECTED)  # in our hands, or not yet

        async def is_gone() -> bool:
            return not await out.is_live(attempt)

        await eventually(is_gone)
