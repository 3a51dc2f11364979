"""What the fold takes, and what it forgets: to the fact and to the quarter."""

import pytest

from acd import facts as acd
from figures.counts import QUARTER, Counts, SeatCounts
from figures.fold import KINDS, NO_QUEUE, Figures
from kernel.fact import Fact
from kernel.ids import PauseReason
from telephony import facts as telephony
from tests.figures.histories import GENERAL, NOON, ACall, AnAgent, History, at, s


def folded(*facts: Fact) -> Figures:
    figures = Figures()
    for fact in facts:
        figures.take(fact)
    return figures


def test_what_is_forgotten_lies_before_the_moment_and_that_quarter_itself_stays() -> None:
    old, young = ACall("c1", asked=0), ACall("c2", asked=900)
    agent = AnAgent()
    figures = folded(
        agent.signed_in(0), old.queued(), old.abandoned(9), young.queued(), young.abandoned(910),
        agent.signed_out(1000),
    )  # fmt: skip

    figures.forget(NOON + QUARTER)

    assert set(figures.queues) == {(NOON + QUARTER, GENERAL)}
    assert set(figures.calls) == {"c2"}
    assert figures.seats == {
        NOON + QUARTER: SeatCounts(signed_in_ms=100_000, break_ms=100_000)
    }  # fmt: skip


def test_a_fact_that_changes_no_figure_brings_no_forgotten_quarter_back() -> None:
    """A quarter that is there is written; an empty one would overwrite what is stored."""
    waits = ACall("c1", asked=0)
    figures = folded(waits.queued())
    figures.forget(at(7200))

    figures.take(waits.queued(7300, again=True))

    assert figures.queues == {}
    assert [tally.call for tally in figures.waiting()] == ["c1"]


@pytest.mark.parametrize("how", ["to the plain queue", "again, out of the line", "hung up"])
def test_who_left_the_line_without_a_fate_is_not_shown_in_it(how: str) -> None:
    call = ACall("c1")
    when, name = at(20), call.call
    leaves: dict[str, Fact] = {
        "to the plain queue": acd.CallSentToFallback(at=when, call=name, queue=GENERAL),
        "again, out of the line": acd.ReentryEnded(
            at=when, call=name, queue=GENERAL, how="call-abandoned"
        ),
        "hung up": telephony.CallHungUp(
            at=when, call=name, by=telephony.HungUpBy.CITIZEN, cause=16
        ),
    }  # fmt: skip

    figures = folded(call.queued(), leaves[how])

    assert figures.waiting() == []
    assert figures.queues[NOON, GENERAL] == Counts(offered=1)


def test_a_break_asked_for_in_a_conversation_is_a_break_from_when_it_begins() -> None:
    """BreakBegan says so too when the pause was told before we were told anything (D-08)."""
    agent = AnAgent()
    began = acd.BreakBegan(
        at=at(60), agent=agent.signed_in(0).agent, seat=agent.signed_in(0).seat,  # type: ignore[attr-defined]
        reason=PauseReason("rest"), until=None,
    )  # fmt: skip

    figures = folded(agent.signed_in(0), agent.available(0), began, agent.signed_out(100))

    assert figures.seats[NOON] == SeatCounts(signed_in_ms=100_000, break_ms=40_000)


def test_the_kinds_that_the_fold_names_are_all_it_needs() -> None:
    """From the stored journal only these are read back."""
    agent = AnAgent("7")
    facts = [*History(7).facts, agent.signed_in(1), agent.available(5), agent.signed_out(50)]
    facts.append(acd.StickyGraceOver(at=at(60), call=ACall("c1").call))

    needed = folded(*(fact for fact in facts if fact.kind in KINDS))

    assert "sticky-grace-over" not in KINDS
    whole = folded(*facts)
    assert (needed.queues, needed.seats, needed.calls) == (whole.queues, whole.seats, whole.calls)
    assert sum(counts.arrived for key, counts in whole.queues.items() if key[1] == NO_QUEUE) == 40
    assert whole.seats[NOON].signed_in_ms == 49_000


def test_srg_02_who_was_sent_to_another_centre_stands_in_no_line_of_ours() -> None:
    call = ACall("c1")
    sent = acd.CallSentOver(
        at=at(20), call=call.call, queue=GENERAL, to="jilin", why=acd.Limit.SURGE, waited=s(20)
    )

    assert folded(call.queued(), sent).waiting() == []


def test_a_talk_without_wrap_up_ends_with_the_talk() -> None:
    """D-08: from then on the seat is idle, not talking."""
    call, agent = ACall("c1"), AnAgent()
    figures = folded(
        agent.signed_in(0), agent.available(0), call.queued(), call.answered(10),
        call.talk_ended(50, 40), agent.signed_out(100),
    )  # fmt: skip

    assert figures.seats[NOON] == SeatCounts(signed_in_ms=100_000, talking_ms=40_000)
