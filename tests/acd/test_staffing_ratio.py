"""The ratio of SEAT-01 by district, and what merging small centres saves (SEAT-02)."""

import copy
from dataclasses import replace
from datetime import date, timedelta
from itertools import repeat
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from acd.day_plan import Centre, Handling, peak_of, plan_day, seat_hours, what_if
from acd.directory import Directory, Place
from acd.forecast import HALF_HOURS
from acd.happenings import ForcedTo, SupervisorForces
from acd.seat_ratio import Districts, Rounding, load_districts, seat_inventory
from acd.staffing import Goal, Load, erlang_a, seats_needed
from acd.staffing_rules import StaffingRules, load_staffing_rules
from kernel.ids import AgentNo, LegId, SeatId
from tests.acd.centre import ROOT, directory
from tests.acd.centre import Centre as Floor

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


def test_what_two_centres_would_save_is_reckoned_to_the_seat() -> None:
    """One busy half hour each: 3 erlangs, 6 together; the rest of the day nobody calls."""
    busy = (1800 * 3 / 213, *([0.0] * 47))
    goal = Goal()

    found = what_if([Centre("a", busy), Centre("b", busy)], HANDLING, goal)

    alone = seats_needed(Load(3 / 213, 213, 300), goal)
    both = seats_needed(Load(6 / 213, 213, 300), goal)
    assert [each.peak_seats for each in found.apart] == [alone, alone]
    assert (found.together.peak_seats, found.seats_saved) == (both, 2 * alone - both)
    assert (found.apart[0].seat_hours, found.hours_apart) == (alone / 2, alone)
    assert found.hours_saved == alone - both / 2
    assert found.apart[0].calls_per_day == pytest.approx(busy[0])
    answered = erlang_a(Load(3 / 213, 213, 300), alone, 15).answered
    assert found.apart[0].occupancy == pytest.approx(3 * answered / alone)


def test_centres_of_days_of_other_lengths_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="zip"):
        what_if([Centre("a", (1.0,) * 48), Centre("b", (1.0,) * 47)], HANDLING, Goal())


def test_where_nobody_calls_and_nobody_sits_nothing_is_occupied() -> None:
    quiet = Centre("a", (0.0,) * 48)

    found = what_if([quiet, quiet], HANDLING, Goal())

    assert (found.together.occupancy, found.together.seat_hours) == (0.0, 0.0)
    assert (found.seats_saved, found.hours_saved) == (0, 0.0)


def test_the_names_of_half_hours_go_round_the_clock() -> None:
    plan = plan_day([0.0] * HALF_HOURS, HANDLING, Goal())

    assert [plan[n].label for n in (0, 1, 19, 47)] == [
        "00:00-00:30",
        "00:30-01:00",
        "09:30-10:00",
        "23:30-24:00",
    ]
    assert peak_of(plan).n == 0, "the first of equals"


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


# ---- config/staffing.yaml ----------------------------------------------------------------------

CHECKED: dict[str, Any] = yaml.safe_load((ROOT / "config" / "staffing.yaml").read_text("utf-8"))


def changed(path: str, value: object) -> StaffingRules:
    """The file with one value changed; `path` as goal.least or shifts.types.0.hours."""
    raw = copy.deepcopy(CHECKED)
    *way, last = path.split(".")
    place: Any = raw
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return StaffingRules.model_validate(raw)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("goal.answered", 1.0, "less than 1"),
        ("goal.in_time", 0, "greater than 0"),
        ("goal.absent_share", 0.6, "less than or equal to 0.5"),
        ("goal.least", -1, "greater than or equal to 0"),
        ("until_measured.aht_s", 0, "greater than 0"),
        ("until_measured.ring_s", 31, "less than or equal to 30"),
        ("typical_day", [1] * 47, "at least 48"),
        ("typical_day", [1] * 49, "at most 48"),
        ("typical_day", [0] * 48, "no call at all"),
        ("forecast.alpha", 1.1, "less than or equal to 1"),
        ("forecast.at_most", 1, "greater than 1"),
        ("forecast.history_days", 13, "greater than or equal to 14"),
        ("forecast.fewest_days", 6, "greater than or equal to 7"),
        ("shifts.types", [], "at least 1"),
        ("shifts.types.0.start", [], "at least 1"),
        ("shifts.types.0.start", ["08:15"], "begins at a half hour"),
        ("shifts.types.0.start", ["08:00:30"], "begins at a half hour"),
        ("shifts.types.0.hours", 14.5, "less than or equal to 14"),
        ("shifts.types.0.hours", 8.25, "multiple of 0.5"),
        ("shifts.types.0.break_after_h", 8, "lies within its shift"),
        ("shifts.types.0.break_h", 2.5, "less than or equal to 2"),
        ("understaffed.seats", 0, "greater than or equal to 1"),
        ("occupancy.calm", 0.9, "must not lie above limit"),
        ("occupancy.at_work_minutes", 61, "longer than the window"),
        ("occupancy.window_minutes", 4, "greater than or equal to 5"),
        ("occupancy.limit", 1.1, "less than or equal to 1"),
        ("wellbeing.within_minutes", -1, "greater than or equal to 0"),
        ("seasons.heating.first", "13-01", "match pattern"),
        ("seasons.heating.last", "04-32", "match pattern"),
        ("seasons.heating.categories", [], "at least 1"),
        ("seasons.heating.weight", 0, "greater than 0"),
        ("seasons.heating.prepare_days", 181, "less than or equal to 180"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_wrong(path: str, value: object, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        changed(path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("goal.absent_share", 0.5),
        ("goal.least", 0),
        ("forecast.alpha", 1),
        ("shifts.types.0.break_after_h", None),
        ("shifts.types.0.break_after_h", 7.5),
        ("shifts.types.0.hours", 14),
        ("occupancy.calm", 0.85),
        ("occupancy.at_work_minutes", 60),
        ("wellbeing.within_minutes", 0),
    ],
)
def test_the_borders_of_the_settings_are_allowed(path: str, value: object) -> None:
    assert changed(path, value)


def test_settings_say_themselves_in_the_words_of_their_use() -> None:
    assert RULES.goal.goal() == Goal(0.95, 0.95, 15.0, 0.025, 2)
    assert RULES.until_measured.handling() == HANDLING
    rules = RULES.forecast.rules()
    assert (rules.alpha, rules.days_of_class, rules.at_most) == (0.3, 12, 2.0)
    assert (RULES.occupancy.window, RULES.occupancy.at_work) == (
        timedelta(hours=1),
        timedelta(minutes=45),
    )
    assert sum(RULES.typical_calls(4_000)) == pytest.approx(4_000)


def test_a_season_inside_one_year_holds_from_its_first_day_to_its_last() -> None:
    summer = RULES.seasons["heating"].model_copy(update={"first": "06-01", "last": "08-31"})
    days = (date(2026, 5, 31), date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 1))

    assert [summer.holds(day) for day in days] == [False, True, True, False]
    assert summer.next_start(date(2026, 6, 1)) == date(2026, 6, 1)
    assert summer.next_start(date(2026, 6, 2)) == date(2027, 6, 1)


def test_a_season_over_the_turn_of_the_year_has_both_its_ends() -> None:
    heating = RULES.seasons["heating"]
    days = (date(2026, 10, 14), date(2026, 10, 15), date(2026, 4, 15), date(2026, 4, 16))

    assert [heating.holds(day) for day in days] == [False, True, True, False]


def test_a_season_may_begin_on_the_last_day_of_a_month() -> None:
    """Where February has no 30th, the 28th stands in."""
    odd = RULES.seasons["heating"].model_copy(update={"first": "02-30"})

    assert odd.next_start(date(2026, 1, 1)) == date(2026, 2, 28)


def test_a_season_of_one_day_holds_on_it() -> None:
    one = RULES.seasons["heating"].model_copy(update={"first": "10-01", "last": "10-01"})
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2))

    assert [one.holds(day) for day in days] == [False, True, False]


def test_seat_02_seats_are_counted_by_district_and_place() -> None:
    """Who was signed out in the midst of a call sits there no longer."""
    people = directory(*[{"general": 1}] * 4)
    floor = Floor(people)
    floor.staff(1, 2)
    floor.call("c1")
    floor.answer(LegId("7-000001"))
    floor.take(SupervisorForces("leader", AgentNo("1001"), ForcedTo.SIGNED_OUT, "went home"))
    seats = dict(people.seats)
    home, bare = SeatId("S003"), SeatId("S004")
    seats[home] = replace(seats[home], place=Place.HOME, active=False)
    seats[bare] = replace(seats[bare], phone=None)
    now = Directory(people.agents, seats, {})

    found = seat_inventory(now, floor.floor.view(floor.clock.now()))

    assert [
        (one.place, one.seats, one.without_phone, one.out_of_use, one.signed_in) for one in found
    ] == [(Place.HOME, 1, 0, 1, 0), (Place.PHYSICAL, 3, 1, 0, 1)]
    assert {one.district for one in found} == {"220100"}


def test_seat_02_all_who_are_signed_in_are_counted() -> None:
    people = directory(*[{"general": 1}] * 3)
    floor = Floor(people)
    floor.staff(1, 2)

    (physical,) = seat_inventory(people, floor.floor.view(floor.clock.now()))

    assert (physical.seats, physical.signed_in) == (3, 2)
