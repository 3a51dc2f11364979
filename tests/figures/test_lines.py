"""What each line did: the same counting as the statutory figures, nothing lost, nothing twice."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from figures.counts import QUARTER, Counts, quarter_of, total
from figures.fold import Figures
from figures.lines import LineFigures
from figures.lines_counts import LineCounts, Moves
from intake.facts import TicketFiled
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo
from telephony import facts as telephony
from telephony.passed_on import LevelAsked, LevelReason
from tests.figures.histories import NOON, ACall, History, at, shuffled

BY_NUMBER = {"12333": "labour", "12366": "tax"}
seeds = st.integers(min_value=0, max_value=10**9)


def folded(facts: Sequence[Fact]) -> LineFigures:
    figures = LineFigures(lambda dialled: BY_NUMBER.get(dialled, "main"), "main")
    for fact in facts:
        figures.take(fact)
    return figures


def of(figures: LineFigures, line: str) -> LineCounts:
    return sum((c for (_, name), c in figures.quarters.items() if name == line), LineCounts())


def way_in(call: ACall, line: str, when: float, *, queue: str = "general") -> Fact:
    return telephony.WayIn(
        at=at(when), call=call.call, caller_key=None, line=line, why="line", queue=queue,
        language="",
    )  # fmt: skip


def transferred(call: ACall, to: str, when: float) -> Fact:
    how = telephony.Transfer.BLIND
    return telephony.CallTransferred(at=at(when), call=call.call, how=how, to=to)


def not_transferred(call: ACall, to: str, when: float) -> Fact:
    how = telephony.Transfer.BLIND
    return telephony.TransferFailed(at=at(when), call=call.call, how=how, why="BUSY/17", to=to)


def hung_up(call: ACall, when: float) -> Fact:
    by = telephony.HungUpBy.CITIZEN
    return telephony.CallHungUp(at=at(when), call=call.call, by=by, cause=16)


def filed(call: ACall, number: str, when: float) -> Fact:
    return TicketFiled(
        at=at(when), call=call.call, ticket_no=TicketNo(number), ticket_key=TicketKey("k"),
        case=CaseId("case"), agent=AgentNo("1001"),
    )  # fmt: skip


def on_lines(history: History) -> list[Fact]:
    """The day's calls, each by a line; who left in the menu came in by none."""
    facts: list[Fact] = []
    for fact in history.facts:
        facts.append(fact)
        if fact.kind == "call-arrived":
            call: CallId = getattr(fact, "call")  # noqa: B009
            line = ("main", "labour", "tax")[int(call[1:]) % 3]
            facts.append(
                telephony.WayIn(
                    at=fact.at, call=call, caller_key=None, line=line, why="line",
                    queue="general", language="",
                )
            )  # fmt: skip
    return facts


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_the_lines_together_are_the_hotline_to_the_last_call(seed: int) -> None:
    """MRG-08: what D-01 to D-07 count is parted by line, neither more nor less."""
    facts = on_lines(History(seed))
    statutory = Figures()
    for fact in facts:
        statutory.take(fact)
    lines = folded(facts)

    whole = total(statutory.queues.values())
    parts = sum(lines.quarters.values(), LineCounts())
    assert Counts(arrived=parts.arrived) + parts.ours == whole
    assert parts.theirs == Counts()


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_the_order_of_calls_among_each_other_changes_nothing(seed: int) -> None:
    """Each call's own facts stay in order; the calls are shuffled."""
    facts = on_lines(History(seed))
    names = shuffled([fact for fact in facts if fact.kind == "call-arrived"], seed)
    by_call = [fact for one in names for fact in facts if _call(fact) == _call(one)]

    assert folded(by_call).quarters == folded(facts).quarters


def _call(fact: Fact) -> CallId:
    found: CallId = getattr(fact, "call")  # noqa: B009
    return found


def test_a_call_counts_for_the_line_of_its_way_in_not_only_of_the_number_dialled() -> None:
    """MRG-08: a list or a level may send him to another line than the number says."""
    call = ACall("c1", asked=5)
    figures = folded([call.arrived(0), way_in(call, "labour", 4), call.queued(), call.answered(9)])

    assert of(figures, "labour").ours == Counts(
        offered=1, answered=1, answered_in_15s=1, waited_ms=4000, longest_wait_ms=4000
    )
    assert of(figures, "labour").arrived == 1
    assert of(figures, "main") == LineCounts()


def test_who_is_passed_on_is_measured_at_the_lines_own_seats_like_at_ours() -> None:
    """MRG-03: 按照12345热线标准. Joined with them is answered, from the moment he was passed on."""
    quick, late, gone = ACall("c1"), ACall("c2"), ACall("c3")
    figures = folded(
        [
            way_in(quick, "tax", 0, queue=""), transferred(quick, "12366", 15),
            hung_up(quick, 75),
            way_in(late, "tax", 0, queue=""), transferred(late, "12366", 16),
            way_in(gone, "tax", 0, queue=""), hung_up(gone, 4),
        ]
    )  # fmt: skip

    theirs = of(figures, "tax").theirs
    assert (theirs.offered, theirs.answered, theirs.answered_in_15s) == (3, 2, 1)
    assert (theirs.abandoned, theirs.abandoned_short) == (1, 1)
    assert (theirs.talked_ms, theirs.longest_wait_ms) == (60_000, 16_000)
    assert of(figures, "tax").ours == Counts()


def test_who_cannot_be_passed_on_and_then_asks_with_us_is_one_request_not_two() -> None:
    """D-01: each call once; the failed transfer is told beside it (MRG-08)."""
    call = ACall("c1", asked=31)
    failed = [way_in(call, "tax", 0, queue=""), not_transferred(call, "12366", 30)]
    there, here = folded(failed), folded([*failed, call.queued(), call.answered(35)])

    assert of(there, "tax").theirs.failed == 1
    assert of(here, "tax").theirs == Counts(longest_wait_ms=30_000)
    assert (of(here, "tax").ours.offered, of(here, "tax").ours.answered) == (1, 1)
    assert of(here, "tax").moves == Moves(failed={"12366": 1})


def test_who_goes_on_to_another_level_is_no_request_at_the_seats_of_his_line() -> None:
    """NAV-05: counted by level (figures/passed_on_store.py), not as seats of the line."""
    call = ACall("c1")
    asked = LevelAsked(
        at=at(1), call=call.call, level="jilin", reason=LevelReason.CITY, ticket_no="",
        how="rule", agent=None,
    )  # fmt: skip
    figures = folded([way_in(call, "main", 1, queue=""), asked, transferred(call, "12345", 9)])

    assert of(figures, "main").theirs.offered == 0


def test_mrg_03_whom_a_lines_own_seats_hand_to_us_is_counted_for_both() -> None:
    """The request is of the line by which he came in, the hand-over of those whose seats it was."""
    call = ACall("c1", asked=1)
    way = telephony.WayIn(
        at=at(1), call=call.call, caller_key=None, line="main", why="line:tax", queue="general",
        language="",
    )  # fmt: skip
    figures = folded([way, way, call.queued(), call.answered(5)])

    assert of(figures, "tax") == LineCounts(handed_over=1)
    assert (of(figures, "main").ours.offered, of(figures, "main").handed_over) == (1, 0)


def test_transfers_count_by_the_line_he_came_by_and_the_number_he_was_sent_to() -> None:
    """MRG-03, MRG-08."""
    call = ACall("c1", asked=1)
    figures = folded(
        [
            way_in(call, "labour", 0), call.queued(), call.answered(2),
            not_transferred(call, "12366", 60), transferred(call, "12366", 90),
        ]
    )  # fmt: skip

    moves = of(figures, "labour").moves
    assert moves.to(["12366"]) == (1, 1)
    assert moves.to(["110"]) == (0, 0)
    assert of(figures, "labour").theirs == Counts()


def test_a_ticket_told_twice_is_one() -> None:
    call = ACall("c1")
    figures = folded([way_in(call, "labour", 0), filed(call, "1", 50), filed(call, "1", 51)])

    assert of(figures, "labour").tickets == 1


def test_a_call_that_we_make_came_in_by_no_line() -> None:
    call = ACall("out-1-000001")

    assert folded([call.queued(), call.answered(5), hung_up(call, 9)]).quarters == {}


def test_he_asks_after_midnight_of_the_quarter_he_arrived_in() -> None:
    """Arrival in its quarter, the request in that of its asking, as in the statutory figures."""
    call = ACall("c1", asked=900)
    figures = folded([call.arrived(899), way_in(call, "tax", 900), call.queued()])

    assert figures.quarters[NOON, "tax"].arrived == 1
    assert figures.quarters[NOON + QUARTER, "tax"].ours.offered == 1
    assert quarter_of(NOON + timedelta(seconds=900)) == NOON + QUARTER


def test_counts_come_back_from_json_as_they_were() -> None:
    counts = LineCounts(
        arrived=3, ours=Counts(offered=2), theirs=Counts(offered=1), tickets=1,
        moves=Moves({"12366": 2}, {"": 1}), handed_over=1,
    )  # fmt: skip

    assert LineCounts.from_json(counts.as_json()) == counts
    assert counts + counts - counts == counts
