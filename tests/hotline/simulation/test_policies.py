"""What each policy does with a few callers whose every number is written down."""

import pytest

from hotline.simulation.contest import ESTIMATES, POLICIES, contest
from hotline.simulation.day import Day, Kind
from hotline.simulation.draw import draw_day
from hotline.simulation.figures import figures, overtakings, wait_estimate
from hotline.simulation.floor_day import FloorDay
from hotline.simulation.outcome import Fate
from hotline.simulation.plain_queue import DEFAULT, ROUND_ROBIN, TUNED, PlainQueue, QueueSettings
from hotline.simulation.pooled import Pooled
from kernel.ids import QueueName, Skill
from tests.hotline.simulation.days import LETS_IT_RING, citizen, day, scenario, seat

DIALECT = Kind("dialect", QueueName("dialect"), {Skill("dialect:dongbei"): 2})
GENERAL = Kind("general", QueueName("general"), {Skill("general"): 1})


def waits(outcome_of: Day, settings: QueueSettings = DEFAULT) -> list[float]:
    return PlainQueue(outcome_of, settings).live().wait_s


# ---- the bounds


def test_without_ring_delay_a_free_seat_has_the_caller_at_once() -> None:
    found = Pooled(day([citizen(5), citizen(6)], [seat()]), rings=False).live()

    assert found.wait_s == [0, 69]
    assert found.busy_s == [140]


def test_with_ring_delay_the_caller_and_the_seat_both_wait_for_the_answer() -> None:
    found = Pooled(day([citizen(5), citizen(6)], [seat()]), rings=True).live()

    assert found.wait_s == [2, 73]


def test_who_loses_patience_in_line_or_while_it_rings_is_lost() -> None:
    people = [citizen(0), citizen(1, patience_s=50.0), citizen(2, patience_s=71.0)]
    found = Pooled(day(people, [seat()]), rings=True).live()

    assert found.fate == [Fate.ANSWERED, Fate.ABANDONED, Fate.ABANDONED]
    assert found.wait_s == [2, 50, 71]


def test_nobody_serves_before_his_shift_or_after_it() -> None:
    early = day([citizen(0), citizen(290)], [seat(present=[(100.0, 280.0)])])

    assert Pooled(early, rings=False).live().fate == [Fate.ANSWERED, Fate.ABANDONED]
    assert FloorDay(early).live().fate == [Fate.ANSWERED, Fate.ABANDONED]
    assert PlainQueue(early).live().fate == [Fate.ANSWERED, Fate.ABANDONED]


# ---- the floor


def test_the_floor_serves_the_next_caller_the_moment_the_seat_is_free() -> None:
    found = FloorDay(day([citizen(0), citizen(1)], [seat()])).live()

    assert found.wait_s == [2, 73]
    assert found.busy_s == [140]


def test_a_ring_in_vain_goes_to_another_seat_after_the_ring_limit() -> None:
    """The agent is paused; he is back after 20 s and takes the second caller."""
    people = [citizen(0, unanswered=LETS_IT_RING), citizen(12)]
    found = FloorDay(day(people, [seat(), seat()])).live()

    assert found.wait_s == [12, 20]
    assert sorted(found.seat) == [0, 1]
    assert found.wasted_s == 10


def test_who_is_away_is_paused_until_he_is_back() -> None:
    found = FloorDay(day([citizen(5)], [seat(away=[(0.0, 100.0)])])).live()

    assert found.wait_s == [97]


def test_an_agent_whose_shift_is_over_ends_his_call_first() -> None:
    found = FloorDay(day([citizen(0), citizen(1)], [seat(present=[(0.0, 30.0)])])).live()

    assert found.fate == [Fate.ANSWERED, Fate.ABANDONED]
    assert found.busy_s == [70]


def test_a_caller_with_a_rare_skill_waits_for_it_and_then_takes_any_seat() -> None:
    found = FloorDay(day([citizen(0)], [seat()], [DIALECT])).live()

    assert found.wait_s == [7]


# ---- app_queue


def test_app_queue_looks_once_a_second() -> None:
    """The seat is free at 72; he joined at 1.3 and looks at 72.3; two seconds later it answers."""
    assert waits(day([citizen(0), citizen(1.3)], [seat()])) == pytest.approx([2, 73])


def test_app_queue_rings_the_same_absent_phone_again_by_default_and_never_when_tuned() -> None:
    people = [citizen(0), citizen(100)]
    seats = [seat(away=[(90.0, 200.0)]), seat(away=[(0.0, 50.0)])]

    first = PlainQueue(day([citizen(0, unanswered=LETS_IT_RING)], [seat()])).live()
    tuned = PlainQueue(day([citizen(0, unanswered=LETS_IT_RING)], [seat(), seat()]), TUNED).live()
    absent = PlainQueue(day(people, seats), TUNED).live()

    assert first.wait_s == [15 + 5 + 2]
    assert tuned.wait_s == [15 + 1 + 2]
    assert absent.seat[1] in (0, 1)
    assert first.wasted_s == 15


def test_app_queue_prefers_who_has_no_rare_skill_for_common_callers() -> None:
    kinds = [GENERAL, DIALECT]
    found = PlainQueue(day([citizen(0)], [seat("dialect:dongbei"), seat()], kinds)).live()

    assert found.seat == [1]


def test_app_queue_sends_a_rare_caller_to_the_common_queue_after_20_s() -> None:
    kinds = [GENERAL, DIALECT]
    found = PlainQueue(day([citizen(0, kind=1)], [seat()], kinds)).live()

    assert found.wait_s == [22]


def test_app_queue_takes_the_higher_priority_first() -> None:
    people = [citizen(0), citizen(1), citizen(2, priority=1)]
    found = PlainQueue(day(people, [seat()])).live()

    assert found.wait_s[2] < found.wait_s[1]


def test_round_robin_rings_one_after_the_other() -> None:
    people = [citizen(0), citizen(100), citizen(200), citizen(300)]
    found = PlainQueue(day(people, [seat(), seat(), seat()]), ROUND_ROBIN).live()

    assert found.seat == [0, 1, 2, 0]


# ---- all of them on the same day


def test_all_policies_meet_the_same_callers_and_lose_none_without_a_trace() -> None:
    drawn = draw_day(scenario(), 3)
    found = contest(drawn, (*POLICIES, ESTIMATES))

    assert list(found) == [policy.name for policy in (*POLICIES, ESTIMATES)]
    for name, outcome in found.items():
        assert Fate.UNRESOLVED not in outcome.fate, name
    lost = {name: figures(drawn, one).abandoned_share for name, one in found.items()}
    assert lost["pooled"] < lost["pooled_ring"] < lost["ours"] < lost["app_queue"]


def test_nobody_overtakes_his_like_on_our_floor() -> None:
    drawn = draw_day(scenario(arrivals={"load": 1.1, "hours": 1.0}), 4)

    assert overtakings(drawn, FloorDay(drawn).live()) == 0
    assert overtakings(drawn, PlainQueue(drawn).live()) > 0


def test_the_estimate_on_entry_is_nearer_than_the_wait_of_who_was_served_last() -> None:
    drawn = draw_day(scenario(seats=60, arrivals={"load": 1.0, "hours": 3.0}), 5)
    guesses = ESTIMATES.live(drawn).guesses
    found = wait_estimate(guesses)

    assert found["callers"] == len(guesses) > 10
    assert found["ratio"] < 1


def test_the_same_seed_gives_the_same_day_and_the_same_outcome() -> None:
    first, again = draw_day(scenario(), 8), draw_day(scenario(), 8)

    assert first.citizens == again.citizens
    assert first.seats == again.seats
    assert FloorDay(first).live().wait_s == FloorDay(again).live().wait_s
    assert draw_day(scenario(), 9).citizens != first.citizens
