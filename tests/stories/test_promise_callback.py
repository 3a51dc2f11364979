"""A callback is promised in the line: the number is read back, confirmed, or replaced by keys."""

from acd.facts import CallbackPromised
from hotline.facts import CallbackNumberGiven
from kernel.ids import CallId
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, Told, open_house

OFFER = {"callback": {"after_s": 30, "again_every_s": 600, "key": "1"}}
READ_BACK = 16  # seconds: one phrase, eleven figures, two questions, one second each
C1 = CallId("c1")


async def asked_for_one(house: House) -> Told:
    """He waits, and has pressed the key of the offer."""
    told = house.rings_up()
    await house.passes(6 + 30 + 2)
    assert "offer_callback" in told.heard
    house.telephone.press(C1, "1")
    await house.passes(0.5)
    return told


def test_his_number_is_read_back_figure_by_figure_before_he_agrees() -> None:
    async def story() -> None:
        async with open_house(OFFER) as house:
            told = await asked_for_one(house)
            await house.passes(READ_BACK)
            said = told.heard[told.heard.index("callback_number") :]
            figures = [name.rpartition("/")[2] for name in said if "digits" in name]
            assert figures == ["yao", "3", "8", *["0"] * 7, "yao"]
            assert house.fates() == []
            house.telephone.press(C1, "1")
            await house.passes(4)

            assert house.fates() == ["callback-promised"]
            assert house.of(CallbackNumberGiven) == []
            assert told.heard[-2:] == ["callback_confirmed", "callback_promised"]

    at_once(story())


def test_a_key_as_the_offer_ends_does_not_also_agree_to_the_number() -> None:
    """Its end was an answer to both: he was promised a call to a number that he had not heard."""

    async def story() -> None:
        async with open_house(OFFER) as house:
            told = await asked_for_one(house)
            house.telephone.echo(C1, "1")
            await house.passes(READ_BACK + 1)

            assert told.heard.count("callback_number") == 2
            assert "callback_confirm" in told.heard
            assert house.fates() == []

    at_once(story())


def test_another_number_is_keyed_in_read_back_and_taken() -> None:
    async def story() -> None:
        async with open_house(OFFER) as house:
            told = await asked_for_one(house)
            house.telephone.press(C1, "2")
            await house.passes(2)
            house.telephone.press(C1, "043187654321#")
            await house.passes(READ_BACK + 2)
            assert "callback_entered" in told.heard
            assert house.fates() == []
            house.telephone.press(C1, "1")
            await house.passes(4)

            given = house.only(CallbackNumberGiven)
            assert (given.caller_key, given.caller) == ("key-4321", "0431****4321")
            assert house.facts.index(given) < house.facts.index(house.only(CallbackPromised))

    at_once(story())


def test_a_number_that_nobody_could_ring_is_asked_for_again() -> None:
    """110 is rung by nobody; nor is half a number."""

    async def story() -> None:
        async with open_house(OFFER) as house:
            told = await asked_for_one(house)
            house.telephone.press(C1, "2")
            await house.passes(2)
            house.telephone.press(C1, "110#")
            await house.passes(3)

            assert "callback_bad_number" in told.heard
            assert house.fates() == []
            house.telephone.citizen_hangs_up(C1)

    at_once(story())


def test_silence_after_the_read_back_leaves_him_in_the_line() -> None:
    async def story() -> None:
        async with open_house(OFFER) as house:
            told = await asked_for_one(house)
            await house.passes(READ_BACK + 10)

            assert (told.end, house.fates(), told.heard[-1]) == (None, [], "music")
            house.telephone.citizen_hangs_up(C1)

    at_once(story())


def test_a_seat_may_take_him_while_his_number_is_read_back() -> None:
    """Who agrees a moment too late talks already: no callback is owed."""

    async def story() -> None:
        async with open_house(OFFER) as house:
            await asked_for_one(house)
            await house.staff(1)
            await house.passes(1)
            house.telephone.seat_answers()
            await house.passes(0.2)
            house.telephone.press(C1, "1")
            await house.passes(20)

            assert house.fates() == ["seat-answered"]
            assert house.of(CallbackPromised) == []
            house.telephone.citizen_hangs_up(C1)

    at_once(story())
