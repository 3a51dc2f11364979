"""The journal against Asterisk's records: what one has and the other lacks is found, both ways."""

from dataclasses import replace

import pytest

from figures.audit_lines import QUARTER_US, Micros, Span, micros
from figures.audit_recount import recount
from figures.audit_sip import (
    CallRecord,
    SipRecords,
    answers_by_leg,
    lost_with_asterisk,
    of_records,
    read_queue_log,
    read_records,
)
from kernel.fact import Fact
from kernel.ids import LegId
from tests.figures.audit_lines_of import hung_up, lines_of
from tests.figures.histories import NOON, ACall, at

NOON_US = micros(NOON)
SPAN = Span(NOON_US - QUARTER_US, NOON_US + QUARTER_US)
LATER = NOON_US + 2 * QUARTER_US
ROW = (
    '"1-000001","cc1-7.0","PJSIP/8001-00000001","deliver","s","8001","1795258736.628367",'
    '"1795258739.378804","1795258742.990529","ANSWERED","Bridge","1",""\n'
)
CALL = ACall("cc1-7.0")
LIFE = [
    CALL.arrived(-3), CALL.queued(), CALL.answered(9), CALL.talk_ended(69, 60), hung_up(CALL, 80),
]  # fmt: skip


def s(seconds: float) -> Micros:
    return micros(at(seconds))


def citizen(call: str = "cc1-7.0", start: float = -3, end: float = 80) -> CallRecord:
    return CallRecord(
        uniqueid=call, linkedid=call, channel="PJSIP/trunk-in-00000000", context="room",
        application="AGI", answered=True, start=s(start), end=s(end),
    )  # fmt: skip


def talk(leg: str = "1-000001", call: str = "cc1-7.0", application: str = "Bridge") -> CallRecord:
    return CallRecord(
        uniqueid=leg, linkedid=call, channel="PJSIP/8001-00000001", context="deliver",
        application=application, answered=True, start=s(5), end=s(69),
    )  # fmt: skip


def judged(facts: list[Fact], records: SipRecords, now: Micros = LATER) -> list[str]:
    lines = lines_of(facts)
    found = of_records(recount(lines), answers_by_leg(lines), records, SPAN, now)
    return [one.en for one in found]


def test_a_call_that_both_know_is_no_difference() -> None:
    after = citizen(start=69, end=80)  # Asterisk splits a call's record at a bridge
    assert judged(LIFE, SipRecords(calls=[talk(), citizen(), after])) == []


def test_a_missing_record_of_a_call_is_found() -> None:
    assert judged(LIFE, SipRecords(calls=[])) == [
        "Call cc1-7.0 has ended in the journal and has no CDR."
    ]


def test_a_missing_record_of_a_conversation_is_found() -> None:
    found = judged(LIFE, SipRecords(calls=[citizen()]))

    assert found == [
        "Call cc1-7.0 was answered on leg 1-000001 in the journal, the CDR has no such talk."
    ]


def test_a_leg_that_was_never_joined_is_no_conversation() -> None:
    """It answered and found its caller gone: [deliver] ended in Hangup."""
    assert len(judged(LIFE, SipRecords(calls=[citizen(), talk(application="Hangup")]))) == 1
    left = [CALL.arrived(-3), CALL.queued(), CALL.abandoned(9), hung_up(CALL, 9)]
    assert judged(left, SipRecords(calls=[citizen(), talk(application="Hangup")])) == []


@pytest.mark.parametrize("then", ["agentroom", "confleg"])
def test_a_conversation_that_was_held_or_became_a_conference_is_one(then: str) -> None:
    """Asterisk names the place to which the leg went from its bridge."""
    moved = replace(talk(), context=then)
    after = replace(moved, application="ConfBridge" if then == "confleg" else "AGI")

    assert judged(LIFE, SipRecords(calls=[citizen(), moved, after])) == []
    assert len(judged(LIFE, SipRecords(calls=[citizen(), after]))) == 1


@pytest.mark.parametrize(
    ("where", "leg"),
    [("agentroom", "1-000002"), ("confleg", "1-000002"), ("agentroom", "1-s000002")],
)
def test_a_colleague_who_took_over_is_known_by_the_leg_on_which_he_was_brought_in(
    where: str, leg: str
) -> None:
    """A supervisor brings himself in, on a leg of his own (E2.2)."""
    taken = replace(CALL.answered(40, again=True), leg=LegId(leg))
    ended = replace(CALL.talk_ended(69, 29), leg=LegId(leg))
    facts = [*LIFE[:3], CALL.talk_ended(40, 31), taken, ended, hung_up(CALL, 80)]
    asked = replace(talk(leg), context=where, application="AGI")

    assert judged(facts, SipRecords(calls=[citizen(), talk(), asked])) == []
    assert len(judged(facts, SipRecords(calls=[citizen(), talk()]))) == 1
    unanswered = replace(asked, answered=False)
    assert len(judged(facts, SipRecords(calls=[citizen(), talk(), unanswered]))) == 1


def test_e2_2_a_supervisor_who_listens_is_in_no_conversation() -> None:
    listens = replace(talk("1-s000001"), context="listen", application="ChanSpy")

    assert judged(LIFE, SipRecords(calls=[citizen(), talk(), listens])) == []


def test_a_call_answered_in_the_records_and_not_in_the_journal_is_found() -> None:
    left = [CALL.arrived(-3), CALL.queued(), CALL.abandoned(9), hung_up(CALL, 80)]

    assert judged(left, SipRecords(calls=[citizen(), talk()])) == [
        "Call cc1-7.0 was answered on leg 1-000001 by the CDR, not in the journal."
    ]


def test_a_leg_with_another_caller_than_the_journal_says_is_found() -> None:
    other = ACall("cc1-7.4")
    facts = [*LIFE, other.arrived(0)]

    assert judged(facts, SipRecords(calls=[citizen(), talk(call="cc1-7.4")])) == [
        "Leg 1-000001 took call cc1-7.4 by the CDR, call cc1-7.0 by the journal."
    ]


def test_a_call_that_lived_without_us_is_found() -> None:
    (found,) = judged(LIFE, SipRecords(calls=[citizen(), talk(), citizen("cc1-7.9", 0, 20)]))

    assert found == (
        "The CDR has call cc1-7.9 (2026-11-20 12:00:00), the journal does not know it."
    )


def test_a_ghost_that_ended_long_ago_is_found() -> None:
    """I11: a call that is over does not stay in progress."""
    assert judged(LIFE[:-1], SipRecords(calls=[citizen(), talk()])) == [
        "Call cc1-7.0 ended at 2026-11-20 12:01:20 by the CDR, the journal has it in progress."
    ]


def test_what_is_younger_than_five_seconds_may_be_on_its_way() -> None:
    records = SipRecords(calls=[citizen(), talk()])
    assert judged(LIFE[:-1], records, now=s(84.9)) == []
    assert judged(LIFE, SipRecords(calls=[]), now=s(84.9)) == []
    assert len(judged(LIFE, SipRecords(calls=[]), now=s(85))) == 1


def test_a_call_out_of_the_period_is_not_judged() -> None:
    early = Span(NOON_US - 3 * QUARTER_US, NOON_US - 2 * QUARTER_US)
    lines = lines_of(LIFE)
    records = SipRecords(calls=[citizen("cc1-7.9")])

    assert list(of_records(recount(lines), answers_by_leg(lines), records, early, LATER)) == []


def test_a_call_that_lived_when_asterisk_died_has_no_record_and_is_counted_apart() -> None:
    died = SipRecords(calls=[], starts=[s(79)])
    lines = lines_of(LIFE)

    assert judged(LIFE, died) == []
    assert lost_with_asterisk(recount(lines), died, SPAN) == ["cc1-7.0"]
    before = SipRecords(calls=[], starts=[s(-4), s(90)])
    assert len(judged(LIFE, before)) == 1
    assert lost_with_asterisk(recount(lines), before, SPAN) == []


@pytest.mark.parametrize(
    ("fate", "connected", "told"),
    [
        ("fallback_answered", True, []),
        ("fallback_lost", False, []),
        ("abandoned", False, []),
        ("fallback_answered", False, "Call cc1-7.0 is fallback_answered, the fallback queue's log "
         "has no connect."),
        ("fallback_lost", True, "The fallback queue connected call cc1-7.0, the journal says "
         "fallback-lost."),
        ("abandoned", True, "The fallback queue connected call cc1-7.0, the journal says "
         "call-abandoned."),
    ],
)  # fmt: skip
def test_the_fallback_queue_has_its_own_log(
    fate: str, connected: bool, told: str | list[str]
) -> None:
    facts = [CALL.arrived(-3), CALL.queued(), CALL.fate(fate, 30), hung_up(CALL, 80)]
    connects = frozenset({"cc1-7.0"} if connected else ())

    assert judged(facts, SipRecords(calls=[citizen()], connects=connects)) == (
        [told] if isinstance(told, str) else told
    )


def test_the_file_of_records_is_read_by_its_columns() -> None:
    (record,), damaged = read_records(ROW + '"1-000002","torn')

    assert damaged == []
    assert (record.uniqueid, record.linkedid) == ("1-000001", "cc1-7.0")
    assert record.is_conversation
    assert not record.is_citizen
    assert record.end - record.start == 6_362_162


@pytest.mark.parametrize(
    "row", ['"1-000001","cc1-7.0"\n', ROW.replace("1795258736.628367", "never")]
)
def test_a_record_that_cannot_be_read_is_told(row: str) -> None:
    found, (damaged,) = read_records(ROW + row)

    assert len(found) == 1
    assert damaged.en == "Line 2 of the CDR file cannot be read."


def test_the_queue_log_tells_connects_and_starts() -> None:
    connects, starts = read_queue_log(
        "1795258700|NONE|NONE|NONE|QUEUESTART|\n"
        "1795258710|cc1-7.0|fallback|NONE|ENTERQUEUE||138|1\n"
        "1795258712|cc1-7.0|fallback|PJSIP/8001|CONNECT|2|cc1-7.1|1\n"
        "1795258712|cc1-7.3|other|PJSIP/8001|CONNECT|2|cc1-7.1|1\n"
        "torn"
    )

    assert connects == {"cc1-7.0"}
    assert starts == [1_795_258_700_000_000]
