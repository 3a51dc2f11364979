"""The transfer key of the agent's own phone: a REFER that our side never asked for."""

import asyncio

from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, Reject, SipPhone
from kernel.legs import LegEnd
from telephony import facts
from tests.integration.recorded_tones import heard_with_the_citizen
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    hear_each_other,
    new_stage,
    wait_with_music,
)

DEPARTMENT = "13812345678"
ABROAD = "0014155550100"  # on no list of a site
NOT_FOUND = "404"
CITIZEN, THIRD = 440, 950  # Hz


def uri(asterisk: RunningAsterisk, number: str) -> str:
    return f"sip:{number}@{asterisk.sip}"


async def referred(phone: PhoneCall, status: str) -> None:
    """Asterisk has said this of our REFER, by its answer or by a NOTIFY."""

    def is_said(seen: str) -> bool:
        return seen == status or f" {status} " in seen

    await phone.log.until(
        lambda log: any(is_said(one.detail) for one in log.seen if one.what is News.TRANSFERRED),
        within=PATIENCE,
    )


async def asks_first(talk: PhoneCall, phone: SipPhone, number: str) -> PhoneCall:
    """Holds the citizen and rings somebody on the phone's second line."""
    talk.hold()
    await talk.log.until_seen(News.HOLDING, within=PATIENCE)
    second = phone.dial(number)
    await second.log.until_seen(News.CONFIRMED, within=PATIENCE)
    return second


async def test_the_phones_transfer_key_sends_the_citizen_to_a_department_and_frees_the_seat(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, outside = await stage.seat("8001"), await stage.outside(Answer())
        citizen, call = await stage.caller()
        leg = await stage.talking("8001", call)

        seat.calls[0].refer(uri(asterisk, DEPARTMENT))

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        await hear_each_other(citizen, await outside.next_call(within=PATIENCE))
        await referred(seat.calls[0], "200")
        if seat.calls[0].log.phase is Phase.TALKING:
            seat.calls[0].hang_up()  # as each phone does that hears of its success
        (sent,) = await stage.until_said(facts.CallTransferred)
        assert (sent.how, sent.to) == (facts.Transfer.BLIND, "138****5678")


async def test_a_department_that_is_busy_sends_the_citizen_of_the_transfer_key_back_to_the_line(
    asterisk: RunningAsterisk,
) -> None:
    """I8: never parked alone; another seat can have him."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        other, _ = await stage.seat("8002"), await stage.outside(Reject(486, after=0.2))
        citizen, call = await stage.caller()
        await stage.talking("8001", call)

        seat.calls[0].refer(uri(asterisk, DEPARTMENT))

        assert await call.conversation_over() == "room"
        (failed,) = await stage.until_said(facts.TransferFailed)
        assert (failed.how, failed.why) == (facts.Transfer.BLIND, "BUSY/17")
        await stage.talking("8002", call)
        await hear_each_other(citizen, other.calls[0])


async def test_the_transfer_key_to_a_number_off_the_list_is_refused_and_they_talk_on(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, outside = await stage.seat("8001"), await stage.outside(Answer())
        citizen, call = await stage.caller()
        leg = await stage.talking("8001", call)

        seat.calls[0].refer(uri(asterisk, ABROAD))

        await referred(seat.calls[0], NOT_FOUND)
        await hear_each_other(citizen, seat.calls[0])
        assert stage.end_of(leg) is None
        assert not outside.calls
        assert not stage.said(facts.CallTransferred)


async def test_the_transfer_key_reaches_no_part_of_the_dialplan_but_the_lists(
    asterisk: RunningAsterisk,
) -> None:
    """Neither another seat nor a step of a context: no way past the rules of the line."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        citizen, call = await stage.caller()
        await stage.talking("8001", call)

        for target in ("8002", "s", "T"):
            seat.calls[0].refer(uri(asterisk, target))
            await referred(seat.calls[0], NOT_FOUND)
            seat.calls[0].log.seen.clear()

        await hear_each_other(citizen, seat.calls[0])
        assert not other.calls


async def test_a_phone_that_asks_first_and_then_transfers_brings_the_two_together(
    asterisk: RunningAsterisk,
) -> None:
    """REFER with Replaces; one recording lasts to the end and has every voice (ADR 0014)."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, outside = await stage.seat("8001"), await stage.outside(Answer())
        citizen, call = await stage.caller()
        leg = await stage.talking("8001", call)
        asked = await asks_first(seat.calls[0], seat, DEPARTMENT)
        third = await outside.next_call(within=PATIENCE)
        await hear_each_other(asked, third)

        seat.calls[0].join_to(asked)

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        await hear_each_other(citizen, third, other_hz=THIRD)
        await asyncio.sleep(0.7)  # long enough to be on the recording
        await asked.log.until(lambda log: log.phase is Phase.ENDED, within=PATIENCE)
        citizen.hang_up()
        await third.log.until_seen(News.BYE_HEARD, within=PATIENCE)
        (kept,) = await stage.until_said(facts.RecordingKept)
        assert [t.how for t in stage.said(facts.CallTransferred)] == [facts.Transfer.ATTENDED]
        assert heard_with_the_citizen(asterisk.recordings / kept.path)[-1] == {CITIZEN, THIRD}


async def test_a_third_party_who_goes_after_an_attended_transfer_leaves_the_citizen_to_us(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, outside = await stage.seat("8001"), await stage.outside(Answer())
        citizen, call = await stage.caller()
        await stage.talking("8001", call)
        asked = await asks_first(seat.calls[0], seat, DEPARTMENT)
        third = await outside.next_call(within=PATIENCE)
        seat.calls[0].join_to(asked)
        await hear_each_other(citizen, third)

        third.hang_up()

        assert await call.conversation_over() == "aftercall"
        assert citizen.log.phase is Phase.TALKING
