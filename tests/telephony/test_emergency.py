"""Hand-offs to emergency lines: the table, the book over Asterisk's news, what a channel keeps."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId
from telephony import ami_events as ami
from telephony import emergency_facts as facts
from telephony.emergency import (
    ALONE,
    PERMITTED,
    STEPS,
    Command,
    Cue,
    HandOff,
    Owner,
    State,
    advance,
    permit,
)
from telephony.emergency_book import HandOffBook
from telephony.emergency_kept import decode, encode
from telephony.errors import WrongPhase
from telephony.legs import Leg, Purpose
from telephony.mirror_effects import Stranded

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CALL = CallId("cc1-1767603600.41")
FAR = "cc1-1767603600.55"
OPEN = frozenset(ALONE) | frozenset(ALONE.values())


def asked(state: State = State.ASKED, **more: object) -> HandOff:
    return HandOff(
        id="7-e1", call=CALL, code="110", agent=AgentNo("1001"), asked_at=NOW, state=state,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def walked(*cues: Cue) -> HandOff:
    found = asked()
    for n, cue in enumerate(cues, 1):
        after = advance(found, cue, NOW + timedelta(seconds=n))
        assert after is not None, f"{cue} fits {found.state}"
        found = after
    return found


# ---- the table


def test_emg_01_every_open_state_ends_when_the_far_end_or_the_citizen_leaves() -> None:
    for state in OPEN:
        far = STEPS[state, Cue.FAR_GONE]
        assert far is (State.WITH_AGENT if state in ALONE else State.IN_LINE)
        assert STEPS[state, Cue.CITIZEN_LEFT] is State.LEFT


def test_emg_01_the_citizen_is_never_alone_whoever_leaves_first() -> None:
    """Agent gone, far end gone: first in line. Far end gone, agent there: his agent has him."""
    assert walked(Cue.AGENT_LEFT, Cue.FAR_GONE).state is State.IN_LINE
    assert walked(Cue.RANG, Cue.ANSWERED, Cue.AGENT_LEFT, Cue.FAR_GONE).state is State.IN_LINE
    assert walked(Cue.RANG, Cue.ANSWERED, Cue.FAR_GONE).state is State.WITH_AGENT


def test_what_is_over_stays_over() -> None:
    over = {State.WITH_AGENT, State.IN_LINE, State.LEFT}

    assert not [step for step in STEPS if step[0] in over]
    assert set(STEPS.values()) == OPEN | over


def test_a_second_trunk_is_tried_before_it_has_failed() -> None:
    tried = walked(Cue.RANG, Cue.TRIED)

    assert tried.state is State.ASKED
    assert tried.rung_at == NOW + timedelta(seconds=1), "the first ringing counts"
    assert walked(Cue.RANG, Cue.TRIED, Cue.RANG, Cue.ANSWERED).state is State.JOINED


def test_emg_01_ringing_later_than_five_seconds_is_slow() -> None:
    late = advance(asked(), Cue.RANG, NOW + timedelta(seconds=5.1))
    in_time = advance(asked(), Cue.RANG, NOW + timedelta(seconds=5))

    assert late is not None and late.is_slow
    assert in_time is not None and not in_time.is_slow


@pytest.mark.parametrize("command", Command)
def test_a_command_that_does_not_fit_is_refused(command: Command) -> None:
    for state in State:
        if state in PERMITTED[command]:
            permit(asked(state), command)
        else:
            with pytest.raises(WrongPhase):
                permit(asked(state), command)


def test_without_an_agreement_the_first_receiver_keeps_it() -> None:
    assert [owner.keeper for owner in (Owner.US, Owner.THEM, Owner.NONE)] == ["us", "them", "us"]


# ---- the channel keeps it


@pytest.mark.parametrize("cues", [(), (Cue.RANG,), (Cue.RANG, Cue.ANSWERED, Cue.AGENT_LEFT)])
def test_what_the_channel_keeps_is_the_hand_off_again(cues: tuple[Cue, ...]) -> None:
    kept = walked(*cues)

    assert decode(CALL, encode(kept)) == kept
    assert not set(encode(kept)) & set(",\r\n()${}\"'|&")


@pytest.mark.parametrize("text", ["", "x", "id:7-e1", "id:7-e1;code:110;asked:soon;state:asked"])
def test_what_we_did_not_write_is_no_hand_off(text: str) -> None:
    assert decode(CALL, text) is None


# ---- the book


def told(step: str, why: str = "", uniqueid: str = FAR) -> ami.UserEvent:
    said = {"handoff": "7-e1", "step": step, "why": why, "trunk": "trunk-out-own"}
    return ami.UserEvent(uniqueid, "PJSIP/x", "", "", "CCHandOff", said)


RINGS = ami.Newstate(FAR, ami.RINGING)


def heard(*events: ami.AmiEvent, leg: Leg | None = None) -> tuple[HandOffBook, list[Fact]]:
    """Each event a second after the one before."""
    book, said = HandOffBook(), []
    book.put(asked())
    for n, event in enumerate(events, 1):
        mine = leg if getattr(event, "uniqueid", "") == (leg.id if leg else None) else None
        said += book.take(event, mine, [], NOW + timedelta(seconds=n))
    return book, said  # type: ignore[return-value]


def test_emg_04_from_the_key_to_its_end_each_step_is_a_fact() -> None:
    _, said = heard(told("dialled"), RINGS, told("answered"), told("ended", "ANSWER/16"))

    assert [fact.kind for fact in said] == [
        "hand-off-rung",
        "hand-off-answered",
        "hand-off-ended",
    ]
    rung, answered, ended = said
    assert isinstance(rung, facts.HandOffRung) and rung.after == timedelta(seconds=2)
    assert isinstance(answered, facts.HandOffAnswered) and answered.with_agent
    assert isinstance(ended, facts.HandOffEnded) and ended.talked == timedelta(seconds=1)


def test_emg_01_busy_by_one_trunk_then_by_the_other_brings_him_back_to_his_agent() -> None:
    book, said = heard(
        told("dialled"), told("tried", "BUSY/17"), told("dialled"), told("failed", "BUSY/17")
    )

    assert [fact.kind for fact in said] == ["hand-off-tried", "hand-off-failed"]
    found = book.of(CALL)
    assert found is not None and (found.state, found.why) == (State.WITH_AGENT, "BUSY/17")


def test_an_agent_who_leaves_while_it_rings_is_told_and_a_failure_then_says_so() -> None:
    seat = Leg(LegId("7-000001"), Purpose.SEAT, CALL, joined=True)
    left = ami.Hangup("7-000001", 16, "", "")

    book, said = heard(told("dialled"), RINGS, left, told("failed", "NOANSWER/0"), leg=seat)

    failed = said[-1]
    assert isinstance(failed, facts.HandOffFailed) and not failed.with_agent
    assert book.open_of(CALL) is None


def test_the_citizens_own_hang_up_ends_it_once() -> None:
    book, said = heard(RINGS, ami.Hangup(CALL, 16, "", ""), told("gone"))

    assert [fact.kind for fact in said] == ["hand-off-ended"]
    assert book.of(CALL) is None


@pytest.mark.parametrize(("bye_of", "by"), [(CALL, "citizen"), ("7-e1", "far_end")])
def test_whoever_says_good_bye_first_has_ended_it_whose_channel_ever_is_gone_first(
    bye_of: str, by: str
) -> None:
    """A citizen's own end is still being written down when the line that went with him has gone."""
    leg = Leg(LegId("7-e1"), Purpose.EMERGENCY, CALL)
    gone = ami.Hangup("7-e1", 16, "", ""), ami.Hangup(CALL, 16, "", "")

    _, said = heard(RINGS, told("answered"), ami.HangupRequest(bye_of), *gone, leg=leg)

    assert [fact.by for fact in said if isinstance(fact, facts.HandOffEnded)] == [by]


def test_our_leg_that_ends_without_a_word_ends_the_hand_off() -> None:
    leg = Leg(LegId("7-e1"), Purpose.EMERGENCY, CALL)

    book, said = heard(ami.Hangup("7-e1", 16, "", ""), leg=leg)

    assert [fact.kind for fact in said] == ["hand-off-failed"]
    assert book.open_of(CALL) is None


def test_news_of_another_hand_off_change_nothing() -> None:
    other = ami.UserEvent(FAR, "x", "", "", "CCHandOff", {"handoff": "6-e9", "step": "failed"})

    book, said = heard(other, ami.Newstate("cc1-9.9", ami.RINGING))

    assert said == [] and book.open_of(CALL) is not None


def test_emg_02_a_call_from_110_brings_their_incidents_number() -> None:
    event = ami.UserEvent(CALL, "x", "", "", "CCIncident", {"incident": "JQ20261121-7"})

    said = HandOffBook().take(event, None, [], NOW)

    assert said == [facts.IncidentTold(at=NOW, call=CALL, incident_no="JQ20261121-7", by="sip")]


def test_who_comes_back_from_an_emergency_line_is_left_to_the_dialplan() -> None:
    """[handback] tells him so; a redirect of ours would cut it. Later it is an end like any."""
    book = HandOffBook()
    book.put(walked(Cue.AGENT_LEFT, Cue.FAR_GONE))  # over at NOW + 2 s
    alone: list[object] = [Stranded(CALL, talked=False)]
    soon, late = NOW + timedelta(seconds=3), NOW + timedelta(seconds=9)

    assert book.take(ami.ConfbridgeLeave("x", "1"), None, alone, soon) == []  # type: ignore[arg-type]
    assert book.take(ami.ConfbridgeLeave("x", "1"), None, alone, late) == alone  # type: ignore[arg-type]
