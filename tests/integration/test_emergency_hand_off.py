"""A citizen is handed to an emergency line on a real Asterisk: each way it can go (EMG-01, B6).

In every test he is never without a sound for more than two seconds.
"""

import asyncio
from collections.abc import Iterator

import pytest

from hotline.private.asterisk import TelephonyWishes
from hotline.rehearsal.audio import strength, wav_samples
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import Answer, LetItRing, Reject
from kernel.ids import Extension
from telephony import emergency_facts as facts
from telephony.call import Phase as CallPhase
from telephony.emergency import Owner, State
from telephony.errors import WrongPhase
from telephony.facts import CallArrived, ConferenceJoined, RecordingKept, RecordingStarted
from telephony.legs import Purpose
from tests.integration.emergency_exchange import hang_up_all
from tests.integration.emergency_stage import (
    AGENT,
    AGENT_HZ,
    CITIZEN_HZ,
    LONGEST_SILENCE,
    POLICE_HZ,
    emergency_stage,
    hears,
    never_silent,
)
from tests.integration.emergency_stage import RING_FOR_S as RINGS_S
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import PATIENCE, wait_with_music

RINGS_LONGER_S = 5
FROM_110 = "12345110"


@pytest.fixture(scope="module")
def exchange() -> Iterator[RunningAsterisk]:
    """One with a second trunk to emergency lines."""
    wishes = TelephonyWishes(
        hotline_numbers=("12345", FROM_110),
        emergency_lines=(FROM_110,),
        second_trunk=True,
    )
    with running_asterisk("handoff", wishes) as running:
        yield running


async def test_emg_01_110_answers_and_three_talk_then_two(exchange: RunningAsterisk) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(Answer(after=0.3))
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            dispatcher = await police.next_call(within=PATIENCE)
            for phone, others in (
                (citizen, (AGENT_HZ, POLICE_HZ)),
                (agent, (CITIZEN_HZ, POLICE_HZ)),
                (dispatcher, (CITIZEN_HZ, AGENT_HZ)),
            ):
                for hertz in others:
                    await hears(phone, hertz)
            assert dispatcher.other == "13800001111", "his own number is shown (CH-04)"
            await asyncio.sleep(1.5)  # to be found in the recording

            assert stage.emergency is not None
            await stage.emergency.leave(live.id)
            await agent.log.until_seen(News.BYE_HEARD, within=PATIENCE)
            await hears(citizen, POLICE_HZ)
            await hears(dispatcher, CITIZEN_HZ)
            await stage.until(lambda: stage.said(facts.HandOffAgentLeft))
        citizen.hang_up()
        await dispatcher.log.until_seen(News.BYE_HEARD, within=PATIENCE)
        await stage.until(lambda: stage.said(RecordingKept))

        assert stage.hand_off_kinds(live.id) == [
            "hand-off-asked",
            "hand-off-rung",
            "hand-off-answered",
            "hand-off-agent-left",
            "hand-off-ended",
        ]
        assert len(stage.said(RecordingStarted)) == 1, "one interaction, one recording"
        (kept,) = stage.said(RecordingKept)
        samples = wav_samples(exchange.recordings / kept.path)
        tenths = [samples[at : at + 800] for at in range(0, len(samples), 800)]
        for hertz in (AGENT_HZ, CITIZEN_HZ, POLICE_HZ):
            assert sum(strength(tenth, hertz) > 300 for tenth in tenths) > 3, f"{hertz} Hz"


async def test_emg_01_busy_means_the_second_trunk(exchange: RunningAsterisk) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        await stage.police(Reject(486, after=0.3))
        other = await stage.police(Answer(after=0.5), second=True)
        citizen, _, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            dispatcher = await other.next_call(within=PATIENCE)
            await hears(citizen, POLICE_HZ)
            await hears(dispatcher, AGENT_HZ)
            await stage.until(lambda: stage.said(facts.HandOffAnswered))

            (answered,) = stage.said(facts.HandOffAnswered)
            (tried,) = stage.said(facts.HandOffTried)
            assert (tried.why, answered.trunk) == ("BUSY/17", "trunk-second")
            assert dispatcher.other == "13800001111"


@pytest.mark.parametrize(
    ("habit", "why"), [(LetItRing(), "NOANSWER"), (Reject(603), ""), (Reject(503), "")]
)
async def test_emg_01_reached_by_neither_trunk_he_is_with_his_agent_again(
    exchange: RunningAsterisk, habit: LetItRing | Reject, why: str
) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(habit)
        await stage.police(habit, second=True)
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            await stage.until(lambda: stage.said(facts.HandOffFailed))
            await hears(citizen, AGENT_HZ)
            await hears(agent, CITIZEN_HZ)
            await asyncio.sleep(1)

            (failed,) = stage.said(facts.HandOffFailed)
            assert failed.with_agent and failed.why.startswith(why)
            assert citizen.log.phase is Phase.TALKING

            await stage.ask(live, "120")  # he may try again
            await police.next_call(within=PATIENCE, after=1)


async def test_emg_01_the_next_hand_off_rings_as_long_as_the_directory_says_by_then(
    exchange: RunningAsterisk,
) -> None:
    """Released while the first one rings: that one ends as it began. Asterisk stays as it is."""
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        await stage.police(LetItRing())
        await stage.police(Reject(486), second=True)
        citizen, _, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            stage.ring_for_s = RINGS_LONGER_S
            await stage.until(lambda: stage.said(facts.HandOffFailed))
            await stage.ask(live)
            await stage.until(lambda: len(stage.said(facts.HandOffTried)) == 2)

        rung, tried = stage.said(facts.HandOffRung), stage.said(facts.HandOffTried)
        first, then = [
            (over.at - began.at).total_seconds() for began, over in zip(rung, tried, strict=True)
        ]
        assert RINGS_S - 0.5 <= first < RINGS_LONGER_S - 0.5 <= then


async def test_emg_01_after_one_that_failed_he_may_be_held_taken_back_and_handed_on_again(
    exchange: RunningAsterisk,
) -> None:
    """The two are left in their conference: they come out of it into a plain talk."""
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        await stage.police(Reject(486))
        await stage.police(Reject(486), second=True)
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            await stage.until(lambda: stage.said(facts.HandOffFailed))
            await stage.until(
                lambda: len(stage.said(ConferenceJoined)) == 2
            )  # a busy line is quick
            ours = Purpose.EMERGENCY  # our half leaves a moment after it has told
            await stage.until(lambda: not stage.board.mirror.legs.of(live.id, ours))
            await stage.control.hold(live.id)
            assert stage.board.mirror.calls[live.id].phase is CallPhase.HELD
            await stage.control.resume(live.id)
            await hears(citizen, AGENT_HZ)
            await hears(agent, CITIZEN_HZ)
            assert stage.board.mirror.calls[live.id].phase is CallPhase.TALKING

            await stage.ask(live)
            await stage.until(lambda: len(stage.said(facts.HandOffFailed)) == 2)
            await hears(citizen, AGENT_HZ)
            await hears(agent, CITIZEN_HZ)


async def test_emg_01_an_agent_who_leaves_early_leaves_nobody_alone(
    exchange: RunningAsterisk,
) -> None:
    """It rings on for him; nobody answers; he is told so and waits first in line."""
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        await stage.police(LetItRing())
        await stage.police(LetItRing(), second=True)
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            await stage.until(lambda: stage.said(facts.HandOffRung))
            agent.hang_up()
            await stage.until(lambda: stage.said(facts.HandOffFailed))
            await stage.until(lambda: live.where == "room")
            await asyncio.sleep(2)

            (failed,) = stage.said(facts.HandOffFailed)
            assert not failed.with_agent
            found = stage.board.mirror.hand_offs.of(live.id)
            assert found is not None and found.state is State.IN_LINE
            assert citizen.log.phase is Phase.TALKING


async def test_emg_01_an_agent_who_leaves_early_hands_him_on_all_the_same(
    exchange: RunningAsterisk,
) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(LetItRing())
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            await stage.until(lambda: stage.said(facts.HandOffRung))
            dispatcher = await police.next_call(within=PATIENCE)
            agent.hang_up()
            await stage.until(lambda: stage.said(facts.HandOffAgentLeft))
            dispatcher.answer()
            await hears(dispatcher, CITIZEN_HZ)
            await hears(citizen, POLICE_HZ)
            await stage.until(lambda: stage.said(facts.HandOffAnswered))

            assert not stage.said(facts.HandOffAnswered)[0].with_agent


async def test_emg_01_a_far_end_that_drops_gives_him_back_to_the_line(
    exchange: RunningAsterisk,
) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(Answer())
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            dispatcher = await police.next_call(within=PATIENCE)
            await hears(citizen, POLICE_HZ)
            agent.hang_up()
            await stage.until(lambda: stage.said(facts.HandOffAgentLeft))
            await asyncio.sleep(0.5)
            dispatcher.hang_up()
            await stage.until(lambda: stage.said(facts.HandOffEnded))
            await asyncio.sleep(LONGEST_SILENCE + 0.3)  # he would have heard nothing

            (ended,) = stage.said(facts.HandOffEnded)
            assert (ended.by, ended.with_agent) == ("far_end", False)
            assert citizen.log.phase is Phase.TALKING


async def test_emg_01_a_far_end_that_drops_leaves_him_with_his_agent(
    exchange: RunningAsterisk,
) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(Answer())
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            dispatcher = await police.next_call(within=PATIENCE)
            await hears(agent, POLICE_HZ)
            dispatcher.hang_up()
            await stage.until(lambda: stage.said(facts.HandOffEnded))
            await asyncio.sleep(1)
            await hears(citizen, AGENT_HZ)


async def test_emg_03_not_ours_keeps_him_with_us(exchange: RunningAsterisk) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(Answer())
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            await stage.ask(live)
            dispatcher = await police.next_call(within=PATIENCE)
            await stage.until(lambda: stage.said(facts.HandOffAnswered))
            assert stage.emergency is not None
            stage.emergency.not_ours(live.id, Owner.NONE, AGENT)
            await dispatcher.log.until_seen(News.BYE_HEARD, within=PATIENCE)
            await hears(citizen, AGENT_HZ)
            await stage.until(lambda: stage.said(facts.HandOffEnded))

            (agreed,) = stage.said(facts.HandOffNotOurs)
            assert (agreed.owner, agreed.keeper) == ("none", "us")
            assert agent.log.phase is Phase.TALKING


async def test_emg_01_out_of_the_line_without_any_agent(exchange: RunningAsterisk) -> None:
    """A supervisor takes him; it fails, and he waits on."""
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(Reject(486, after=1.0))
        await stage.police(Reject(486), second=True)
        citizen, live = await stage.caller()
        async with never_silent(citizen):
            await stage.ask(live, "119", agent=False)
            await police.next_call(within=PATIENCE)
            await stage.until(lambda: stage.said(facts.HandOffFailed))
            await stage.until(lambda: live.where == "room")


async def test_emg_01_out_of_the_line_while_a_seat_takes_him(exchange: RunningAsterisk) -> None:
    """Whatever comes first: he has the emergency line, and no seat pulls him out of it again. When
    citizen and agent hang up in one moment, nobody at 110 is left alone on the line."""
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        await stage.police(Answer())
        seat = await stage.seat("8001", Answer(after=0.15))
        for delay in (0.16, 0.2, 0.3):
            citizen, live = await stage.caller()
            async with never_silent(citizen):
                stage.ring("8001", live)
                await asyncio.sleep(delay)
                await stage.ask(live, agent=False)
                await hears(citizen, POLICE_HZ)
                await asyncio.sleep(0.5)  # a seat's Bridge() would have come
                await hears(citizen, POLICE_HZ)
                assert citizen.log.phase is Phase.TALKING
            citizen.hang_up()
            hang_up_all(seat)
            await stage.until(lambda: not stage.board.mirror.calls)
            await stage.until(lambda: not list(stage.board.mirror.legs))


@pytest.mark.parametrize("state", ["held", "consulting", "three_way"])
async def test_emg_01_from_hold_consultation_and_three_way(
    exchange: RunningAsterisk, state: str
) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(Answer(after=0.5))
        colleague = await stage.seat("8002")
        citizen, agent, live = await stage.with_agent()
        async with never_silent(citizen):
            if state == "held":
                await stage.control.hold(live.id)
            elif state == "consulting":
                await stage.control.consult(live.id, stage.new_leg(), Extension("8002"))
            else:
                await stage.control.three_way(live.id, stage.new_leg(), Extension("8002"))
            await stage.ask(live)
            await police.next_call(within=PATIENCE)
            await hears(citizen, POLICE_HZ)
            await hears(citizen, AGENT_HZ)
            await hears(agent, POLICE_HZ)
        if state == "consulting":
            await colleague.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)


async def test_emg_01_a_citizen_who_hangs_up_while_it_rings_ends_it_when_the_agent_goes(
    exchange: RunningAsterisk,
) -> None:
    """The agent may still tell 110; when he goes too, nobody is rung any more."""
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(LetItRing())
        citizen, agent, live = await stage.with_agent()
        await stage.ask(live)
        dispatcher = await police.next_call(within=PATIENCE)
        citizen.hang_up()
        await stage.until(lambda: stage.said(facts.HandOffEnded))
        assert agent.log.phase is Phase.TALKING
        agent.hang_up()

        await dispatcher.log.until_seen(News.CANCELLED, within=PATIENCE)
        await stage.until(lambda: not stage.board.mirror.calls)


async def test_emg_02_a_call_from_110_brings_their_incidents_number(
    exchange: RunningAsterisk,
) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        phone = await stage.citizen()
        phone.dial(FROM_110, caller="110", extra=(("X-Incident", "JQ-20261121-7"),))
        await stage.until(lambda: stage.said(facts.IncidentTold) and stage.said(CallArrived))

        (told,), (arrived,) = stage.said(facts.IncidentTold), stage.said(CallArrived)
        assert (told.call, told.incident_no, told.by) == (arrived.call, "JQ-20261121-7", "sip")


async def test_emg_06_only_numbers_of_the_site_are_rung(exchange: RunningAsterisk) -> None:
    async with emergency_stage(exchange).open(wait_with_music) as stage:
        police = await stage.police(Answer())
        _, live = await stage.caller()

        with pytest.raises(WrongPhase):
            await stage.ask(live, "95598", agent=False)

        assert not police.calls
        assert live.where, "he is where he was"
