"""How long the one who waits longest waits: what keeps the survey robot from dialling."""

from datetime import timedelta

from hotline.owed.longest_wait import LongestWait
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, open_house


def watched(house: House) -> LongestWait:
    return LongestWait(house.desk.snapshot())


def test_it_grows_with_the_oldest_and_falls_when_he_is_answered() -> None:
    async def story() -> None:
        async with open_house() as house:
            waits, seen = watched(house), 0
            house.rings_up("c1")
            await house.passes(SILENT + 20)
            house.rings_up("c2")
            await house.passes(SILENT + 10)
            waits.see(house.facts)
            seen = len(house.facts)
            first = waits.at(house.clock.now())

            await house.staff(1)
            await house.passes(1)
            house.telephone.seat_answers()
            await house.passes(1)
            waits.see(house.facts[seen:])
            second = waits.at(house.clock.now())
        assert first > second > timedelta(seconds=10)
        assert first > timedelta(seconds=30)

    at_once(story())


def test_who_hangs_up_waits_no_longer_and_who_waited_before_us_is_known() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up("c1")
            await house.passes(SILENT + 5)
            waits, seen = watched(house), len(house.facts)
            assert waits.at(house.clock.now()) >= timedelta(seconds=4)

            house.telephone.citizen_hangs_up(told.line.live.id)
            await house.passes(1)
            waits.see(house.facts[seen:])
            assert waits.at(house.clock.now()) == timedelta()

    at_once(story())
