"""Calls as the console lists them: one card a call, in the order in which they arrived.

Pure and bounded: the oldest finished calls go first. What is older is in the journal, one call at a
time (`TracesCalls`). Feed it the journal at start and every fact after that.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from console.call_card import TO_A_PERSON, CallCard, closed, folded
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, NumberKey, is_out
from telephony import facts as telephony


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsWanted:
    """How a list is narrowed; `before` is the last call of the page before.

    `shown_number`: a part of the number as it is shown, masked. `since` inclusive, `until` not.
    """

    agent: AgentNo | None = None
    fate: str | None = None
    live: bool | None = None
    number_key: NumberKey | None = None
    shown_number: str | None = None
    queue: str | None = None
    recorded: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: CallId | None = None
    limit: int = 50


@dataclass(slots=True)
class CallsView:
    """All recent calls, in the order in which they arrived."""

    room: int = 20_000
    _cards: dict[CallId, CallCard] = field(default_factory=dict)
    _order: deque[CallId] = field(default_factory=deque)
    # Answered ones by their caller, in the order in which they arrived: asked for at each call.
    _answered: dict[NumberKey, tuple[CallId, ...]] = field(default_factory=dict)

    def see(self, facts: Sequence[Fact]) -> None:
        """Fits the fact feed."""
        for fact in facts:
            self._fold(fact)
        while len(self._order) > self.room:
            self._forget(self._cards.pop(self._order.popleft()))

    def find(self, call: CallId) -> CallCard | None:
        return self._cards.get(call)

    def masked_caller(self, call: CallId) -> str:
        card = self._cards.get(call)
        return card.caller if card else ""

    def last_agent_of(self, number_key: NumberKey | None) -> AgentNo | None:
        """Who talked last with this number, as far as the recent calls tell (sticky agent)."""
        known = self._answered.get(number_key) if number_key is not None else None
        return self._cards[known[-1]].agents[-1] if known else None

    def cards(self) -> list[CallCard]:
        """All, in the order in which they arrived."""
        return [self._cards[call] for call in self._order]

    def put_back(self, cards: Iterable[CallCard]) -> None:
        for card in cards:
            self._keep(closed(card) if card.is_over else card)
            self._note_answered(None, card)

    def _keep(self, card: CallCard) -> None:
        if card.call not in self._cards:
            self._order.append(card.call)
        self._cards[card.call] = card

    def live_calls(self) -> int:
        return sum(not card.is_over for card in self._cards.values())

    def page(self, wanted: CallsWanted) -> list[CallCard]:
        """Newest first, at most `wanted.limit`."""
        found: list[CallCard] = []
        for card in self._from(wanted.before):
            if _fits(card, wanted):
                found.append(card)
            if len(found) == wanted.limit:
                break
        return found

    def _from(self, before: CallId | None) -> Iterable[CallCard]:
        newest_first = reversed(self._order)
        if before in self._cards:
            while next(newest_first) != before:
                continue
        return map(self._cards.__getitem__, newest_first)

    def _fold(self, fact: Fact) -> None:
        call: CallId | None = getattr(fact, "call", None)
        if call is None:
            return
        before = self._cards.get(call)
        if before is None and is_out(call) and not isinstance(fact, telephony.CallArrived):
            return  # nobody is there yet: an agent waits for a citizen whom we ring
        known = before or CallCard(call=call, arrived_at=fact.at)
        if (after := folded(known, fact)) is not None:
            self._keep(closed(after) if isinstance(fact, telephony.CallHungUp) else after)
            self._note_answered(before, after)

    def _note_answered(self, before: CallCard | None, after: CallCard) -> None:
        was, key = _answered_caller(before) if before else None, _answered_caller(after)
        if was == key:
            return
        if before is not None:
            self._forget(before)
        if key is not None:
            calls = (*self._answered.get(key, ()), after.call)
            self._answered[key] = tuple(sorted(calls, key=self._arrived))

    def _arrived(self, call: CallId) -> datetime:
        return self._cards[call].arrived_at

    def _forget(self, card: CallCard) -> None:
        """The card is gone, or says something else now."""
        key = _answered_caller(card)
        if key is None:
            return
        calls = tuple(call for call in self._answered[key] if call != card.call)
        if calls:
            self._answered[key] = calls
        else:
            del self._answered[key]


def _answered_caller(card: CallCard) -> NumberKey | None:
    """Whose call it was, if a person answered it."""
    return card.caller_key if card.fate == TO_A_PERSON and card.agents else None


def _fits(card: CallCard, wanted: CallsWanted) -> bool:
    return (
        (wanted.agent is None or wanted.agent in card.agents)
        and (wanted.fate is None or wanted.fate == card.fate)
        and (wanted.live is None or wanted.live is not card.is_over)
        and (wanted.number_key is None or wanted.number_key == card.caller_key)
        and (wanted.shown_number is None or wanted.shown_number in card.caller)
        and (wanted.queue is None or wanted.queue == card.queue)
        and (wanted.recorded is None or wanted.recorded is (card.recording_s is not None))
        and (wanted.since is None or wanted.since <= card.arrived_at)
        and (wanted.until is None or card.arrived_at < wanted.until)
    )
