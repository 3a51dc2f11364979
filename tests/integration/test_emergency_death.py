"""Our own end dies in a hand-off on a real Asterisk: the citizen notices nothing, the next adopts.

Received sound per 100 ms: nobody is without one for more than two seconds.
"""

import asyncio
from collections.abc import Iterator

import pytest

from hotline.private.asterisk import TelephonyWishes
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing
from telephony import emergency_facts as facts
from telephony.call import Phase as CallPhase
from telephony.emergency import State
from telephony.facts import PictureMended
from tests.integration.emergency_stage import (
    AGENT_HZ,
    CITIZEN_HZ,
    POLICE_HZ,
    EmergencyStage,
    emergency_stage,
    hears,
    never_silent,
)
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import PATIENCE, wait_with_music

DEAD_S = 0.8


@pytest.fixture(scope="module")
def exchange() -> Iterator[RunningAsterisk]:
    wishes = TelephonyWishes(second_trunk=True)
    with running_asterisk("death", wishes) as running:
        yield running


class Deaths:
    """An old process that dies when told, and the new one that adopts."""

    def __init__(self, exchange: RunningAsterisk, police: Habit) -> None:
        self.old, self.new = emergency_stage(exchange), emergency_stage(exchange)
        self._habit = police

    async def begin(self, group: asyncio.TaskGroup) -> tuple[PhoneCall, PhoneCall, PhoneCall]:
        """Citizen, agent, emergency line: it rings there."""
        self._running = group.create_task(self.old.board.run(wait_with_music))
        await self.old.until(lambda: self.old.board.is_ready)
        police = await self.old.police(self._habit)
        citizen, agent, self.live = await self.old.with_agent()
        await self.old.ask(self.live)
        dispatcher = await police.next_call(within=PATIENCE)
        await self.old.until(lambda: self.old.said(facts.HandOffRung))
        return citizen, agent, dispatcher

    async def die(self) -> None:
        await asyncio.sleep(0.5)  # a moment in which it is told
        self._running.cancel()
        await asyncio.sleep(DEAD_S)

    def state(self, stage: EmergencyStage) -> State | None:
        found = stage.board.mirror.hand_offs.of(self.live.id)
        return None if found is None else found.state


async def test_emg_01_a_three_way_outlives_us_and_is_adopted(exchange: RunningAsterisk) -> None:
    deaths = Deaths(exchange, Answer())
    async with asyncio.TaskGroup() as group, deaths.old._phones:
        citizen, agent, dispatcher = await deaths.begin(group)
        await deaths.old.until(lambda: deaths.old.said(facts.HandOffAnswered))
        async with never_silent(citizen):
            await deaths.die()
            async with deaths.new.open(wait_with_music) as new:
                await hears(citizen, POLICE_HZ)
                await hears(dispatcher, AGENT_HZ)
                assert deaths.state(new) is State.JOINED
                assert new.board.mirror.calls[deaths.live.id].phase is CallPhase.CONFERENCE
                assert "hand_off" in [mended.how for mended in new.said(PictureMended)]
                assert not new.said(facts.HandOffAnswered), "told before us"

                assert new.emergency is not None
                await new.emergency.leave(deaths.live.id)  # by the process that adopted it
                await agent.log.until_seen(News.BYE_HEARD, within=PATIENCE)
                await hears(citizen, POLICE_HZ)
                await new.until(lambda: new.said(facts.HandOffAgentLeft))
                citizen.hang_up()
                await new.until(lambda: new.said(facts.HandOffEnded))


async def test_emg_01_it_rings_on_without_us_and_is_answered(exchange: RunningAsterisk) -> None:
    deaths = Deaths(exchange, Answer(after=1.5))
    async with asyncio.TaskGroup() as group, deaths.old._phones:
        citizen, _, dispatcher = await deaths.begin(group)
        async with never_silent(citizen):
            await deaths.die()
            await hears(citizen, POLICE_HZ)
            await hears(dispatcher, CITIZEN_HZ)
            async with deaths.new.open(wait_with_music) as new:
                await new.until(lambda: new.said(facts.HandOffAnswered))

                (answered,) = new.said(facts.HandOffAnswered)
                assert answered.with_agent and deaths.state(new) is State.JOINED
                await hears(citizen, AGENT_HZ)


async def test_emg_01_it_fails_without_us_and_he_is_with_his_agent(
    exchange: RunningAsterisk,
) -> None:
    deaths = Deaths(exchange, LetItRing())
    async with asyncio.TaskGroup() as group, deaths.old._phones:
        other = await deaths.old.police(LetItRing(), second=True)
        citizen, agent, dispatcher = await deaths.begin(group)
        async with never_silent(citizen):
            await deaths.die()
            await dispatcher.log.until_seen(News.CANCELLED, within=PATIENCE)
            again = await other.next_call(within=PATIENCE)  # all without us
            await again.log.until_seen(News.CANCELLED, within=PATIENCE)
            await hears(citizen, AGENT_HZ)
            async with deaths.new.open(wait_with_music) as new:
                await new.until(lambda: new.said(facts.HandOffFailed))

                assert deaths.state(new) is State.WITH_AGENT
                assert agent.log.phase is Phase.TALKING


async def test_emg_01_agent_and_emergency_line_gone_without_us_he_waits_first_in_line(
    exchange: RunningAsterisk,
) -> None:
    """By the dialplan alone he is told so and hears music; the next process takes him in hand."""
    deaths = Deaths(exchange, Answer())
    async with asyncio.TaskGroup() as group, deaths.old._phones:
        citizen, agent, dispatcher = await deaths.begin(group)
        await deaths.old.until(lambda: deaths.old.said(facts.HandOffAnswered))
        async with never_silent(citizen):
            await deaths.die()
            agent.hang_up()
            await asyncio.sleep(0.3)
            dispatcher.hang_up()
            await asyncio.sleep(1)
            async with deaths.new.open(wait_with_music) as new:
                await new.until(lambda: deaths.state(new) is State.IN_LINE)
                await new.until(lambda: new.board.calls.get(deaths.live.id) is not None)
                await new.until(lambda: new.board.calls[deaths.live.id].where == "room")
                assert citizen.log.phase is Phase.TALKING
                assert [left.joined for left in new.said(facts.HandOffAgentLeft)] == [True]
