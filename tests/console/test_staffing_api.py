"""Needed, rostered, here; the ratio, what-if, shifts, seasons; rosters; the break after a call."""

import base64
from dataclasses import replace
from datetime import date, timedelta

import pytest

from acd.directory import Place
from acd.forecast import HALF_HOURS
from acd.happenings import LegEnded, TimePassed
from acd.patience import Waits
from hotline.staffing_facts import RosterChanged, WellbeingBreakTaken
from kernel.ids import QueueName, SeatId
from kernel.legs import LegEnd
from tests.console.house import CALL, OpenHouse
from tests.console.staffing_office import RULES

MONDAY = date(2026, 11, 23)  # the clock stands at 09:00 in China
HEADS = "日期,工号,班次,开始,结束,值班长\n"


def three_weeks(house: OpenHouse, calls_per_day: float) -> None:
    counts = [round(calls) for calls in RULES.typical_calls(calls_per_day)]
    for n in range(1, 22):
        house.inside.staffing.past.calls(MONDAY - timedelta(days=n), counts)


def roster_body(text: str, name: str = "十一月.csv") -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(text.encode()).decode()}


async def test_seat_03_needed_rostered_and_signed_in_now_with_the_gap_in_words(
    house: OpenHouse,
) -> None:
    three_weeks(house, 300)
    house.inside.staffing.roster.put("1001", 8, 17, MONDAY, leader=True)
    house.inside.staffing.roster.put("1002", 8, 9.5, MONDAY)
    house.inside.seat(2)
    chief = await house.signed_in("supervisor")

    body = (await chief.ask("GET", "/api/staffing/today")).body

    now = body["now"]
    assert (now["needed"], now["rostered"], now["signed_in"]) == (5, 2, 1)
    assert now["gap"] == 4
    assert now["words_zh"] == "09:00-09:30 需 5 席，排班 2 人，签入 1 人，缺 4 人"
    assert now["words_en"].endswith("5 seats needed, 2 rostered, 1 signed in: 4 short")
    assert [row["words_en"][:11] for row in body["next"]] == [
        "09:30-10:00", "10:00-10:30", "10:30-11:00", "11:00-11:30",
    ]  # fmt: skip
    assert body["next"][0]["rostered"] == 1
    assert body["roll"]["missing"] == ["1001"]
    assert body["roll"]["leader_here"] is False
    assert (body["basis"]["learned"], body["basis"]["of"]) == (True, "mon")
    assert len(body["half_hours"]) == HALF_HOURS


async def test_without_a_history_the_typical_day_stands_in_and_it_is_said(house: OpenHouse) -> None:
    chief = await house.signed_in("administrator")

    body = (await chief.ask("GET", "/api/staffing/today")).body
    tomorrow = (await chief.ask("GET", "/api/staffing/day?day=2026-11-24")).body

    assert (body["basis"]["learned"], body["basis"]["days"]) == (False, 0)
    assert body["now"]["rostered"] is None
    assert "未排班" not in body["now"]["words_zh"], "who is signed in is known"
    assert body["roll"] is None
    assert tomorrow["peak_seats"] == 34


async def test_the_past_is_read_once_a_day_and_the_morning_corrects_the_rest(
    house: OpenHouse,
) -> None:
    three_weeks(house, 300)
    chief = await house.signed_in("supervisor")
    calm = (await chief.ask("GET", f"/api/staffing/day?day={MONDAY + timedelta(days=7)}")).body
    before = house.inside.staffing.past.asked
    busy = [3 * round(calls) for calls in RULES.typical_calls(300)][:18]
    house.inside.staffing.past.calls(MONDAY, busy)

    body = (await chief.ask("GET", "/api/staffing/today")).body

    assert house.inside.staffing.past.asked == before + 1, "today alone"
    later = body["half_hours"][20]["calls"] / calm["half_hours"][20]["calls"]
    assert 1.5 < later < 3.0
    assert calm["now"] is None


async def test_seat_01_the_ratio_comes_with_its_policy_population_and_date(
    house: OpenHouse,
) -> None:
    house.inside.seat(1)
    chief = await house.signed_in("supervisor")

    body = (await chief.ask("GET", "/api/staffing/ratio")).body

    changchun = body["rows"][0]
    assert (body["seats_per_million"], body["agents_per_seat"], body["rounding"]) == (15, 3, "ceil")
    assert (changchun["population"], changchun["as_of"]) == (9066906, "2020-11-01")
    assert (changchun["required_seats"], changchun["required_agents"]) == (137, 411)
    assert (changchun["configured_seats"], changchun["signed_in"]) == (5, 1)
    assert (body["together"]["seats"], body["together"]["seats_apart"]) == (362, 367)


async def test_seat_02_the_seats_are_listed_by_where_they_stand(house: OpenHouse) -> None:
    """On site, remote, at home; with a phone or without, in use, manned."""
    seats = house.inside.directory.directory.seats
    home = SeatId("S002")
    seats[home] = replace(seats[home], place=Place.HOME, active=False)
    house.inside.seat(1)
    chief = await house.signed_in("supervisor")

    rows = (await chief.ask("GET", "/api/staffing/ratio")).body["inventory"]

    kept = ("place", "seats", "without_phone", "out_of_use", "signed_in")
    assert [tuple(row[key] for key in kept) for row in rows] == [
        ("home", 1, 0, 1, 0),
        ("physical", 4, 1, 0, 1),
    ]


async def test_seat_02_merging_small_centres_is_asked_by_district_or_by_calls(
    house: OpenHouse,
) -> None:
    chief = await house.signed_in("supervisor")

    found = (await chief.ask("GET", "/api/staffing/what-if?centres=220581,12333:900")).body

    assert [row["name"] for row in found["apart"]] == ["220581", "12333"]
    assert found["apart"][0]["calls_per_day"] == 764.0
    apart = sum(row["peak_seats"] for row in found["apart"])
    assert found["seats_saved"] == apart - found["together"]["peak_seats"] > 0


@pytest.mark.parametrize(
    ("centres", "status", "code"),
    [
        ("220581,990000", 404, "unknown-centre"),
        ("220581", 422, "bad-form"),
        ("a:1,a:2", 422, "bad-form"),
        ("a:x,b:2", 422, "bad-form"),
    ],
)
async def test_a_centre_that_nobody_knows_is_refused(
    house: OpenHouse, centres: str, status: int, code: str
) -> None:
    chief = await house.signed_in("supervisor")

    answer = await chief.ask("GET", f"/api/staffing/what-if?centres={centres}")

    assert (answer.status, answer.body["code"]) == (status, code)


async def test_shifts_are_proposed_for_a_day(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")

    body = (await chief.ask("GET", "/api/staffing/shifts?day=2026-11-24")).body

    assert (body["way"], body["day"]) == ("plain", "2026-11-24")
    assert body["heads"] == sum(row["agents"] for row in body["shifts"])
    assert body["worked_hours"] >= body["needed_hours"] == 382.5


async def test_a_day_far_away_is_refused(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")

    answer = await chief.ask("GET", "/api/staffing/day?day=2029-01-01")

    assert (answer.status, answer.body["code"]) == (422, "bad-form")


async def test_patience_is_shown_where_enough_have_given_up(house: OpenHouse) -> None:
    house.inside.staffing.past.waited = {
        QueueName("general"): Waits(1_000, 30_000.0, 100, 6_000.0),
        QueueName("korean"): Waits(5, 100.0, 1, 20.0),
        QueueName("expert"): Waits(5, 100.0),
    }
    chief = await house.signed_in("supervisor")

    rows = (await chief.ask("GET", "/api/staffing/patience")).body["queues"]

    assert [(row["queue"], row["mean_s"], row["error_s"], row["gave_up"]) for row in rows] == [
        ("expert", None, None, 0),
        ("general", 300.0, 30.0, 100),
        ("korean", None, None, 1),
    ]


async def test_rpt_07_the_months_ahead_by_category_with_peaks_that_want_a_plan(
    house: OpenHouse,
) -> None:
    """The heating season runs on this day: its end is no peak."""
    known = {MONDAY - timedelta(days=n): 12 for n in range(1, 60)}
    house.inside.staffing.past.tickets = {"0101": known, "0201": known}
    chief = await house.signed_in("supervisor")

    rows = (await chief.ask("GET", "/api/staffing/seasons")).body["outlooks"]

    assert [row["category"] for row in rows] == ["", "0101", "0201"]
    assert [row["season"] for row in rows] == ["", "", "heating"]
    assert rows[1]["name"] == "消费"
    assert rows[2]["months"][0]["first"] == "2026-12-01"
    assert rows[2]["peak"] is None


async def test_seat_03_a_roster_is_taken_over_from_a_file_and_journaled(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    text = HEADS + "2026-11-24,1001,早班,08:00,16:30,是\n2026-11-24,1002,夜班,22:00,07:30,\n"

    taken = await chief.ask("POST", "/api/roster", roster_body(text))
    again = await chief.ask("POST", "/api/roster", roster_body(text))
    shown = (await chief.ask("GET", "/api/roster?day=2026-11-25")).body

    assert (taken.status, taken.body) == (
        200,
        {"shifts": 2, "replaced": 0, "days": ["2026-11-24"]},
    )
    assert again.body["replaced"] == 2
    assert [(row["agent"], row["name"], row["leader"]) for row in shown["shifts"]] == [
        ("1002", "夜班", False)
    ]
    (fact, _) = [f for f in house.inside.journal.facts if isinstance(f, RosterChanged)]
    assert (fact.by, fact.first, fact.shifts) == ("supervisor", date(2026, 11, 24), 2)


async def test_a_wrong_roster_changes_nothing_and_names_each_line(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    text = HEADS + "2026-11-24,1001,早班,08:00,16:30,是\n2026-11-24,9999,早班,8h,16:30,\n"

    answer = await chief.ask("POST", "/api/roster", roster_body(text))

    assert (answer.status, answer.body["code"]) == (422, "bad-form")
    assert [(field["field"], field["code"]) for field in answer.body["fields"]] == [
        ("第 3 行 工号 9999", "roster-agent"),
        ("第 3 行 开始 8h", "roster-time"),
    ]
    assert answer.body["fields"][0]["problem"] == "通讯录中没有这个在岗工号。"
    assert house.inside.staffing.roster.stands == []


async def test_what_is_no_base64_is_no_file(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")

    answer = await chief.ask("POST", "/api/roster", {"name": "r.csv", "content": "这不是"})

    assert (answer.status, answer.body["code"]) == (422, "bad-form")


async def test_agents_see_neither_rosters_nor_plans(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    codes = [
        (await agent.ask("GET", path)).body["code"]
        for path in ("/api/staffing/today", "/api/roster", "/api/staffing/occupancy")
    ]

    assert set(codes) == {"wrong-role"}


async def test_hr_02_after_a_hard_call_the_agent_takes_a_break_that_nobody_refuses(
    house: OpenHouse,
) -> None:
    """During the call it is wished for and begins after it; it is journaled with the call."""
    house.inside.talk(1)
    agent = await house.signed_in("agent")

    taken = await agent.ask("POST", "/api/seat/wellbeing", {"why": "abuse"})

    assert (taken.status, taken.body) == (200, {"call": CALL, "until": None})
    seat = house.inside.floor.snapshot().seats[0]
    assert (seat.presence.value, seat.pause_reason) == ("paused", "wellbeing")
    facts = [f for f in house.inside.journal.facts if isinstance(f, WellbeingBreakTaken)]
    assert [(fact.call, fact.agent, fact.why) for fact in facts] == [(CALL, "1001", "abuse")]


async def test_hr_02_the_break_may_be_taken_some_minutes_after_the_call_and_not_the_next_day(
    house: OpenHouse,
) -> None:
    house.inside.talk(1)
    leg = house.inside.floor.snapshot().seats[0].leg
    assert leg is not None
    house.inside.floor.take(LegEnded(leg, LegEnd.HUNG_UP))
    house.inside.clock.advance(20 * 60)
    house.inside.floor.take(TimePassed())  # the wrap-up is over
    agent = await house.signed_in("agent")

    soon = await agent.ask("POST", "/api/seat/wellbeing", {"why": "crisis"})
    house.inside.clock.advance(20 * 60)
    late = await agent.ask("POST", "/api/seat/wellbeing", {"why": "crisis"})

    assert soon.status == 200
    assert (late.status, late.body["code"]) == (409, "no-call-to-rest-from")


async def test_hr_02_occupancy_of_each_agent_for_the_supervisor(house: OpenHouse) -> None:
    house.inside.talk(1)
    house.inside.seat(2)
    house.inside.clock.advance(3000)
    house.inside.staffing.occupancy.look()
    chief = await house.signed_in("supervisor")

    rows = (await chief.ask("GET", "/api/staffing/occupancy")).body["agents"]

    assert [(row["agent"], row["name"]) for row in rows] == [
        ("1001", "话务员1"),
        ("1002", "话务员2"),
    ]
    assert rows[0]["occupancy"] > 0.99
    assert rows[0]["since"] is not None
    assert (rows[1]["occupancy"], rows[1]["since"], rows[1]["at_work_s"]) == (0.0, None, 3000.0)
