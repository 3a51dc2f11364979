"""The ratio of SEAT-01 by district, and what merging small centres saves (SEAT-02)."""

from datetime import date
from itertools import repeat

import pytest

from acd.day_plan import Centre, Handling, peak_of, plan_day, seat_hours, what_if
from acd.forecast import HALF_HOURS
from acd.seat_ratio import Districts, Rounding, load_districts
from acd.staffing import Goal
from acd.staffing_rules import StaffingRules, load_staffing_rules
from tests.acd.centre import ROOT

HANDLING = Handling(213.0, 300.0)
JILIN = load_districts(ROOT / "config" / "districts.yaml")
RULES: StaffingRules = load_staffing_rules(ROOT / "config" / "staffing.yaml")
# Gansu, 7th census: population in 10,000; seats by the yardstick of Jilin
GANSU = {
    "兰州": (435.94, 66), "天水": (298.47, 45), "定西": (252.41, 38), "陇南": (240.73, 37),
    "庆阳": (217.97, 33), "临夏": (210.98, 32), "平凉": (184.86, 28), "白银": (151.21, 23),
    "武威": (146.50, 22), "张掖": (113.10, 17), "酒泉": (105.57, 16), "甘南": (69.18, 11),
    "金昌": (43.80, 7), "嘉峪关": (31.27, 5),
}  # fmt: skip


def rounded(rounding: Rounding) -> Districts:
    return JILIN.model_copy(update={"rounding": rounding})


def test_seat_01_fifteen_seats_per_million_and_three_agents_each_by_district() -> None:
    """F1: each district is rounded up; Changchun's 136.0036 tells the two policies apart."""
    seats = [JILIN.required_seats(code) for code in JILIN.districts]
    province = JILIN.together(JILIN.districts)

    assert seats == [137, 55, 28, 15, 20, 15, 34, 24, 30, 8, 1]
    assert (province.population, province.seats, province.seats_apart) == (24_073_453, 362, 367)
    assert (province.agents, province.raw_seats) == (1086, pytest.approx(361.10, abs=0.005))
    assert rounded(Rounding.ROUND).required_seats("220100") == 136


@pytest.mark.parametrize(("population", "seats"), GANSU.values(), ids=GANSU)
def test_seat_01_holds_as_a_yardstick_for_another_province(population: float, seats: int) -> None:
    """F2."""
    assert JILIN.seats_for(round(population * 10_000)) == seats


def test_seat_01_population_is_dated_reference_data() -> None:
    assert {each.as_of.isoformat() for each in JILIN.districts.values()} == {"2020-11-01"}
    assert all(each.source for each in JILIN.districts.values())


def centre(name: str, calls_per_day: float) -> Centre:
    return Centre(name, tuple(RULES.typical_calls(calls_per_day)))


def test_seat_02_small_centres_merged_need_fewer_seats() -> None:
    """Meihekou, Baishan and Liaoyuan in one line: by load, by hours and by the ratio."""
    goal = RULES.goal.goal()
    small = {"220581": 764.0, "220600": 1428.0, "220400": 1495.0}

    found = what_if([centre(*each) for each in small.items()], HANDLING, goal)
    by_ratio = JILIN.together(small)

    assert [each.peak_seats for each in found.apart] == [10, 16, 16]
    assert (found.seats_apart, found.together.peak_seats, found.seats_saved) == (42, 32, 10)
    assert found.hours_saved > 100
    assert found.together.occupancy > max(each.occupancy for each in found.apart)
    assert (by_ratio.seats_apart, by_ratio.seats) == (38, 37)


def test_seat_02_two_large_centres_gain_little_by_merging() -> None:
    goal = RULES.goal.goal()

    small = what_if([centre("a", 1_000), centre("b", 1_000)], HANDLING, goal)
    large = what_if([centre("a", 20_000), centre("b", 20_000)], HANDLING, goal)

    assert small.seats_saved / small.seats_apart > 0.15
    assert large.seats_saved / large.seats_apart < 0.05


def test_a_day_is_planned_half_hour_by_half_hour() -> None:
    goal = RULES.goal.goal()

    plan = plan_day(RULES.typical_calls(4_000), HANDLING, goal)

    assert len(plan) == HALF_HOURS
    peak = peak_of(plan)
    assert (peak.label, peak.manned, peak.seats) == ("09:30-10:00", 33, 34)
    assert all(each.answered >= 0.95 and each.in_time >= 0.95 for each in plan)
    assert (plan[0].seats, plan[-1].label) == (5, "23:30-24:00")
    assert seat_hours(plan) == 382.5


def test_an_hour_without_calls_still_has_people() -> None:
    """CH-01: 7x24."""
    plan = plan_day(list(repeat(0.0, HALF_HOURS)), HANDLING, Goal(least=2))

    assert {(each.manned, each.seats, each.answered) for each in plan} == {(0, 2, 1.0)}


def test_seasons_go_over_the_turn_of_the_year() -> None:
    heating = RULES.seasons["heating"]

    assert heating.holds(date(2026, 1, 5)) and heating.holds(date(2026, 11, 21))
    assert not heating.holds(date(2026, 7, 1))
    assert heating.next_start(date(2026, 7, 1)) == date(2026, 10, 15)
    assert heating.next_start(date(2026, 11, 21)) == date(2027, 10, 15)


@pytest.mark.parametrize(("needed", "tolerated"), [(0, 0), (5, 0), (20, 1), (100, 9)])
def test_a_few_missing_seats_are_no_alarm_in_a_large_centre(needed: int, tolerated: int) -> None:
    assert RULES.understaffed.tolerated(needed) == tolerated
