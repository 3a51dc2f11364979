"""What survives us: callers of a process that has died, on a real Asterisk."""

import asyncio
from datetime import UTC, datetime

from hotline.rehearsal.call_log import News
from hotline.rehearsal.sip_phone import LetItRing
from kernel.ids import QueueName
from telephony import facts
from telephony.entry import Entry
from telephony.live_call import LiveCall
from telephony.place import Place
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    hear_each_other,
    new_stage,
    wait_with_music,
)


async def test_after_a_crash_waiting_callers_get_a_fresh_story_with_their_age(
    asterisk: RunningAsterisk,
) -> None:
    """Talkers are left alone; a phone that rings for nobody we know is hung up."""
    place = Place(QueueName("general"), datetime(2026, 1, 5, 8, tzinfo=UTC), 1)
    told: list[LiveCall] = []

    async def note_down(call: LiveCall) -> None:
        told.append(call)
        await wait_with_music(call)

    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            talker = await old.seat("8001")
            ringer = await old.seat("8002", LetItRing())
            first, talking = await old.caller("13800000001")
            await old.talking("8001", talking)
            _, waiting = await old.caller("13800000002")
            waiting.remember(place)
            old.ring("8002", waiting)
            await ringer.next_call(within=PATIENCE)
            running.cancel()
            async with new.open(note_down):
                await ringer.calls[0].log.until_seen(News.CANCELLED, within=PATIENCE)
                await new.until(lambda: told)

                assert [call.id for call in told] == [waiting.id]
                assert (told[0].entry, told[0].place) == (Entry.ADOPTED, place)
                assert told[0].caller.value == "+8613800000002"
                assert told[0].sip_call_id == waiting.sip_call_id
                await hear_each_other(first, talker.calls[0])
                talker.calls[0].hang_up()
                await new.until(lambda: len(told) == 2)
                assert await told[1].conversation_over() == "aftercall"


async def test_a_dead_backend_gives_its_callers_to_the_plain_queue_and_takes_them_back(
    asterisk: RunningAsterisk,
) -> None:
    """The dead man's switch, set short for the test; then out of Queue() into a fresh story."""
    told: list[LiveCall] = []

    async def note_down(call: LiveCall) -> None:
        told.append(call)
        await wait_with_music(call)

    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            _, waiting = await old.caller()
            old.well = False
            waiting.set_variable("TIMEOUT(absolute)", "1")
            (fell,) = await old.until_said(facts.CallFellBack)
            assert fell.reason == "switch"
            running.cancel()
            async with new.open(note_down):
                await new.until(lambda: told)

                assert told[0].id == waiting.id
                assert await told[0].in_hand() == "room"
