"""Skill minimums (SEAT-03, SPC-01): a break that would leave too few seats waits for its turn."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from acd.errors import NoBreakWish
from acd.facts import AgentPaused, LegDropped, SeatRung, Who
from acd.happenings import GoAvailable, Pause, PolicyLoaded, SignOut
from acd.minimum_rules import ZONE, Minimum
from acd.seat import Presence
from acd.surge_facts import BreakWishDropped, BreakWished
from acd.surge_happenings import DropBreakWish, GrantBreak
from kernel.ids import AgentNo, LegId, PauseReason, QueueName
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies

ONE, TWO, THREE = AgentNo("1001"), AgentNo("1002"), AgentNo("1003")
REST, MEAL = PauseReason("rest"), PauseReason("meal")
BOTH = {"enterprise": 1, "general": 1}


def centre_with(*minimums: dict[str, Any], people: int = 3) -> Centre:
    centre = Centre(directory(*[BOTH] * people), policies(minimums=list(minimums)))
    centre.staff(*range(1, people + 1))
    return centre


def presence(centre: Centre, agent: AgentNo) -> Presence:
    seat = centre.floor.view(centre.clock.now()).seat_of(agent)
    assert seat is not None
    return seat.presence


def test_seat_03_a_break_that_would_leave_too_few_enterprise_seats_waits() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 2})
    centre.take(Pause(ONE, REST))

    centre.take(Pause(TWO, REST))

    wish = centre.only(BreakWished)
    assert (wish.agent, wish.queue, wish.reason) == (TWO, "enterprise", REST)
    assert wish.expected_at == centre.clock.now() + timedelta(minutes=15)  # the first is back
    assert presence(centre, ONE) is Presence.PAUSED
    assert presence(centre, TWO) is Presence.AVAILABLE


def test_seat_03_the_break_is_granted_when_another_is_back() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 2})
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, MEAL))

    centre.take(GoAvailable(ONE))

    granted = centre.only(AgentPaused)
    assert (granted.agent, granted.reason, granted.by) == (TWO, MEAL, Who.AGENT)
    assert centre.floor.view(centre.clock.now()).wishes == ()


def test_seat_03_breaks_are_granted_in_the_order_in_which_they_were_wished() -> None:
    centre = centre_with({"queue": "enterprise", "at_most_on_break": 1})
    centre.take(Pause(ONE, REST))
    centre.take(Pause(THREE, REST))
    centre.take(Pause(TWO, REST))

    centre.take(GoAvailable(ONE))

    assert [fact.agent for fact in centre.of(AgentPaused)] == [ONE, THREE]
    centre.take(GoAvailable(THREE))
    assert [fact.agent for fact in centre.of(AgentPaused)] == [ONE, THREE, TWO]


def test_seat_03_nobody_who_asks_later_overtakes_a_wish() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 2}, people=4)
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))
    centre.take(Pause(THREE, REST))
    centre.take(DropBreakWish(THREE))

    assert [fact.agent for fact in centre.of(AgentPaused)] == [ONE, TWO]
    assert centre.of(BreakWishDropped)[0].agent == THREE
    with pytest.raises(NoBreakWish):
        centre.take(DropBreakWish(THREE))


def test_seat_03_a_supervisor_grants_it_all_the_same_and_it_is_written_down() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 3})
    centre.take(Pause(ONE, REST))

    centre.take(GrantBreak(ONE, "chief", "低血糖"))

    granted = centre.only(AgentPaused)
    assert (granted.by, granted.ordered_by, granted.note) == (Who.SUPERVISOR, "chief", "低血糖")
    assert granted.reason == REST
    with pytest.raises(NoBreakWish):
        centre.take(GrantBreak(ONE, "chief", "低血糖"))


def test_a_seat_that_rings_gets_its_break_when_the_ring_is_over() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 1}, people=2)
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))
    centre.call("c1")
    assert centre.only(SeatRung).agent == TWO

    centre.take(GoAvailable(ONE))
    assert presence(centre, TWO) is Presence.AVAILABLE
    centre.end(LegId("7-000001"), LegEnd.CONGESTION)

    assert presence(centre, TWO) is Presence.PAUSED


def test_a_supervisor_who_grants_a_break_takes_the_ring_away() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 2}, people=2)
    centre.call("c1")
    centre.take(Pause(ONE, REST))

    centre.take(GrantBreak(ONE, "chief", "urgent"))

    assert centre.only(LegDropped).seat == "S001"
    assert centre.only(SeatRung).agent == TWO


def test_the_hour_of_a_minimum_ends_and_the_break_begins() -> None:
    """FakeClock begins on a Monday at nine in Shanghai."""
    centre = centre_with({"queue": "enterprise", "at_least": 3, "from": "08:00", "to": "09:30"})
    centre.take(Pause(ONE, REST))
    wish = centre.only(BreakWished)

    assert wish.expected_at is not None
    assert wish.expected_at.astimezone(ZONE).strftime("%H:%M") == "09:30"
    centre.wait(3600)
    assert [fact.agent for fact in centre.of(BreakWished)] == [ONE]
    assert presence(centre, ONE) is Presence.PAUSED


def test_a_wish_that_one_hour_did_not_fulfil_is_looked_at_again_when_the_next_ends() -> None:
    """Two minimums hold at once; the first that ends leaves the other one."""
    now = Centre().clock.now().astimezone(ZONE)
    first, second = ((now + timedelta(minutes=n)).time() for n in (10, 20))
    since = (now - timedelta(hours=1)).time()
    centre = centre_with(
        {"queue": "enterprise", "at_least": 3, "since": since, "until": first},
        {"queue": "enterprise", "at_least": 3, "since": since, "until": second},
    )
    centre.take(Pause(ONE, REST))

    centre.wait(15 * 60)
    before = presence(centre, ONE)
    centre.wait(10 * 60)

    assert (before, presence(centre, ONE)) == (Presence.AVAILABLE, Presence.PAUSED)


def test_who_signs_out_wishes_no_break_any_more() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 3})
    centre.take(Pause(ONE, REST))

    centre.take(SignOut(ONE))

    assert centre.floor.view(centre.clock.now()).wishes == ()


def test_who_is_not_needed_for_a_minimum_may_go() -> None:
    people = directory({"general": 1}, BOTH)
    rules = policies(minimums=[{"queue": "enterprise", "at_least": 1}])
    centre = Centre(people, rules)
    centre.staff(1, 2)

    centre.take(Pause(ONE, REST))

    assert centre.only(AgentPaused).agent == ONE


def test_the_same_wish_twice_keeps_its_place() -> None:
    centre = centre_with({"queue": "enterprise", "at_most_on_break": 0})
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))
    centre.take(Pause(ONE, REST))

    wishes = centre.floor.view(centre.clock.now()).wishes
    assert [wish.agent for wish in wishes] == [ONE, TWO]


def test_rules_that_are_loaded_anew_grant_what_they_no_longer_forbid() -> None:
    centre = centre_with({"queue": "enterprise", "at_most_on_break": 0})
    centre.take(Pause(ONE, REST))

    centre.take(PolicyLoaded(policies()))

    assert centre.only(AgentPaused).agent == ONE


def test_a_floor_folded_from_its_facts_knows_the_wishes() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 3, "from": "08:00", "to": "20:00"})
    centre.take(Pause(ONE, REST))
    folded = centre.folded()
    again = Centre(centre.directory, centre.policies).floor
    again.put_back(centre.floor.image())

    assert folded.contents() == again.contents() == centre.floor.contents()
    assert folded.next_deadline() == again.next_deadline() == centre.floor.next_deadline()


@pytest.mark.parametrize(
    ("since", "until", "hour", "holds"),
    [
        ("08:00", "20:00", "08:00", True),
        ("08:00", "20:00", "07:59", False),
        ("08:00", "20:00", "20:00", False),
        ("22:00", "06:00", "23:00", True),
        ("22:00", "06:00", "05:59", True),
        ("22:00", "06:00", "06:00", False),
        ("00:00", "00:00", "12:34", True),
    ],
)
def test_a_minimum_holds_by_the_clock_of_shanghai(
    since: str, until: str, hour: str, holds: bool
) -> None:
    rule = Minimum.model_validate(
        {"queue": "enterprise", "at_least": 1, "from": since, "to": until}
    )
    now = datetime.fromisoformat(f"2026-01-05T{hour}:00+08:00")

    assert rule.holds_at(now) is holds


def test_a_minimum_that_says_nothing_or_of_no_queue_is_refused() -> None:
    with pytest.raises(ValidationError, match="give at_least"):
        Minimum(queue=QueueName("general"))
    with pytest.raises(ValidationError, match="minimums name the queue nowhere"):
        policies(minimums=[{"queue": "nowhere", "at_least": 1}])
