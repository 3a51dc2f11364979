"""What a dead process leaves on a real Asterisk beside its callers in line."""

import asyncio

from hotline.recovery.outside_records_files import talks_of
from hotline.rehearsal.call_log import News
from hotline.rehearsal.sip_phone import LetItRing
from kernel.legs import LegEnd
from telephony import facts
from telephony.call import Phase
from telephony.legs import LegAnswered, LegEnded
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    RECORDED,
    hear_each_other,
    new_stage,
    wait_with_music,
)


def recorded_talks(asterisk: RunningAsterisk) -> list[tuple[str, str]]:
    """Which leg talked with which call, as the CDR file says so far."""
    cdr = asterisk.log / "cdr-custom" / "hotline.csv"
    lines = cdr.read_text().splitlines() if cdr.exists() else []
    return [(talk.leg, talk.call) for talk in talks_of(lines)]


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
            await hear_each_other(citizen, seat.calls[0], packets=RECORDED)
            await old.until_said(facts.RecordingStarted)
            running.cancel()
            citizen.hang_up()
            async with new.open(wait_with_music):
                new.board.seal_left([live.id])
                (kept,) = await new.until_said(facts.RecordingKept)

                assert kept.call == live.id
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
            outside = await old.outside(LetItRing())
            _, live = await old.caller()
            live.send_to("emergency", "110")
            police = await outside.next_call(within=PATIENCE)
            running.cancel()
            async with new.open(wait_with_music):
                assert new.board.mirror.calls[live.id].phase is Phase.AWAY
                assert [fact.how for fact in new.said(facts.PictureMended)] == ["enter"]
                police.answer()
                (told,) = await new.until_said(facts.CallTransferred)

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
            seat = await old.seat("8001", LetItRing())
            citizen, live = await old.caller()
            leg = old.ring("8001", live)
            agent = await seat.next_call(within=PATIENCE)
            running.cancel()
            await asyncio.wait([running])
            agent.answer()
            await hear_each_other(citizen, agent)
            heard_at = new.clock.now()
            async with new.open(wait_with_music):
                await new.until(lambda: LegAnswered(leg, live.id) in new.news)
                (told,) = [news for news in new.news if isinstance(news, LegAnswered)]
                taken_at = agent.log.when(News.ANSWERED)
                assert told.at is not None and taken_at is not None
                assert taken_at <= told.at <= heard_at

                assert new.board.mirror.calls[live.id].phase is Phase.TALKING
                agent.hang_up()
                await new.until(lambda: LegEnded(leg, LegEnd.HUNG_UP) in new.news)
                await new.until(lambda: (leg, live.id) in recorded_talks(asterisk))
                assert not live.hung_up.is_set(), "its record is written while the citizen lives"
