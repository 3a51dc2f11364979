"""The floor's image: put back, it has the same contents and takes the same decisions (I10)."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from acd.facts import SeatRung, Withdrawal
from acd.floor import Floor
from acd.happenings import (
    AnsweredInFallback,
    CallerLeft,
    CallWithdrawn,
    CaughtUp,
    ExtendWrapUp,
    FinishWrapUp,
    GoAvailable,
    Happening,
    LegAnswered,
    LegEnded,
    Pause,
    PhoneSeen,
    SeatWanted,
    SignIn,
    TimePassed,
)
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, Extension, LegId, PauseReason, QueueName, SeatId
from kernel.legs import LegEnd
from tests.acd.centre import EPOCH, Centre, directory, policies

SKILLS = ({"general": 1}, {"general": 1, "expert": 1}, {"general": 2}, {"enterprise": 1})


def lively() -> Centre:
    """Somebody in every state there is."""
    rules = policies({"sticky_grace_s": 40}, on_busy="keep")
    centre = Centre(directory(*SKILLS, {"elderly": 2}, {"other": 1}, {"other": 1}), rules)
    centre.staff(1, 2, 3, 4, 5, 6, 7)
    for name in ("talks", "in wrap-up", "rings"):
        centre.call(name)
    centre.answer(LegId("7-000001"))
    centre.answer(LegId("7-000002"))
    centre.end(LegId("7-000002"))
    centre.take(ExtendWrapUp(AgentNo("1002")))
    centre.call("barred", "elderly")
    centre.end(LegId("7-000004"), LegEnd.BUSY)
    centre.call("held", sticky_to=AgentNo("1001"))
    centre.call("relaxes", "dialect")
    centre.call("waits")
    centre.call("in the plain queue")
    centre.take(CallWithdrawn(CallId("in the plain queue"), Withdrawal.TO_FALLBACK))
    centre.take(PhoneSeen(Extension("8004"), False))
    centre.take(PhoneSeen(Extension("8900"), False))
    centre.take(Pause(AgentNo("1006"), PauseReason("rest")))
    centre.clock.advance(2)
    return centre


def put_back(centre: Centre, epoch: Epoch = EPOCH) -> Floor:
    floor = Floor(centre.policies, centre.directory, epoch)
    floor.put_back(centre.floor.image())
    return floor


NEXT: list[Happening] = [
    CaughtUp(),
    LegEnded(LegId("7-000003"), LegEnd.NO_ANSWER),
    LegAnswered(LegId("7-000003")),
    LegEnded(LegId("7-000001"), LegEnd.HUNG_UP),
    FinishWrapUp(AgentNo("1002")),
    GoAvailable(AgentNo("1006")),
    GoAvailable(AgentNo("1004")),
    PhoneSeen(Extension("8900"), False),
    AnsweredInFallback(CallId("in the plain queue")),
    CallerLeft(CallId("talks")),
    CallerLeft(CallId("rings")),
    CallerLeft(CallId("in wrap-up")),
]


@pytest.mark.parametrize("happening", NEXT, ids=lambda one: type(one).__name__)
def test_a_floor_put_back_does_the_same_next(happening: Happening) -> None:
    centre = lively()
    again = put_back(centre)
    now = centre.clock.now()

    def both(one: Happening, at: Any) -> tuple[list[Fact], list[Fact]]:
        return centre.floor.take(one, at), again.take(one, at)

    lived, repeated = both(happening, now)
    later = []
    while (due := centre.floor.next_deadline()) is not None and due < now.replace(hour=2):
        later.append(due)
        assert again.next_deadline() == due
        one, other = both(TimePassed(), due)
        assert one == other

    assert lived == repeated
    assert len(later) > 5
    assert again.contents() == centre.floor.contents()


def test_a_floor_put_back_has_the_contents_of_the_one_that_lived() -> None:
    centre = lively()

    assert put_back(centre).contents() == centre.floor.contents()
    assert put_back(centre).view(centre.clock.now()) == centre.floor.view(centre.clock.now())


def test_an_image_is_not_changed_by_what_happens_afterwards() -> None:
    centre = lively()
    image = centre.floor.image()
    before = copy.deepcopy(image)

    for happening in NEXT:
        centre.take(happening)

    assert len(centre.of(SeatRung)) > 4
    fields = ("epoch", "idle", "at_seat", "settled", "unreachable", "asked", "rung", "measured")
    for name in (*fields, "seat_skills", "call_needs"):
        assert getattr(image, name) == getattr(before, name)
    assert [one.activity for one in image.seats] == [one.activity for one in before.seats]
    assert [one.waiting for one in image.callers] == [one.waiting for one in before.callers]


def test_a_floor_put_back_does_not_change_its_image() -> None:
    """The same image may be put back a second time."""
    centre = lively()
    image = centre.floor.image()
    first, second = (Floor(centre.policies, centre.directory, EPOCH) for _ in range(2))
    first.put_back(image)
    for happening in NEXT:
        first.take(happening, centre.clock.now())

    second.put_back(image)

    assert second.contents() == centre.floor.contents()


def test_a_later_life_counts_its_own_legs() -> None:
    """Leg ids begin with the epoch: the image of an earlier one must not say how many there are."""
    centre = lively()
    now = centre.clock.now()
    later = put_back(centre, Epoch(8))
    order = FinishWrapUp(AgentNo("1002"))

    (rung,) = [fact for fact in later.take(order, now) if isinstance(fact, SeatRung)]
    (same,) = [fact for fact in centre.take(order) if isinstance(fact, SeatRung)]

    assert (rung.leg, same.leg) == ("8-000001", "7-000005")


def test_an_image_is_put_into_an_empty_floor_only() -> None:
    centre = lively()

    with pytest.raises(AssertionError, match="only an empty floor"):
        centre.floor.put_back(centre.floor.image())


def test_ties_are_broken_as_before_whatever_signatures_were_met_since() -> None:
    """Rows of equal age go by when their skills were first met: the image keeps that order."""
    centre = Centre(directory({"general": 2}, {"general": 1}))
    centre.staff(1)
    centre.staff(2)
    image = centre.floor.image()
    assert image.seat_skills == [{"general": 2}, {"general": 1}]
    turned = replace(image, seats=list(reversed(image.seats)))
    again = Floor(centre.policies, centre.directory, EPOCH)
    again.put_back(turned)

    assert again.image().seat_skills == image.seat_skills


def test_signatures_are_the_same_after_a_restart_also_of_those_who_have_gone() -> None:
    centre = lively()
    centre.call("gone", "expert")
    centre.take(CallerLeft(CallId("gone")))
    centre.floor.view(centre.clock.now())  # the board asks for each queue's needs
    image, again = centre.floor.image(), put_back(centre).image()

    assert {"enterprise": 1} in image.call_needs and {"expert": 1} in image.call_needs
    assert (again.call_needs, again.seat_skills) == (image.call_needs, image.seat_skills)


def test_seats_that_became_idle_at_one_moment_keep_their_order() -> None:
    centre = Centre()
    for n in (1, 2):
        centre.take(SignIn(AgentNo(f"100{n}"), SeatId(f"S00{n}")))
    for n in (2, 1):
        centre.take(GoAvailable(AgentNo(f"100{n}")))
    again = put_back(centre)
    centre.call("c1")
    asked = SeatWanted(
        call=CallId("c1"), queue=QueueName("general"), needs={}, priority=0,
        asked_at=centre.clock.now(),
    )  # fmt: skip

    rung = [fact for fact in again.take(asked, centre.clock.now()) if isinstance(fact, SeatRung)]

    assert [fact.seat for fact in rung] == [fact.seat for fact in centre.of(SeatRung)] == ["S002"]


def test_numbers_of_signatures_in_an_image_are_not_believed() -> None:
    """They are an index; skills and needs say what they are."""
    centre = lively()
    image = centre.floor.image()
    wrong = replace(
        image,
        seats=[replace(seat, signature=99) for seat in image.seats],
        callers=[replace(caller, signature=99) for caller in image.callers],
    )
    again = Floor(centre.policies, centre.directory, EPOCH)
    again.put_back(wrong)

    now = centre.clock.now()
    order = FinishWrapUp(AgentNo("1002"))
    assert again.take(order, now) == centre.take(order)
    assert len(centre.last) == 2


# ---- contents ------------------------------------------------------------------------------------


def test_contents_are_plain_values_of_seats_callers_and_line() -> None:
    centre = lively()
    contents: Any = centre.floor.contents()

    assert contents["line"] == ["barred", "relaxes", "held", "waits"]
    assert contents["in_queue"] == {"general": 2, "elderly": 1, "dialect": 1}
    assert contents["agents"]["1001"] == "S001"
    assert contents["phones"]["8001"] == "S001"
    assert contents["legs"] == {"7-000001": "S001", "7-000003": "S003"}
    assert contents["unreachable"] == ["8004", "8900"]
    assert contents["seats"]["S001"]["call"] == "talks"
    assert contents["callers"]["talks"]["seat"] == "S001"
    assert contents["callers"]["waits"]["seat"] is None
    assert contents["callers"]["waits"]["queue"] == QueueName("general")
    assert [seat for _, seat in contents["idle"]] == ["S005", "S007"]
    assert {type(one).__name__ for one in contents["callers"].values()} == {"dict"}


def test_indexes_are_no_contents() -> None:
    """Numbers of signatures, versions, spells, when to look again: they follow from events."""
    centre = lively()
    contents: Any = centre.floor.contents()
    records = [*contents["seats"].values(), *contents["callers"].values()]

    indexes = {"signature", "version", "spell", "look_over_at"}
    assert not any(indexes & set(record) for record in records)


def test_a_queue_that_is_empty_again_is_as_if_nobody_had_been_there() -> None:
    centre = Centre()
    centre.call("c1", "elderly")
    centre.take(CallerLeft(CallId("c1")))

    assert centre.floor.contents()["in_queue"] == {}
