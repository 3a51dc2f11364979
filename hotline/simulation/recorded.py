"""A day as the journal has it: who asked when, how long he talked, who was at work. Read only.

What the journal cannot know is drawn: how long those who were served would have waited on (their
patience is longer than their wait; maximum likelihood says by how much), and how long those who
gave up would have talked (as one of those served). Calls that we owe and transfers are left out.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from pydantic import SecretStr

from hotline.private.places import PROJECT
from hotline.simulation.day import ATTEMPTS, FOREVER_S, Citizen, Day, Kind, Place
from hotline.simulation.draw import CHINA
from hotline.simulation.scenario import rules_from
from kernel.errors import NotFound
from kernel.ids import QueueName, Skill
from storage.journal_file import read
from storage.pool import open_pool
from storage.settings import DatabaseSettings

DAY_S: Final = 86_400.0
_LOST: Final = ("call-abandoned", "call-failed", "call-overflowed", "callback-promised")
_KINDS: Final = (
    *_LOST,
    "call-queued",
    "seat-rung",
    "seat-answered",
    "seat-let-it-ring",
    "talk-ended",
    "wrap-up-ended",
    "agent-signed-in",
    "agent-signed-out",
    "agent-available",
    "agent-paused",
)
_OF_KINDS: Final = "select kind, body from journal where kind = any($1) order by epoch, n"
_PATIENCE_S: Final = 300.0  # where nobody gave up
_TALK_S: Final = 180.0  # where nobody talked
_RING_S: Final = 3.0

Told = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class _Call:
    asked_at: datetime
    queue: str
    needs: dict[str, int]
    priority: int
    waited_s: float | None = None
    gave_up: bool = False
    talked_s: float | None = None
    wrap_up_s: float = 0.0


@dataclass(slots=True)
class _Agent:
    skills: dict[str, int]
    spans: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def come(self, at: datetime) -> None:
        if not self.spans or self.spans[-1][1] is not None:
            self.spans.append((at, None))

    def go(self, at: datetime) -> None:
        if self.spans and self.spans[-1][1] is None:
            self.spans[-1] = (self.spans[-1][0], at)


@dataclass(slots=True)
class _Seen:
    """All that the journal tells, up to the end of the day."""

    calls: dict[str, _Call] = field(default_factory=dict)
    agents: dict[str, _Agent] = field(default_factory=dict)
    rung_at: dict[str, datetime] = field(default_factory=dict)
    wraps_up: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # by seat
    ring_s: list[float] = field(default_factory=list)
    rings: int = 0
    let_ring: int = 0


def is_recorded(file: str) -> bool:
    return file.startswith(("postgresql://", "postgres://")) or Path(file).is_dir()


def recorded_day(file: str, wanted: date | None, seed: int) -> Day:
    """Raises NotFound for a day without calls, JournalDamaged, Unavailable, BadSettings."""
    seen = _Seen()
    for kind, body in _told(file):
        _look(seen, kind, body)
    days = sorted({call.asked_at.astimezone(CHINA).date() for call in seen.calls.values()})
    chosen = wanted or (days[-1] if days else None)
    if chosen is None or chosen not in days:
        known = f"It has calls on {days[0]} to {days[-1]}." if days else "It has no calls."
        raise NotFound(f"The journal has no call on {chosen or 'any day'}.", remedy=known)
    return _day(seen, chosen, seed)


def _told(file: str) -> Iterable[Told]:
    if not Path(file).is_dir():
        return asyncio.run(_from_database(file))
    return _from_files(Path(file))


def _from_files(folder: Path) -> Iterator[Told]:
    for entry in read(folder):
        if entry.kind in _KINDS:
            yield entry.kind, orjson.loads(entry.body)


async def _from_database(dsn: str) -> list[Told]:
    async with open_pool(DatabaseSettings(dsn=SecretStr(dsn))) as pool:
        rows = await pool.fetch(_OF_KINDS, list(_KINDS))
    return [(row["kind"], orjson.loads(row["body"])) for row in rows]


def _look(seen: _Seen, kind: str, body: dict[str, Any]) -> None:
    at = datetime.fromisoformat(body["at"])
    if kind.startswith("agent-"):
        _agent(seen, kind, body, at)
    elif kind == "call-queued":
        if not body["again"] and body["call"] not in seen.calls:
            asked_at = datetime.fromisoformat(body["asked_at"])
            call = _Call(asked_at, body["queue"], body["needs"], body["priority"])
            seen.calls[body["call"]] = call
    elif kind == "seat-rung":
        seen.rung_at[body["leg"]] = at
        seen.rings += 1
    elif kind == "seat-let-it-ring":
        seen.let_ring += body["why"] == "no_answer"
    else:
        _served(seen, kind, body, at)


def _agent(seen: _Seen, kind: str, body: dict[str, Any], at: datetime) -> None:
    if kind == "agent-signed-in":
        seen.agents.setdefault(body["agent"], _Agent(body["skills"])).skills = body["skills"]
        return
    agent = seen.agents.get(body["agent"])
    if agent is None:
        return
    if kind == "agent-available":
        agent.come(at)
    elif kind == "agent-signed-out" or body["by"] != "system":
        agent.go(at)  # a pause after a ring in vain is what the floor did, not what he wanted


def _served(seen: _Seen, kind: str, body: dict[str, Any], at: datetime) -> None:
    if kind == "wrap-up-ended":
        talked = seen.wraps_up.pop(body["seat"], None)
        if talked is not None and talked[0] in seen.calls:
            seen.calls[talked[0]].wrap_up_s = (at - talked[1]).total_seconds()
        return
    call = seen.calls.get(body["call"])
    if call is None:
        return
    if kind == "seat-answered":
        rung_at = seen.rung_at.get(body["leg"])
        if rung_at is not None:
            seen.ring_s.append((at - rung_at).total_seconds())
        if call.waited_s is None:
            call.waited_s = float(body["waited"])
    elif kind == "talk-ended":
        call.talked_s = (call.talked_s or 0.0) + float(body["talked"])
        seen.wraps_up[body["seat"]] = body["call"], at
    elif call.waited_s is None:
        call.waited_s, call.gave_up = float(body["waited"]), True


# ---- the day of it


def _day(seen: _Seen, chosen: date, seed: int) -> Day:
    begins = datetime.combine(chosen, time(), CHINA)
    rules = rules_from(PROJECT / "config" / "queues.yaml")
    until = begins + timedelta(days=1)
    calls = sorted(
        (call for call in seen.calls.values() if begins <= call.asked_at < until),
        key=lambda call: call.asked_at,
    )
    kinds: dict[tuple[str, tuple[tuple[str, int], ...]], Kind] = {}
    for call in calls:
        key = call.queue, tuple(sorted(call.needs.items()))
        needs = {Skill(skill): level for skill, level in call.needs.items()}
        kinds.setdefault(key, Kind(call.queue, QueueName(call.queue), needs))
    numbers = {key: n for n, key in enumerate(kinds)}
    dice = _Dice(seen, calls, seed)
    return Day(
        name=f"recorded day {chosen}",
        begins=begins,
        length_s=DAY_S,
        counted=(0.0, DAY_S),
        kinds=tuple(kinds.values()),
        citizens=tuple(
            dice.citizen(
                call,
                numbers[call.queue, tuple(sorted(call.needs.items()))],
                (call.asked_at - begins).total_seconds(),
            )
            for call in calls
        ),
        seats=tuple(_places(seen, begins)),
        back_after_s=20.0,
        rules=rules,
        overflow_s=20.0,
        seed=seed,
    )


class _Dice:
    """What the journal cannot know, drawn from what it does."""

    def __init__(self, seen: _Seen, calls: list[_Call], seed: int) -> None:
        self._chance = np.random.default_rng([seed, 11])
        gave_up = sum(call.gave_up for call in calls)
        waited = sum(call.waited_s or 0.0 for call in calls)
        self._patience_s = waited / gave_up if gave_up and waited else _PATIENCE_S
        talked = [(call.talked_s, call.wrap_up_s) for call in calls if call.talked_s is not None]
        self._services = talked or [(_TALK_S, 0.0)]
        self._ring_s = seen.ring_s or [_RING_S]
        self._let_ring = seen.let_ring / seen.rings if seen.rings else 0.0

    def citizen(self, call: _Call, kind: int, asked_s: float) -> Citizen:
        drawn = self._services[int(self._chance.integers(len(self._services)))]
        talk_s, wrap_up_s = drawn if call.talked_s is None else (call.talked_s, call.wrap_up_s)
        more = float(self._chance.exponential(self._patience_s))
        waited = call.waited_s or 0.0
        answers = self._chance.choice(self._ring_s, ATTEMPTS)
        unanswered = self._chance.random(ATTEMPTS) < self._let_ring
        return Citizen(
            asked_s=asked_s,
            kind=kind,
            priority=call.priority,
            talk_s=talk_s,
            wrap_up_s=wrap_up_s,
            patience_s=waited if call.gave_up else waited + more,
            answer_s=tuple(answers.tolist()),
            unanswered=tuple(unanswered.tolist()),
        )


def _places(seen: _Seen, begins: datetime) -> Iterator[Place]:
    for agent in seen.agents.values():
        spans = []
        for since, until in agent.spans:
            first = (since - begins).total_seconds()
            last = FOREVER_S if until is None else (until - begins).total_seconds()
            if last > 0 and first < DAY_S:
                spans.append((max(0.0, first), last if last < DAY_S else FOREVER_S))
        if spans:
            skills = {Skill(skill): level for skill, level in agent.skills.items()}
            yield Place(skills, tuple(spans), ())
