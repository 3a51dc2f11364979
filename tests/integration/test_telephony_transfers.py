"""A conversation on a real Asterisk: hold, consult, transfer, three-way, emergency, adoption."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.rehearsal.audio import wav_samples
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import Answer, LetItRing, Reject
from kernel.ids import Extension, QueueName
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import call as calls
from telephony import facts
from telephony.errors import NoSuchCall, PartyNotReached, WrongPhase
from telephony.live_call import Entry, LiveCall
from telephony.place import Place
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    hear_each_other,
    new_stage,
    wait_with_music,
)

POLICE = PhoneNumber.parse("110")
SHORT = 0.4  # seconds of talk


async def test_hold_plays_music_and_resume_brings_the_same_seat_back(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        phone, call = await stage.caller()
        leg = await stage.talking("8001", call)

        await stage.control.hold(call.id)
        before = phone.sound.heard.packets
        await phone.sound.until(lambda heard: heard.packets > before + 10, within=PATIENCE)
        await stage.control.resume(call.id)
        await hear_each_other(phone, seat.calls[0])
        phone.hang_up()

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        await seat.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)
        assert [type(f) for f in stage.facts if isinstance(f, facts.CallHeld | facts.CallResumed)]


async def test_a_seat_that_vanishes_while_the_citizen_holds_gives_him_back_to_the_line(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        _, call = await stage.caller()
        await stage.talking("8001", call)
        await stage.control.hold(call.id)

        seat.calls[0].hang_up()

        assert await call.conversation_over() == "room"


async def test_a_consultation_becomes_a_transfer_and_one_recording_spans_it(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        phone, call = await stage.caller()
        leg = await stage.talking("8001", call)
        await hear_each_other(phone, seat.calls[0])
        await asyncio.sleep(SHORT)

        await stage.control.consult(call.id, stage.new_leg(), Extension("8002"))
        await hear_each_other(seat.calls[0], other.calls[0])
        await stage.control.complete_transfer(call.id)
        await hear_each_other(phone, other.calls[0])
        assert await stage.ended(leg) is LegEnd.HUNG_UP
        await asyncio.sleep(SHORT)
        phone.hang_up()
        await stage.until(lambda: stage.said(facts.RecordingKept))
        (kept,) = stage.said(facts.RecordingKept)

        assert kept.seconds > 2 * SHORT
        assert loud_seconds(asterisk.recordings / kept.path) > 2 * SHORT
        assert stage.said(facts.ConsultStarted)
        assert [t.how for t in stage.said(facts.CallTransferred)] == [facts.Transfer.ATTENDED]


async def test_a_cancelled_consultation_gives_the_agent_the_citizen_back(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        await stage.control.consult(call.id, stage.new_leg(), Extension("8002"))

        await stage.control.cancel_consult(call.id)

        await hear_each_other(phone, seat.calls[0])
        assert other.calls[0].log.phase is Phase.ENDED
        assert stage.said(facts.ConsultEnded)


async def test_whoever_cannot_be_consulted_leaves_agent_and_citizen_together(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        await stage.outside(Reject(486))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        with pytest.raises(PartyNotReached):
            await stage.control.consult(call.id, stage.new_leg(), POLICE)

        await hear_each_other(phone, seat.calls[0])


async def test_an_agent_who_hangs_up_in_a_consultation_leaves_nobody_alone(
    asterisk: RunningAsterisk,
) -> None:
    """The third party is hung up; the citizen, on hold, goes back into the line."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        _, call = await stage.caller()
        await stage.talking("8001", call)
        await stage.control.consult(call.id, stage.new_leg(), Extension("8002"))

        seat.calls[0].hang_up()

        assert await call.conversation_over() == "room"
        await other.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)


async def test_a_blind_transfer_to_a_department_frees_the_seat(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        outside = await stage.outside(Answer())
        phone, call = await stage.caller()
        leg = await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, PhoneNumber.parse("13812345678"))

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        await stage.until(lambda: stage.said(facts.CallTransferred))
        await hear_each_other(phone, outside.calls[0])
        assert stage.said(facts.CallTransferred)[0].to == "138****5678"


async def test_an_emergency_transfer_to_a_busy_line_brings_the_citizen_back(
    asterisk: RunningAsterisk,
) -> None:
    """I8: never parked alone. The branch that nobody had run before."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        await stage.outside(Reject(486, after=0.2))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.send_emergency(call.id, "110")

        assert await call.conversation_over() == "room"
        (failed,) = stage.said(facts.TransferFailed)
        assert (failed.how, failed.why) == (facts.Transfer.EMERGENCY, "BUSY/17")
        assert phone.log.phase is Phase.TALKING
        again = await stage.talking("8001", call)
        assert stage.end_of(again) is None


async def test_an_emergency_transfer_that_is_answered_joins_them(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        police = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.send_emergency(call.id, "110")

        await hear_each_other(phone, (await police.next_call(within=PATIENCE)))
        (sent,) = stage.said(facts.CallTransferred)
        assert (sent.how, sent.to) == (facts.Transfer.EMERGENCY, "110")


async def test_three_talk_and_the_third_is_not_left_alone(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        police = await stage.outside(Answer())
        phone, call = await stage.caller()
        leg = await stage.talking("8001", call)

        await stage.control.three_way(call.id, stage.new_leg(), POLICE)
        await hear_each_other(phone, police.calls[0])
        await stage.control.leave_conference(call.id)
        assert await stage.ended(leg) is LegEnd.HUNG_UP
        assert seat.calls[0].log.phase is Phase.ENDED
        await hear_each_other(phone, police.calls[0])
        phone.hang_up()

        await police.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)


async def test_back_to_the_line_frees_the_seat_and_the_caller_can_be_rung_for_again(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        await stage.seat("8002")
        _, call = await stage.caller()
        leg = await stage.talking("8001", call)

        await stage.control.back_to_line(call.id)

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        assert call.where == "room"
        await stage.talking("8002", call)


async def test_a_command_in_a_wrong_phase_is_refused_before_anything_is_sent(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        _, call = await stage.caller()
        sent = stage.link.counters["messages"]

        with pytest.raises(WrongPhase):
            await stage.control.hold(call.id)
        with pytest.raises(NoSuchCall):
            await stage.control.hang_up(calls.CallId("test-0.0"))

        assert stage.link.counters["messages"] == sent


async def test_an_agent_dials_out_to_the_allow_list_alone(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001", LetItRing())
        outside = await stage.outside(Answer())

        await stage.control.dial_out(
            stage.new_leg(), Extension("8001"), PhoneNumber.parse("13812345678")
        )

        called = await outside.next_call(within=PATIENCE)
        await hear_each_other(seat.calls[0], called)


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
            await old.until(lambda: old.said(facts.CallFellBack))
            assert old.said(facts.CallFellBack)[0].reason == "switch"
            running.cancel()
            async with new.open(note_down):
                await new.until(lambda: told)

                assert told[0].id == waiting.id
                assert await told[0].in_hand() == "room"


def loud_seconds(file: Path) -> float:
    """How long, in tenths of a second, the recording is not silent."""
    samples = wav_samples(file)
    parts = [samples[at : at + 800] for at in range(0, len(samples), 800)]
    return sum(max(map(abs, part)) > 300 for part in parts) / 10
