"""A call as a branch tells it: what is wrong is named by its field; the rest counts like ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from figures.counts import Counts
from figures.lines_counts import Moves
from figures.lines_told import ToldCall, contribution, read_call

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ANSWERED: dict[str, Any] = {
    "id": "b-1",
    "as_of": "2026-11-20T11:59:00+08:00",
    "asked_at": "2026-11-20T11:50:00+08:00",
    "answered_at": "2026-11-20T11:50:15+08:00",
    "ended_at": "2026-11-20T11:52:15+08:00",
    "outcome": "answered",
    "agent": "2001",
}
AT_LAST = "2026-11-20T11:50:05+08:00"
ABANDONED: dict[str, Any] = {
    **{name: ANSWERED[name] for name in ("id", "as_of", "asked_at")},
    "ended_at": AT_LAST,
    "outcome": "abandoned",
}


def told(sent: dict[str, Any], **changed: Any) -> ToldCall:
    found = read_call({**sent, **changed}, NOW)
    assert isinstance(found, ToldCall), found
    return found


def wrong(sent: dict[str, Any], **changed: Any) -> list[tuple[str, str]]:
    found = read_call({**sent, **changed}, NOW)
    assert isinstance(found, tuple)
    return [(error.field, error.code) for error in found]


def test_mrg_03_a_branch_is_measured_with_the_same_definitions_as_we_are() -> None:
    """D-04: answered within 15 s of asking; talk until the end."""
    quarter, counts = contribution(told(ANSWERED))

    assert quarter == NOW - timedelta(minutes=15)
    assert counts.theirs == Counts(
        offered=1, answered=1, answered_in_15s=1, waited_ms=15_000, longest_wait_ms=15_000,
        talked_ms=120_000,
    )  # fmt: skip
    assert counts.ours == Counts()


def test_a_later_answer_is_not_within_fifteen_seconds() -> None:
    late = told(ANSWERED, answered_at="2026-11-20T11:50:15.001+08:00")

    assert contribution(late)[1].theirs.answered_in_15s == 0


def test_who_leaves_within_five_seconds_is_a_short_abandon() -> None:
    """D-05b."""
    at_five = contribution(told(ABANDONED))[1].theirs
    later = contribution(told(ABANDONED, ended_at="2026-11-20T11:50:05.001+08:00"))[1].theirs

    assert (at_five.abandoned, at_five.abandoned_short) == (1, 1)
    assert (later.abandoned, later.abandoned_short) == (1, 0)


def test_a_call_that_waits_is_in_progress_and_one_that_talks_has_no_talk_yet() -> None:
    waits = {name: ABANDONED[name] for name in ("id", "as_of", "asked_at")}

    waiting = contribution(told(waits, outcome="waiting"))[1].theirs
    talking = contribution(told(ANSWERED, ended_at=None))[1].theirs

    assert (waiting.offered, waiting.in_progress) == (1, 1)
    assert (talking.answered, talking.talked_ms) == (1, 0)


def test_a_transfer_of_the_branch_counts_by_its_target() -> None:
    done = contribution(told(ANSWERED, transferred_to="12345"))[1]
    failed = contribution(told(ANSWERED, transferred_to="043112345", transfer_failed=True))[1]

    assert done.moves == Moves(done={"12345": 1})
    assert failed.moves == Moves(failed={"043112345": 1})


@pytest.mark.parametrize(
    ("sent", "changed", "errors"),
    [
        (ANSWERED, {"answered_at": None}, [("answered_at", "missing")]),
        (ANSWERED, {"agent": ""}, [("agent", "work-number-missing")]),
        (ABANDONED, {"ended_at": None}, [("ended_at", "missing")]),
        (ABANDONED, {"answered_at": AT_LAST}, [("answered_at", "answered-otherwise")]),
        (ABANDONED, {"outcome": "waiting"}, [("ended_at", "ended-and-waiting")]),
        (ANSWERED, {"asked_at": ANSWERED["ended_at"]}, [("answered_at", "times-out-of-order")]),
        (ANSWERED, {"asked_at": "2026-11-19T11:52:14+08:00"}, [("ended_at", "call-too-long")]),
        (ANSWERED, {"as_of": "2026-11-20T12:01:01+08:00"}, [("as_of", "in-the-future")]),
        (ANSWERED, {"transfer_failed": True}, [("transferred_to", "transfer-target-missing")]),
        (ANSWERED, {"caller_number": "12"}, [("caller_number", "number-wrong")]),
        (ANSWERED, {"asked_at": "2026-11-20T11:50:00"}, [("asked_at", "wrong-type")]),
        (ANSWERED, {"outcome": "lost"}, [("outcome", "unknown-value")]),
        (ANSWERED, {"name": "张三"}, [("name", "unknown-field")]),
        (ANSWERED, {"id": "a b"}, [("id", "wrong-type")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(
    sent: dict[str, Any], changed: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    assert wrong(sent, **changed) == errors


def test_what_is_no_call_at_all_is_said_so() -> None:
    assert isinstance(read_call("call", NOW), tuple)
    assert isinstance(read_call(None, NOW), tuple)


def test_a_refusal_repeats_nothing_personal() -> None:
    found = read_call({**ANSWERED, "caller_number": "1381234567890", "agent": 7}, NOW)

    assert isinstance(found, tuple)
    assert "138" not in str(found)
    assert "138" not in repr(told(ANSWERED, caller_number="13812345678"))
