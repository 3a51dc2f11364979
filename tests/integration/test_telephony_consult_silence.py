"""What an agent hears while the third party's phone rings: nothing at all."""

import asyncio

import pytest

from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.sip_phone import LetItRing
from kernel.ids import Extension
from kernel.phone import PhoneNumber
from telephony import facts
from telephony.moves import Target
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    hear_each_other,
    new_stage,
    wait_with_music,
)

RINGS_FOR = 1.5  # seconds; China's ring-back is 1 s of 450 Hz every 5 s and begins at once
QUIET = 30.0  # RMS in 16-bit units; music and tones have hundreds and thousands


@pytest.mark.parametrize("asked", [Extension("8002"), PhoneNumber.parse("110")], ids=str)
async def test_the_agent_hears_silence_while_a_consulted_party_rings(
    asterisk: RunningAsterisk, asked: Target
) -> None:
    """Neither the citizen's music, nor his voice, nor a ghost tone; the citizen hears music."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, colleague = await stage.seat("8001"), await stage.seat("8002", LetItRing())
        outside = await stage.outside(LetItRing())
        citizen, call = await stage.caller()
        await stage.talking("8001", call)
        agent = seat.calls[0]
        await hear_each_other(citizen, agent)

        async with asyncio.TaskGroup() as group:
            group.create_task(stage.control.consult(call.id, stage.new_leg(), asked))
            rung = outside if isinstance(asked, PhoneNumber) else colleague
            third = await rung.next_call(within=PATIENCE)
            await stage.until(lambda: stage.said(facts.CallHeld))
            agent.sound.forget()
            citizen.sound.forget()
            await asyncio.sleep(RINGS_FOR)
            assert third.log.phase is Phase.RINGING
            assert agent.sound.heard.loudness(RINGS_FOR) < QUIET
            assert citizen.sound.heard.loudness(RINGS_FOR) > 5 * QUIET
            third.answer()
        await hear_each_other(agent, third)
