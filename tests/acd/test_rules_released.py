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
from acd.happenings import CallerLeft, PolicyLoaded, TimePassed
from acd.policy import QueuePolicies
from acd.surge_facts import Measures, PlanName
from acd.surge_happenings import ActivateSurge
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


def test_who_was_offered_a_callback_at_the_end_of_his_wait_hears_it_again_when_it_is_time() -> None:
    """Not at each release of rules."""
    ends = {"when_too_long": "offer_callback", "max_wait_s": 100}
    rules = policies(ends | {"callback": {"after_s": 600, "again_every_s": 60, "key": "1"}})
    centre = Centre(rules=rules)
    centre.call("c1")
    centre.wait(101)
    assert len(centre.of(CallbackOffered)) == 1

    centre.take(PolicyLoaded(rules))
    centre.wait(58)
    assert len(centre.of(CallbackOffered)) == 1
    centre.wait(2)

    assert len(centre.of(CallbackOffered)) == 2


def test_who_was_offered_one_before_his_wait_ended_is_offered_one_then() -> None:
    ends = {"when_too_long": "offer_callback", "max_wait_s": 100}
    early = {"callback": {"after_s": 90, "again_every_s": 600, "key": "1"}}
    centre = Centre(rules=policies(ends | early))
    centre.call("c1")

    centre.wait(101)

    assert [offer.at.second for offer in centre.of(CallbackOffered)] == [30, 40]


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


def test_a_callback_in_line_has_its_own_time_and_no_limit_of_the_new_rules() -> None:
    centre = Centre(rules=policies(REFUSES))
    owed = wanted(centre, "a", spare_until=soon(centre, 60))
    centre.take(owed)

    centre.take(PolicyLoaded(policies(REFUSES | {"max_wait_s": 30})))
    centre.wait(59)
    assert centre.of(CallbackNearDue) == []
    centre.wait(40)

    assert [fact.call for fact in centre.of(CallbackNearDue)] == [owed.call]
    assert (centre.of(CallFailed), centre.of(AnnouncementDue)) == ([], [])
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


# ---- many wait: their deadlines are set anew in portions


def many(number: int, limit_s: float, budget: int) -> Centre:
    """So many came in one moment; each is refused after `limit_s`."""
    centre = Centre(rules=limited(limit_s, budget))
    for n in range(number):
        centre.call(f"c{n}")
    return centre


def limited(limit_s: float, budget: int) -> QueuePolicies:
    quiet = {"announcements": {"on_entry": False, "at_most_every_s": 3000, "places_gained": 1,
                               "seconds_gained_s": 1, "round_to_s": 10},
             "relaxation": [], "callback": None}  # fmt: skip
    return policies(REFUSES | quiet | {"max_wait_s": limit_s}, time_budget=budget)


def turns_due(centre: Centre) -> list[int]:
    """How many facts each turn made that was due now."""
    sizes = []
    while (due := centre.floor.next_deadline()) is not None and due <= centre.clock.now():
        sizes.append(len(centre.take(TimePassed())))
    return sizes


def test_a_release_itself_looks_at_nobody_who_waits_and_each_turn_at_so_many() -> None:
    centre = many(10, 600, budget=4)
    centre.wait(50)

    assert centre.take(PolicyLoaded(limited(30, 4))) == []

    # In a turn two have their deadlines set anew, and two deadlines fall due.
    assert turns_due(centre) == [2, 2, 2, 2, 2]
    assert [fact.call for fact in centre.of(CallFailed)] == [f"c{n}" for n in range(10)]


def test_a_release_for_which_nothing_is_due_is_done_after_as_many_turns_as_it_needs() -> None:
    centre = many(10, 600, budget=4)

    centre.take(PolicyLoaded(limited(700, 4)))

    assert turns_due(centre) == [0, 0, 0]
    assert centre.wait(699) == []
    assert len(centre.wait(2)) == 10


@pytest.mark.parametrize("rules", [limited(600, 4), limited(600, 9), policies()])
def test_a_release_that_changes_no_deadline_of_theirs_costs_those_who_wait_nothing(
    rules: QueuePolicies,
) -> None:
    """The third changes those of another queue."""
    centre = Centre(rules=limited(600, 4))
    centre.call("c1", "general" if rules.time_budget < 99 else "dialect")
    before = centre.floor.next_deadline()

    centre.take(PolicyLoaded(rules))

    assert centre.floor.next_deadline() == before


def test_a_second_release_before_the_first_is_done_leaves_out_nobody() -> None:
    """It changes nothing more, but who has not been looked at since the first still has to be."""
    centre = many(10, 600, budget=4)
    centre.take(PolicyLoaded(limited(30, 4)))
    centre.take(TimePassed())

    centre.take(PolicyLoaded(limited(30, 4)))

    assert turns_due(centre) == [0, 0]
    assert centre.wait(29) == []
    assert len(centre.wait(2)) == 10


def test_a_deadline_of_the_old_rules_that_comes_between_two_portions_is_not_acted_on() -> None:
    centre = many(10, 60, budget=4)
    centre.wait(59)
    centre.take(PolicyLoaded(limited(600, 4)))
    centre.take(TimePassed())

    centre.clock.advance(2)  # the old limit of those six whose turn has not come

    assert turns_due(centre) == [0, 0]
    assert centre.wait(538) == []
    assert len(centre.wait(2)) == 10


def test_a_deadline_of_the_new_rules_that_comes_between_two_portions_is_kept() -> None:
    centre = many(10, 600, budget=4)
    centre.wait(59)
    centre.take(PolicyLoaded(limited(60, 4)))
    centre.take(TimePassed())

    centre.clock.advance(2)

    assert sum(turns_due(centre)) == 10


def test_between_two_portions_the_time_is_that_of_the_last_one() -> None:
    """Else the desk, which sees how late a deadline is, would take the release for a sleep."""
    centre = many(10, 600, budget=4)
    centre.take(PolicyLoaded(limited(700, 4)))
    released = centre.clock.now()
    assert centre.floor.next_deadline() == released

    centre.clock.advance(1)
    centre.take(TimePassed())

    assert centre.floor.next_deadline() == centre.clock.now()


def test_who_left_the_line_or_came_back_into_it_meanwhile_needs_nothing_anew() -> None:
    centre = Centre(rules=limited(600, 4))
    centre.staff(1)
    for n in range(10):
        centre.call(f"c{n}")  # the first one rings
    centre.take(PolicyLoaded(limited(30, 4)))
    for n in range(1, 8):
        centre.take(CallerLeft(CallId(f"c{n}")))
    centre.end(centre.of(SeatRung)[0].leg, LegEnd.NO_ANSWER)

    assert turns_due(centre) == [0]
    centre.wait(31)

    assert sorted(fact.call for fact in centre.of(CallFailed)) == ["c0", "c8", "c9"]


def test_srg_01_a_floor_folded_amid_the_portions_does_what_the_other_does() -> None:
    """Who has been looked at already is no state: the journal does not tell it, nor need it."""
    centre = many(6, 600, budget=2)
    centre.wait(30)
    plan = Measures(overflow_after_s=20.0, overflow_to=("jilin",))
    centre.take(ActivateSurge(plan=PlanName("surge"), measures=plan, by="system", why="40"))
    sent = [fact.kind for fact in centre.take(TimePassed())]
    again = Centre(rules=centre.policies)
    again.clock.advance((centre.clock.now() - again.clock.now()).total_seconds())
    again.floor = centre.folded()

    assert sent == ["call-sent-over"]
    assert centre.wait(60) == again.wait(60) != []
