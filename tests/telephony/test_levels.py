"""Who may be sent to which level of the province, and why (NAV-01 ... NAV-06)."""

from pathlib import Path

import pytest

from kernel.errors import BadSettings
from telephony.handed import Handed
from telephony.levels import (
    BadLevels,
    Levels,
    TicketNeeded,
    UnknownLevel,
    WrongReason,
    check_levels,
)
from telephony.menu import Choice
from telephony.menu_file import load_levels
from telephony.passed_on import LevelReason

CONFIG = Path(__file__).parents[2] / "config"
CITY = load_levels(CONFIG / "levels.yaml")
PROVINCE = CITY.model_copy(update={"own": "jilin"})
TICKET = "22010020261121000007"


def changed(**levels: dict[str, object]) -> Levels:
    plain = CITY.model_dump(exclude_none=True)
    for name, change in levels.items():
        plain["levels"][name] = {**plain["levels"].get(name, {}), **change}
    return Levels.model_validate(plain)


@pytest.mark.parametrize("reason", [LevelReason.PROVINCE, LevelReason.CROSS_CITY])
def test_nav_02_a_city_sends_up_what_is_the_provinces(reason: LevelReason) -> None:
    sending = CITY.sending("jilin", reason)

    assert (sending.level, sending.number, sending.trunk) == ("jilin", "043180012345", "")
    assert sending.headers("cc1-1.7") == {"X-12345-Call": "cc1-1.7", "X-12345-Reason": reason}
    assert sending.carried("cc1-1.7") == f"cc1-1.7^{reason}^"


def test_nav_02_the_province_sends_a_citys_matter_back_to_that_city() -> None:
    sending = PROVINCE.sending("yanbian", LevelReason.CITY, TICKET)

    assert (sending.level, sending.reason) == ("yanbian", LevelReason.CITY)
    assert sending.headers("j-1.1")["X-12345-Ticket"] == TICKET


@pytest.mark.parametrize(
    ("levels", "to", "reason", "error"),
    [
        (CITY, "jilin", LevelReason.CITY, WrongReason),
        (PROVINCE, "changchun", LevelReason.PROVINCE, WrongReason),
        (CITY, "yanbian", LevelReason.CROSS_CITY, UnknownLevel),  # cities only by the province
        (CITY, "nanguan", LevelReason.CITY, UnknownLevel),  # a county has no centre
        (CITY, "changchun", LevelReason.CITY, UnknownLevel),  # ourselves
        (CITY, "moon", LevelReason.PROVINCE, UnknownLevel),
    ],
)
def test_nav_02_no_call_goes_where_its_reason_does_not_lead(
    levels: Levels, to: str, reason: LevelReason, error: type[Exception]
) -> None:
    with pytest.raises(error):
        levels.sending(to, reason)


def test_nav_05_what_a_city_could_not_solve_goes_up_with_its_ticket_alone() -> None:
    with pytest.raises(TicketNeeded):
        CITY.sending("jilin", LevelReason.UNRESOLVED)

    sending = CITY.sending("jilin", LevelReason.UNRESOLVED, TICKET)

    assert sending.headers("cc1-1.7")["X-12345-Ticket"] == TICKET


@pytest.mark.parametrize(
    ("told", "takes"),
    [
        ("changchun/province_matter//cc1-1.7", True),
        ("changchun/cross_city//cc1-1.7", True),
        (f"changchun/unresolved/{TICKET}/cc1-1.7", True),
        ("changchun/unresolved//cc1-1.7", False),
        ("changchun/city_matter//cc1-1.7", False),
        ("changchun/whatever//", False),
        ("changchun///", True),  # its headers got lost on the way: a person asks him
    ],
)
def test_nav_05_the_province_takes_three_kinds_and_sends_the_rest_to_their_city(
    told: str, takes: bool
) -> None:
    handed = Handed.decode(told)

    assert handed is not None
    assert PROVINCE.takes(handed) is takes
    back = PROVINCE.back(handed)
    assert back is not None
    assert (back.level, back.reason) == ("changchun", LevelReason.CITY)


def test_nav_05_a_city_takes_whatever_comes_down() -> None:
    assert CITY.takes(Handed(level="jilin", reason="unresolved"))


def test_a_call_that_no_level_has_handed_over_is_none() -> None:
    assert Handed.decode("") is None
    assert Handed.decode("///") is None
    assert Handed.decode("jilin") is None


def test_nav_06_the_tree_has_one_province_and_every_other_level_below_a_higher_one() -> None:
    assert CITY.below("jilin") == frozenset(CITY.levels)
    assert CITY.below("changchun") >= {"changchun", "nanguan", "housing"}
    assert CITY.below("nanguan") == {"nanguan"}


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        ({"nanguan": {"parent": "moon"}}, "no level above it"),
        ({"changchun": {"parent": "nanguan"}}, "no level above it"),
        ({"second": {"kind": "province", "name_zh": "省", "name_en": "P"}}, "one province"),
        ({"lost": {"kind": "city", "name_zh": "市", "name_en": "C"}}, "names its parent"),
    ],
)
def test_nav_06_a_tree_that_is_none_is_refused(
    levels: dict[str, dict[str, object]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        changed(**levels)


def test_nav_01_his_city_is_known_by_trunk_number_or_area() -> None:
    levels = changed(
        jilin_city={"home": {"to": {"queue": "jilin_city"}, "areas": ["0432"]}},
        siping={"home": {"to": {"queue": "siping"}, "trunks": ["sip-siping"]}},
        yanbian={"home": {"to": {"queue": "yanbian"}, "dialled": ["043312345"]}},
    )

    def home(trunk: str = "t", dialled: str = "12345", area: str = "") -> str | None:
        found = levels.home_of(trunk, dialled, area)
        return found[0] if found else None

    assert home(area="0432") == "jilin_city"
    assert home(trunk="sip-siping") == "siping"
    assert home(dialled="043312345") == "yanbian"
    assert home() is None


def test_nav_01_two_cities_cannot_claim_the_same_citizens() -> None:
    with pytest.raises(ValueError, match="area 0432 is the home of two levels"):
        changed(
            jilin_city={"home": {"to": {"queue": "a"}, "areas": ["0432"]}},
            siping={"home": {"to": {"queue": "b"}, "areas": ["0432"]}},
        )


def test_a_menu_that_leads_to_a_level_without_a_centre_stops_the_start() -> None:
    key = Choice.model_validate({"queue": "general", "level": "nanguan"})

    with pytest.raises(BadLevels, match=r"menus.yaml: menus.level: .*'nanguan'"):
        check_levels(CITY, queues={"general"}, phrases=set(), menus={"level": [key]})


def test_a_queue_or_an_insert_that_there_is_not_stops_the_start() -> None:
    with pytest.raises(BadLevels, match=r"levels.yaml: incoming.queue: .*'general'"):
        check_levels(CITY, queues={"other"}, phrases=set(), menus={})
    inserted = CITY.model_copy(update={"inserts": {"main": ("no_such_phrase",)}})
    with pytest.raises(BadLevels, match=r"inserts.main: there is no phrase 'no_such_phrase'"):
        check_levels(inserted, queues={"general"}, phrases=set(), menus={"main": []})


def test_a_broken_file_is_told_with_key_and_value(tmp_path: Path) -> None:
    file = tmp_path / "levels.yaml"
    text = (CONFIG / "levels.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("own: changchun", "own: moon"), encoding="utf-8")

    with pytest.raises(BadSettings, match=r"levels.yaml.*there is no level 'moon'"):
        load_levels(file)
