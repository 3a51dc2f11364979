"""What the telephone tells, in the floor's words."""

import pytest

from acd import happenings as h
from acd.call_facts import Withdrawal
from acd.desk import AcdDesk
from acd.floor import Floor
from hotline.tidings import LateDesk, Tidings
from kernel.fact import Fact
from kernel.ids import CallId, Extension, LegId
from kernel.legs import LegEnd
from telephony import facts
from telephony.legs import Leg, LegAnswered, LegEnded, LegNews, LegRinging, Purpose
from tests.acd.centre import EPOCH, directory, policies
from tests.fakes.fake_clock import MONDAY_NINE, FakeClock
from tests.fakes.fake_seats import FakeRings

C1 = CallId("c1")
LEG, THIRD = LegId("7-000001"), LegId("7-c000001")


class ListeningDesk(AcdDesk):
    """A desk of which only what it is told matters."""

    def __init__(self) -> None:
        floor = Floor(policies(), directory(), EPOCH)
        super().__init__(floor, lambda facts: None, FakeRings(), FakeClock())
        self.told: list[h.Report] = []

    def tell(self, happening: h.Report) -> None:
        self.told.append(happening)


def tidings() -> tuple[Tidings, ListeningDesk]:
    late = LateDesk()
    late.desk = desk = ListeningDesk()
    return Tidings(late), desk


@pytest.mark.parametrize(
    ("news", "told"),
    [
        (LegRinging(LEG), []),
        (LegAnswered(LEG, C1), [h.LegAnswered(LEG)]),
        (LegAnswered(LEG, C1, MONDAY_NINE), [h.LegAnswered(LEG, MONDAY_NINE)]),
        *[(LegEnded(LEG, why), [h.LegEnded(LEG, why)]) for why in LegEnd],
    ],
)
def test_what_becomes_of_a_leg_is_told_by_its_own_id(news: LegNews, told: list[h.Report]) -> None:
    ears, desk = tidings()

    ears.on_leg(news)

    assert desk.told == told


@pytest.mark.parametrize("reachable", [True, False])
def test_a_phone_that_comes_or_goes_is_told(reachable: bool) -> None:
    ears, desk = tidings()

    ears.on_phone(Extension("8001"), reachable)

    assert desk.told == [h.PhoneSeen(Extension("8001"), reachable)]


def hung_up(by: facts.HungUpBy) -> Fact:
    return facts.CallHungUp(at=MONDAY_NINE, call=C1, by=by, cause=16)


@pytest.mark.parametrize("by", list(facts.HungUpBy))
def test_a_hang_up_by_whomever_says_that_the_caller_left(by: facts.HungUpBy) -> None:
    ears, desk = tidings()

    ears.see([hung_up(by)])

    assert desk.told == [h.CallerLeft(C1)]


def test_the_plain_queue_taking_a_caller_is_no_fate() -> None:
    ears, desk = tidings()

    ears.see([facts.CallFellBack(at=MONDAY_NINE, call=C1, reason="switch")])

    assert desk.told == [h.CallWithdrawn(C1, Withdrawal.TO_FALLBACK)]


def test_a_member_of_the_plain_queue_who_answers_is_a_fate() -> None:
    ears, desk = tidings()

    ears.see([facts.FallbackTalk(at=MONDAY_NINE, call=C1)])

    assert desk.told == [h.AnsweredInFallback(C1)]


SAYS_NOTHING = [
    facts.CallHeld(at=MONDAY_NINE, call=C1),
    facts.CallReturned(at=MONDAY_NINE, call=C1),
    facts.TransferFailed(at=MONDAY_NINE, call=C1, how=facts.Transfer.BLIND, why="BUSY"),
    facts.StageEntered(at=MONDAY_NINE, call=C1, stage="menu", detail={}),
    facts.AmiLinkDown(at=MONDAY_NINE, why="gone"),
]


def test_nothing_else_says_that_the_caller_left() -> None:
    ears, desk = tidings()

    ears.see([*SAYS_NOTHING, hung_up(facts.HungUpBy.CITIZEN)])

    assert desk.told == [h.CallerLeft(C1)]


@pytest.mark.parametrize("shared", ["room", "bridge"])
def test_a_seat_that_talks_on_with_a_third_party_is_told_to_have_lost_its_citizen_afterwards(
    shared: str,
) -> None:
    """Else its wrap-up would run out beneath its words, and the line ring it (I3)."""
    ears, desk = tidings()
    seat, third = Leg(LEG, Purpose.SEAT, C1, joined=True), Leg(THIRD, Purpose.CONSULT, C1)
    for leg in (seat, third):
        setattr(leg, shared, "7")
        ears._late.legs.expect(leg)

    ears.see([hung_up(facts.HungUpBy.CITIZEN)])
    assert desk.told == []
    ears.on_leg(LegEnded(THIRD, LegEnd.HUNG_UP))
    ears.on_leg(LegEnded(LEG, LegEnd.HUNG_UP))

    ended = [h.LegEnded(THIRD, LegEnd.HUNG_UP), h.LegEnded(LEG, LegEnd.HUNG_UP)]
    assert desk.told == [*ended, h.CallerLeft(C1)]


def test_a_seat_whose_third_party_has_gone_loses_its_citizen_at_once() -> None:
    ears, desk = tidings()
    ears._late.legs.expect(Leg(LEG, Purpose.SEAT, C1, joined=True, bridge="7"))

    ears.see([hung_up(facts.HungUpBy.CITIZEN)])

    assert desk.told == [h.CallerLeft(C1)]
