"""On a real Asterisk: calls that end before AGI has begun are still somebody's calls (I1)."""

import asyncio
from collections import Counter

from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from telephony import facts
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import PATIENCE, Stage, new_stage, wait_with_music

PHONES = 15
LINES = 4  # of one phone


async def hang_up_soon(stage: Stage) -> list[PhoneCall]:
    """Sixty citizens who hang up within 0 to 59 ms of the 200; they make no sound at all."""
    phones = [await stage.citizen() for _ in range(PHONES)]
    calls = [phone.dial("12345") for phone in phones for _ in range(LINES)]

    async def leave(call: PhoneCall, after_ms: int) -> None:
        await call.log.until_seen(News.ANSWERED, within=3 * PATIENCE)
        await asyncio.sleep(after_ms / 1000)
        call.hang_up()

    async with asyncio.TaskGroup() as group:
        for n, call in enumerate(calls):
            group.create_task(leave(call, n))
    return calls


def lives(stage: Stage) -> Counter[str]:
    """How often each SIP Call-ID was told to have arrived."""
    return Counter(fact.sip_call_id for fact in stage.said(facts.CallArrived))


async def test_who_hangs_up_right_after_the_200_has_one_life_under_his_sip_call_id(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        calls = await hang_up_soon(stage)
        await stage.until(
            lambda: len(stage.said(facts.CallHungUp)) >= len(calls), within=3 * PATIENCE
        )

        assert lives(stage) == Counter(call.call_id for call in calls)
        assert {fact.dialled for fact in stage.said(facts.CallArrived)} == {"12345"}
        ended = Counter(fact.call for fact in stage.said(facts.CallHungUp))
        assert set(ended.values()) == {1}
        assert not stage.board.mirror.calls


async def test_so_has_he_whom_the_dialplan_was_sending_to_the_plain_queue(
    asterisk: RunningAsterisk,
) -> None:
    """The door is shut, or nobody leads: he is answered there too before anybody knows him."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        stage.well = False
        await asyncio.sleep(2)  # the beat goes once a second
        asterisk.rx("dialplan set global BACKEND_BEAT 0")
        calls = await hang_up_soon(stage)
        await stage.until(
            lambda: len(stage.said(facts.CallHungUp)) >= len(calls), within=3 * PATIENCE
        )

        assert lives(stage) == Counter(call.call_id for call in calls)
        ended = Counter(fact.call for fact in stage.said(facts.CallHungUp))
        assert set(ended.values()) == {1}
