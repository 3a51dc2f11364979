"""Claims, dials (on paper) and settles duties: the one engine behind every call we owe.

Rules: an attempt is committed before the caller may dial; who lost the lease can neither dial nor
write; a number has one outstanding attempt at most; an attempt of unknown outcome is looked up by
its id and settled, never dialled again.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from callbacks import facts
from callbacks.attempts import (
    Abandoned,
    Attempt,
    Claim,
    DutyGone,
    LeaseLost,
    NotNow,
    Rules,
    claimed,
    given_back,
    rescheduled,
    settled,
)
from callbacks.duty import (
    HELD,
    SETTLED,
    AttemptId,
    Duty,
    DutyCue,
    DutyKind,
    DutyState,
    Outcome,
    Result,
    step,
)
from callbacks.ledger import free, history_of, put_on, stop_surveys
from callbacks.ports import DutyRows, Held, OpensDutyRows
from callbacks.schedule import Never, Slot, bundle
from kernel.ids import AgentNo, DutyId

_LOOKS: Final = 50  # candidates that one call of claim_next may move on before it gives up


class AttemptEngine:
    """One a process; `worker` names it. Times are passed, aware UTC."""

    def __init__(self, store: OpensDutyRows, rules: Rules, worker: str) -> None:
        self._store = store
        self._rules = rules
        self._worker = worker

    async def claim(
        self, duty_id: DutyId, now: datetime, *, agent: AgentNo | None = None
    ) -> Claim | None:
        """That very duty, for an agent or for this robot. None: not now, or no longer."""
        async with self._store.rows() as rows:
            for held in await rows.lock([duty_id]):
                return await self._claim(rows, held, now, agent)
        return None

    async def claim_next(self, kinds: Collection[DutyKind], now: datetime) -> Claim | None:
        """The one that is due first and may be dialled at this moment; None: none is."""
        for _ in range(_LOOKS):
            async with self._store.rows() as rows:
                found = await rows.lock_ready(kinds, now, None)
                if not found:
                    return None
                claim = await self._claim(rows, found[0], now, None)
            if claim is not None:
                return claim
        return None

    async def _claim(
        self, rows: DutyRows, held: Held, now: datetime, agent: AgentNo | None
    ) -> Claim | None:
        key = held.duty.caller_key
        if key is None or held.duty.state not in (DutyState.OPEN, DutyState.UNREACHED):
            return None
        await rows.lock_number(key)
        mates = await self._mates(rows, held, now) if agent is None else ()
        history = await history_of(rows, key, (held.duty.id,), now, self._rules.engine)
        when = self._rules.when(held.duty, history, now)
        if not _is_now(when, now):
            moved = rescheduled(held.duty, when, now)
            await put_on(rows, held, moved, now, self._rules.engine, why=when.rule)
            return None
        together = [
            mate for mate in mates if _is_now(self._rules.when(mate.duty, history, now), now)
        ]
        return await self._hold(rows, [held, *together], now, agent)

    async def _mates(self, rows: DutyRows, held: Held, now: datetime) -> tuple[Held, ...]:
        """Further surveys of the same number."""
        if held.duty.kind is not DutyKind.SURVEY or held.duty.caller_key is None:
            return ()
        found = await rows.lock_ready({DutyKind.SURVEY}, now, held.duty.caller_key)
        return tuple(mate for mate in found if mate.duty.id != held.duty.id)

    async def _hold(
        self, rows: DutyRows, found: list[Held], now: datetime, agent: AgentNo | None
    ) -> Claim:
        token, until = await rows.next_token(), now + self._rules.engine.claim_for
        by_id = {held.duty.id: held for held in found}
        taken, rest = bundle([held.duty for held in found], self._rules.settings.schedule)
        for duty in rest:  # more cases than one call can hold (G)
            moved = replace(duty, state=step(duty.state, DutyCue.SEND_SMS), closed_at=now)
            await put_on(rows, by_id[duty.id], moved, now, self._rules.engine, why="sms")
        holding = []
        for duty in taken:
            moved = claimed(duty, agent)
            held = Held(duty=moved, worker=self._worker, token=token, lease_until=until)
            await rows.put(held)
            await rows.tell(
                facts.DutyClaimed(
                    at=now, duty=duty.id, worker=self._worker, agent=agent, token=token, until=until
                )
            )
            holding.append(moved)
        key = holding[0].caller_key
        assert key is not None, "only a duty with a number is claimed"
        return Claim(
            duties=tuple(holding), number_key=key, token=token, worker=self._worker, until=until,
            agent=agent,
        )  # fmt: skip

    async def begin(self, claim: Claim, attempt_id: AttemptId, now: datetime) -> Attempt:
        """Dial only after this returned; the channel's id is the attempt's.

        Raises LeaseLost, DutyGone (withdrawn, or the citizen rang first), NotNow, NumberBusy: do
        not dial, give the claim back. DatabaseAway: do not dial, the lease runs out by itself.
        """
        async with self._store.rows() as rows:
            found = _ours(await rows.lock(claim.ids), claim)
            if any(held.lease_until is None or held.lease_until <= now for held in found):
                raise _lost(claim)
            found = [held for held in found if held.duty.state in HELD]
            if not found:
                raise DutyGone.of(claim.ids)
            await self._check_now(rows, found, claim, now)
            attempt = Attempt(
                id=attempt_id, number_key=claim.number_key, worker=claim.worker,
                duties=tuple(held.duty.id for held in found), dialled_at=now, token=claim.token,
            )  # fmt: skip
            await rows.put_attempt(attempt, found[0].duty.kind)
            for held in found:
                dialling = replace(held.duty, state=step(held.duty.state, DutyCue.DIAL))
                until = now + self._rules.engine.dial_for
                await rows.put(replace(held, duty=dialling, lease_until=until, attempt=attempt_id))
            await rows.tell(
                facts.AttemptBegun(
                    at=now, attempt=attempt_id, duties=attempt.duties,
                    caller_key=claim.number_key, token=claim.token,
                )
            )  # fmt: skip
        return attempt

    async def _check_now(
        self, rows: DutyRows, found: list[Held], claim: Claim, now: datetime
    ) -> None:
        """Between claim and dialling the window may have closed, or somebody asked to be left."""
        history = await history_of(rows, claim.number_key, claim.ids, now, self._rules.engine)
        for held in found:
            when = self._rules.when(replace(held.duty, ready_at=None), history, now)
            if not _is_now(when, now):
                raise NotNow.of(held.duty.id, when.rule)

    async def answered(self, claim: Claim, attempt_id: AttemptId, now: datetime) -> None:
        """Somebody lifted the phone. Raises LeaseLost."""
        async with self._store.rows() as rows:
            attempt = await rows.lock_attempt(attempt_id)
            if attempt is None or attempt.outcome is not None:
                raise _lost(claim)
            found = _ours(await rows.lock(attempt.duties), claim)
            await rows.put_attempt(replace(attempt, answered_at=now), found[0].duty.kind)
            for held in found:
                if held.duty.state is DutyState.DIALLING:
                    reached = replace(held.duty, state=DutyState.REACHED)
                    await rows.put(
                        replace(held, duty=reached, lease_until=now + self._rules.engine.dial_for)
                    )
            await rows.tell(facts.AttemptAnswered(at=now, attempt=attempt_id))

    async def settle(
        self, claim: Claim, attempt_id: AttemptId, outcome: Outcome, now: datetime,
        result: Result | None = None,
    ) -> tuple[Duty, ...]:  # fmt: skip
        """The end of the call; the duties after it. Again with the same end: nothing happens.

        Raises LeaseLost: another worker settles it.
        """
        async with self._store.rows() as rows:
            attempt = await rows.lock_attempt(attempt_id)
            if attempt is None:
                raise _lost(claim)
            if attempt.outcome is not None:
                return tuple(held.duty for held in await rows.lock(attempt.duties))
            found = _ours(await rows.lock(attempt.duties), claim)
            done = replace(attempt, outcome=outcome, settled_at=now)
            await rows.put_attempt(done, found[0].duty.kind)
            await rows.tell(
                facts.AttemptSettled(at=now, attempt=attempt_id, outcome=outcome, result=result)
            )
            number, engine = claim.number_key, self._rules.engine
            history = await history_of(rows, number, attempt.duties, now, engine)
            after = []
            for held in found:
                moved = settled(held.duty, (outcome, result), history, now, self._rules)
                await put_on(rows, free(held), moved, now, engine, why=outcome)
                after.append(moved)
            if result is Result.NEVER_AGAIN:
                await stop_surveys(rows, number, now, "citizen", engine)
        return tuple(after)

    async def extend(self, claim: Claim, now: datetime, by: timedelta | None = None) -> Claim:
        """The lease, during a long call. Raises LeaseLost."""
        until = now + (by or self._rules.engine.dial_for)
        async with self._store.rows() as rows:
            for held in _ours(await rows.lock(claim.ids), claim):
                await rows.put(replace(held, lease_until=until))
        return replace(claim, until=until)

    async def give_back(self, claim: Claim, now: datetime) -> None:
        """Not dialled after all. A lost or dialled claim is left alone."""
        async with self._store.rows() as rows:
            for held in await rows.lock(claim.ids):
                if held.token == claim.token and held.attempt is None:
                    await self._release(rows, held, now, "given back")

    async def take_over(
        self, now: datetime, at_most: int = 20, *, alone: bool = False
    ) -> tuple[Abandoned, ...]:
        """After a crash: frees what was held and not dialled, takes over what was dialled.

        Each of those is looked up and settled. `alone`: we lead, the leases of others are void.
        """
        taken: list[Abandoned] = []
        ours = self._worker if alone else None
        async with self._store.rows() as rows:
            for held in await rows.lock_idle(now, at_most, ours):
                await self._release(rows, held, now, "lease ran out")
            for attempt in await rows.lock_expired(now, at_most, ours):
                taken += await self._adopt(rows, attempt, now, ours)
        return tuple(taken)

    async def adopt(self, attempt_id: AttemptId, now: datetime) -> Abandoned | None:
        """A call found living after a crash, by who leads alone. None: it is settled."""
        async with self._store.rows() as rows:
            attempt = await rows.lock_attempt(attempt_id)
            if attempt is None or attempt.outcome is not None:
                return None
            found = await self._adopt(rows, attempt, now, "")
        return found[0] if found else None

    async def _release(self, rows: DutyRows, held: Held, now: datetime, why: str) -> None:
        moved = given_back(held.duty, now) if held.duty.state not in SETTLED else held.duty
        await put_on(rows, free(held), moved, now, self._rules.engine, why=why)

    async def _adopt(
        self, rows: DutyRows, attempt: Attempt, now: datetime, ours: str | None
    ) -> list[Abandoned]:
        token, until = await rows.next_token(), now + self._rules.engine.dial_for
        found = await rows.lock(attempt.duties)
        if any(_is_held(held, now, ours) for held in found):
            return []  # another worker was faster
        for held in found:
            await rows.put(replace(held, worker=self._worker, token=token, lease_until=until))
        claim = Claim(
            duties=tuple(held.duty for held in found), number_key=attempt.number_key, token=token,
            worker=self._worker, until=until, agent=found[0].duty.agent,
        )  # fmt: skip
        adopted = replace(attempt, worker=self._worker, token=token)
        await rows.put_attempt(adopted, found[0].duty.kind)
        return [Abandoned(claim=claim, attempt=adopted)]


def _is_held(held: Held, now: datetime, ours: str | None) -> bool:
    """`ours`: the leases of others are void."""
    running = held.lease_until is not None and held.lease_until > now
    return running and ours in (None, held.worker)


def _is_now(when: Slot | Never, now: datetime) -> bool:
    return isinstance(when, Slot) and when.at <= now


def _ours(found: Collection[Held], claim: Claim) -> list[Held]:
    """Raises LeaseLost unless every row still bears the claim's token."""
    if not found or any(held.token != claim.token for held in found):
        raise _lost(claim)
    return list(found)


def _lost(claim: Claim) -> LeaseLost:
    return LeaseLost(
        f"The claim {claim.token} of {claim.worker} on {', '.join(claim.ids)} is lost.",
        remedy="Do not dial and do not write; whoever holds it now settles it.",
    )
