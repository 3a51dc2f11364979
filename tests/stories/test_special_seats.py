"""Each way to a special seat through the whole story: key, list, area, language (SPC-01 ... 03)."""

from dataclasses import replace

import pytest

from acd.facts import CallQueued, SeatRung
from intake.known_callers import KnownCaller
from kernel.ids import CallId
from kernel.phone import PhoneNumber
from telephony.facts import WayIn
from telephony.lines import Lines
from tests.fakes.virtual_time import at_once
from tests.stories.stage import LINES, SILENT, open_house

LISTED = KnownCaller(lists=frozenset({"enterprise"}))
OLD = KnownCaller(lists=frozenset({"elderly"}))
YANBIAN = PhoneNumber.parse("0433-2512345")


@pytest.mark.parametrize(
    ("key", "queue", "skill"),
    [("1", "enterprise", "enterprise"), ("2", "dialect", "dialect:dongbei")],
)
def test_spc_01_and_spc_02_a_key_of_the_menu_leads_to_the_special_seat(
    key: str, queue: str, skill: str
) -> None:
    async def story() -> None:
        async with open_house(None, {"general": 3}, {"general": 1, skill: 2}) as house:
            await house.staff(1, 2)
            house.rings_up()
            await house.passes(0.5)
            house.telephone.press(CallId("c1"), key)
            await house.passes(0.5)

            assert (house.only(WayIn).why, house.only(CallQueued).queue) == ("menu", queue)
            assert house.only(SeatRung).seat == "S002"

    at_once(story())


def test_spc_01_an_enterprise_of_the_register_gets_its_seat_before_normal_calls() -> None:
    """SPC-06: its queue has priority; the register said who rings, no key was pressed."""

    async def story() -> None:
        async with open_house(None, {"general": 1, "enterprise": 3}) as house:
            house.rings_up("normal")
            await house.passes(SILENT)
            house.known = LISTED
            house.rings_up("firm")
            await house.passes(SILENT)
            await house.staff(1)
            await house.passes(0.5)

            assert house.of(WayIn)[-1].why == "list:enterprise"
            assert house.of(SeatRung)[0].call == "firm"

    at_once(story())


def test_spc_02_the_language_of_last_time_leads_to_its_seat_by_silence() -> None:
    async def story() -> None:
        async with open_house(None, {"general": 3}, {"dialect:dongbei": 2}) as house:
            await house.staff(1, 2)
            house.known = KnownCaller(language="dongbei")
            house.rings_up()
            await house.passes(SILENT)

            assert house.only(WayIn).why == "language:dongbei"
            assert house.only(SeatRung).seat == "S002"

    at_once(story())


def test_spc_03_the_area_he_rings_from_leads_to_the_language_spoken_there() -> None:
    """A must: the idle general seat is not rung."""

    async def story() -> None:
        async with open_house(None, {"general": 3}, {"minority_lang:ko": 2}, lines=korean()) as h:
            await h.staff(1)
            h.rings_up(caller=YANBIAN)
            await h.passes(SILENT + 60)
            before = len(h.of(SeatRung))
            await h.staff(2)
            await h.passes(0.5)

            assert (h.only(WayIn).why, h.only(CallQueued).queue) == ("area:0433", "korean")
            assert (before, h.only(SeatRung).seat) == (0, "S002")

    at_once(story())


def korean() -> Lines:
    """config/lines.yaml with the area code of Yanbian."""
    to = {"name_zh": "延边", "name_en": "Yanbian", "to": {"queue": "korean", "language": "ko"}}
    changed = LINES.model_dump(exclude_unset=True) | {"areas": {"0433": to}}
    return Lines.model_validate(changed)


def test_spc_03_elderly_callers_skip_every_menu_and_are_rung_for_at_once() -> None:
    async def story() -> None:
        async with open_house(None, {"general": 1}, {"elderly": 3}) as house:
            await house.staff(1, 2)
            house.known = replace(OLD, language="dongbei")  # the list goes before: no key for him
            told = house.rings_up()
            await house.passes(SILENT / 2)

            assert "menu" not in told.heard
            assert house.only(SeatRung).seat == "S002"

    at_once(story())
