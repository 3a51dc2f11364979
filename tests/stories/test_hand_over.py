"""A surveyed citizen who pressed 0: in the line like anybody else, and never before who waits."""

import asyncio

from acd.facts import CallQueued, SeatRung
from hotline.stories.hand_over import hand_over
from telephony.hangup import CallerHungUp
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, Told, open_house


def handed(house: House, name: str = "out-7-000001") -> Told:
    """Out of [called]; the room has him a moment after he was sent there."""
    told = Told(house.channel(name))
    live = told.line.live
    live.taken_in_hand("hotline", live.ami_name)
    told.task = house.group.create_task(_handed(house, told), name=f"story {name}")
    return told


async def _handed(house: House, told: Told) -> None:
    live = told.line.live
    asyncio.get_running_loop().call_later(0.2, live.taken_in_hand, "room", live.ami_name)
    try:
        await hand_over(live, house.center)
    except CallerHungUp:
        told.end = "caller hung up"
    else:
        told.end = "over"


def test_he_waits_in_the_room_with_music_and_gets_a_seat() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = handed(house)
            await house.passes(5)
            assert told.line.sent_to == [("room", "s")]
            assert "music" in told.heard
            assert [fact.call for fact in house.of(CallQueued)] == ["out-7-000001"]

            await house.staff(1)
            await house.passes(2)
            assert house.telephone.seat_answers().caller == "out-7-000001"
            await house.passes(10)
            house.telephone.seat_hangs_up(told.line.live.id)
            await house.passes(60)
        assert told.end == "over"

    at_once(story())


def test_he_never_goes_before_who_waits_longer() -> None:
    """I5."""

    async def story() -> None:
        async with open_house() as house:
            house.rings_up("c1")
            await house.passes(SILENT + 1)
            handed(house)
            await house.passes(2)
            await house.staff(1)
            await house.passes(1)
            assert [fact.call for fact in house.of(SeatRung)] == ["c1"]
            house.telephone.seat_answers()
            await house.passes(1)

    at_once(story())


def test_who_hangs_up_on_the_way_to_the_line_never_was_in_it() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = handed(house)
            await house.passes(0.1)
            house.telephone.citizen_hangs_up(told.line.live.id)
            await house.passes(1)
        assert told.end == "caller hung up"
        assert house.of(CallQueued) == []

    at_once(story())
