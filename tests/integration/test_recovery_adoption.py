"""What a dead process leaves on a real Asterisk beside its callers in line."""

import asyncio

from hotline.recovery.outside_records_files import talks_of
from hotline.rehearsal.call_log import News
from hotline.rehearsal.sip_phone import Answer
from kernel.legs import LegEnd
from telephony import facts
from telephony.call import Phase
from telephony.legs import LegAnswered, LegEnded
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    hear_each_other,
    new_stage,
    wait_with_music,
)


async def test_a_recording_whose_seal_was_pending_is_sealed_by_the_next_process(
    asterisk: RunningAsterisk,
) -> None:
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            seat = await old.seat("8001")
            citizen, live = await old.caller()
            await old.talking("8001", live)
            await hear_each_other(citizen, seat.calls[0])
            await old.until(lambda: old.said(facts.RecordingStarted))
            running.cancel()
            citizen.hang_up()
            async with new.open(wait_with_music):
                new.board.seal_left([live.id])
                await new.until(lambda: new.said(facts.RecordingKept))

                assert new.said(facts.RecordingKept)[0].call == live.id
                assert not old.said(facts.RecordingKept)


async def test_who_is_being_transferred_while_we_die_is_adopted_on_his_way_and_arrives(
    asterisk: RunningAsterisk,
) -> None:
    """In [away]'s Dial: a resync leaves him alone, keeps his call, and hears that he arrived."""
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            outside = await old.outside(Answer(after=4.0))
            _, live = await old.caller()
            live.send_to("emergency", "110")
            await outside.next_call(within=PATIENCE)
            running.cancel()
            async with new.open(wait_with_music):
                assert new.board.mirror.calls[live.id].phase is Phase.AWAY
                assert [fact.how for fact in new.said(facts.PictureMended)] == ["enter"]
                await new.until(lambda: new.said(facts.CallTransferred))

                told = new.said(facts.CallTransferred)[0]
                assert (told.call, told.how) == (live.id, facts.Transfer.EMERGENCY)
                assert not new.said(facts.CallHungUp)


async def test_a_ring_answered_while_nobody_listened_is_told_when_its_leg_is_found(
    asterisk: RunningAsterisk,
) -> None:
    """Else the ring's own deadline would cut a conversation (I4)."""
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            seat = await old.seat("8001", Answer(after=1.0))
            citizen, live = await old.caller()
            leg = old.ring("8001", live)
            await seat.next_call(within=PATIENCE)
            running.cancel()
            await hear_each_other(citizen, seat.calls[0])
            async with new.open(wait_with_music):
                await new.until(lambda: LegAnswered(leg, live.id) in new.news)
                (told,) = [news for news in new.news if isinstance(news, LegAnswered)]
                taken_at = seat.calls[0].log.when(News.ANSWERED)
                assert told.at is not None and taken_at is not None
                assert abs(told.at - taken_at).total_seconds() < 0.3

                assert new.board.mirror.calls[live.id].phase is Phase.TALKING
                seat.calls[0].hang_up()
                await new.until(lambda: LegEnded(leg, LegEnd.HUNG_UP) in new.news)
                cdr = asterisk.log / "cdr-custom" / "hotline.csv"
                talks = {talk.leg: talk for talk in talks_of(cdr.read_text().splitlines())}
                assert talks[leg].call == live.id, "its record is written while the citizen lives"
