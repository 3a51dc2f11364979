"""From a start or a lost line until the telephone has told what it holds, nobody is rung.

Whoever waits may have died with Asterisk (I2), and a seat that looks idle may be busy. What was not
done meanwhile is made up for at CaughtUp: everybody is matched again (I5).
"""

from datetime import timedelta
from typing import Any

import pytest

from acd import facts as f
from acd import happenings as h
from acd.errors import TelephoneNotInStep
from acd.floor import Floor
from kernel.ids import AgentNo, CallId, DutyId, PauseReason, QueueName, leg_id
from kernel.legs import LegEnd
from tests.acd.centre import EPOCH, Centre, directory, policies

FIRST, SECOND, THIRD = AgentNo("1001"), AgentNo("1002"), AgentNo("1003")
LEG = leg_id(EPOCH, 1)


def deaf(*numbers: int, people: Any = None, general: Any = None, **rules: Any) -> Centre:
    """These are at work, and the line to the telephone is lost."""
    centre = Centre(people or directory(), policies(general, **rules))
    centre.staff(*numbers)
    centre.take(h.WentDeaf())
    return centre


def rung(centre: Centre) -> list[tuple[str, str]]:
    return [(fact.call, fact.agent) for fact in centre.of(f.SeatRung)]


def caught_up(centre: Centre) -> list[tuple[str, str]]:
    """Who is rung at that moment, and at whose seat."""
    facts = centre.take(h.CaughtUp())
    return [(fact.call, fact.agent) for fact in facts if isinstance(fact, f.SeatRung)]


def owed(centre: Centre, name: str, **more: Any) -> h.CallbackWanted:
    return h.CallbackWanted(
        call=CallId(name),
        duty=DutyId(name),
        queue=QueueName("general"),
        needs={},
        priority=0,
        asked_at=centre.clock.now(),
        **more,
    )


def test_nobody_is_rung_before_all_is_told_and_then_everybody_is_matched() -> None:
    """I2, I5: the longest idle seat gets who came first."""
    centre = deaf(2, 1)
    centre.call("c1")
    centre.call("c2")
    centre.call("c3")

    assert rung(centre) == []
    assert caught_up(centre) == [("c1", SECOND), ("c2", FIRST)]
    assert centre.folded().contents() == centre.floor.contents()


def test_who_died_with_asterisk_is_not_rung_for_before_or_after() -> None:
    """The ring of one ends with it; the next caller in line would have got that seat."""
    centre = Centre()
    centre.staff(1)
    for name in ("c1", "c2"):
        centre.call(name)
    centre.take(h.WentDeaf())
    centre.end(LEG, LegEnd.FAILED)
    for name in ("c1", "c2"):
        centre.take(h.CallerLeft(CallId(name)))

    assert caught_up(centre) == []
    assert rung(centre) == [("c1", FIRST)]
    assert len(centre.of(f.CallAbandoned)) == 2


@pytest.mark.parametrize(
    "order", [h.GoAvailable(THIRD), h.FinishWrapUp(FIRST)], ids=lambda order: type(order).__name__
)
def test_a_seat_that_becomes_free_waits_too(order: h.Command) -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c0")
    centre.answer(LEG)
    centre.end(LEG)
    centre.take(h.SignIn(THIRD, centre.directory.seats[next(reversed(centre.directory.seats))].id))
    centre.take(h.WentDeaf())
    centre.call("c1")
    centre.take(order)

    assert rung(centre) == [("c0", FIRST)]
    assert caught_up(centre) == [("c1", order.agent)]  # type: ignore[union-attr]  # both name one


def test_time_alone_rings_nobody() -> None:
    """A wrap-up that ends, an exclusion that is over: nobody is rung for it yet."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("c1")
    centre.answer(LEG)
    centre.end(LEG)
    centre.take(h.WentDeaf())
    centre.call("c2")

    centre.wait(60)

    assert rung(centre) == [("c1", FIRST)]
    assert caught_up(centre) == [("c2", FIRST)]


def test_news_that_come_after_all_was_told_find_a_floor_that_rings() -> None:
    centre = deaf(1)
    assert caught_up(centre) == []

    centre.call("c1")

    assert rung(centre) == [("c1", FIRST)]


def test_a_second_gap_is_a_gap_again() -> None:
    centre = deaf(1)
    caught_up(centre)
    centre.take(h.WentDeaf())
    centre.call("c1")

    assert rung(centre) == []


def test_an_answer_heard_meanwhile_is_an_answer() -> None:
    """The ring was ordered before the gap."""
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.take(h.WentDeaf())

    centre.answer(LEG)

    assert centre.only(f.SeatAnswered).call == "c1"


def test_deafness_is_no_part_of_the_floor_that_recovery_makes() -> None:
    """Neither fact nor image: each process is told anew when it is deaf."""
    centre = Centre()
    centre.staff(1)
    before = centre.floor.contents()
    said = centre.take(h.WentDeaf())
    image = centre.floor.image()
    same = centre.floor.contents() == before

    centre.floor = Floor(centre.policies, centre.directory, EPOCH)
    centre.floor.put_back(image)
    centre.call("c1")

    assert (said, same) == ([], True)
    assert rung(centre) == [("c1", FIRST)]


# ---- those who are rung out of turn


def test_who_knows_him_is_waited_for_until_all_is_told() -> None:
    """Sticky: he is held for a moment as if his agent talked."""
    centre = deaf(1, 2, general={"sticky_grace_s": 5})
    centre.call("c1", sticky_to=SECOND)

    assert rung(centre) == []
    assert caught_up(centre) == [("c1", SECOND)]


def test_who_is_handed_to_a_colleague_meanwhile_goes_back_to_his_sender_when_all_is_told() -> None:
    """SPC-04: the colleague cannot be rung, as if he talked; his sender wraps this call up."""
    centre = sent_away()
    centre.take(h.WentDeaf())
    centre.call("c1", again=True, handed_to=SECOND, back_to=FIRST)

    assert rung(centre) == [("c1", FIRST)]
    assert caught_up(centre) == [("c1", FIRST)]


def sent_away() -> Centre:
    """1001 has talked with c1 and wraps up; 1002 and 1003 are idle; 1003 longer."""
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.answer(LEG)
    centre.end(LEG)
    centre.staff(3, 2)
    return centre


@pytest.mark.parametrize("why", [LegEnd.FAILED, LegEnd.BUSY, LegEnd.NO_ANSWER])
def test_whom_a_colleague_did_not_take_in_a_gap_goes_back_when_all_is_told(why: LegEnd) -> None:
    """SPC-04: before anybody else has him."""
    centre = sent_away()
    centre.call("c1", again=True, handed_to=SECOND, back_to=FIRST)
    centre.take(h.WentDeaf())
    centre.end(centre.of(f.SeatRung)[-1].leg, why)
    assert rung(centre)[1:] == [("c1", SECOND)]

    assert caught_up(centre) == [("c1", FIRST)]
    assert centre.only(f.WrapUpEnded).agent == FIRST
    assert centre.folded().contents() == centre.floor.contents()


def test_a_sender_who_has_just_refused_him_is_not_rung_again() -> None:
    """While he is excluded there; anybody else may have him."""
    centre = Centre(directory(), policies(on_rejected="keep", excluded_after_failed_ring_s=15))
    centre.staff(1)
    centre.call("c1")
    centre.answer(LEG)
    centre.end(LEG)
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c1", again=True, back_to=FIRST)
    centre.take(h.WentDeaf())
    centre.end(centre.of(f.SeatRung)[-1].leg, LegEnd.REJECTED)
    gap = caught_up(centre)
    centre.take(h.WentDeaf())
    centre.clock.advance(15)

    assert gap == []
    assert caught_up(centre) == [("c1", FIRST)]


def test_a_sender_who_is_gone_or_busy_leaves_him_in_the_line() -> None:
    centre = sent_away()
    centre.call("c1", again=True, handed_to=SECOND, back_to=FIRST)
    centre.take(h.FinishWrapUp(FIRST))
    centre.take(h.Pause(FIRST, PauseReason("rest")))
    centre.take(h.WentDeaf())
    centre.end(centre.of(f.SeatRung)[-1].leg, LegEnd.FAILED)

    assert caught_up(centre) == [("c1", THIRD)]


def test_a_sender_who_talks_with_another_is_not_rung() -> None:
    centre = sent_away()
    centre.call("c1", again=True, handed_to=SECOND, back_to=FIRST)
    centre.take(h.Pause(THIRD, PauseReason("rest")))
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c2")
    centre.answer(centre.of(f.SeatRung)[-1].leg)
    centre.take(h.WentDeaf())
    centre.end(centre.of(f.SeatRung)[1].leg, LegEnd.BUSY)

    assert rung(centre) == [("c1", FIRST), ("c1", SECOND), ("c2", FIRST)]
    assert caught_up(centre) == []


def test_who_goes_back_leaves_the_others_to_the_others() -> None:
    centre = sent_away()
    centre.take(h.WentDeaf())
    centre.call("c2")
    centre.call("c1", again=True, back_to=AgentNo("1009"))
    centre.call("c3", asked_at=centre.clock.now() + timedelta(seconds=1))

    assert caught_up(centre) == [("c1", THIRD), ("c2", SECOND)]


# ---- limits and announcements


def test_nobody_is_refused_for_a_full_line_while_free_seats_are_not_rung() -> None:
    """He who finds no room is told so when the free seats are taken."""
    centre = deaf(1, general={"max_waiting": 1, "when_full": "refuse"})
    for name in ("c1", "c2", "c3"):
        centre.call(name)
    assert centre.of(f.CallFailed) == []

    assert caught_up(centre) == [("c1", FIRST)]
    assert [(fact.call, fact.why) for fact in centre.of(f.CallFailed)] == [
        ("c2", f.Limit.LINE_FULL)
    ]


def test_only_who_still_waits_when_all_is_told_hears_his_place() -> None:
    centre = deaf(1)
    for name in ("c1", "c2", "c3"):
        centre.call(name)
    assert centre.of(f.AnnouncementDue) == []
    centre.take(h.CallerLeft(CallId("c2")))

    caught_up(centre)

    assert [(fact.call, fact.position) for fact in centre.of(f.AnnouncementDue)] == [("c3", 1)]


def test_whose_place_was_told_once_is_not_told_it_after_the_next_gap() -> None:
    centre = deaf()
    centre.call("c1")
    caught_up(centre)
    centre.take(h.WentDeaf())
    caught_up(centre)

    assert len(centre.of(f.AnnouncementDue)) == 1


def test_who_left_and_is_forgotten_meanwhile_hears_nothing() -> None:
    """A gap of more than twelve hours."""
    centre = deaf()
    centre.call("c1")
    centre.take(h.CallerLeft(CallId("c1")))
    centre.clock.advance(13 * 3600)
    centre.call("c2")

    caught_up(centre)

    assert [fact.call for fact in centre.of(f.AnnouncementDue)] == ["c2"]


# ---- calls that we owe, seats that are lent


@pytest.mark.parametrize("citizen_first", [True, False])
def test_what_is_owed_is_not_begun_while_nobody_listens(citizen_first: bool) -> None:
    """Neither the seat nor the citizen is rung."""
    centre = deaf(1)
    centre.take(owed(centre, "out-7-1", citizen_first=citizen_first))
    begun = [one for one in centre.facts if isinstance(one, f.SeatRung | f.CallbackTurn)]

    centre.take(h.CaughtUp())

    assert begun == []
    kind = f.CallbackTurn if citizen_first else f.SeatRung
    assert [fact.call for fact in centre.of(kind)] == ["out-7-1"]


def test_a_callback_by_hand_is_refused_until_all_is_told() -> None:
    centre = deaf(1)
    order = h.CallBack(FIRST, owed(centre, "out-7-1"))
    before = centre.floor.contents()
    with pytest.raises(TelephoneNotInStep, match="no phone is rung now") as refused:
        centre.take(order)
    assert centre.floor.contents() == before
    assert refused.value.remedy == "Try again in a few seconds."
    caught_up(centre)

    centre.take(order)

    assert rung(centre) == [("out-7-1", FIRST)]


def test_a_colleague_is_not_asked_until_all_is_told() -> None:
    """The call itself may be gone."""
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")
    centre.answer(LEG)
    centre.take(h.WentDeaf())
    order = h.LendSeat(agent=SECOND, call=CallId("c1"), by=FIRST)
    with pytest.raises(TelephoneNotInStep):
        centre.take(order)
    caught_up(centre)

    centre.take(order)

    assert centre.only(f.SeatLent).agent == SECOND
