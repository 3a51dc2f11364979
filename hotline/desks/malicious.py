"""Suspects and a supervisor's measures against them (MAL-01).

Rule: nobody is blocked, put back or spoken to by a rule: a measure is a person's, has a reason and
an end, and at its end it is over whether anybody looks or not.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import uuid4

import structlog

from console.malicious_port import BadUntil, MeasureStands, NoMeasure, Suspect, UnknownCaller
from hotline.rule_files import RuleFiles
from intake.caller_lookup import Caller
from intake.measures import Measure, Measures
from intake.suspect_facts import MeasureEnded, MeasureKind, MeasureTaken
from intake.suspects import (
    SUSPECT,
    CallOfCaller,
    History,
    MaliciousRules,
    SuspectRules,
    grounds,
)
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import NumberKey

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 30.0


class KnowsHistories(Protocol):
    """`figures/suspect_store.py: PgSuspects`. Each raises Unavailable."""

    async def history(self, key: NumberKey, now: datetime) -> History | None: ...

    async def histories(self, rules: SuspectRules, now: datetime) -> Sequence[History]: ...

    async def calls_of(self, key: NumberKey) -> Sequence[CallOfCaller]: ...

    async def measures(self) -> Sequence[Measure]: ...


class LooksUp(Protocol):
    async def look_up(self, number_key: NumberKey | None) -> Caller: ...


@dataclass(kw_only=True)
class MaliciousDesk:
    """Fits `WatchesCallers`. `measures` hears of each fact from the feed."""

    store: KnowsHistories
    measures: Measures
    rules: MaliciousRules
    write: Callable[[Sequence[Fact]], None]
    clock: Clock

    def use(self, rules: RuleFiles) -> None:
        """A measure that stands ends as it was to."""
        self.rules = rules.malicious

    async def suspects(self) -> list[Suspect]:
        now = self.clock.now()
        found = []
        for history in await self.store.histories(self.rules.suspect, now):
            why = grounds(history, self.rules.suspect)
            if why:
                measure = self.measures.of(history.number_key, now)
                found.append(Suspect(history=history, grounds=why, measure=measure))
        return found

    async def calls_of(self, key: NumberKey) -> Sequence[CallOfCaller]:
        return await self.store.calls_of(key)

    def standing(self) -> list[Measure]:
        return self.measures.standing(self.clock.now())

    async def take(
        self, key: NumberKey, what: MeasureKind, until: datetime, *, by: str, reason: str
    ) -> Measure:
        now, at_most = self.clock.now(), timedelta(days=self.rules.measure.at_most_days)
        if not now < until <= now + at_most:
            raise BadUntil(
                f"A measure ends within {at_most.days} days, not at {until.isoformat()}.",
                remedy="Give a time from now on that is not too far away.",
            )
        if await self.store.history(key, now) is None:
            raise UnknownCaller(
                "This number has not rung in the last seven days.",
                remedy="Choose one of the callers' list.",
            )
        if self.measures.of(key, now) is not None:
            raise MeasureStands(
                "A measure stands against this number.", remedy="End that one first."
            )
        self._end_expired(now)
        taken = MeasureTaken(
            at=now,
            measure=uuid4().hex,
            number_key=key,
            what=what,
            reason=reason,
            until=until,
            by=by,
        )
        self.write([taken])
        found = self.measures.of(key, now)
        assert found is not None, "the feed has told it"
        return found

    def end(self, key: NumberKey, *, by: str) -> None:
        now = self.clock.now()
        known = self.measures.of(key, now)
        if known is None:
            raise NoMeasure("No measure stands against this number.", remedy="Reload the list.")
        self.write([MeasureEnded(at=now, measure=known.id, number_key=key, by=by)])

    async def run(self) -> None:
        """Remember those of before a restart, write down ends. Ends only by cancellation."""
        while True:
            try:
                await self.look()
            except Unavailable as away:
                log.warning("measures were not read", why=away.code)
            except Exception:
                log.exception("the look at measures failed")
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Raises Unavailable; ends are written down all the same."""
        self._end_expired(self.clock.now())
        self.measures.put_back(await self.store.measures())
        self._end_expired(self.clock.now())

    def _end_expired(self, now: datetime) -> None:
        for one in self.measures.expired(now):
            ended = MeasureEnded(at=now, measure=one.id, number_key=one.number_key, by="")
            self.write([ended])


@dataclass(kw_only=True)
class TaggedCallers:
    """Fits `console/ports.py: KnowsCallers`: the tag of a suspect on the agent's card."""

    callers: LooksUp
    store: KnowsHistories
    rules: SuspectRules
    clock: Clock

    def use(self, rules: RuleFiles) -> None:
        self.rules = rules.malicious.suspect

    async def look_up(self, number_key: NumberKey | None) -> Caller:
        """Raises Unavailable."""
        caller = await self.callers.look_up(number_key)
        if number_key is None:
            return caller
        history = await self.store.history(number_key, self.clock.now())
        if history is None or not grounds(history, self.rules):
            return caller
        return Caller(
            number_key=number_key,
            history=caller.history,
            open_cases=caller.open_cases,
            tags=tuple(sorted({*caller.tags, SUSPECT})),
        )
