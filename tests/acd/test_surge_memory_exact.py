"""How facts of surge days change the floor's memory: what no other test would miss."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from acd.facts import AgentAvailable, CallAbandoned, FallbackLost, Who, Withdrawal
from acd.happenings import CallerLeft, CallWithdrawn, Pause
from acd.minimum_rules import ZONE
from acd.seat import Presence
from acd.standing import CALLS_KEPT
from acd.surge_facts import (
    SURGE_KINDS,
    BreakWishDropped,
    BreakWished,
    CallSentOver,
    IncidentCall,
    IncidentClosed,
    IncidentId,
    IncidentKind,
    IncidentOpened,
    Measures,
    OverflowEnded,
    PlanName,
    SurgeActivated,
    SurgeReturned,
)
from acd.surge_happenings import ActivateSurge, OpenIncident, ReturnSurge, TagCall
from acd.surge_memory import overflow_ended, tagged
from kernel.ids import AgentNo, CallId, PauseReason, QueueName
from tests.acd.centre import Centre, directory, policies

ONE, TWO, THREE = AgentNo("1001"), AgentNo("1002"), AgentNo("1003")
REST, MEAL = PauseReason("rest"), PauseReason("meal")
PLAN, HEAT = PlanName("surge"), IncidentId("heat-1")


def centre_with(*minimums: dict[str, Any]) -> Centre:
    both = {"enterprise": 1, "general": 1}
    centre = Centre(directory(both, both, both), policies(minimums=list(minimums)))
    centre.staff(1, 2, 3)
    return centre


def presence(centre: Centre, agent: AgentNo) -> Presence:
    seat = centre.floor.view(centre.clock.now()).seat_of(agent)
    assert seat is not None
    return seat.presence


@pytest.mark.parametrize(("by", "who"), [("system", Who.SYSTEM), ("chief", Who.SUPERVISOR)])
def test_srg_01_who_is_called_back_from_a_break_is_told_by_whom(by: str, who: Who) -> None:
    centre = centre_with()
    centre.take(Pause(ONE, REST))
    order = ActivateSurge(plan=PLAN, measures=Measures(recall=(REST,)), by=by, why="waiting 40")

    centre.take(order)

    back = centre.of(AgentAvailable)[-1]
    assert (back.agent, back.by, back.ordered_by) == (ONE, who, by)
    assert back.note == "surge: waiting 40"


def test_seat_03_another_wish_of_the_same_agent_goes_to_the_end() -> None:
    centre = centre_with({"queue": "enterprise", "at_least": 3})
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, REST))

    centre.take(Pause(ONE, MEAL))

    wishes = centre.floor.view(centre.clock.now()).wishes
    assert [(wish.agent, wish.reason) for wish in wishes] == [(TWO, REST), (ONE, MEAL)]


def test_seat_03_the_first_hour_that_ends_is_looked_at_beside_whole_days_and_later_hours() -> None:
    now = Centre().clock.now().astimezone(ZONE)
    since, until, later = ((now + timedelta(hours=n)).time() for n in (-1, 1, 5))
    centre = centre_with(
        {"queue": "enterprise", "at_most_on_break": 9},
        {"queue": "enterprise", "at_most_on_break": 9, "since": since, "until": later},
        {"queue": "enterprise", "at_least": 3, "since": since, "until": until},
    )
    centre.take(Pause(ONE, REST))

    centre.wait(3_000)
    before = presence(centre, ONE)
    centre.wait(1_000)

    assert (before, presence(centre, ONE)) == (Presence.AVAILABLE, Presence.PAUSED)


def test_srg_02_whoever_came_back_from_the_target_leaves_our_line_when_he_hangs_up() -> None:
    centre = Centre(rules=policies({"overflow": {"target": "jilin"}, "overflow_after_s": 20}))
    centre.call("c1")
    centre.wait(20)
    centre.call("c1")

    centre.take(CallerLeft(CallId("c1")))

    assert [fact.call for fact in centre.of(CallAbandoned)] == ["c1"]
    assert centre.of(OverflowEnded) == []  # his place there was free when he came back


def test_the_end_of_an_overflow_frees_his_place_and_him() -> None:
    centre = Centre(rules=policies({"overflow": {"target": "jilin"}, "overflow_after_s": 20}))
    centre.call("c1")
    centre.wait(20)
    memory, now = centre.floor._memory, centre.clock.now()
    assert memory.callers[CallId("c1")].away == centre.only(CallSentOver)

    overflow_ended(memory, OverflowEnded(at=now, call=CallId("c1"), to="jilin", answered=False))
    overflow_ended(memory, OverflowEnded(at=now, call=CallId("gone"), to="jilin", answered=False))

    assert memory.callers[CallId("c1")].away is None
    assert memory.standing.at("jilin") == 0


def away_of_two() -> Centre:
    """c1 is at the one target, which takes one at a time; c2 waits."""
    rules = policies(
        {"overflow": {"target": "jilin"}, "overflow_after_s": 20}, overflow_capacity={"jilin": 1}
    )
    centre = Centre(rules=rules)
    centre.call("c1")
    centre.call("c2")
    centre.wait(22)
    return centre


def test_srg_02_whoever_comes_back_makes_room_at_the_target() -> None:
    centre = away_of_two()

    centre.call("c1")
    centre.wait(5)

    assert [sent.call for sent in centre.of(CallSentOver)] == ["c1", "c2"]


def test_srg_02_from_the_target_to_the_plain_queue_makes_room_there_too() -> None:
    """Nobody answered him at the target: what becomes of him is told by the plain queue."""
    centre = away_of_two()

    centre.take(CallWithdrawn(CallId("c1"), Withdrawal.TO_FALLBACK))
    centre.wait(5)
    centre.take(CallerLeft(CallId("c1")))

    assert [sent.call for sent in centre.of(CallSentOver)] == ["c1", "c2"]
    assert [fact.call for fact in centre.of(FallbackLost)] == ["c1"]
    assert centre.of(CallAbandoned) == centre.of(OverflowEnded) == []


def test_emg_05_so_many_calls_of_an_incident_are_kept() -> None:
    centre = Centre()
    centre.take(
        OpenIncident(
            incident=HEAT, about=IncidentKind.HEAT, title="", areas=(), announcement="",
            key="9", queue=QueueName("general"), by="chief", why="",
        )
    )  # fmt: skip
    memory, now = centre.floor._memory, centre.clock.now()
    known = memory.standing.incidents[HEAT].calls
    known.update({CallId(f"c{n}"): now for n in range(CALLS_KEPT - 1)})

    for name in ("last", "one-more"):
        tagged(memory, told(now, name, HEAT))
    tagged(memory, told(now, "of-no-incident", IncidentId("nothing")))

    assert CALLS_KEPT == 20_000
    assert (len(known), "last" in known, "one-more" in known) == (20_000, True, False)


def told(at: datetime, call: str, incident: IncidentId) -> IncidentCall:
    return IncidentCall(at=at, call=CallId(call), incident=incident, by="chief")


def test_emg_05_a_call_is_tagged_once() -> None:
    centre = Centre()
    centre.take(
        OpenIncident(
            incident=HEAT, about=IncidentKind.HEAT, title="", areas=(), announcement="",
            key="9", queue=QueueName("general"), by="chief", why="",
        )
    )  # fmt: skip
    centre.take(TagCall(CallId("c1"), HEAT, "chief"))
    centre.take(TagCall(CallId("c1"), HEAT, "chief"))

    assert [fact.call for fact in centre.of(IncidentCall)] == ["c1"]


def test_srg_04_what_is_no_drill_is_in_earnest() -> None:
    centre = Centre()
    centre.take(ActivateSurge(plan=PLAN, measures=Measures(), by="chief", why=""))
    centre.clock.advance(30)
    centre.take(ReturnSurge(PLAN, "chief", ""))

    at, plan = centre.clock.now(), PLAN
    on = SurgeActivated(at=at, plan=plan, by="chief", why="", measures=Measures())
    off = SurgeReturned(at=at, plan=plan, by="chief", why="", stood=timedelta(seconds=30))
    assert (on.drill, off.drill) == (False, False)
    assert [fact.drill for fact in centre.of(SurgeActivated)] == [False]
    assert [fact.drill for fact in centre.of(SurgeReturned)] == [False]


def test_the_journal_can_be_read_back_whatever_a_surge_day_wrote() -> None:
    assert set(SURGE_KINDS) == {
        BreakWished, BreakWishDropped, SurgeActivated, SurgeReturned, CallSentOver,
        OverflowEnded, IncidentOpened, IncidentClosed, IncidentCall,
    }  # fmt: skip
    assert Measures() == Measures(
        queues=(), wrap_up_limit_s=None, callback_after_s=None, overflow_after_s=None,
        overflow_to=(), announcement="", stop_surveys=False, recall=(),
    )  # fmt: skip
