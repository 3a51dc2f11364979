"""A leg of an older process: whose it was is read from its own variables."""

from datetime import UTC, datetime

import pytest

from kernel.ids import CallId, LegId
from telephony.found import Found
from telephony.known_legs import is_leg, is_ours, leg_of
from telephony.legs import LegAnswered, Purpose
from telephony.resync import EndLeg, KnowLeg, compare
from tests.telephony.test_resync import CITIZEN, NAME, found, new_mirror

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
THIRD = "1767600000-c4"


def third(uniqueid: str = "1767600000-4", **changed: object) -> Found:
    values: dict[str, object] = {
        "name": "PJSIP/8002-00000009",
        "context": "agentroom",
        "bridge": "b2",
        "variables": {"CC_CALLER": NAME, "CC_THIRD": "consult/lent"},
    }
    return found(uniqueid, **(values | changed))


@pytest.mark.parametrize(
    ("uniqueid", "leg"),
    [("7-000001", True), ("7-c1", True), ("7-r1", False), ("cc1-1.4", False), ("7-", False)],
)
def test_the_floors_legs_and_those_of_third_parties_are_told_by_their_ids(
    uniqueid: str, leg: bool
) -> None:
    assert is_leg(uniqueid) is leg


@pytest.mark.parametrize(
    ("said", "purpose", "lent"),
    [
        ("consult", Purpose.CONSULT, False),
        ("consult/lent", Purpose.CONSULT, True),
        ("conference", Purpose.CONFERENCE, False),
        ("conference/lent", Purpose.CONFERENCE, True),
        ("", Purpose.SEAT, False),
    ],
)
def test_a_third_party_is_known_for_what_it_was(said: str, purpose: Purpose, lent: bool) -> None:
    leg = leg_of(third(variables={"CC_CALLER": NAME, "CC_THIRD": said}), CallId(CITIZEN))

    assert (leg.purpose, leg.lent, leg.caller) == (purpose, lent, CITIZEN)
    assert (leg.answered, leg.aside, leg.bridge) == (True, False, "b2")


def test_one_in_a_conference_is_in_its_room() -> None:
    leg = leg_of(third(context="confleg", exten="411", bridge="b7"), CallId(CITIZEN))

    assert (leg.room, leg.joined) == ("411", True)


def test_a_phone_by_which_an_agent_dials_out_himself_is_left_alone() -> None:
    dials = third(uniqueid=THIRD, variables={})
    assert not is_ours(dials)
    assert compare(new_mirror(), [dials], set()).mends == []


def test_a_consulted_colleague_is_known_again_and_nobody_is_sent_away() -> None:
    mirror = new_mirror()
    citizen = found(context="held", application="MusicOnHold")
    enter, know = compare(mirror, [third(), citizen], set()).mends
    for mend in (enter, know):
        mend.effects(mirror, NOW)

    assert isinstance(know, KnowLeg)
    consulted = mirror.legs.consulted(CallId(CITIZEN))
    assert consulted is not None
    assert (consulted.joined, consulted.lent) == (True, True)


def test_who_had_taken_over_when_we_died_is_told_to_the_floor() -> None:
    mirror = new_mirror()
    took_over = third(variables={"CC_CALLER": NAME, "CC_SEAT": "1"})
    citizen = found(context="held", application="", bridge="b2")
    effects = [
        effect
        for mend in compare(mirror, [citizen, took_over], set()).mends
        for effect in mend.effects(mirror, NOW)
    ]

    assert LegAnswered(LegId("1767600000-4"), CallId(CITIZEN)) in effects


def test_a_third_party_who_still_rings_for_a_dead_process_is_hung_up() -> None:
    ringing = third(uniqueid=THIRD, bridge="", application="AppDial2", context="confleg")
    (mend,) = compare(new_mirror(), [ringing], set()).mends

    assert isinstance(mend, EndLeg)
