"""The facts of one call: whole from memory, or whole from the database."""

from typing import Any

import pytest

from hotline import recent_facts
from hotline.recent_facts import RecentFacts
from kernel.errors import Unavailable
from kernel.fact import Fact, FactKinds, encode
from kernel.ids import CallId
from telephony.facts import FACTS, AmiLinkDown, CallArrived, CallHeld, CallHungUp, HungUpBy
from tests.fakes.fake_clock import MONDAY_NINE

KINDS = FactKinds(FACTS)


class FakeRows:
    """The journal's table, as far as it was shipped. Fits Pool.fetch."""

    def __init__(self, facts: list[Fact], *, away: bool = False) -> None:
        self._facts = facts
        self._away = away
        self.asked: list[object] = []

    async def fetch(self, sql: str, call: object) -> list[dict[str, str]]:
        self.asked.append(call)
        if self._away:
            raise Unavailable("The database is away.", remedy="Try again.")
        mine = [fact for fact in self._facts if getattr(fact, "call", None) == call]
        return [{"kind": fact.kind, "body": encode(fact).decode()} for fact in mine]


def recent(rows: Any = None) -> RecentFacts:
    return RecentFacts(rows or FakeRows([], away=True), KINDS)


def arrived(call: str) -> CallArrived:
    return CallArrived(
        at=MONDAY_NINE,
        call=CallId(call),
        sip_call_id="sip",
        dialled="12345",
        caller="138****0001",
        caller_key=None,
        trunk="trunk-in",
    )


def held(call: str) -> CallHeld:
    return CallHeld(at=MONDAY_NINE, call=CallId(call))


async def test_a_call_that_was_seen_whole_needs_no_database() -> None:
    facts = recent()
    facts.see([arrived("c1"), arrived("c2"), held("c1"), AmiLinkDown(at=MONDAY_NINE, why="x")])

    assert await facts.facts_of(CallId("c1")) == (arrived("c1"), held("c1"))


async def test_half_a_call_is_asked_of_the_database_in_full() -> None:
    """We came in the middle of it; what we saw alone would mislead."""
    rows = FakeRows([arrived("c1"), held("c1")])
    facts = recent(rows)
    facts.see([held("c1")])

    assert await facts.facts_of(CallId("c1")) == [arrived("c1"), held("c1")]
    assert rows.asked == ["c1"]


async def test_an_old_call_is_the_databases_also_when_more_is_heard_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recent_facts, "ROOM", 2)
    gone = CallHungUp(at=MONDAY_NINE, call=CallId("c1"), by=HungUpBy.CITIZEN, cause=16)
    facts = recent(FakeRows([arrived("c1"), gone]))
    facts.see([arrived("c1"), arrived("c2"), arrived("c3")])
    facts.see([gone])

    assert await facts.facts_of(CallId("c1")) == [arrived("c1"), gone]
    assert await facts.facts_of(CallId("c3")) == (arrived("c3"),)


async def test_an_unknown_call_has_no_facts() -> None:
    assert await recent(FakeRows([])).facts_of(CallId("c9")) == []


async def test_an_old_call_cannot_be_told_without_the_database() -> None:
    with pytest.raises(Unavailable):
        await recent().facts_of(CallId("c9"))
