"""City and province: who answers first, who is passed on, who goes back (NAV-01 ... NAV-05)."""

from acd.facts import CallQueued
from kernel.ids import CallId
from telephony.facts import WayIn
from telephony.levels import Levels
from telephony.lines import Lines
from telephony.passed_on import CameFromLevel, LevelAsked, LevelReason
from tests.fakes.virtual_time import at_once
from tests.stories.stage import LEVELS, LINES, SILENT, House, open_house

CALL = CallId("c1")
TICKET = "22010020261121000007"


def shared() -> Lines:
    """12345 is the city's and the province's number at once (NAV-03)."""
    plain = LINES.model_dump(exclude_none=True)
    plain["lines"]["main"]["menu"] = "level"
    return Lines.model_validate(plain)


def of_city(house: House) -> None:
    assert house.only(CallQueued).queue == "general"
    assert house.only(WayIn).why == "menu"
    assert not house.of(LevelAsked)


def test_nav_01_a_citizen_lands_with_his_city_whatever_he_presses_wrongly() -> None:
    async def story() -> None:
        home = {"to": {"queue": "labour"}, "trunks": ["trunk-in"]}
        plain = LEVELS.model_dump(exclude_none=True)
        plain["levels"]["siping"]["home"] = home
        async with open_house(levels=Levels.model_validate(plain)) as house:
            house.rings_up()
            await house.passes(SILENT)

            assert house.only(CallQueued).queue == "labour"
            assert house.only(WayIn).why == "home:siping"

    at_once(story())


def test_nav_01_without_a_home_of_his_own_the_city_answers_first() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.rings_up()
            await house.passes(SILENT)

            of_city(house)

    at_once(story())


def test_nav_03_silence_at_the_shared_number_is_the_city() -> None:
    async def story() -> None:
        async with open_house(lines=shared()) as house:
            told = house.rings_up()
            await house.passes(SILENT)

            of_city(house)
            assert told.heard[:3] == ["welcome", "recording_notice", "menu_level"]

    at_once(story())


def test_nav_03_two_wrong_keys_at_the_shared_number_are_the_city() -> None:
    async def story() -> None:
        async with open_house(lines=shared()) as house:
            house.rings_up()
            for _ in range(2):
                await house.passes(0.5)
                house.telephone.press(CALL, "7")
            await house.passes(0.5)

            of_city(house)

    at_once(story())


def test_nav_03_one_key_leads_to_the_province_and_the_call_goes_along() -> None:
    async def story() -> None:
        async with open_house(lines=shared()) as house:
            told = house.rings_up()
            await house.passes(0.5)
            house.telephone.press(CALL, "2")
            await house.passes(2)

            asked = house.only(LevelAsked)
            assert (asked.level, asked.reason, asked.how) == ("jilin", LevelReason.PROVINCE, "key")
            assert told.line.sent_to == [("level", "043180012345")]
            assert told.line.variables["CC_CARRY"] == "c1^province_matter^"
            assert told.heard[-1] == "transferring"
            assert not house.of(CallQueued)

    at_once(story())


def test_nav_03_a_province_that_does_not_answer_leaves_him_with_his_city() -> None:
    async def story() -> None:
        async with open_house(lines=shared()) as house:
            house.rings_up()
            await house.passes(0.5)
            house.telephone.press(CALL, "2")
            await house.passes(2)
            house.returns("c2")  # the dialplan brings him back; a fresh story begins
            await house.passes(1)

            assert house.only(CallQueued).queue == "general"

    at_once(story())


def test_nav_03_the_province_has_the_same_menu_and_whoever_presses_its_key_is_there() -> None:
    async def story() -> None:
        province = LEVELS.model_copy(update={"own": "jilin"})
        async with open_house(lines=shared(), levels=province) as house:
            house.rings_up()
            await house.passes(0.5)
            house.telephone.press(CALL, "2")
            await house.passes(0.5)

            of_city(house)  # no other level is asked

    at_once(story())


def test_nav_02_who_comes_from_another_level_hears_no_menu_and_his_context_is_known() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up(handed=f"jilin/city_matter/{TICKET}/prov-1.9")
            await house.passes(0.5)

            came = house.only(CameFromLevel)
            assert (came.level, came.reason, came.ticket_no) == ("jilin", "city_matter", TICKET)
            assert (came.their_call, came.taken) == ("prov-1.9", True)
            assert house.only(WayIn).why == "level:jilin"
            assert house.only(CallQueued).queue == "general"
            assert "welcome" not in told.heard

    at_once(story())


def test_nav_05_the_province_takes_what_a_city_has_not_solved_with_its_ticket() -> None:
    async def story() -> None:
        province = LEVELS.model_copy(update={"own": "jilin"})
        async with open_house(levels=province) as house:
            house.rings_up(handed=f"changchun/unresolved/{TICKET}/cc1-1.7")
            await house.passes(0.5)

            assert house.only(CameFromLevel).taken
            assert house.only(CallQueued).queue == "general"

    at_once(story())


def test_nav_05_the_province_sends_anything_else_to_its_city() -> None:
    async def story() -> None:
        province = LEVELS.model_copy(update={"own": "jilin"})
        async with open_house(levels=province) as house:
            told = house.rings_up(handed="changchun/unresolved//cc1-1.7")
            await house.passes(3)

            assert not house.only(CameFromLevel).taken
            back = house.only(LevelAsked)
            assert (back.level, back.reason, back.how) == ("changchun", LevelReason.CITY, "rule")
            assert told.line.sent_to == [("level", "043112345")]
            assert not house.of(CallQueued)

    at_once(story())


def test_a_call_from_110_is_an_emergency_whatever_a_level_says_of_it() -> None:
    """I14."""

    async def story() -> None:
        async with open_house() as house:
            house.rings_up(dialled="12345110", handed="jilin/city_matter//x")
            await house.passes(0.5)

            assert house.only(CallQueued).queue == "police"

    at_once(story())
