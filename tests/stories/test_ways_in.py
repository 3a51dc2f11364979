"""How a citizen comes in: by which line, and to whom at once (MRG, SPC, EMG-02)."""

from acd.facts import CallQueued
from intake.known_callers import KnownCaller
from kernel.ids import CallId
from kernel.phone import WITHHELD
from telephony.facts import WayIn
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, open_house

GREETING = ["welcome", "recording_notice"]


def came(house: House) -> tuple[str, str, str]:
    way = house.only(WayIn)
    return way.line, way.why, way.queue


def test_an_elderly_caller_hears_no_menu_and_stands_in_line_at_once() -> None:
    """SPC-03."""

    async def story() -> None:
        async with open_house() as house:
            house.known = KnownCaller(lists=frozenset({"elderly"}))
            told = house.rings_up()
            await house.passes(SILENT / 2)

            assert came(house) == ("main", "list:elderly", "elderly")
            assert house.only(CallQueued).queue == "elderly"
            assert house.only(WayIn).language == ""  # nobody asked him
            assert told.heard[:2] == GREETING
            assert "menu" not in told.heard

    at_once(story())


def test_an_enterprise_that_presses_nothing_gets_its_own_seats() -> None:
    """SPC-01."""

    async def story() -> None:
        async with open_house() as house:
            house.known = KnownCaller(lists=frozenset({"enterprise"}))
            house.rings_up()
            await house.passes(SILENT)

            assert came(house) == ("main", "list:enterprise", "enterprise")

    at_once(story())


def test_a_key_goes_before_every_list() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.known = KnownCaller(lists=frozenset({"enterprise"}))
            house.rings_up()
            await house.passes(0.5)
            house.telephone.press(CallId("c1"), "0")
            await house.passes(0.5)

            assert house.only(CallQueued).queue == "general"

    at_once(story())


def test_who_chose_a_language_last_time_gets_it_by_silence() -> None:
    """SPC-02."""

    async def story() -> None:
        async with open_house() as house:
            house.known = KnownCaller(language="dongbei")
            house.rings_up()
            await house.passes(SILENT)

            assert came(house) == ("main", "language:dongbei", "dialect")
            assert house.only(WayIn).language == "dongbei"

    at_once(story())


def test_a_call_from_110_goes_before_everybody_and_hears_no_greeting() -> None:
    """EMG-02, I14: a database that hangs costs it nothing either."""

    async def story() -> None:
        async with open_house() as house:
            house.database_takes = 60
            told = house.rings_up(dialled="12345110")
            await house.passes(0.1)

            queued = house.only(CallQueued)
            assert (queued.queue, queued.priority) == ("police", 3)
            assert not {*GREETING, "menu"} & set(told.heard)

    at_once(story())


def test_a_call_to_a_former_hotline_stands_with_those_who_know_its_matters() -> None:
    """MRG-01."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up(dialled="12333")
            await house.passes(SILENT / 2)

            assert came(house) == ("labour", "line", "labour")
            assert house.only(CallQueued).needs == {"hotline:12333": 1}
            assert told.heard[:2] == GREETING

    at_once(story())


def test_a_database_that_hangs_makes_him_a_caller_like_any_other() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.known = KnownCaller(lists=frozenset({"elderly"}))
            house.database_takes = 60
            told = house.rings_up()
            await house.passes(SILENT + 1)

            assert came(house) == ("main", "menu", "general")
            assert told.heard[:3] == [*GREETING, "menu"]

    at_once(story())


def test_a_withheld_number_is_on_no_list() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.known = KnownCaller(lists=frozenset({"elderly"}))
            house.rings_up(caller=WITHHELD)
            await house.passes(SILENT)

            assert came(house) == ("main", "menu", "general")
            assert house.only(WayIn).caller_key is None

    at_once(story())
