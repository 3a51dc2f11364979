"""The figures counted a second time, by going through the whole history for each question.

Shares nothing with figures/: its own border arithmetic, its own reading of the facts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from kernel.fact import Fact

FATE_KINDS = {
    "seat-answered": "answered",
    "call-abandoned": "abandoned",
    "call-overflowed": "overflowed",
    "callback-promised": "callback_promised",
    "call-blocked": "blocked",
    "call-failed": "failed",
    "fallback-answered": "fallback_answered",
    "fallback-lost": "fallback_lost",
}


def border(moment: datetime) -> float:
    return moment.timestamp() // 900 * 900


def asked(facts: Sequence[Fact]) -> dict[str, Any]:
    """call -> its first CallQueued."""
    first: dict[str, Any] = {}
    for fact in facts:
        if fact.kind == "call-queued":
            first.setdefault(fact.call, fact)  # type: ignore[attr-defined]
    return first


def fate(facts: Sequence[Fact], call: str) -> Any:
    """The first fate fact of the call, or None."""
    for fact in facts:
        again = getattr(fact, "again", False)
        if fact.kind in FATE_KINDS and fact.call == call and not again:  # type: ignore[attr-defined]
            return fact
    return None


def quarter(facts: Sequence[Fact], start: float, queue: str) -> dict[str, int]:
    """Counts of one quarter and queue, by name; only those that are not durations."""
    counts = dict.fromkeys((*FATE_KINDS.values(), "offered", "in_15s", "short", "talked_s"), 0)
    for call, first in asked(facts).items():
        if border(first.asked_at) != start or first.queue != queue:
            continue
        counts["offered"] += 1
        met = fate(facts, call)
        if met is not None:
            counts[FATE_KINDS[met.kind]] += 1
            answered = met.kind == "seat-answered"
            counts["in_15s"] += answered and met.waited <= timedelta(seconds=15)
            counts["short"] += getattr(met, "short", False)
    return counts


def day_rate(facts: Sequence[Fact], start: float, end: float) -> tuple[int, int]:
    """(answered, settled) of calls that asked in quarters from `start` to before `end`."""
    answered = settled = 0
    for call, first in asked(facts).items():
        met = fate(facts, call)
        if met is not None and start <= border(first.asked_at) < end:
            settled += 1
            answered += FATE_KINDS[met.kind] in ("answered", "fallback_answered")
    return answered, settled
