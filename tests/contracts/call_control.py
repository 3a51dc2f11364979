"""What call control promises to the desk and the console, on whatever Asterisk it stands."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

import pytest

from kernel.ids import Extension, LegId
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony.call_control import AmiCallControl
from telephony.errors import NoSuchCall, WrongPhase
from telephony.legs import LegAnswered, LegNews, LegRinging
from telephony.live_call import LiveCall
from tests.fakes.emergency_lines import emergency_line
from tests.fakes.fake_switch import Habit

DEPARTMENT = PhoneNumber.parse("13812345678")


class Exchange(Protocol):
    """An exchange as a test of the contract sees it; phones have the habits it is given."""

    control: AmiCallControl
    news: list[LegNews]

    async def phone(self, number: str, habit: Habit) -> None: ...
    async def citizen(self) -> LiveCall: ...
    def citizen_hangs_up(self, call: LiveCall) -> None: ...
    def new_leg(self) -> LegId: ...
    async def ended(self, leg: LegId) -> LegEnd: ...
    async def until(self, so: Callable[[], object]) -> None: ...


def ring(
    on: Exchange, phone: str, call: LiveCall, seconds: float = 5, *, auto_answer: bool = False
) -> LegId:
    leg, ring_for = on.new_leg(), timedelta(seconds=seconds)
    on.control.ring(
        leg, Extension(phone), call.id, ring_for=ring_for, auto_answer=auto_answer, whisper=()
    )
    return leg


async def talking(on: Exchange, call: LiveCall) -> LegId:
    await on.phone("8001", Habit.ANSWERS)
    leg = ring(on, "8001", call)
    await on.until(lambda: LegAnswered(leg, call.id) in on.news)
    return leg


async def an_answer_joins_the_seat_with_its_caller_and_nobody_else(on: Exchange) -> None:
    call = await on.citizen()
    leg = await talking(on, call)
    assert [n for n in on.news if isinstance(n, LegAnswered)] == [LegAnswered(leg, call.id)]
    assert not call.where


async def a_phone_that_lets_it_ring_did_not_answer(on: Exchange) -> None:
    await on.phone("8001", Habit.RINGS)
    leg = ring(on, "8001", await on.citizen(), seconds=2)
    assert await on.ended(leg) is LegEnd.NO_ANSWER


async def busy_is_busy(on: Exchange) -> None:
    await on.phone("8001", Habit.BUSY)
    assert await on.ended(ring(on, "8001", await on.citizen())) is LegEnd.BUSY


async def rejected_is_rejected(on: Exchange) -> None:
    await on.phone("8001", Habit.REJECTS)
    assert await on.ended(ring(on, "8001", await on.citizen())) is LegEnd.REJECTED


async def a_phone_that_is_not_there_is_unreachable(on: Exchange) -> None:
    assert await on.ended(ring(on, "8006", await on.citizen())) is LegEnd.UNREACHABLE


async def a_withdrawn_ring_is_dropped(on: Exchange) -> None:
    await on.phone("8001", Habit.RINGS)
    leg = ring(on, "8001", await on.citizen())
    await on.until(lambda: LegRinging(leg) in on.news)
    on.control.drop(leg)
    assert await on.ended(leg) is LegEnd.DROPPED


async def ringing_for_a_caller_who_has_gone_joins_nobody(on: Exchange) -> None:
    await on.phone("8001", Habit.ANSWERS)
    call = await on.citizen()
    on.citizen_hangs_up(call)
    await call.hung_up.wait()
    assert await on.ended(ring(on, "8001", call)) is LegEnd.NOT_JOINED


async def the_caller_hanging_up_ends_the_seats_leg(on: Exchange) -> None:
    call = await on.citizen()
    leg = await talking(on, call)
    on.citizen_hangs_up(call)
    assert await on.ended(leg) is LegEnd.HUNG_UP


async def a_caller_whose_seat_was_given_up_and_answered_is_free_to_ring_for(on: Exchange) -> None:
    """The desk drops a late answer (I11): its caller waits on, and has his next seat."""
    call = await on.citizen()
    leg = await talking(on, call)
    on.control.drop(leg)
    assert await on.ended(leg) is LegEnd.HUNG_UP
    assert await call.conversation_over() == "room"
    await on.phone("8002", Habit.ANSWERS)
    again = ring(on, "8002", call)
    await on.until(lambda: LegAnswered(again, call.id) in on.news)


async def hold_and_resume_keep_them_together(on: Exchange) -> None:
    call = await on.citizen()
    leg = await talking(on, call)
    await on.control.hold(call.id)
    with pytest.raises(WrongPhase):
        await on.control.hold(call.id)
    await on.control.resume(call.id)
    on.citizen_hangs_up(call)
    assert await on.ended(leg) is LegEnd.HUNG_UP


async def a_consulted_colleague_takes_the_call_over(on: Exchange) -> None:
    call = await on.citizen()
    leg = await talking(on, call)
    await on.phone("8002", Habit.ANSWERS)
    await on.control.consult(call.id, on.new_leg(), Extension("8002"))
    await on.control.complete_transfer(call.id)
    assert await on.ended(leg) is LegEnd.HUNG_UP
    assert not call.hung_up.is_set()


async def a_colleague_who_is_left_in_a_conference_has_the_citizen(on: Exchange) -> None:
    call = await on.citizen()
    leg, third = await talking(on, call), on.new_leg()
    await on.phone("8002", Habit.ANSWERS)
    await on.control.consult(call.id, third, Extension("8002"))
    await on.control.three_way(call.id, on.new_leg(), None)
    await on.until(lambda: not on.control.has_consulted(call.id))
    await on.control.leave_conference(call.id)
    assert await on.ended(leg) is LegEnd.HUNG_UP
    await on.until(lambda: LegAnswered(third, call.id) in on.news)


async def a_third_party_who_is_sent_away_last_leaves_the_citizen_in_our_hands(
    on: Exchange,
) -> None:
    call = await on.citizen()
    leg, third = await talking(on, call), on.new_leg()
    await on.phone("13812345678", Habit.ANSWERS)
    await on.control.three_way(call.id, third, DEPARTMENT)
    await on.control.leave_conference(call.id)
    assert await on.ended(leg) is LegEnd.HUNG_UP
    await on.control.part_with(call.id, third)
    assert await call.conversation_over() == "room"


async def a_transfer_that_fails_gives_the_citizen_back_and_says_why(on: Exchange) -> None:
    call = await on.citizen()
    leg = await talking(on, call)
    await on.phone("13812345678", Habit.BUSY)
    await on.control.blind_transfer(call.id, DEPARTMENT)
    assert await on.ended(leg) is LegEnd.HUNG_UP
    assert await call.conversation_over() == "room"
    assert call.party.away_failed == "BUSY/17"


async def back_to_the_line_means_in_our_hands_and_free_to_ring_for(on: Exchange) -> None:
    call = await on.citizen()
    leg = await talking(on, call)
    await on.control.back_to_line(call.id)
    assert await on.ended(leg) is LegEnd.HUNG_UP
    assert await call.in_hand() == "room"


async def an_emergency_line_that_does_not_answer_gives_the_citizen_back(on: Exchange) -> None:
    call = await on.citizen()
    leg = await talking(on, call)
    await on.phone("110", Habit.BUSY)
    await on.control.send_emergency(call.id, emergency_line())
    assert await on.ended(leg) is LegEnd.HUNG_UP
    assert await call.conversation_over() == "room"


async def hanging_up_ends_the_call_and_then_it_is_no_call(on: Exchange) -> None:
    call = await on.citizen()
    await on.control.hang_up(call.id)
    await call.hung_up.wait()
    with pytest.raises(NoSuchCall):
        await on.control.hang_up(call.id)


CONTRACT: list[Callable[[Exchange], Awaitable[None]]] = [
    an_answer_joins_the_seat_with_its_caller_and_nobody_else,
    a_phone_that_lets_it_ring_did_not_answer,
    busy_is_busy,
    rejected_is_rejected,
    a_phone_that_is_not_there_is_unreachable,
    a_withdrawn_ring_is_dropped,
    ringing_for_a_caller_who_has_gone_joins_nobody,
    the_caller_hanging_up_ends_the_seats_leg,
    a_caller_whose_seat_was_given_up_and_answered_is_free_to_ring_for,
    hold_and_resume_keep_them_together,
    a_consulted_colleague_takes_the_call_over,
    a_colleague_who_is_left_in_a_conference_has_the_citizen,
    a_third_party_who_is_sent_away_last_leaves_the_citizen_in_our_hands,
    a_transfer_that_fails_gives_the_citizen_back_and_says_why,
    back_to_the_line_means_in_our_hands_and_free_to_ring_for,
    an_emergency_line_that_does_not_answer_gives_the_citizen_back,
    hanging_up_ends_the_call_and_then_it_is_no_call,
]
