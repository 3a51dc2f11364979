"""Water, power, gas, heat, network by district and hour (UTL-01, UTL-02)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telephony.utilities import (
    BadUtilities,
    Kind,
    UnknownUtility,
    Utilities,
    Wanted,
    check_utilities,
    load_utilities,
)

CONFIG = Path(__file__).parents[2] / "config"
UTILITIES = load_utilities(CONFIG / "utilities.yaml")
NIGHT = datetime(2026, 1, 10, 18, 0, tzinfo=UTC)  # 02:00 in China
NOON = NIGHT + timedelta(hours=10)
NANGUAN, KUANCHENG, ELSEWHERE = "220102", "220103", "220104"


def test_utl_01_the_directory_has_water_power_gas_heat_and_network_for_every_district() -> None:
    for kind in Kind:
        for district in (NANGUAN, KUANCHENG, ELSEWHERE, "999999"):
            assert UTILITIES.utility(kind).service(district).number.isdigit()


def test_utl_01_a_district_has_its_own_company() -> None:
    numbers = {d: UTILITIES.way("heat", d, NOON).number for d in (NANGUAN, KUANCHENG, ELSEWHERE)}

    assert len(set(numbers.values())) == 3


def test_utl_01_an_unknown_utility_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownUtility, match=r"no utility 'steam'.*water, power, gas, heat"):
        UTILITIES.way("steam", NANGUAN, NOON)


def test_utl_02_who_answers_round_the_clock_is_rung_at_two_in_the_morning() -> None:
    assert UTILITIES.way("heat", NANGUAN, NIGHT).number == "043188800401"
    assert UTILITIES.way("power", ELSEWHERE, NIGHT).number == "95598"


def test_utl_02_out_of_hours_the_number_that_answers_then_is_rung() -> None:
    way = UTILITIES.way("heat", KUANCHENG, NIGHT)

    assert (way.number, way.instead) == ("043188800401", True)
    assert not UTILITIES.way("heat", KUANCHENG, NOON).instead


def test_utl_02_where_nobody_answers_at_night_an_urgent_ticket_is_opened() -> None:
    assert UTILITIES.way("heat", ELSEWHERE, NIGHT).number is None
    assert UTILITIES.way("heat", ELSEWHERE, NOON).number == "043188800404"


@pytest.mark.parametrize("district", [NANGUAN, KUANCHENG, ELSEWHERE])
@pytest.mark.parametrize("hour", range(24))
def test_utl_02_at_every_hour_something_is_done(district: str, hour: int) -> None:
    """A number that answers now, or a ticket: there is no third way, so no "call back tomorrow"."""
    now = NIGHT + timedelta(hours=hour)
    way = UTILITIES.way("heat", district, now)
    service = UTILITIES.utility("heat").service(district)

    rung_in_vain = way.number == service.number and not UTILITIES.is_open(service, now)
    assert not rung_in_vain
    assert UTILITIES.way("heat", district, now, wanted=Wanted.TICKET).number is None


def test_utl_02_a_number_that_failed_is_not_rung_again() -> None:
    tried = UTILITIES.way("heat", KUANCHENG, NOON, wanted=Wanted.INSTEAD)

    assert tried.number == "043188800401"
    assert UTILITIES.way("water", ELSEWHERE, NOON, wanted=Wanted.INSTEAD).number is None


def test_hours_over_midnight_hold_on_both_sides_of_it() -> None:
    plain = UTILITIES.model_dump(mode="json", exclude_none=True)
    hours = {"start": "20:00", "end": "08:00"}
    plain["utilities"]["gas"]["districts"] = {"elsewhere": {"number": "1234567", "hours": hours}}
    found = Utilities.model_validate(plain)

    assert found.way("gas", NANGUAN, NIGHT).number == "1234567"
    assert found.way("gas", NANGUAN, NOON).number is None


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("  gas:\n", "  steam:\n", "water.*power"),
        ('"95598"', '"95598;x"', "95598;x"),
        ('elsewhere: {number: "10000"}', '"220102": {number: "10000"}', "elsewhere is missing"),
        ('end: "20:00"}}', 'end: "08:00"}}', "the same"),
    ],
)
def test_utl_01_a_broken_directory_stops_the_start(
    tmp_path: Path, good: str, bad: str, says: str
) -> None:
    text = (CONFIG / "utilities.yaml").read_text(encoding="utf-8")
    assert good in text
    (tmp_path / "utilities.yaml").write_text(text.replace(good, bad, 1), encoding="utf-8")

    with pytest.raises(BadUtilities, match=says):
        load_utilities(tmp_path / "utilities.yaml")


def test_utl_02_the_ticket_that_is_opened_has_a_category_of_the_catalogue() -> None:
    with pytest.raises(BadUtilities, match=r"utilities.water.category_code: .*'0202010101'"):
        check_utilities(UTILITIES, is_category=lambda code: code != "0202010101")


def test_all_numbers_are_told_once_to_whoever_renders_the_dialplan() -> None:
    assert "95598" in UTILITIES.numbers
    assert len(UTILITIES.numbers) == len(set(UTILITIES.numbers))
