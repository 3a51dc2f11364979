"""Our picture against Asterisk's own list: who is adopted, taken back, hung up, forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.fact import Fact
from kernel.ids import CallId, LegId, QueueName
from kernel.legs import LegEnd
from telephony import ami_events as ami
from telephony import facts
from telephony.call import Phase
from telephony.found import Found, found_from
from telephony.legs import Leg, LegAnswered, LegEnded, Purpose
from telephony.mirror import Mirror
from telephony.mirror_effects import Gone, InHand
from telephony.place import Place
from telephony.resync import (
    EndLeg,
    Enter,
    Forget,
    KnowLeg,
    Mend,
    TakeBack,
    compare,
    fact_of,
)
from telephony.unheard import note_channels, note_recorders

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
CITIZEN = "cc1-1767603600.4"
NAME = "PJSIP/trunk-in-00000003"


def new_mirror() -> Mirror:
    return Mirror(key_of=lambda number: None)


def found(uniqueid: str = CITIZEN, **changed: object) -> Found:
    values: dict[str, object] = {
        "uniqueid": uniqueid,
        "name": NAME,
        "context": "room",
        "exten": "s",
        "application": "AGI",
        "bridge": "",
        "number": "13800001111",
        "caller_name": "",
        "age": timedelta(seconds=90),
        "variables": {"CC_SIP": "a@b", "CC_DIALLED": "12345", "CC_CALL": "known"},
    }
    return Found(**(values | changed))  # type: ignore[arg-type]


def test_an_unknown_caller_in_our_hands_is_entered_at_his_own_age() -> None:
    mirror = new_mirror()
    (mend,) = compare(mirror, [found()], set()).mends

    effects = mend.effects(mirror, NOW)

    assert isinstance(mend, Enter)
    assert InHand(CallId(CITIZEN), "room") in effects
    party = mirror.parties[CallId(CITIZEN)]
    assert (party.arrived_at, party.sip_call_id) == (NOW - timedelta(seconds=90), "a@b")
    # the process before us has journaled his arrival
    assert not [e for e in effects if isinstance(e, facts.CallArrived)]


def test_a_talker_is_adopted_as_talking_and_never_redirected() -> None:
    mirror = new_mirror()
    (mend,) = compare(mirror, [found(application="", bridge="b1")], set()).mends
    mend.effects(mirror, NOW)

    assert mirror.calls[CallId(CITIZEN)].phase is Phase.TALKING
    assert not mend.actions()


def test_whoever_waits_in_the_plain_queue_is_taken_back_and_who_talks_there_is_not() -> None:
    mirror = new_mirror()
    waits = found(context="fallback", application="Queue")
    talks = found("cc1-1.5", context="fallback", application="Queue", bridge="b2")

    mends = compare(mirror, [waits, talks], set()).mends

    assert [type(mend) for mend in mends] == [TakeBack, Enter]
    assert [dict(action)["Context"] for action in mends[0].actions()] == ["room"]
    assert not mends[1].actions()


def test_a_leg_that_nobody_knows_is_hung_up_unless_it_talks() -> None:
    mirror = new_mirror()
    leg = {"context": "from-agent", "application": "AppDial2", "variables": {}}
    rings = found("1767603500-7", **leg)
    talks = found("1767603500-8", **{**leg, "bridge": "b1", "variables": {"CC_CALLER": NAME}})

    mends = compare(mirror, [rings, talks, found(application="", bridge="b1")], set()).mends
    for mend in mends:
        mend.effects(mirror, NOW)

    assert [type(mend) for mend in mends] == [Enter, EndLeg, KnowLeg]
    assert mirror.legs.seat(CallId(CITIZEN)) is not None


def test_what_asterisk_does_not_show_is_over_only_after_a_second_look() -> None:
    mirror = new_mirror()
    mirror.take(ami.Newchannel(CITIZEN, NAME, "from-trunk", "12345", "", ""), NOW)
    mirror.legs.expect(Leg(LegId("9-000001"), Purpose.SEAT, CallId(CITIZEN)))

    first = compare(mirror, [], set())
    second = compare(mirror, [], first.absent)
    effects = [effect for mend in second.mends for effect in mend.effects(mirror, NOW)]

    assert not first.mends
    assert {mend.uniqueid for mend in second.mends if isinstance(mend, Forget)} == first.absent
    assert Gone(CallId(CITIZEN)) in effects
    assert LegEnded(LegId("9-000001"), LegEnd.FAILED) in effects
    assert not mirror.calls


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ([], LegEnd.FAILED),
        ([ami.BridgeEnter(CITIZEN, "b", 2, conference=False)], LegEnd.HUNG_UP),
        ([ami.AsyncAgiStart(CITIZEN, NAME, "aftercall", "s", "", "", ())], LegEnd.HUNG_UP),
    ],
    ids=["waits", "alone in their bridge", "after the talk"],
)
def test_a_seat_that_answered_and_left_unheard_has_talked(
    events: list[ami.AmiEvent], end: LegEnd
) -> None:
    mirror = new_mirror()
    mirror.take(ami.Newchannel(CITIZEN, NAME, "from-trunk", "12345", "", ""), NOW)
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)
    mirror.legs.expect(Leg(LegId("9-000001"), Purpose.SEAT, CallId(CITIZEN)))
    for event in events:
        mirror.take(event, NOW)

    assert LegEnded(LegId("9-000001"), end) in Forget("9-000001").effects(mirror, NOW)


def test_what_both_show_alike_needs_no_mending() -> None:
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)

    assert not compare(mirror, [found()], set()).mends


def test_a_taking_over_that_we_were_not_told_is_made_up_for() -> None:
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)
    (mend,) = compare(mirror, [found(application="", bridge="b1")], set()).mends
    mend.effects(mirror, NOW)

    assert mirror.calls[CallId(CITIZEN)].phase is Phase.TALKING


def test_the_two_lists_of_asterisk_are_put_together() -> None:
    status = {
        "event": "Status",
        "uniqueid": CITIZEN,
        "channel": NAME,
        "calleridnum": "13800001111",
        "calleridname": "<unknown>",
        "seconds": "90",
        "variable": ("CC_SIP=a@b", "CC_STATE=(null)", "CC_Q="),
    }
    shown = {"uniqueid": CITIZEN, "context": "room", "application": "AGI", "bridgeid": ""}

    (one,) = found_from([status, {"event": "Status", "uniqueid": "gone"}], [shown])

    assert (one.context, one.age, one.caller_name) == ("room", timedelta(seconds=90), "")
    assert one.variables == {"CC_SIP": "a@b"}


def test_a_place_in_the_line_survives_on_the_call() -> None:
    place = Place(QueueName("general"), NOW, 2)

    assert Place.decode(place.encode()) == place
    assert not set(place.encode()) & set(",^|${}")


@pytest.mark.parametrize("text", ["", "q:a", "q:a;t:x;p:1", "q:a;t:1;p:x", "q:a;t:1e99;p:1"])
def test_a_place_that_we_did_not_write_is_none(text: str) -> None:
    assert Place.decode(text) is None


def test_whoever_was_rung_for_is_ours_though_asterisk_shows_the_recorder_s_step() -> None:
    """After AGI's GOSUB to [record] Asterisk shows that context and `Return` until he leaves AGI:
    in a rehearsal with kills such callers were taken for gone, and settled as abandoned."""
    shown = {"uniqueid": CITIZEN, "context": "record", "exten": "s", "application": "Return"}
    channel = {"event": "Status", "uniqueid": CITIZEN, "channel": NAME}

    (ours,) = found_from([channel | {"variable": "CC_SIP=a@b"}], [shown])
    (on_his_way,) = found_from([channel | {"variable": "CC_STATE=fallback"}], [shown])
    taken = channel | {"variable": ("CC_SIP=a@b", "CC_STATE=talked")}
    (on_his_seat,) = found_from([taken], [shown])
    over = channel | {"variable": ("CC_SIP=a@b", "CC_STATE=talked", "CC_HEARD=1")}
    (after,) = found_from([over], [shown])

    assert (after.context, after.application) == ("aftercall", "AGI"), "told to record too late"
    assert (ours.context, ours.application, ours.is_citizen) == ("room", "AGI", True)
    assert on_his_way.context == "record"
    assert on_his_seat.context == "room", "a seat has answered, and is about to be joined to him"


def test_who_is_left_alone_in_a_conference_is_parted_from_it() -> None:
    shown = {"uniqueid": CITIZEN, "context": "conf", "exten": "77", "application": "MusicOnHold"}
    channel = {"event": "Status", "uniqueid": CITIZEN, "channel": NAME}

    (alone,) = found_from([channel | {"variable": ("CC_SIP=a@b", "CC_STATE=parted")}], [shown])

    assert (alone.context, alone.is_citizen) == ("parted", True)


@pytest.mark.parametrize("place", ["hotline", "room", "called"])
def test_who_is_recorded_in_our_hands_is_no_difference_wherever_we_have_him(place: str) -> None:
    """A survey is recorded from [called], and Asterisk shows the recorder's step from then on: each
    look entered such calls anew, which broke off the sound that asked for the key."""
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, place, "s", "", "", ()), NOW)
    shown = {"uniqueid": CITIZEN, "context": "record", "exten": "whole", "application": "Return"}
    channel = {"event": "Status", "uniqueid": CITIZEN, "channel": NAME, "variable": "CC_SIP=a@b"}

    assert compare(mirror, found_from([channel], [shown]), set()).mends == []
    assert mirror.calls[CallId(CITIZEN)].where == place


def test_who_is_in_the_after_call_unheard_is_a_difference() -> None:
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "called", "s", "", "", ()), NOW)

    (mend,) = compare(mirror, [found(context="aftercall")], set()).mends
    mend.effects(mirror, NOW)

    assert mirror.calls[CallId(CITIZEN)].where == "aftercall"


def away(**changed: object) -> Found:
    variables = {"CC_SIP": "a@b", "CC_DIALLED": "12345", "CC_CALL": "known", "CC_STATE": "blind"}
    values = {"context": "away", "exten": "04318888", "application": "Dial"}
    return found(**(values | {"variables": variables} | changed))


def test_who_is_being_sent_away_is_kept_and_left_alone() -> None:
    """In [away]'s Dial, not bridged yet: never redirected, never forgotten, no leg of ours."""
    mirror = new_mirror()
    (mend,) = compare(mirror, [away()], set()).mends
    mend.effects(mirror, NOW)

    assert mirror.calls[CallId(CITIZEN)].phase is Phase.AWAY
    assert not mend.actions()
    again = compare(mirror, [away()], set())
    assert (again.mends, again.absent) == ([], set())


def test_who_talks_with_the_other_end_is_away_not_with_a_seat_and_that_is_told_once() -> None:
    mirror = new_mirror()
    variables = {"CC_SIP": "a@b", "CC_STATE": "emergency"}
    bridged = away(exten="110", bridge="b9", variables=variables)
    (mend,) = compare(mirror, [bridged], set()).mends
    effects = mend.effects(mirror, NOW)

    (moved,) = [e for e in effects if isinstance(e, facts.CallTransferred)]
    assert moved.how is facts.Transfer.EMERGENCY
    assert mirror.calls[CallId(CITIZEN)].phase is Phase.AWAY
    assert not mend.actions()
    assert not compare(mirror, [bridged], set()).mends


def test_a_sending_away_that_we_were_not_told_is_made_up_for() -> None:
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)
    (mend,) = compare(mirror, [away()], set()).mends
    mend.effects(mirror, NOW)

    assert mirror.calls[CallId(CITIZEN)].phase is Phase.AWAY


def test_an_answer_that_nobody_heard_is_told_when_its_leg_is_found_talking() -> None:
    """A ring of unknown outcome, looked up by its leg id: else its deadline would cut the talk."""
    mirror = new_mirror()
    leg = {"context": "deliver", "application": "Bridge", "variables": {"CC_CALLER": NAME}}
    talks = found("1767603500-8", bridge="b1", **leg)
    mends = compare(mirror, [talks, found(application="", bridge="b1")], set()).mends
    effects = [effect for mend in mends for effect in mend.effects(mirror, NOW)]

    assert LegAnswered(LegId("1767603500-8"), CallId(CITIZEN)) in effects


def test_a_conversation_on_hold_keeps_its_seat_which_is_aside() -> None:
    mirror = new_mirror()
    leg = {"context": "agentroom", "application": "AGI", "variables": {"CC_CALLER": NAME}}
    mends = compare(
        mirror,
        [found("1767603500-8", **leg), found(context="held", application="MusicOnHold")],
        set(),
    ).mends
    for mend in mends:
        mend.effects(mirror, NOW)

    assert [type(mend) for mend in mends] == [Enter, KnowLeg]
    seat = mirror.legs.seat(CallId(CITIZEN))
    assert seat is not None
    assert (seat.aside, mirror.calls[CallId(CITIZEN)].phase) == (True, Phase.HELD)


def test_a_conference_is_adopted_as_one() -> None:
    mirror = new_mirror()
    citizen = found(context="conf", exten="77", application="ConfBridge", bridge="b1")
    leg = {"context": "confleg", "exten": "77", "application": "ConfBridge", "bridge": "b1"}
    for mend in compare(mirror, [citizen, found("1767603500-8", variables={}, **leg)], set()).mends:
        mend.effects(mirror, NOW)

    assert mirror.calls[CallId(CITIZEN)].phase is Phase.CONFERENCE
    assert [leg.id for leg in mirror.legs.left_in("77")] == ["1767603500-8"]


@pytest.mark.parametrize(
    ("mend", "call", "leg", "how"),
    [
        (Enter(found(), ()), CITIZEN, None, "enter"),
        (TakeBack(found()), CITIZEN, None, "take_back"),
        (KnowLeg(found("7-000001"), CallId(CITIZEN)), CITIZEN, "7-000001", "know_leg"),
        (EndLeg(found("7-000001")), None, "7-000001", "end_leg"),
        (Forget("7-000001"), None, "7-000001", "forget"),
        (Forget(CITIZEN), CITIZEN, None, "forget"),
    ],
)
def test_each_mending_is_a_fact(mend: Mend, call: str | None, leg: str | None, how: str) -> None:
    fact = fact_of(mend, NOW)

    assert (fact.call, fact.leg, fact.how) == (call, leg, how)


def test_who_was_sent_away_before_us_is_not_told_to_have_been_sent_away_again() -> None:
    """The process before us told where to; each figure of transfers would count him twice."""
    there = {"context": "away", "exten": "110", "application": "Dial", "bridge": "b9"}
    there["variables"] = {"CC_SIP": "a@b", "CC_CALL": "known", "CC_STATE": "emergency"}
    for told_before in (True, False):
        mirror = new_mirror()
        mirror.before.sent_away = {CallId(CITIZEN)} if told_before else set()
        (mend,) = compare(mirror, [found(**there)], set()).mends

        effects = mend.effects(mirror, NOW)

        assert mirror.calls[CallId(CITIZEN)].phase is Phase.AWAY
        told = [e for e in effects if isinstance(e, facts.CallTransferred)]
        assert len(told) == (0 if told_before else 1)


def test_a_recorder_that_was_begun_unheard_is_known_at_the_next_look() -> None:
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)
    recorded = found(variables={"CC_SIP": "a@b", "CC_PART": "1"})

    note_recorders(mirror, [recorded, found("cc1-1.9", variables={"CC_PART": "1"})])
    effects = mirror.take(ami.BridgeEnter(CITIZEN, "b1", 2, conference=False), NOW)

    assert [e.call for e in effects if isinstance(e, facts.RecordingStarted)] == [CITIZEN]


@pytest.mark.parametrize(
    ("variables", "heard"),
    [
        ({}, False),
        ({"CC_PART": "1"}, False),
        ({"CC_PART": "1", "CC_HEARD": "1"}, True),
        ({"CC_PART": "2"}, True),
    ],
)
def test_somebody_was_heard_once_a_recorder_bore_a_far_end(
    variables: dict[str, str], heard: bool
) -> None:
    """Begun anew, the first has borne one (ADR 0014)."""
    assert found(variables=variables).was_heard is heard


def test_a_talk_in_a_gap_has_its_recording_told_once() -> None:
    """The link was away from his ring to the end of his conversation."""
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)
    after = found(context="aftercall", variables={"CC_SIP": "a@b", "CC_PART": "1", "CC_HEARD": "1"})
    effects = []
    for _ in range(2):
        for mend in compare(mirror, [after], set()).mends:
            effects += mend.effects(mirror, NOW)

    assert [e.call for e in effects if isinstance(e, facts.RecordingStarted)] == [CITIZEN]


def test_a_ring_answered_in_a_gap_is_told_though_we_knew_its_leg() -> None:
    """I4: else its deadline would cut a conversation ten seconds later."""
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)
    leg = LegId("9-000001")
    mirror.legs.expect(Leg(leg, Purpose.SEAT, CallId(CITIZEN)))
    since = {"CC_CALLER": NAME, "CC_AT": "1767599990.250000"}
    seat = found(leg, context="deliver", bridge="b1", variables=since)
    both = [seat, found(application="", bridge="b1")]
    told = [mend.effects(mirror, NOW) for mend in compare(mirror, both, set()).mends]

    answers = [e for effects in told for e in effects if isinstance(e, LegAnswered)]
    assert answers == [LegAnswered(leg, CallId(CITIZEN))]
    assert answers[0].at == NOW - timedelta(seconds=9.75), "as it was, not as we heard"
    assert not compare(mirror, both, set()).mends, "and it is told once"


def test_a_member_of_the_plain_queue_who_took_him_in_a_gap_is_a_fate() -> None:
    """I9: he was in our hands when the line was cut; nobody of ours serves him."""
    mirror = new_mirror()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), NOW)
    served = found(context="fallback", application="Queue", bridge="b2")
    effects = [e for m in compare(mirror, [served], set()).mends for e in m.effects(mirror, NOW)]

    kinds = [effect.kind for effect in effects if isinstance(effect, Fact)]
    assert kinds == ["call-fell-back", "fallback-talk"]
    assert not compare(mirror, [served], set()).mends


@pytest.mark.parametrize("written", ["", "yesterday", "1e400"])
def test_a_moment_that_the_dialplan_did_not_write_is_not_known(written: str) -> None:
    assert found(variables={"CC_AT": written}).joined_at is None


OURS = "out-9-000001"


def rings_citizen(mirror: Mirror) -> Leg:
    leg = Leg(LegId(OURS), Purpose.CITIZEN, None)
    mirror.legs.expect(leg)
    return leg


def test_a_citizen_whom_we_rang_and_who_answered_in_a_gap_is_a_call_in_our_hands() -> None:
    mirror = new_mirror()
    leg = rings_citizen(mirror)
    (mend,) = compare(mirror, [found(OURS, context="called")], set()).mends
    effects = mend.effects(mirror, NOW)

    assert InHand(CallId(OURS), "called") in effects
    assert leg.there
    assert mirror.legs.get(OURS) is None


def test_a_channel_that_was_made_in_a_gap_is_seen_and_its_end_is_believed() -> None:
    """Else the OriginateResponse of a ring time-out would be taken for a channel never made."""
    mirror = new_mirror()
    leg = rings_citizen(mirror)
    note_channels(mirror, [found(OURS, name="PJSIP/trunk-out-1", context="from-trunk-out")])
    assert mirror.legs.unseen() == set()
    mirror.take(ami.OriginateResponse(OURS, success=False, reason=3), NOW)
    assert leg.end is None
    mirror.take(ami.Hangup(OURS, 19, "no answer", "480"), NOW)
    assert leg.hangup is not None
