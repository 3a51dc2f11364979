"""Between agents, on a real Asterisk: asked, handed over, three of us; and what may fail in it.

The table of failures is docs/handling.md; the same on an Asterisk in memory, with the floor:
tests/hotline/test_handling.py.
"""

import asyncio

import pytest

from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import Answer, LetItRing, Reject
from kernel.ids import Extension, LegId
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import facts
from telephony.errors import NoSuchCall, NoSuchParty, PartyNotReached
from telephony.legs import LegAnswered, Purpose
from telephony.steps_asked import ThirdPartyEnded
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)

COLLEAGUE = Extension("8002")
DEPARTMENT = PhoneNumber.parse("13812345678")


def has_citizen(stage: Stage, leg: LegId) -> bool:
    return any(isinstance(news, LegAnswered) and news.leg == leg for news in stage.news)


async def test_a_colleague_who_took_over_is_a_seat_like_any_other(
    asterisk: RunningAsterisk,
) -> None:
    """He holds, takes back, and his hanging up leads to the after-call."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        phone, call = await stage.caller()
        first = await stage.talking("8001", call)
        leg = stage.new_leg()
        await stage.control.consult(call.id, leg, COLLEAGUE)
        await hear_each_other(seat.calls[0], other.calls[0])

        await stage.control.complete_transfer(call.id)
        await hear_each_other(phone, other.calls[0])
        await stage.until(lambda: has_citizen(stage, leg))
        assert await stage.ended(first) is LegEnd.HUNG_UP
        await stage.control.hold(call.id)
        await stage.control.resume(call.id)
        await hear_each_other(phone, other.calls[0])
        other.calls[0].hang_up()

        assert await call.conversation_over() == "aftercall"
        assert await stage.ended(leg) is LegEnd.HUNG_UP


async def test_a_colleague_who_refuses_leaves_agent_and_citizen_together(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        await stage.seat("8002", Reject(603))
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        leg = stage.new_leg()

        with pytest.raises(PartyNotReached):
            await stage.control.consult(call.id, leg, COLLEAGUE)

        await hear_each_other(phone, seat.calls[0])
        why = await stage.ended(leg)  # the floor gives his seat back
        # A busy Asterisk may tell that its order failed before it tells of the channel and its end.
        assert why in (LegEnd.REJECTED, LegEnd.UNREACHABLE)
        (told,) = await stage.until_said(ThirdPartyEnded)
        assert told.why is why


async def test_a_citizen_who_hangs_up_while_the_colleague_is_rung_lets_his_phone_go(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        other = await stage.seat("8002", LetItRing())
        phone, call = await stage.caller()
        first = await stage.talking("8001", call)
        leg = stage.new_leg()
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(refused(stage, call.id, leg))
            ringing = await other.next_call(within=PATIENCE)
            phone.hang_up()
            await ringing.log.until_seen(News.CANCELLED, within=PATIENCE)
            assert await asked

        await stage.ended(leg)  # the floor gives his seat back
        assert await stage.ended(first) is LegEnd.HUNG_UP


async def refused(stage: Stage, call: object, leg: LegId) -> bool:
    try:
        await stage.control.consult(call, leg, COLLEAGUE)  # type: ignore[arg-type]
    except (NoSuchCall, PartyNotReached):
        return True
    return False


async def test_a_colleague_who_hangs_up_in_the_consultation_leaves_his_agent_to_the_citizen(
    asterisk: RunningAsterisk,
) -> None:
    """His leg's end is no end of the conversation: nobody is sent back to the line."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        leg = stage.new_leg()
        await stage.control.consult(call.id, leg, COLLEAGUE)
        await hear_each_other(seat.calls[0], other.calls[0])

        other.calls[0].hang_up()
        await stage.ended(leg)
        await stage.until(lambda: (s := stage.board.mirror.legs.seat(call.id)) and s.aside)
        await stage.control.resume(call.id)

        await hear_each_other(phone, seat.calls[0])


async def test_who_is_consulted_comes_to_the_citizen_and_is_left_with_him(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        phone, call = await stage.caller()
        first = await stage.talking("8001", call)
        leg = stage.new_leg()
        await stage.control.consult(call.id, leg, COLLEAGUE)
        await hear_each_other(seat.calls[0], other.calls[0])

        await stage.control.three_way(call.id, stage.new_leg(), None)
        await hear_each_other(phone, other.calls[0])
        await hear_each_other(phone, seat.calls[0])
        await stage.control.leave_conference(call.id)
        assert await stage.ended(first) is LegEnd.HUNG_UP
        await stage.until(lambda: has_citizen(stage, leg))
        await hear_each_other(phone, other.calls[0])
        other.calls[0].hang_up()

        assert await call.conversation_over() == "aftercall"


async def test_when_the_last_third_party_ends_the_citizen_is_back_in_the_line(
    asterisk: RunningAsterisk,
) -> None:
    """Not in silence, and not in an after-call of a talk that somebody else ended."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        outside = await stage.outside(Answer())
        phone, call = await stage.caller()
        first = await stage.talking("8001", call)
        await stage.control.three_way(call.id, stage.new_leg(), DEPARTMENT)
        await hear_each_other(phone, outside.calls[0])
        await stage.control.leave_conference(call.id)
        await stage.ended(first)
        await hear_each_other(phone, outside.calls[0])

        outside.calls[0].hang_up()

        assert await call.conversation_over() == "room"
        assert phone.log.phase is Phase.TALKING
        await stage.talking("8001", call)


async def test_a_third_party_is_sent_away_and_another_one_comes(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, other = await stage.seat("8001"), await stage.seat("8002")
        outside = await stage.outside(Answer())
        phone, call = await stage.caller()
        own = await stage.talking("8001", call)
        third = stage.new_leg()
        await stage.control.three_way(call.id, third, DEPARTMENT)
        await hear_each_other(phone, outside.calls[0])

        with pytest.raises(NoSuchParty):
            await stage.control.part_with(call.id, own)
        await stage.control.part_with(call.id, third)
        await outside.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)
        await hear_each_other(phone, seat.calls[0])
        await stage.control.three_way(call.id, stage.new_leg(), COLLEAGUE)

        await hear_each_other(phone, other.calls[0])
        await hear_each_other(phone, seat.calls[0])


async def test_a_third_party_who_is_busy_leaves_the_two_together(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        await stage.outside(Reject(486))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        with pytest.raises(PartyNotReached):
            await stage.control.three_way(call.id, stage.new_leg(), DEPARTMENT)

        await hear_each_other(phone, seat.calls[0])
        seat.calls[0].hang_up()
        assert await call.conversation_over() == "aftercall"


@pytest.mark.parametrize("code", [486, 603, 503])
async def test_a_blind_transfer_that_fails_says_why_and_he_is_in_our_hands(
    asterisk: RunningAsterisk, code: int
) -> None:
    """His story sends him back to the agent who sent him (tests/stories/test_coming_back.py)."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        await stage.outside(Reject(code))
        phone, call = await stage.caller()
        first = await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, DEPARTMENT)

        assert await call.conversation_over() == "room"
        (failed,) = await stage.until_said(facts.TransferFailed)
        assert failed.how is facts.Transfer.BLIND
        assert call.party.away_failed == failed.why
        assert await stage.ended(first) is LegEnd.HUNG_UP
        await stage.talking("8001", call)
        assert phone.log.phase is Phase.TALKING


async def test_a_consultation_outlives_the_process_and_the_next_one_completes_it(
    asterisk: RunningAsterisk,
) -> None:
    """Our process dies during: citizen on hold, agent and colleague in talk; all are known."""
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            seat, other = await old.seat("8001"), await old.seat("8002")
            phone, call = await old.caller()
            await old.talking("8001", call)
            leg = old.new_leg()
            await old.control.consult(call.id, leg, COLLEAGUE)
            await hear_each_other(seat.calls[0], other.calls[0])
            running.cancel()
            async with new.open(wait_with_music):
                await new.until(lambda: new.board.mirror.legs.get(leg) is not None)
                known = new.board.mirror.legs.get(leg)
                assert known is not None
                assert (known.purpose, known.lent, known.caller) == (
                    Purpose.CONSULT,
                    True,
                    call.id,
                )
                await hear_each_other(seat.calls[0], other.calls[0])
                await new.control.complete_transfer(call.id)
                await hear_each_other(phone, other.calls[0])
                await new.until(lambda: has_citizen(new, leg))


async def test_a_conference_outlives_the_process_and_the_colleague_who_is_left_has_the_citizen(
    asterisk: RunningAsterisk,
) -> None:
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            seat, other = await old.seat("8001"), await old.seat("8002")
            phone, call = await old.caller()
            await old.talking("8001", call)
            leg = old.new_leg()
            await old.control.three_way(call.id, leg, COLLEAGUE)
            await hear_each_other(phone, other.calls[0])
            running.cancel()
            async with new.open(wait_with_music):
                await new.until(lambda: new.board.mirror.legs.get(leg) is not None)
                await hear_each_other(phone, other.calls[0])
                seat.calls[0].hang_up()
                await new.until(lambda: has_citizen(new, leg))
                await hear_each_other(phone, other.calls[0])


async def test_a_colleague_who_took_over_outlives_the_process_as_a_seat(
    asterisk: RunningAsterisk,
) -> None:
    old, new = new_stage(asterisk), new_stage(asterisk)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(old.board.run(wait_with_music))
        async with old._phones:
            await old.until(lambda: old.board.is_ready)
            await old.seat("8001")
            other = await old.seat("8002")
            phone, call = await old.caller()
            await old.talking("8001", call)
            leg = old.new_leg()
            await old.control.consult(call.id, leg, COLLEAGUE)
            await old.control.complete_transfer(call.id)
            await hear_each_other(phone, other.calls[0])
            running.cancel()
            async with new.open(wait_with_music):
                await new.until(lambda: has_citizen(new, leg))
                await new.control.hold(call.id)
                await new.control.resume(call.id)
                await hear_each_other(phone, other.calls[0])
