"""After the talk: the citizen rates the service, or does not (SAT-01)."""

import pytest

from kernel.ids import AgentNo, CallId
from telephony.facts import ServiceRated
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, Told, connected, open_house

C1 = CallId("c1")


async def rates(house: House, keys: str) -> Told:
    """The agent hangs up; the citizen presses these while the question is played."""
    told = await connected(house)
    house.telephone.seat_hangs_up(C1)
    for key in keys:
        await house.passes(0.5)
        house.telephone.press(C1, key)
    await house.passes(30)
    return told


@pytest.mark.parametrize("key", list("12345"))
def test_each_of_the_five_levels_is_kept_and_thanked_for(key: str) -> None:
    """SAT-01, B4."""

    async def story() -> None:
        async with open_house() as house:
            told = await rates(house, key)

            rated = house.only(ServiceRated)
            assert (rated.level, rated.answer, rated.agent) == (6 - int(key), key, "1001")
            assert told.heard[-3:] == ["rating_request", "rating_thanks", "goodbye"]
            assert (told.end, told.line.hung_up_by) == ("over", "us")
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_no_rating_is_a_fact_too_and_nobody_is_thanked_for_it() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await rates(house, "")

            rated = house.only(ServiceRated)
            assert (rated.level, rated.answer) == (None, "")
            assert told.heard[-2:] == ["rating_request", "goodbye"]
            assert told.end == "over"

    at_once(story())


def test_nine_repeats_the_question_once() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await rates(house, "92")

            assert house.only(ServiceRated).level == 4
            assert told.heard.count("rating_request") == 2

    at_once(story())


def test_nine_again_and_again_comes_to_an_end() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await rates(house, "999")

            assert house.only(ServiceRated).level is None
            assert told.heard.count("rating_request") == 2
            assert told.end == "over"

    at_once(story())


def test_another_key_is_kept_as_it_was_and_is_no_level() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await rates(house, "7")

            assert (house.only(ServiceRated).level, house.only(ServiceRated).answer) == (None, "7")
            assert "rating_thanks" not in told.heard

    at_once(story())


def test_who_hangs_up_at_the_question_has_given_no_rating() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            house.telephone.seat_hangs_up(C1)
            await house.passes(2)
            house.telephone.citizen_hangs_up(C1)
            await house.passes(30)

            assert told.end == "caller hung up"
            assert house.of(ServiceRated) == []
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_the_agent_of_the_after_call_is_the_one_who_talked() -> None:
    async def story() -> None:
        async with open_house({}, {"general": 1}, {"general": 1}) as house:
            await house.staff(2)
            house.rings_up()
            await house.passes(SILENT + 2)
            house.telephone.seat_answers()
            await house.passes(5)
            house.telephone.seat_hangs_up(C1)
            await house.passes(0.5)
            house.telephone.press(C1, "1")
            await house.passes(5)

            assert house.only(ServiceRated).agent == AgentNo("1002")
            assert house.only(ServiceRated).at > MONDAY_NINE

    at_once(story())
