"""What a caller is told of his place and his wait: when again, and never more without a reason.

With one seat, conversations of a minute and callers who never give up, who has k callers ahead
waits k + 1 minutes, give or take; the upper ends, rounded to minutes, are 3, 4, 6 for k = 0, 1, 2.
"""

from datetime import timedelta
from typing import Any

from acd.facts import AnnouncementDue, AnnounceReason
from acd.happenings import CallerLeft, GoAvailable, Pause
from acd.wait_estimate import Measured
from kernel.ids import AgentNo, CallId, PauseReason
from tests.acd.centre import Centre, directory, policies

MINUTE = timedelta(minutes=1)
ESTIMATE = {"holding_s": 60, "patience_s": 1e9, "weight_of_start": 1e9}
EXPERTS = ({"expert": 1},) * 3  # they serve, but never a caller of "general"


def centre_with(**announcements: Any) -> Centre:
    rules = {
        "on_entry": True,
        "at_most_every_s": 30,
        "places_gained": 99,
        "seconds_gained_s": 9999,
        "round_to_s": 60,
    }
    general = {"announcements": rules | announcements, "callback": None, "when_too_long": "wait"}
    return Centre(directory(*EXPERTS), policies(general, estimate=ESTIMATE))


def told(centre: Centre, call: str) -> list[AnnouncementDue]:
    return [fact for fact in centre.of(AnnouncementDue) if fact.call == call]


def minutes(fact: AnnouncementDue) -> tuple[float | None, float | None]:
    return (
        fact.low / MINUTE if fact.low is not None else None,
        fact.high / MINUTE if fact.high is not None else None,
    )


def line_of(centre: Centre, count: int) -> None:
    for n in range(count):
        centre.call(f"c{n}")


def test_the_range_is_that_of_the_callers_ahead_and_of_the_seats_that_serve() -> None:
    centre = centre_with()
    centre.staff(1)
    line_of(centre, 3)

    assert [minutes(fact) for fact in centre.of(AnnouncementDue)] == [(0, 3), (0, 4), (0, 6)]
    assert [fact.position for fact in centre.of(AnnouncementDue)] == [1, 2, 3]
    assert [fact.serving for fact in centre.of(AnnouncementDue)] == [1, 1, 1]


def test_nothing_changed_is_nothing_told() -> None:
    centre = centre_with(places_gained=1, seconds_gained_s=60)
    centre.staff(1)
    line_of(centre, 3)

    centre.wait(600)

    assert len(centre.of(AnnouncementDue)) == 3


def test_it_is_looked_at_again_every_so_many_seconds_as_long_as_he_waits() -> None:
    centre = centre_with(places_gained=1)
    centre.staff(1)
    line_of(centre, 3)
    centre.wait(75)
    centre.take(CallerLeft(CallId("c0")))

    before = centre.wait(14)
    centre.wait(1)

    assert before == []
    assert [fact.position for fact in told(centre, "c2")] == [3, 2]


def test_enough_places_gained_are_told_and_fewer_are_not() -> None:
    centre = centre_with(places_gained=2)
    centre.staff(1)
    line_of(centre, 4)

    centre.take(CallerLeft(CallId("c0")))
    centre.wait(30)
    after_one = told(centre, "c3")
    centre.take(CallerLeft(CallId("c1")))
    centre.wait(30)

    assert [fact.position for fact in after_one] == [4]
    assert [fact.position for fact in told(centre, "c3")] == [4, 2]


def test_enough_seconds_gained_are_told_and_fewer_are_not() -> None:
    for gain, count in ((60, 2), (61, 1)):
        centre = centre_with(seconds_gained_s=gain)
        centre.staff(1)
        line_of(centre, 2)

        centre.take(CallerLeft(CallId("c0")))
        centre.wait(30)

        assert [minutes(fact) for fact in told(centre, "c1")] == [(0, 4), (0, 3)][:count]


def test_who_was_not_told_on_entry_is_told_at_the_first_look() -> None:
    centre = centre_with(on_entry=False)
    centre.staff(1)
    line_of(centre, 1)
    at_once = centre.of(AnnouncementDue)

    centre.wait(60)

    assert at_once == []
    assert [fact.reason for fact in centre.of(AnnouncementDue)] == [AnnounceReason.ENTRY]


def test_the_first_seat_that_serves_brings_an_estimate_and_the_last_takes_it_away() -> None:
    centre = centre_with()
    line_of(centre, 1)
    centre.wait(30)
    nobody = told(centre, "c0")
    centre.staff(1)
    centre.wait(30)
    centre.take(Pause(AgentNo("1001"), PauseReason("rest")))
    centre.wait(30)

    assert [minutes(fact) for fact in nobody] == [(None, None)]
    first, second, third = told(centre, "c0")
    assert (minutes(second), second.reason) == ((0, 3), AnnounceReason.MOVED)
    assert (minutes(third), third.reason) == ((None, None), AnnounceReason.SEATS_LEFT)
    assert (first.serving, second.serving, third.serving) == (0, 1, 0)


def test_longer_conversations_alone_are_no_reason_for_a_longer_wait() -> None:
    """The upper end told before bounds the next range, both its ends."""
    centre = centre_with(places_gained=1)
    centre.staff(1)
    line_of(centre, 3)
    centre.floor._memory.measured = Measured.starting_with(6000, 1e9, 1e9)
    centre.take(CallerLeft(CallId("c0")))

    centre.wait(30)

    before, after = told(centre, "c2")
    assert (minutes(before), before.reason) == ((0, 6), AnnounceReason.ENTRY)
    assert (minutes(after), after.reason) == ((6, 6), AnnounceReason.MOVED)


def test_a_shorter_wait_is_told_as_it_is() -> None:
    centre = centre_with(seconds_gained_s=60)
    centre.staff(1)
    line_of(centre, 6)
    centre.floor._memory.measured = Measured.starting_with(30, 1e9, 1e9)

    centre.wait(30)

    assert minutes(told(centre, "c5")[-1]) == (1, 5)


def test_who_is_overtaken_by_an_urgent_call_is_told_the_longer_wait() -> None:
    centre = centre_with(seconds_gained_s=60)
    centre.staff(1)
    line_of(centre, 1)
    centre.wait(10)
    centre.call("urgent", priority=3)

    centre.wait(20)

    before, after = told(centre, "c0")
    assert (before.position, after.position) == (1, 2)
    assert (minutes(after), after.reason) == ((0, 5), AnnounceReason.OVERTAKEN)


def test_seats_that_left_are_the_reason_even_for_who_was_overtaken_too() -> None:
    centre = centre_with(seconds_gained_s=60)
    centre.staff(1, 2)
    line_of(centre, 1)
    centre.take(Pause(AgentNo("1002"), PauseReason("rest")))
    centre.call("urgent", priority=3)

    centre.wait(30)

    assert told(centre, "c0")[-1].reason is AnnounceReason.SEATS_LEFT
    centre.take(GoAvailable(AgentNo("1002")))
    centre.wait(30)
    assert told(centre, "c0")[-1].reason is AnnounceReason.MOVED
