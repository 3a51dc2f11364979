"""Whose break waits, until when, and what grants it (SEAT-03): turns that no other test takes."""

from datetime import timedelta
from typing import Any

import pytest

from acd.happenings import Happening, Pause, PhoneSeen, SignOut
from acd.minimum_rules import ZONE
from acd.seat import WELLBEING, Presence
from acd.surge_facts import BreakWished
from acd.surge_happenings import DropBreakWish
from kernel.ids import AgentNo, Extension, PauseReason
from tests.acd.centre import Centre, directory, policies

ONE, TWO, THREE, FOUR = (AgentNo(f"100{n}") for n in range(1, 5))
REST = PauseReason("rest")
BOTH, ENTERPRISE, GENERAL = {"enterprise": 1, "general": 1}, {"enterprise": 1}, {"general": 1}
MINUTE = timedelta(minutes=1)


def centre_of(*skills: dict[str, int], minimums: list[dict[str, Any]]) -> Centre:
    centre = Centre(directory(*skills), policies(minimums=minimums))
    centre.staff(*range(1, len(skills) + 1))
    return centre


def presence(centre: Centre, agent: AgentNo) -> Presence:
    seat = centre.floor.view(centre.clock.now()).seat_of(agent)
    assert seat is not None
    return seat.presence


def wish_of(centre: Centre, agent: AgentNo) -> BreakWished:
    return next(fact for fact in reversed(centre.of(BreakWished)) if fact.agent == agent)


@pytest.mark.parametrize(
    ("at_least", "found"), [(2, Presence.AVAILABLE), (1, Presence.PAUSED), (0, Presence.PAUSED)]
)
def test_seat_03_the_last_place_is_kept_for_an_older_wish_that_another_rule_holds(
    at_least: int, found: Presence
) -> None:
    """The first waits for the general line; the second would take his place in the other one."""
    centre = centre_of(
        BOTH, ENTERPRISE, ENTERPRISE,
        minimums=[
            {"queue": "enterprise", "at_least": at_least, "at_most_on_break": 9},
            {"queue": "general", "at_least": 1},
        ],
    )  # fmt: skip
    centre.take(Pause(ONE, REST))

    centre.take(Pause(TWO, REST))

    assert presence(centre, ONE) is Presence.AVAILABLE
    assert presence(centre, TWO) is found


def test_seat_03_a_wish_that_is_taken_back_lets_the_next_one_go() -> None:
    centre = centre_of(
        BOTH, ENTERPRISE, ENTERPRISE,
        minimums=[{"queue": "enterprise", "at_least": 2}, {"queue": "general", "at_least": 1}],
    )  # fmt: skip
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))

    centre.take(DropBreakWish(ONE))

    assert presence(centre, TWO) is Presence.PAUSED


def test_hr_02_the_break_after_a_hard_call_never_waits() -> None:
    centre = centre_of(BOTH, BOTH, minimums=[{"queue": "enterprise", "at_least": 2}])

    centre.take(Pause(ONE, WELLBEING))

    assert presence(centre, ONE) is Presence.PAUSED


def test_seat_03_each_who_waits_is_told_the_return_that_is_his() -> None:
    centre = centre_of(BOTH, BOTH, BOTH, BOTH, minimums=[{"queue": "enterprise", "at_least": 2}])
    centre.take(Pause(ONE, REST))
    began = centre.clock.now()
    centre.clock.advance(300)
    centre.take(Pause(TWO, REST))

    centre.take(Pause(THREE, REST))
    centre.take(Pause(FOUR, REST))

    assert wish_of(centre, THREE).expected_at == began + 15 * MINUTE
    assert wish_of(centre, FOUR).expected_at == began + 20 * MINUTE


def test_seat_03_who_may_not_take_his_place_is_nobodys_return() -> None:
    """A break of somebody who is not able for the queue tells nothing of when it is full again."""
    centre = centre_of(GENERAL, ENTERPRISE, minimums=[{"queue": "enterprise", "at_least": 1}])
    centre.take(Pause(ONE, REST))

    centre.take(Pause(TWO, REST))

    assert wish_of(centre, TWO).expected_at is None


def test_seat_03_who_should_be_back_already_is_not_waited_for() -> None:
    centre = centre_of(BOTH, BOTH, minimums=[{"queue": "enterprise", "at_least": 1}])
    centre.take(Pause(ONE, REST))
    centre.clock.advance(15 * 60)

    centre.take(Pause(TWO, REST))

    assert wish_of(centre, TWO).expected_at is None


@pytest.mark.parametrize(("ends_in", "expected"), [(10, 10), (20, 15)])
def test_seat_03_the_rules_hour_may_end_before_anybody_is_back(ends_in: int, expected: int) -> None:
    now = Centre().clock.now().astimezone(ZONE)
    since, until = ((now + n * MINUTE).time() for n in (-60, ends_in))
    rule = {"queue": "enterprise", "at_least": 1, "since": since, "until": until}
    centre = centre_of(BOTH, BOTH, minimums=[rule])
    began = centre.clock.now()
    centre.take(Pause(ONE, REST))

    centre.take(Pause(TWO, REST))

    told = wish_of(centre, TWO).expected_at
    ends = min(began + 15 * MINUTE, (now + ends_in * MINUTE).astimezone(began.tzinfo))
    assert told == ends
    assert expected == round((ends - began) / MINUTE)


@pytest.mark.parametrize(("known", "later"), [(True, 40), (False, None)])
def test_seat_03_of_two_rules_the_later_one_counts_and_one_without_an_end_says_nothing(
    known: bool, later: int | None
) -> None:
    now = Centre().clock.now().astimezone(ZONE)
    since, early, late = ((now + n * MINUTE).time() for n in (-60, 20, 40))
    other: dict[str, Any] = {"queue": "general", "at_least": 2}
    centre = centre_of(
        BOTH, BOTH,
        minimums=[
            {"queue": "enterprise", "at_least": 2, "since": since, "until": early},
            other | ({"since": since, "until": late} if known else {}),
        ],
    )  # fmt: skip

    centre.take(Pause(ONE, REST))

    told = wish_of(centre, ONE).expected_at
    assert told == (None if later is None else now + later * MINUTE)


@pytest.mark.parametrize("frees", [SignOut(ONE), PhoneSeen(Extension("8003"), True)])
def test_seat_03_whatever_makes_room_grants_the_next_break(frees: Happening) -> None:
    """Somebody on a break goes home; a phone that was lost is back."""
    signs_out = isinstance(frees, SignOut)
    rule = {"at_most_on_break": 1} if signs_out else {"at_least": 1}
    centre = centre_of(BOTH, BOTH, BOTH, minimums=[{"queue": "enterprise", **rule}])
    if not signs_out:
        centre.take(PhoneSeen(Extension("8003"), False))
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))
    before = presence(centre, TWO)

    centre.take(frees)

    assert (before, presence(centre, TWO)) == (Presence.AVAILABLE, Presence.PAUSED)
