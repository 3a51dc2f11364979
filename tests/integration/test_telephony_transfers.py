"""A conversation on a real Asterisk: hold, consult, transfer, three-way, emergency."""

from pathlib import Path

import pytest

from hotline.rehearsal.audio import wav_samples
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import Answer, Reject
from kernel.ids import Extension
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import call as calls
from telephony import facts
from telephony.errors import NoSuchCall, PartyNotReached, WrongPhase
from tests.fakes.emergency_lines import emergency_line
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    RECORDED,
    hear_each_other,
    new_stage,
    wait_with_music,
)

POLICE = PhoneNumber.parse("110")
ONE_TALK = RECORDED / 50  # seconds


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
        await hear_each_other(phone, seat.calls[0], packets=RECORDED)

        await stage.control.consult(call.id, stage.new_leg(), Extension("8002"))
        await hear_each_other(seat.calls[0], other.calls[0])
        await stage.control.complete_transfer(call.id)
        await hear_each_other(phone, other.calls[0], packets=RECORDED)
        assert await stage.ended(leg) is LegEnd.HUNG_UP
        phone.hang_up()
        (kept,) = await stage.until_said(facts.RecordingKept)

        assert kept.seconds > 1.2 * ONE_TALK  # more than either talk alone
        assert loud_seconds(asterisk.recordings / kept.path) > 1.2 * ONE_TALK
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
        await other.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)
        await stage.until_said(facts.ConsultEnded)


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
        (sent,) = await stage.until_said(facts.CallTransferred)
        await hear_each_other(phone, outside.calls[0])
        assert sent.to == "138****5678"


async def test_a_transfer_to_our_own_number_brings_him_back_to_the_line_and_rings_nobody_outside(
    asterisk: RunningAsterisk,
) -> None:
    """12345 also fits the allow-list's `_12XXX`; by the trunk he would ring us a second time."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        outside = await stage.outside(Answer())
        _, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, PhoneNumber.parse("12345"))

        assert await call.conversation_over() == "room"
        assert not outside.calls


async def test_an_emergency_transfer_to_a_busy_line_brings_the_citizen_back(
    asterisk: RunningAsterisk,
) -> None:
    """I8: never parked alone. The branch that nobody had run before."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        await stage.outside(Reject(486, after=0.2))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.send_emergency(call.id, emergency_line())

        assert await call.conversation_over() == "room"
        (failed,) = await stage.until_said(facts.TransferFailed)
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

        await stage.control.send_emergency(call.id, emergency_line())

        await hear_each_other(phone, (await police.next_call(within=PATIENCE)))
        (sent,) = await stage.until_said(facts.CallTransferred)
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
        await seat.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)
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


def loud_seconds(file: Path) -> float:
    """How long, in tenths of a second, the recording is not silent."""
    samples = wav_samples(file)
    parts = [samples[at : at + 800] for at in range(0, len(samples), 800)]
    return sum(max(map(abs, part)) > 300 for part in parts) / 10
