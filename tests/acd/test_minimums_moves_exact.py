"""What lets a break begin that waits, and what does not (SEAT-03): each fact, each claim."""

from datetime import timedelta
from typing import Any

from acd.facts import LegDropped, SeatRung
from acd.happenings import (
    CallerLeft,
    DirectoryLoaded,
    ForcedTo,
    GoAvailable,
    Pause,
    SupervisorForces,
)
from acd.seat import Presence
from kernel.ids import CallId, LegId
from tests.acd.centre import Centre, directory
from tests.acd.test_minimums_turns_exact import (
    BOTH,
    ENTERPRISE,
    FOUR,
    GENERAL,
    MINUTE,
    ONE,
    REST,
    THREE,
    TWO,
    centre_of,
    presence,
    wish_of,
)

OTHER = {"elderly": 1}
AT_LEAST_ONE: dict[str, Any] = {"queue": "enterprise", "at_least": 1}


def ringing_while_there_is_room() -> Centre:
    """The second wished a break, is rung, and the first is back meanwhile."""
    centre = centre_of(BOTH, BOTH, minimums=[AT_LEAST_ONE])
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))
    centre.call("c1")
    assert centre.only(SeatRung).agent == TWO
    centre.take(GoAvailable(ONE))
    assert presence(centre, TWO) is Presence.AVAILABLE
    return centre


def test_seat_03_who_answers_has_his_break_after_that_call() -> None:
    centre = ringing_while_there_is_room()

    centre.answer(LegId("7-000001"))

    assert presence(centre, TWO) is Presence.PAUSED


def test_seat_03_whose_citizen_hangs_up_while_it_rings_has_his_break_now() -> None:
    centre = ringing_while_there_is_room()

    centre.take(CallerLeft(CallId("c1")))

    assert presence(centre, TWO) is Presence.PAUSED


def test_seat_03_who_asks_again_while_it_rings_is_not_held_by_his_own_wish() -> None:
    centre = ringing_while_there_is_room()

    centre.take(Pause(TWO, REST))

    assert centre.only(LegDropped).seat == "S002"
    assert presence(centre, TWO) is Presence.PAUSED


def test_seat_03_a_colleague_who_learns_the_skill_makes_room() -> None:
    centre = centre_of(ENTERPRISE, GENERAL, minimums=[AT_LEAST_ONE])
    centre.take(Pause(ONE, REST))
    before = presence(centre, ONE)

    centre.take(DirectoryLoaded(directory(ENTERPRISE, BOTH)))

    assert (before, presence(centre, ONE)) == (Presence.AVAILABLE, Presence.PAUSED)


def test_seat_03_who_is_sent_off_by_a_supervisor_claims_no_break_any_more() -> None:
    """One break at a time; the first waits for the general line and had the claim."""
    centre = centre_of(
        BOTH, ENTERPRISE,
        minimums=[
            {"queue": "enterprise", "at_most_on_break": 1},
            {"queue": "general", "at_least": 1},
        ],
    )  # fmt: skip
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))
    before = presence(centre, TWO)

    centre.take(SupervisorForces("chief", ONE, ForcedTo.PAUSED, "went home"))

    assert (before, presence(centre, TWO)) == (Presence.AVAILABLE, Presence.PAUSED)


def test_seat_03_a_place_that_is_kept_for_an_older_wish_stays_kept_when_something_moves() -> None:
    """Two of the three enterprise seats stay; the last break is the first one's."""
    centre = centre_of(
        BOTH, ENTERPRISE, ENTERPRISE, OTHER,
        minimums=[{"queue": "enterprise", "at_least": 2}, {"queue": "general", "at_least": 1}],
    )  # fmt: skip
    centre.take(Pause(FOUR, REST))
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))

    centre.take(GoAvailable(FOUR))

    assert [presence(centre, agent) for agent in (ONE, TWO)] == [Presence.AVAILABLE] * 2


def test_seat_03_a_wish_for_another_line_is_not_before_him() -> None:
    centre = centre_of(
        ENTERPRISE, ENTERPRISE, GENERAL,
        minimums=[AT_LEAST_ONE, {"queue": "general", "at_least": 1}],
    )  # fmt: skip
    centre.take(Pause(ONE, REST))
    began = centre.clock.now()
    centre.take(Pause(THREE, REST))

    centre.take(Pause(TWO, REST))

    assert wish_of(centre, TWO).expected_at == began + 15 * MINUTE


def test_seat_03_where_two_must_be_back_the_second_return_counts() -> None:
    centre = centre_of(BOTH, BOTH, BOTH, BOTH, minimums=[{"queue": "enterprise", "at_least": 2}])
    centre.take(Pause(ONE, REST))
    centre.clock.advance(300)
    centre.take(Pause(TWO, REST))
    second = centre.clock.now()
    centre.take(SupervisorForces("chief", THREE, ForcedTo.PAUSED, "went home"))

    centre.take(Pause(FOUR, REST))

    assert wish_of(centre, FOUR).expected_at == second + timedelta(minutes=15)
