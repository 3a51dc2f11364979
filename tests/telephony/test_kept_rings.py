"""A ring that outlives its leader goes on: the next one keeps it instead of ringing again (I7)."""

import pytest

from kernel.ids import CallId, Epoch, LegId
from telephony.found import Found
from telephony.legs import Purpose, RungBefore
from telephony.resync import EndLeg, KeepRing, compare, fact_of
from tests.telephony.test_resync import CITIZEN, NAME, NOW, found, new_mirror


def ringing(caller: str = NAME, leg: str = "2-000007") -> Found:
    variables = {"CC_CALLER": caller}
    return found(leg, context="from-agent", application="AppDial2", variables=variables)


def test_a_ring_that_the_journal_knows_goes_on_under_our_epoch() -> None:
    """I1, I7: whoever leads next does not ring the same seat a second time."""
    mirror = new_mirror()
    mirror.legs.rung_before = {LegId("2-000007"): RungBefore(CallId(CITIZEN), Epoch(3))}

    enter, keep = compare(mirror, [ringing(), found()], set()).mends
    for mend in (enter, keep):
        assert mend.effects(mirror, NOW) is not None

    assert isinstance(keep, KeepRing)
    (action,) = keep.actions()
    assert (action["Variable"], action["Value"]) == ("CC_LEGEPOCH", "3")
    assert [leg.id for leg in mirror.legs.of(CallId(CITIZEN), Purpose.SEAT)] == ["2-000007"]
    assert not compare(mirror, [ringing(), found()], set()).mends


@pytest.mark.parametrize(
    "others",
    [
        [],  # he has gone
        [found("cc1-1.5", context="room")],  # another has his channel's name
        [found(context="fallback", application="Queue")],
        [found(application="", bridge="b1")],  # somebody talks with him
    ],
)
def test_a_ring_for_one_who_does_not_wait_any_more_is_hung_up(others: list[Found]) -> None:
    mirror = new_mirror()
    mirror.legs.rung_before = {LegId("2-000007"): RungBefore(CallId(CITIZEN), Epoch(3))}

    mends = compare(mirror, [ringing(), *others], set()).mends

    assert EndLeg(ringing()) in mends


def test_a_kept_ring_is_a_fact() -> None:
    fact = fact_of(KeepRing(ringing(), RungBefore(CallId(CITIZEN), Epoch(3))), NOW)

    assert (fact.call, fact.leg, fact.how) == (CITIZEN, "2-000007", "keep_ring")
