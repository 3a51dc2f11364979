"""What the view of recent calls keeps of each: it holds 20,000 of them."""

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from acd.facts import CallQueued, SeatAnswered, TalkEnded
from console.calls_view import CallsView, CallsWanted
from hotline.kinds import KINDS
from kernel.fact import Fact, encode
from kernel.ids import AgentNo, CallId, LegId, NumberKey, QueueName, SeatId
from telephony.facts import CallArrived, CallHungUp, HungUpBy, StageEntered, WayIn
from tests.fakes.fake_clock import MONDAY_NINE

MOST_BYTES = 1_250  # of a finished card with its place in the view; 1,360 before words were shared
GENERAL = QueueName("general")


def life(n: int) -> Iterator[Fact]:
    """A call as most are: the menu, a wait, a talk."""
    call, key = CallId(f"cc1-1767603600.{n}"), NumberKey(sha256(str(n).encode()).hexdigest())
    agent, seat, leg = AgentNo(str(1001 + n % 50)), SeatId(f"S{8001 + n % 50}"), LegId(f"1-{n:06}")
    at = MONDAY_NINE + timedelta(milliseconds=20 * n)
    yield CallArrived(
        at=at, call=call, sip_call_id=f"f81d4fae-7dec-11d0-a765-{n:012}@192.0.2.1",
        dialled="12345", caller=f"138****{n % 10_000:04}", caller_key=key, trunk="trunk-in",
    )  # fmt: skip
    yield WayIn(
        at=at, call=call, caller_key=key, line="general", why="menu", queue=GENERAL,
        language="mandarin",
    )  # fmt: skip
    yield StageEntered(at=at, call=call, stage="menu", detail={})
    yield StageEntered(at=at, call=call, stage="waiting", detail={})
    yield CallQueued(
        at=at, call=call, queue=GENERAL, needs={}, priority=0, asked_at=at, turn_at=at,
        sticky_to=None, sticky_until=None, again=False,
    )  # fmt: skip
    yield SeatAnswered(
        at=at, leg=leg, seat=seat, agent=agent, call=call, queue=GENERAL,
        waited=timedelta(seconds=3.5), again=False,
    )  # fmt: skip
    yield StageEntered(at=at, call=call, stage="talking", detail={"agent": agent})
    yield TalkEnded(at=at, leg=leg, seat=seat, agent=agent, call=call, talked=timedelta(seconds=61))
    yield CallHungUp(at=at, call=call, by=HungUpBy.CITIZEN, cause=16)


def seen(view: CallsView, calls: range) -> None:
    """Through the wire and back: no word of one fact is that of another."""
    for n in calls:
        view.see([KINDS.decode(fact.kind, encode(fact)) for fact in life(n)])


def test_a_finished_card_takes_little_more_than_a_kilobyte() -> None:
    view = CallsView()
    seen(view, range(100))

    tracemalloc.start()
    try:
        seen(view, range(100, 1_000))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(view.cards()) == 1_000
    assert taken / 900 < MOST_BYTES


def test_finished_cards_share_the_words_that_they_have_in_common() -> None:
    view = CallsView()
    seen(view, range(51))

    one, other = view.cards()[0], view.cards()[50]
    assert one.agents == ("1001",)
    assert one.agents is other.agents
    assert one.stages is other.stages
    assert (one.trunk is other.trunk, one.seat is other.seat) == (True, True)


def test_nothing_is_kept_of_a_call_that_the_view_has_forgotten() -> None:
    view = CallsView(room=10)
    seen(view, range(100))

    assert [card.call for card in view.cards()] == [f"cc1-1767603600.{n}" for n in range(90, 100)]
    assert len(view._cards) == len(view._order) == len(view._answered) == 10
    assert view.find(CallId("cc1-1767603600.89")) is None


def test_a_page_goes_on_where_the_one_before_ended() -> None:
    view = CallsView()
    seen(view, range(7))

    newest = view.page(CallsWanted(limit=3))
    older = view.page(CallsWanted(limit=3, before=newest[-1].call))
    assert [card.call[-1] for card in (*newest, *older)] == ["6", "5", "4", "3", "2", "1"]
    assert view.page(CallsWanted(agent=AgentNo("1003"))) == [view.cards()[2]]


def test_cards_that_were_put_back_stand_in_their_order_and_share_their_words() -> None:
    before, after = CallsView(), CallsView()
    seen(before, range(60))

    after.put_back(before.cards())

    assert after.cards() == before.cards()
    assert after.cards()[0].agents is after.cards()[50].agents
