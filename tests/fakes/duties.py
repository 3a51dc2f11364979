"""Duties, attempts and the stop list in memory: fits `callbacks.ports.OpensDutyRows`."""

import asyncio
import copy
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from callbacks.attempts import Attempt, NumberBusy
from callbacks.duty import SETTLED, WAITING, AttemptId, Duty, DutyKind, DutyState
from callbacks.ports import DutyRows, Held
from kernel.fact import Fact, encode
from kernel.ids import CaseId, DutyId, NumberKey


@dataclass
class _Tables:
    duties: dict[DutyId, Held] = field(default_factory=dict)
    attempts: dict[AttemptId, Attempt] = field(default_factory=dict)
    stopped: dict[NumberKey, str] = field(default_factory=dict)
    sms: dict[DutyId, datetime] = field(default_factory=dict)
    facts: list[tuple[int, Fact]] = field(default_factory=list)
    told: set[int] = field(default_factory=set)


class FakeDutyRows:
    def __init__(self, tables: _Tables, token: list[int]) -> None:
        self._tables = tables
        self._token = token

    def _where(self, *wanted: object) -> list[Held]:
        found = [held for held in self._tables.duties.values() if all(w(held) for w in wanted)]  # type: ignore[operator]
        return sorted(found, key=lambda held: held.duty.id)

    async def lock(self, ids: Collection[DutyId]) -> tuple[Held, ...]:
        return tuple(self._where(lambda held: held.duty.id in ids))

    async def lock_ready(
        self, kinds: Collection[DutyKind], now: datetime, number_key: NumberKey | None
    ) -> tuple[Held, ...]:
        found = ready_of(list(self._tables.duties.values()), kinds, now)
        if number_key is None:
            return tuple(found[:1])
        same = [held for held in found if held.duty.caller_key == number_key]
        return tuple(sorted(same, key=lambda held: held.duty.id))

    async def lock_waiting(
        self, *, case: CaseId | None = None, number_key: NumberKey | None = None
    ) -> tuple[Held, ...]:
        return tuple(
            self._where(
                lambda held: held.duty.kind is DutyKind.SURVEY,
                lambda held: case is None or held.duty.case == case,
                lambda held: number_key is None or held.duty.caller_key == number_key,
                lambda held: held.duty.state not in SETTLED,
            )
        )

    async def lock_number(self, number_key: NumberKey) -> None:
        assert number_key, "one transaction at a time holds everything"

    async def lock_attempt(self, attempt: AttemptId) -> Attempt | None:
        return self._tables.attempts.get(attempt)

    async def lock_expired(
        self, now: datetime, at_most: int, ours: str | None
    ) -> tuple[Attempt, ...]:
        live = {
            held.attempt
            for held in self._tables.duties.values()
            if held.lease_until is not None and held.lease_until > now
            if ours in (None, held.worker)
        }
        open_ = [a for a in self._tables.attempts.values() if a.outcome is None]
        found = [attempt for attempt in open_ if attempt.id not in live]
        return tuple(sorted(found, key=lambda attempt: attempt.dialled_at)[:at_most])

    async def lock_idle(self, now: datetime, at_most: int, ours: str | None) -> tuple[Held, ...]:
        found = self._where(
            lambda held: (
                held.lease_until is not None
                and (held.lease_until <= now or ours not in (None, held.worker))
            ),
            lambda held: held.attempt is None,
        )
        return tuple(found[:at_most])

    async def attempts_at(self, number_key: NumberKey, since: datetime) -> tuple[Attempt, ...]:
        found = [
            attempt
            for attempt in self._tables.attempts.values()
            if attempt.number_key == number_key and attempt.dialled_at >= since
        ]
        return tuple(sorted(found, key=lambda attempt: (attempt.dialled_at, attempt.id)))

    async def leases_at(self, number_key: NumberKey, but: Collection[DutyId]) -> tuple[Held, ...]:
        return tuple(
            self._where(
                lambda held: held.duty.caller_key == number_key and held.duty.id not in but,
                lambda held: held.lease_until is not None or held.attempt is not None,
            )
        )

    async def is_stopped(self, number_key: NumberKey) -> bool:
        return number_key in self._tables.stopped

    async def set_stop(self, number_key: NumberKey, at: datetime, why: str | None) -> None:
        if why is None:
            self._tables.stopped.pop(number_key, None)
        else:
            self._tables.stopped.setdefault(number_key, why)

    async def next_token(self) -> int:
        self._token[0] += 1
        return self._token[0]

    async def put(self, held: Held) -> None:
        self._tables.duties[held.duty.id] = held

    async def put_new(self, duty: Duty) -> bool:
        same = [
            held
            for held in self._tables.duties.values()
            if held.duty.id == duty.id
            or (
                duty.kind is held.duty.kind is DutyKind.SURVEY
                and (held.duty.case, held.duty.round) == (duty.case, duty.round)
            )
        ]
        if not same:
            self._tables.duties[duty.id] = Held(duty=duty)
        return not same

    async def put_attempt(self, attempt: Attempt, kind: DutyKind) -> None:
        for other in self._tables.attempts.values():
            same = other.number_key == attempt.number_key and other.id != attempt.id
            if same and attempt.outcome is None and other.outcome is None:
                raise NumberBusy.of(attempt.id)
        self._tables.attempts[attempt.id] = attempt

    async def put_sms(self, duty: Duty, at: datetime, valid_until: datetime) -> None:
        self._tables.sms.setdefault(duty.id, valid_until)

    async def tell(self, fact: Fact) -> None:
        self._tables.facts.append((len(self._tables.facts) + 1, fact))


class FakeAttemptStore:
    """One transaction at a time; what it did is undone when its block fails."""

    def __init__(self) -> None:
        self.tables = _Tables()
        self._token = [0]
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def rows(self) -> AsyncIterator[DutyRows]:
        async with self._one:
            before = copy.deepcopy(self.tables)
            try:
                yield FakeDutyRows(self.tables, self._token)
            except BaseException:
                self.tables = before
                raise

    async def ready(
        self, kinds: Collection[DutyKind], now: datetime, limit: int
    ) -> tuple[Duty, ...]:
        found = ready_of(list(self.tables.duties.values()), kinds, now)
        return tuple(held.duty for held in found[:limit])

    async def untold(self, limit: int) -> Sequence[tuple[int, str, str]]:
        waiting = [(n, fact) for n, fact in self.tables.facts if n not in self.tables.told]
        return [(n, fact.kind, encode(fact).decode()) for n, fact in waiting[:limit]]

    async def told(self, ns: Collection[int], at: datetime) -> None:
        self.tables.told |= set(ns)


def ready_of(duties: Sequence[Held], kinds: Collection[DutyKind], now: datetime) -> list[Held]:
    found = [
        held
        for held in duties
        if held.duty.state in WAITING
        and held.duty.kind in kinds
        and (held.duty.ready_at or held.duty.opened_at) <= now
    ]
    return sorted(found, key=lambda h: (not h.duty.urgent, h.duty.due_at, h.duty.id))


def missed_duty(n: str, at: datetime, key: NumberKey) -> Duty:
    """A missed call as the projection writes it."""
    return Duty(
        id=DutyId(f"missed:{n}"), kind=DutyKind.MISSED, state=DutyState.OPEN, caller_key=key,
        caller="138****5678", opened_at=at, last_missed_at=at, due_at=at, urgent=False,
        ready_at=at,
    )  # fmt: skip
