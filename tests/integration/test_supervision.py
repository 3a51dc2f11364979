"""E2.2 on the real Asterisk: listen, whisper, barge, take over, force hang-up; who hears whom is
told by the tones that the phones hear."""

import pytest

from hotline.rehearsal.audio import frames_of, tone
from hotline.rehearsal.call_log import News
from kernel.ids import Extension
from kernel.legs import LegEnd
from telephony.errors import PartyNotReached
from telephony.facts import CallHungUp, ConsultEnded, HungUpBy
from telephony.legs import LegAnswered
from telephony.supervision_control import Beep
from telephony.supervision_facts import (
    Mode,
    SupervisionEnded,
    SupervisionStarted,
    SupervisionSwitched,
)
from tests.integration.servers import RunningAsterisk
from tests.integration.supervision_stage import (
    AGENT_HZ,
    CITIZEN_HZ,
    SUPERVISOR_HZ,
    conversation,
    max_loudness,
    until_hears,
)
from tests.integration.telephony_stage import PATIENCE

C, A, S = CITIZEN_HZ, AGENT_HZ, SUPERVISOR_HZ
SILENCE = frames_of(bytes([0xD5]) * 160)


async def test_e2_2_who_listens_hears_both_and_is_heard_by_nobody(
    asterisk: RunningAsterisk,
) -> None:
    async with conversation(asterisk) as talk:
        leg = await talk.listen()

        await talk.who_hears_whom(supervisor={C, A}, agent={C}, citizen={A})
        assert [fact.leg for fact in talk.stage.said(SupervisionStarted)] == [leg]


async def test_e2_2_a_whisper_is_heard_by_the_agent_only(asterisk: RunningAsterisk) -> None:
    async with conversation(asterisk) as talk:
        await talk.listen(Mode.WHISPER)

        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A})


async def test_e2_2_a_barge_is_heard_by_both(asterisk: RunningAsterisk) -> None:
    async with conversation(asterisk) as talk:
        await talk.listen(Mode.BARGE)

        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A, S})


async def test_e2_2_the_mode_is_switched_without_hanging_up(asterisk: RunningAsterisk) -> None:
    async with conversation(asterisk) as talk:
        leg = await talk.listen()
        await talk.control.switch(talk.call.id, leg, Mode.BARGE)
        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A, S})

        await talk.control.switch(talk.call.id, leg, Mode.WHISPER)
        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A})
        await talk.control.switch(talk.call.id, leg, Mode.LISTEN)

        await talk.who_hears_whom(supervisor={C, A}, agent={C}, citizen={A})
        assert len(talk.supervisor.calls) == 1
        modes = [fact.mode for fact in talk.stage.said(SupervisionSwitched)]
        assert modes == [Mode.BARGE, Mode.WHISPER, Mode.LISTEN]


async def test_e2_2_a_supervisor_who_hangs_up_leaves_the_two_talking(
    asterisk: RunningAsterisk,
) -> None:
    async with conversation(asterisk) as talk:
        leg = await talk.listen(Mode.BARGE)
        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A, S})

        talk.supervisor.calls[-1].hang_up()

        (over,) = await talk.stage.until_said(SupervisionEnded)
        assert (over.leg, over.why) == (leg, LegEnd.HUNG_UP)
        await until_hears(talk.agent, {C})
        await until_hears(talk.citizen, {A})
        assert talk.stage.end_of(talk.agent_leg) is None


async def test_e2_2_the_end_of_the_conversation_ends_the_listening_at_a_silent_phone_too(
    asterisk: RunningAsterisk,
) -> None:
    """ChanSpy acts only on frames of the phone that listens: its own E does not suffice."""
    async with conversation(asterisk) as talk:
        await talk.listen(plays=False)
        talk.supervisor.calls[-1].sound.be_silent()

        talk.citizen.hang_up()

        await talk.stage.until_said(SupervisionEnded)
        await talk.supervisor.calls[-1].log.until_seen(News.BYE_HEARD, within=PATIENCE)


async def test_e2_2_a_phone_that_sends_nothing_is_switched_all_the_same(
    asterisk: RunningAsterisk,
) -> None:
    async with conversation(asterisk) as talk:
        leg = await talk.listen(plays=False)
        talk.supervisor.calls[-1].sound.be_silent()

        await talk.control.switch(talk.call.id, leg, Mode.WHISPER)

        talk.supervisor.calls[-1].sound.play(tone(S))
        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A})


async def test_e2_2_taking_over_frees_the_agent_and_gives_the_citizen_to_who_listens(
    asterisk: RunningAsterisk,
) -> None:
    async with conversation(asterisk) as talk:
        leg = await talk.listen()

        await talk.control.take_over(talk.call.id, leg, Extension("8002"), lent=True)

        await talk.agent.log.until_seen(News.BYE_HEARD, within=PATIENCE)
        await until_hears(talk.citizen, {S})
        await until_hears(talk.supervisor.calls[-1], {C})
        await talk.stage.until(lambda: LegAnswered(leg, talk.call.id) in talk.stage.news)
        assert [over.why for over in talk.stage.said(SupervisionEnded)] == ["taken_over"]
        assert not talk.stage.said(ConsultEnded)
        talk.supervisor.calls[-1].hang_up()
        assert await talk.stage.ended(leg) is LegEnd.HUNG_UP


async def test_e2_2_taking_over_without_listening_first_rings_the_supervisor_beforehand(
    asterisk: RunningAsterisk,
) -> None:
    """Until he is there the two talk on."""
    async with conversation(asterisk) as talk:
        leg = talk.new_leg()
        await talk.control.take_over(talk.call.id, leg, Extension("8002"), lent=False)
        talk.supervisor.calls[-1].sound.play(tone(S))

        await talk.agent.log.until_seen(News.BYE_HEARD, within=PATIENCE)
        await until_hears(talk.citizen, {S})
        await until_hears(talk.supervisor.calls[-1], {C})


async def test_e2_2_a_supervisor_who_is_not_reached_changes_nothing(
    asterisk: RunningAsterisk,
) -> None:
    async with conversation(asterisk) as talk:
        leg = talk.new_leg()
        with pytest.raises(PartyNotReached):
            await talk.control.take_over(talk.call.id, leg, Extension("8003"), lent=False)
        with pytest.raises(PartyNotReached):
            await talk.control.listen(
                talk.call.id, talk.new_leg(), Extension("8003"), Mode.LISTEN, auto_answer=False
            )

        await until_hears(talk.agent, {C})
        await until_hears(talk.citizen, {A})
        assert not talk.control.listeners()


async def test_e2_2_a_call_is_ended_by_force(asterisk: RunningAsterisk) -> None:
    async with conversation(asterisk) as talk:
        await talk.listen()

        await talk.control.hang_up(talk.call.id)

        (gone,) = await talk.stage.until_said(CallHungUp)
        assert gone.by is HungUpBy.US
        await talk.citizen.log.until_seen(News.BYE_HEARD, within=PATIENCE)
        await talk.stage.until_said(SupervisionEnded)


@pytest.mark.parametrize(
    ("beep", "agent", "citizen"),
    [(Beep.AGENT, True, False), (Beep.BOTH, True, True), (Beep.NONE, False, False)],
)
async def test_e2_2_the_tone_is_heard_by_whom_the_policy_says(
    asterisk: RunningAsterisk, beep: Beep, agent: bool, citizen: bool
) -> None:
    async with conversation(asterisk, beep=beep) as talk:
        for phone in (talk.agent, talk.citizen):
            phone.sound.play(SILENCE)
        await until_hears(talk.agent, set())
        await until_hears(talk.citizen, set())
        heard = {phone: phone.sound.heard.packets for phone in (talk.agent, talk.citizen)}
        for phone in heard:
            phone.sound.forget()
        await talk.listen(plays=False)
        for phone, before in heard.items():
            await phone.sound.until(lambda h, b=before: h.packets > b + 150, within=PATIENCE)

        loud = [max_loudness(phone) > 500 for phone in heard]
        assert loud == [agent, citizen]
