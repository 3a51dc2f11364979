"""What the next process makes of a hand-off that it finds on Asterisk (EMG-01): it adopts, it moves
nobody who talks or hears ringing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kernel.ids import AgentNo, CallId, NumberKey
from telephony import ami_actions as act
from telephony import emergency_facts as facts
from telephony.emergency import HandOff, State
from telephony.emergency_kept import encode
from telephony.emergency_resync import hand_offs_found
from telephony.found import Found
from telephony.legs import Purpose
from telephony.mirror import Mirror
from telephony.resync import compare

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CALL = CallId("cc1-1767603600.41")
NAME = "PJSIP/trunk-in-00000003"
ROOM = "117676036004"


def kept(state: State = State.RINGING, **more: object) -> str:
    return encode(
        HandOff(
            id="6-e1", call=CALL, code="110", agent=AgentNo("1001"), asked_at=NOW, state=state,
            trunk="t", rung_at=NOW, **more,  # type: ignore[arg-type]
        )
    )  # fmt: skip


def citizen(context: str = "conf", **variables: str) -> Found:
    said = {"CC_SIP": "a@b", "CC_CALL": "known", "CC_HANDOFF": kept(), "CC_FAR": "here"}
    application = {"conf": "ConfBridge", "room": "AGI", "handback": "Playback"}[context]
    bridge = "b1" if context == "conf" else ""
    return Found(
        CALL, NAME, context, ROOM, application, bridge, "13800001111", "",
        timedelta(seconds=60), said | variables,
    )  # fmt: skip


def seat() -> Found:
    said = {"CC_CALLER": NAME}
    age = timedelta(seconds=50)
    return Found("6-000001", "PJSIP/8001-1", "confleg", ROOM, "ConfBridge", "b1", "", "", age, said)


def ours() -> Found:
    said = {"CC_CALLER": NAME}
    age, name = timedelta(seconds=9), "Local/110@handoff-1;1"
    return Found("6-e1", name, "farleg", ROOM, "ConfBridge", "b1", "", "", age, said)


def adopted(*found: Found) -> tuple[Mirror, list[str], list[str]]:
    """A new process looks once: its mirror, the kinds of facts, the places that it redirects to."""
    mirror = Mirror(key_of=lambda number: NumberKey("k"))
    told, moved = [], []
    for mend in compare(mirror, found, set()).mends:
        told += [one.kind for one in mend.effects(mirror, NOW) if isinstance(one, facts.FACTS)]
        moved += [str(headers["Context"]) for headers in mend.actions() if "Context" in headers]
    return mirror, told, moved


def state(mirror: Mirror) -> State:
    found = mirror.hand_offs.of(CALL)
    assert found is not None, "it was adopted"
    return found.state


def test_emg_01_one_that_rings_is_adopted_with_agent_and_our_leg() -> None:
    mirror, told, moved = adopted(citizen(), seat(), ours())

    assert (state(mirror), told, moved) == (State.RINGING, [], [])
    leg = mirror.legs.get("6-e1")
    assert leg is not None and (leg.purpose, leg.room) == (Purpose.EMERGENCY, ROOM)


def test_emg_01_an_answer_that_nobody_heard_is_told_of_its_own_moment() -> None:
    at = NOW - timedelta(seconds=4)
    mirror, told, moved = adopted(citizen(CC_ANSWERED=f"6-e1~{at.timestamp():.6f}"), seat(), ours())

    assert (state(mirror), told, moved) == (State.JOINED, ["hand-off-answered"], [])
    found = mirror.hand_offs.of(CALL)
    assert found is not None and found.answered_at == at


def test_the_answer_of_an_earlier_hand_off_is_none_of_this_one() -> None:
    mirror, told, _ = adopted(citizen(CC_ANSWERED="6-e0~1767603600.5"), seat(), ours())

    assert (state(mirror), told) == (State.RINGING, [])


def test_emg_01_an_agent_who_left_meanwhile_is_told() -> None:
    mirror, told, moved = adopted(citizen(), ours())

    assert (state(mirror), told, moved) == (State.RINGING_ALONE, ["hand-off-agent-left"], [])


@pytest.mark.parametrize(
    ("others", "after", "told"),
    [
        ((seat(),), State.WITH_AGENT, ["hand-off-failed"]),
        ((), State.IN_LINE, ["hand-off-agent-left", "hand-off-failed"]),
    ],
)
def test_emg_01_a_failure_that_nobody_heard_is_told(
    others: tuple[Found, ...], after: State, told: list[str]
) -> None:
    gone = str(int((NOW - timedelta(seconds=5)).timestamp()))
    place = "conf" if others else "room"
    mirror, said, moved = adopted(citizen(place, CC_FAR=gone, CC_FARWHY="BUSY/17"), *others)

    assert (state(mirror), said, moved) == (after, told, [])
    found = mirror.hand_offs.of(CALL)
    assert found is not None and found.why == "BUSY/17"


def test_emg_01_who_is_alone_because_we_died_before_we_rang_is_brought_back() -> None:
    mirror, told, moved = adopted(citizen())

    assert moved == [act.HAND_BACK]
    assert told[-1] == "hand-off-failed"
    assert state(mirror) is State.IN_LINE


def test_an_agent_on_his_way_into_their_company_is_not_hung_up() -> None:
    """Found between the redirect and the conference he would else look like a ring for nobody."""
    on_his_way = replace(seat(), bridge="", application="Answer")

    mirror, told, moved = adopted(citizen(), on_his_way, ours())

    assert mirror.legs.seat(CALL) is not None
    assert (state(mirror), told, moved) == (State.RINGING, [], [])


def test_what_was_over_before_us_is_told_no_second_time() -> None:
    mirror, told, moved = adopted(
        citizen("room", CC_HANDOFF=kept(State.IN_LINE), CC_FAR="1767603600")
    )

    assert (state(mirror), told, moved) == (State.IN_LINE, [], [])


def test_our_own_hand_off_is_heard_and_not_looked_up() -> None:
    mirror, _, _ = adopted(citizen(), seat(), ours())

    assert hand_offs_found(mirror, [citizen(), seat(), ours()]) == []
    (again,) = hand_offs_found(mirror, [citizen(CC_FAR="1767603600"), seat()])
    assert [one.kind for one in again.effects(mirror, NOW) if isinstance(one, facts.FACTS)] == [
        "hand-off-failed"
    ]


def test_who_is_told_the_way_back_is_known_before_he_comes() -> None:
    mirror, told, moved = adopted(citizen("handback", CC_FAR="1767603600"))

    assert CALL in mirror.calls
    assert (told, moved) == (["hand-off-agent-left", "hand-off-failed"], [])
