"""The ways of a call, written a second time: a step that is lost or added is seen here."""

from dataclasses import replace

from kernel.ids import CallId
from telephony.ami_events import (
    AsyncAgiStart,
    BridgeEnter,
    BridgeLeave,
    ConfbridgeJoin,
    ConfbridgeLeave,
    UserEvent,
)
from telephony.call import PERMITTED, STEPS, Call, Command, Cue, Phase, advance, cue_of

ID = CallId("cc1-1767603600.4")
NAME = "PJSIP/trunk-in-00000003"
CALL = Call(ID, NAME)
OTHER = "cc1-1767603600.9"

ANYWHERE = "arrived in_hand talking held away conference between after_call fallback"
# phases from which the cue leads there; "=" stays where it is
WAYS = {
    (Cue.AGI, "in_hand"): ANYWHERE,
    (Cue.AGI_AFTER_CALL, "after_call"): ANYWHERE,
    (Cue.HUNG_UP, "gone"): ANYWHERE,
    (Cue.FELL_BACK, "fallback"): ANYWHERE,
    (Cue.SENT_AWAY, "away"): ANYWHERE,
    (Cue.PARTED, "between"): "talking",
    (Cue.PARTED, "="): ANYWHERE.replace("talking ", ""),
    (Cue.JOINED, "talking"): "arrived in_hand held between talking after_call conference",
    (Cue.JOINED, "="): "away fallback",
    (Cue.PUT_ON_HOLD, "held"): "arrived talking between held",
    (Cue.CONFERENCE_JOINED, "conference"): ANYWHERE,
    (Cue.CONFERENCE_LEFT, "between"): "conference",
    (Cue.CONFERENCE_LEFT, "="): "between in_hand after_call talking held away",
}
ALLOWED = {
    Command.RING_SEAT: "in_hand",
    Command.HOLD: "conference talking",
    Command.RESUME: "held",
    Command.SEND_AWAY: "after_call conference held in_hand talking",
    Command.BACK_TO_LINE: "conference held talking",
    Command.CONFER: "conference held talking",
    Command.COMPLETE_TRANSFER: "held",
    Command.HAND_OFF: " ".join(sorted(ANYWHERE.split()[1:])),
    Command.CONSULT: "conference held talking",
    Command.CANCEL_CONSULT: "held",
    Command.PART_WITH: "conference held talking",
}


def test_the_table_has_these_steps_and_no_other() -> None:
    written = {
        (phase, cue.value, phase if to == "=" else to)
        for (cue, to), phases in WAYS.items()
        for phase in phases.split()
    }

    assert {(at.value, cue.value, to.value) for (at, cue), to in STEPS.items()} == written


def test_each_command_fits_these_phases_and_no_other() -> None:
    fitting = {command: " ".join(sorted(phases)) for command, phases in PERMITTED.items()}

    assert fitting == ALLOWED


def test_what_is_said_of_another_channel_means_nothing_for_this_call() -> None:
    assert cue_of(CALL, UserEvent(OTHER, NAME, "", "", "CCHeld", {})) is None
    assert cue_of(CALL, BridgeLeave(OTHER, "b1", 1, conference=False)) is None
    assert cue_of(CALL, AsyncAgiStart(OTHER, NAME, "room", "s", "", "", ())) is None


def test_a_call_comes_new_and_nothing_has_surprised_it() -> None:
    assert (CALL.phase, CALL.where, CALL.bridge, CALL.surprises) == (Phase.ARRIVED, "", "", 0)


def test_agi_says_where_it_has_the_call_and_how_it_is_called_now() -> None:
    """A masquerade renames the channel; the next AGI start tells the name."""
    talking = replace(CALL, phase=Phase.TALKING, bridge="b1")

    taken = advance(talking, AsyncAgiStart(ID, "PJSIP/new-1", "hotline", "s", "", "", ()))

    assert taken == Call(ID, "PJSIP/new-1", Phase.IN_HAND, where="hotline", bridge="")


def test_whoever_leaves_our_hands_is_no_longer_where_agi_had_him() -> None:
    waiting = replace(CALL, phase=Phase.IN_HAND, where="room")

    joined = advance(waiting, BridgeEnter(ID, "b1", 2, conference=False))

    assert (joined.phase, joined.where) == (Phase.TALKING, "")


def test_only_leaving_its_own_bridge_takes_a_call_out_of_it() -> None:
    talking = replace(CALL, phase=Phase.AWAY, bridge="b2")

    assert advance(talking, BridgeLeave(ID, "b1", 1, conference=False)).bridge == "b2"
    assert advance(talking, BridgeLeave(ID, "b2", 1, conference=False)).bridge == ""


def test_the_bridge_of_a_conference_is_not_the_bridge_of_a_talk() -> None:
    talking = replace(CALL, phase=Phase.TALKING, bridge="b1")

    assert advance(talking, BridgeEnter(ID, "c1", 3, conference=True)) == talking
    assert advance(talking, BridgeLeave(ID, "b1", 3, conference=True)) == talking


def test_leaving_a_conference_that_it_never_saw_is_a_surprise() -> None:
    arrived = advance(CALL, ConfbridgeLeave(ID, "1"))

    assert arrived == replace(CALL, surprises=1)
    assert advance(CALL, ConfbridgeJoin(ID, "1")).phase is Phase.CONFERENCE


def test_a_second_party_in_no_bridge_of_ours_does_not_join_us() -> None:
    """The bridge of a call that is in none is empty, and so may be that of a torn event."""
    assert cue_of(CALL, BridgeEnter(OTHER, "", 2, conference=False)) is None


def test_a_citizen_whom_we_rang_is_in_our_hands_when_he_answers() -> None:
    """[called]: from there on he is a call like any other."""
    answered = advance(CALL, AsyncAgiStart(ID, NAME, "called", "s", "", "", ()))

    assert (answered.phase, answered.where) == (Phase.IN_HAND, "called")
