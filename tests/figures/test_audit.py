"""Each kind of injected difference is found and told; what is right is not."""

import pytest

from figures import audit
from figures.audit_lines import QUARTER_US, Difference, Line, Span, micros
from figures.audit_recount import Recount, recount
from figures.counts import Counts
from figures.fold import Figures
from kernel.fact import Fact
from tests.figures.audit_lines_of import hung_up, lines_of
from tests.figures.histories import FATES, GENERAL, NOON, ACall, AnAgent, History, at

NOON_US = micros(NOON)
SPAN = Span(NOON_US - 200 * QUARTER_US, NOON_US + 200 * QUARTER_US)
LATER = NOON_US + 300 * QUARTER_US


def told(differences: object) -> list[str]:
    return [one.en for one in differences]  # type: ignore[attr-defined]


def judged(*facts: Fact, now: int = LATER) -> list[str]:
    read = recount(lines_of(facts))
    both = [*audit.of_fates(read, SPAN, now), *audit.of_conservation(read, SPAN, now)]
    assert all(one.zh and one.zh != one.en for one in both)
    return told(both)


@pytest.mark.parametrize("kind", FATES)
def test_a_call_with_one_fate_is_whole_whichever_it_is(kind: str) -> None:
    """I1, I9."""
    call = ACall("c1")
    assert judged(call.arrived(-3), call.queued(), call.fate(kind, 20)) == []


@pytest.mark.parametrize("second", FATES)
def test_a_second_fate_is_found_and_breaks_conservation(second: str) -> None:
    """I1."""
    call = ACall("c1")
    found = judged(call.queued(), call.abandoned(9), call.fate(second, 20))

    assert found[0] == f"Call c1 has 2 fates: abandoned (1/2), {second} (1/3)."
    assert found[1].startswith("Queue general is not conserved: offered 1 != ")
    assert len(found) == 2


def test_a_call_answered_again_after_its_re_entry_has_still_one_fate() -> None:
    call = ACall("c1")
    facts = [call.queued(), call.answered(9), call.queued(30, again=True)]

    assert judged(*facts, call.answered(40, again=True)) == []


def test_a_call_that_hung_up_without_a_fate_is_found() -> None:
    """No call is ever lost."""
    call = ACall("c1")
    found = judged(call.queued(), hung_up(call, 30))

    assert found[0] == "Call c1 has hung up and has no fate."
    assert found[1].endswith("fallback_lost 0 + in progress 0.")


def test_a_fate_may_still_be_on_its_way_for_five_seconds() -> None:
    call = ACall("c1")
    facts = [call.queued(), hung_up(call, 30)]

    assert judged(*facts, now=micros(at(34.9))) == []
    assert len(judged(*facts, now=micros(at(35)))) == 2


def test_a_call_in_line_is_in_progress_and_conserved() -> None:
    """I9."""
    assert judged(ACall("c1").queued()) == []


def test_a_fate_of_a_call_that_never_asked_is_found() -> None:
    assert judged(ACall("c1").answered(9)) == ["Call c1 has a fate and never asked."]


def test_a_second_first_request_and_a_second_arrival_are_found() -> None:
    call = ACall("c1")
    facts = [call.arrived(-2), call.arrived(-1), call.queued(), call.queued(), call.answered(5)]

    assert judged(*facts) == [
        "Call c1 asked for the first time 2 times.",
        "Call c1 arrived 2 times.",
    ]


def test_a_call_outside_the_period_is_not_judged() -> None:
    call = ACall("c1", asked=500 * 900)
    assert judged(call.queued(), call.abandoned(call.asked + 1), call.answered(9)) == []


def stored(facts: list[Fact]) -> tuple[Recount, dict[tuple[int, str], dict[str, int]]]:
    """The recount and what the projection would have stored."""
    figures = Figures()
    for fact in facts:
        figures.take(fact)
    kept = {(micros(s), str(q)): counts.as_json() for (s, q), counts in figures.queues.items()}
    return recount(lines_of(facts)), kept


def test_stored_quarters_as_the_fold_makes_them_agree() -> None:
    """I10."""
    read, kept = stored(History(7).facts)

    assert len(kept) > 10
    assert list(audit.of_quarters(read, kept, SPAN)) == []


def test_a_missing_quarter_is_found() -> None:
    call = ACall("c1")
    read, kept = stored([call.arrived(-1), call.queued(), call.answered(5)])
    del kept[NOON_US, GENERAL]

    assert told(audit.of_quarters(read, kept, SPAN)) == [
        "The quarter from 2026-11-20 12:00:00, queue general (the row is missing): "
        "offered 1 recounted, 0 stored; answered 1 recounted, 0 stored; "
        "answered_in_15s 1 recounted, 0 stored; waited_ms 5000 recounted, 0 stored; "
        "longest_wait_ms 5000 recounted, 0 stored."
    ]


@pytest.mark.parametrize("name", Counts().as_json())
def test_each_changed_counter_of_a_quarter_is_found(name: str) -> None:
    read, kept = stored([ACall("c1").queued()])
    kept[NOON_US, GENERAL][name] += 1
    (found,) = audit.of_quarters(read, kept, SPAN)

    assert found.about == "2026-11-20 12:00:00 general"
    assert f"{name} {read.queues[NOON_US, GENERAL][name]} recounted" in found.en


def test_a_quarter_that_the_journal_does_not_know_is_found() -> None:
    read, kept = stored([])
    kept[NOON_US, "general"] = {"offered": 3}

    assert told(audit.of_quarters(read, kept, SPAN)) == [
        "The quarter from 2026-11-20 12:00:00, queue general: offered 0 recounted, 3 stored."
    ]


def test_seat_time_missing_or_changed_is_found() -> None:
    """D-08."""
    agent = AnAgent()
    read = recount(lines_of([agent.signed_in(0), agent.available(60), agent.signed_out(1000)]))
    kept = {at: dict(seats) for at, seats in read.seats.items()}
    assert list(audit.of_seats(read, kept, SPAN)) == []

    del kept[NOON_US + QUARTER_US]
    kept[NOON_US]["break_ms"] += 1
    assert told(audit.of_seats(read, kept, SPAN)) == [
        "The quarter from 2026-11-20 12:00:00, seat time: break_ms 60000 recounted, 60001 stored.",
        "The quarter from 2026-11-20 12:15:00, seat time (the row is missing): "
        "signed_in_ms 100000 recounted, 0 stored.",
    ]


def test_the_board_must_lie_between_two_recounts() -> None:
    before = audit.of_day(recount(lines_of([ACall("c1").queued()])), NOON_US + QUARTER_US)
    call = ACall("c2")
    facts = [ACall("c1").queued(), call.queued(), call.answered(9)]
    after = audit.of_day(recount(lines_of(facts)), NOON_US + QUARTER_US)

    assert before["waiting"] == after["waiting"] == 1
    assert list(audit.of_board(before, before, after)) == []
    assert list(audit.of_board(before, after, after)) == []
    assert told(audit.of_board(before, after | {"offered": 3}, after)) == [
        "The live board shows offered 3, the recount 1..2."
    ]
    assert told(audit.of_board(after, after | {"waiting": 2}, after)) == [
        "The live board shows waiting 2, the recount 1."
    ]


def test_the_board_is_of_today_by_the_calendar_of_china() -> None:
    """12 h before noon is midnight."""
    yesterday, today = ACall("c1", asked=-43_201), ACall("c2", asked=-43_200)
    read = recount(lines_of([yesterday.queued(), today.queued()]))

    assert audit.of_day(read, NOON_US)["offered"] == 1
    assert audit.of_day(read, NOON_US)["waiting"] == 2


def test_a_line_that_differs_between_its_two_copies_is_found() -> None:
    (line,) = lines_of([ACall("c1").queued()])
    other = Line(1, 1, line.at, line.kind, {**line.body, "queue": "enterprise"})

    assert list(audit.of_copies([line], {(1, 1): line})) == []
    assert list(audit.of_copies([line], {})) == []
    assert told(audit.of_copies([line], {(1, 1): other})) == [
        "Line 1/1 of the journal differs between file and PostgreSQL."
    ]


def test_a_difference_is_told_in_chinese_first() -> None:
    assert Difference("c1", "中", "en").sentence == "中 / en"
    assert audit.lagging(3).en == "The stored quarters are 3 facts behind the journal."
