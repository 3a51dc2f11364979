"""What remains of a supervised call: recording and facts; and what outlives our death (E2.2)."""

import asyncio
from contextlib import suppress

from hotline.rehearsal.audio import RATE, frames_of, strength, tone, wav_samples
from hotline.rehearsal.call_log import News
from hotline.rehearsal.sip_phone import LetItRing
from kernel.errors import HotlineError
from kernel.ids import CallId, Extension, LegId
from telephony.facts import CallHungUp, RecordingKept
from telephony.legs import Purpose
from telephony.supervision_control import Beep, SupervisionControl
from telephony.supervision_facts import FACTS, Mode, SupervisionEnded, SupervisionSwitched
from tests.integration.servers import RunningAsterisk
from tests.integration.supervision_stage import (
    AGENT_HZ,
    CITIZEN_HZ,
    SUPERVISOR_HZ,
    Conversation,
    conversation,
    tones_of,
    until_hears,
)
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    hear_on,
    new_stage,
    wait_with_music,
)

C, A, S = CITIZEN_HZ, AGENT_HZ, SUPERVISOR_HZ
SILENCE = frames_of(bytes([0xD5]) * 160)
AUDIBLE = 1000  # amplitude in a part of 0.2 s


async def recorded(talk: Conversation, asterisk: RunningAsterisk) -> dict[int, float]:
    """Seconds of each tone in the call's recording, once the citizen has hung up."""
    await hear_on(talk.citizen)
    talk.citizen.hang_up()
    (kept,) = await talk.stage.until_said(RecordingKept)
    samples = wav_samples(asterisk.recordings / kept.path)
    step = RATE // 5
    parts = [samples[at : at + step] for at in range(0, len(samples) - step + 1, step)]
    return {hz: sum(strength(part, hz) > AUDIBLE for part in parts) / 5 for hz in (C, A, S)}


async def test_e2_2_the_recording_holds_no_whisper(asterisk: RunningAsterisk) -> None:
    async with conversation(asterisk) as talk:
        await talk.listen(Mode.WHISPER)
        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A})

        heard = await recorded(talk, asterisk)

        assert heard[C] > 1
        assert heard[A] > 1
        assert heard[S] == 0


async def test_e2_2_the_recording_holds_what_was_said_to_both(asterisk: RunningAsterisk) -> None:
    async with conversation(asterisk) as talk:
        await talk.listen(Mode.BARGE)
        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A, S})

        heard = await recorded(talk, asterisk)

        assert heard[S] > 1


async def test_e2_2_listening_adds_no_fact_of_the_call_but_its_own(
    asterisk: RunningAsterisk,
) -> None:
    """And no leg news: no seat rang, none ended."""
    async with conversation(asterisk) as talk:
        before = list(talk.stage.facts), list(talk.stage.news)
        leg = await talk.listen()
        await talk.control.switch(talk.call.id, leg, Mode.WHISPER)
        await talk.control.switch(talk.call.id, leg, Mode.BARGE)
        await talk.control.stop(talk.call.id, leg)
        await talk.stage.until_said(SupervisionEnded)

        more = talk.stage.facts[len(before[0]) :]
        assert [fact for fact in more if not isinstance(fact, FACTS)] == []
        assert talk.stage.news == before[1]


async def test_e2_2_who_listens_goes_on_hearing_both_after_a_consultation(
    asterisk: RunningAsterisk,
) -> None:
    async with conversation(asterisk) as talk:
        await talk.listen()
        stage, call = talk.stage, talk.call.id
        third = await stage.seat("8003")
        await stage.control.consult(call, stage.new_leg(), Extension("8003"))
        await hear_each_other(talk.agent, third.calls[0])
        await stage.control.cancel_consult(call)
        talk.agent.sound.play(tone(A))

        await talk.who_hears_whom(supervisor={C, A}, agent={C}, citizen={A})


async def test_e2_2_who_listens_hears_on_while_we_are_dead_and_is_known_to_the_next_process(
    asterisk: RunningAsterisk,
) -> None:
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            seat, supervisor = await old.seat("8001"), await old.seat("8002")
            citizen, live = await old.caller()
            talked = await old.talking("8001", live)
            await hear_each_other(citizen, seat.calls[0])
            leg = LegId(f"{old.epoch}-s{1:06}")
            await control_of(old).listen(
                live.id, leg, Extension("8002"), Mode.LISTEN, auto_answer=False
            )
            supervisor.calls[0].sound.play(tone(S))
            await until_hears(supervisor.calls[0], {C, A})
            running.cancel()
            async with new.open(wait_with_music):
                known = new.board.mirror.legs.get(leg)
                assert known is not None
                assert (known.purpose, known.caller, known.watches) == (
                    Purpose.LISTEN, live.id, talked,
                )  # fmt: skip
                assert not new.said(SupervisionEnded)
                assert tones_of(supervisor.calls[0]) == {C, A}

                await control_of(new).switch(live.id, leg, Mode.WHISPER)
                await until_hears(seat.calls[0], {C, S})
                assert [fact.mode for fact in new.said(SupervisionSwitched)] == [Mode.WHISPER]
                citizen.hang_up()

                (ended,) = await new.until_said(SupervisionEnded)
                assert ended.leg == leg
                assert new.end_of(leg) is None
                await new.until_said(CallHungUp)


async def test_e2_2_a_supervisor_who_is_rung_while_we_die_is_rung_no_more(
    asterisk: RunningAsterisk,
) -> None:
    """Whoever answered for a process that is gone would hear a conversation unasked."""
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            seat, supervisor = await old.seat("8001"), await old.seat("8002", LetItRing())
            citizen, live = await old.caller()
            await old.talking("8001", live)
            leg = LegId(f"{old.epoch}-s{1:06}")
            ringing = group.create_task(rung_in_vain(old, live.id, leg))
            rung = await supervisor.next_call(within=PATIENCE)
            running.cancel()
            ringing.cancel()
            async with new.open(wait_with_music):
                await rung.log.until_seen(News.CANCELLED, within=PATIENCE)
                await hear_each_other(citizen, seat.calls[0])
                assert new.board.mirror.legs.get(leg) is None


async def rung_in_vain(stage: Stage, call: CallId, leg: LegId) -> None:
    with suppress(HotlineError):
        phone = Extension("8002")
        await control_of(stage).listen(call, leg, phone, Mode.LISTEN, auto_answer=False)


def control_of(stage: Stage) -> SupervisionControl:
    return SupervisionControl(
        stage.control, stage.link, stage.board, epoch=stage.epoch, beep=Beep.NONE
    )


async def test_e2_2_in_a_conference_a_barge_becomes_a_whisper_and_is_told_so(
    asterisk: RunningAsterisk,
) -> None:
    """ChanSpy speaks to both of two only; nobody is told that three hear him."""
    async with conversation(asterisk) as talk:
        await talk.listen(Mode.BARGE)
        stage, call = talk.stage, talk.call.id
        third = await stage.seat("8003")
        await stage.control.three_way(call, stage.new_leg(), Extension("8003"))
        third.calls[0].sound.play(SILENCE)

        await talk.who_hears_whom(supervisor={C, A}, agent={C, S}, citizen={A})
        assert [fact.mode for fact in stage.said(SupervisionSwitched)] == [Mode.WHISPER]
