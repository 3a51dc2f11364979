"""New rules while callers wait and seats ring: nobody is lost, nobody is rung twice.

The rules are no state of the floor: a floor that is folded from the facts is the one that lived.
"""

from typing import Any

import pytest

from acd.facts import (
    AnnouncementDue,
    CallbackNearDue,
    CallbackOffered,
    CallFailed,
    NeedsRelaxed,
    SeatAnswered,
    SeatRung,
    WrapUpStarted,
)
from acd.happenings import CallerLeft, PolicyLoaded
from acd.policy import QueuePolicies
from kernel.ids import AgentNo, CallId, QueueName
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies
from tests.acd.test_callback_line import soon, wanted

REFUSES = {"when_too_long": "refuse", "max_wait_s": 600}


def without(queue: str) -> QueuePolicies:
    rules = policies()
    queues = {name: one for name, one in rules.queues.items() if name != queue}
    return rules.model_copy(update={"queues": queues})


def lived_as_told(centre: Centre) -> bool:
    return centre.folded().contents() == centre.floor.contents()


def test_a_ring_goes_on_and_is_answered_under_the_rules_under_which_it_began() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    leg = centre.only(SeatRung).leg

    assert centre.take(PolicyLoaded(policies({"ring_limit_s": 3}))) == []
    centre.wait(8)
    centre.answer(leg)

    assert centre.only(SeatAnswered).call == "c1"
    assert len(centre.of(SeatRung)) == 1
    assert lived_as_told(centre)


def test_who_waits_keeps_his_place_and_is_rung_once() -> None:
    centre = Centre()
    for name in ("c1", "c2", "c3"):
        centre.call(name)
        centre.clock.advance(1)

    centre.take(PolicyLoaded(policies({"priority": 1}, priority_boost_s=[0, 10, 20, 30])))
    centre.staff(1, 2, 3)

    assert [rung.call for rung in centre.of(SeatRung)] == ["c1", "c2", "c3"]
    assert lived_as_told(centre)


def test_a_limit_of_waiting_that_became_shorter_holds_for_who_waits() -> None:
    centre = Centre(rules=policies(REFUSES))
    centre.call("c1")
    centre.wait(60)

    centre.take(PolicyLoaded(policies(REFUSES | {"max_wait_s": 90})))
    centre.wait(29)
    assert centre.of(CallFailed) == []
    centre.wait(2)

    assert centre.only(CallFailed).call == "c1"


def test_a_limit_of_waiting_that_became_longer_holds_for_who_waits() -> None:
    """The deadline of the old rules is dead."""
    centre = Centre(rules=policies(REFUSES))
    centre.call("c1")

    centre.take(PolicyLoaded(policies(REFUSES | {"max_wait_s": 1200})))
    centre.wait(1199)
    assert centre.of(CallFailed) == []
    centre.wait(2)

    assert centre.only(CallFailed).call == "c1"


def test_the_stages_of_relaxation_are_those_of_the_new_rules() -> None:
    late = {"needs": {"general": 3}, "relaxation": [{"after_s": 30, "lower_levels_by": 1}]}
    later = late | {"relaxation": [{"after_s": 50, "lower_levels_by": 2}]}
    centre = Centre(rules=policies(late))
    centre.call("c1")

    centre.take(PolicyLoaded(policies(later)))
    centre.wait(49)
    assert centre.of(NeedsRelaxed) == []
    centre.wait(2)

    assert [relaxed.needs for relaxed in centre.of(NeedsRelaxed)] == [{"general": 1}]


def test_a_callback_is_offered_when_the_new_rules_say_so_and_once() -> None:
    early: dict[str, Any] = {"callback": {"after_s": 40, "again_every_s": 600, "key": "1"}}
    centre = Centre()
    centre.call("c1")
    centre.wait(20)

    centre.take(PolicyLoaded(policies(early)))
    centre.wait(120)

    assert [offered.key for offered in centre.of(CallbackOffered)] == ["1"]


def test_wrap_up_that_has_begun_ends_as_it_was_promised() -> None:
    """The agent sees a clock that runs down: it does not jump."""
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.answer(centre.only(SeatRung).leg)
    centre.end(centre.of(SeatRung)[0].leg)
    promised = centre.only(WrapUpStarted).until

    centre.take(
        PolicyLoaded(policies({"wrap_up": {"limit_s": 5, "extension_s": 5, "extensions": 0}}))
    )

    (seat,) = centre.floor.view(centre.clock.now()).seats
    assert seat.wrap_up_until == promised


def test_who_waits_in_a_queue_that_is_gone_is_served_with_what_he_needs() -> None:
    """A release does not take such a queue away; a call that came in between is lost by nobody."""
    centre = Centre(directory({"general": 1}, {"enterprise": 1}))
    centre.call("c1", queue="enterprise", needs={"enterprise": 1})

    centre.take(PolicyLoaded(without("enterprise")))
    centre.staff(1)
    assert centre.of(SeatRung) == []
    centre.staff(2)

    assert [(rung.call, rung.agent) for rung in centre.of(SeatRung)] == [("c1", AgentNo("1002"))]
    assert lived_as_told(centre)


def test_who_asks_for_a_queue_that_is_gone_stands_in_the_default_one() -> None:
    centre = Centre()
    centre.take(PolicyLoaded(without("enterprise")))

    centre.call("c1", queue="enterprise")

    (waiting,) = centre.floor.view(centre.clock.now()).waiting
    assert waiting.queue == QueueName("general")


@pytest.mark.parametrize("spared", [True, False])
def test_specialists_are_spared_as_soon_as_the_rules_say_so(spared: bool) -> None:
    """Agent 1001 is free for longer, and knows what few know."""
    centre = Centre(directory({"general": 1, "dialect:dongbei": 3}, {"general": 1}))
    centre.staff(1, 2)
    rules = {"enabled": spared, "scarcity": {"dialect:dongbei": 5}}

    centre.take(PolicyLoaded(policies(spare_specialists=rules)))
    centre.call("c1")

    assert centre.only(SeatRung).agent == ("1002" if spared else "1001")


def test_a_callback_in_line_comes_to_its_place_by_age_when_it_would_have() -> None:
    centre = Centre()
    owed = wanted(centre, "a", spare_until=soon(centre, 60))
    centre.take(owed)

    centre.take(PolicyLoaded(policies({"ring_limit_s": 6})))
    centre.wait(59)
    assert centre.of(CallbackNearDue) == []
    centre.wait(2)

    assert [fact.call for fact in centre.of(CallbackNearDue)] == [owed.call]
    assert lived_as_told(centre)


def test_whom_a_seat_failed_is_tried_there_again_when_he_would_have_been() -> None:
    centre = Centre(rules=policies(on_busy="keep"))
    centre.staff(1)
    centre.call("c1")
    centre.end(centre.only(SeatRung).leg, LegEnd.BUSY)
    assert len(centre.of(SeatRung)) == 1

    centre.take(PolicyLoaded(policies(on_busy="keep")))
    centre.wait(31)

    assert [rung.call for rung in centre.of(SeatRung)] == ["c1", "c1"]


def test_announcements_go_on_under_the_new_rules() -> None:
    often = {"on_entry": True, "at_most_every_s": 20, "places_gained": 1, "seconds_gained_s": 1,
             "round_to_s": 10}  # fmt: skip
    centre = Centre()
    for name in ("c1", "c2", "c3"):
        centre.call(name)
    told = len(centre.of(AnnouncementDue))

    centre.take(PolicyLoaded(policies({"announcements": often})))
    centre.take(CallerLeft(CallId("c1")))
    centre.wait(21)

    assert [due.call for due in centre.of(AnnouncementDue)[told:]] == ["c2", "c3"]
