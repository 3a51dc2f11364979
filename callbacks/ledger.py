"""Steps that every way through the engine shares: history, writing a step, the stop list."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from callbacks import facts
from callbacks.attempts import History, asks_for_sms, busy_until, ended
from callbacks.duty import HELD, WAITING, Duty, DutyCue, DutyState
from callbacks.ports import DutyRows, Held
from callbacks.schedule_settings import EngineRules
from kernel.ids import DutyId, NumberKey

_LOOK_BACK: Final = timedelta(days=60)


async def history_of(
    rows: DutyRows, key: NumberKey, but: Collection[DutyId], now: datetime, engine: EngineRules
) -> History:
    """What binds the number now; `but`: duties whose own lease does not count."""
    others = await rows.leases_at(key, but)
    return History(
        attempts=await rows.attempts_at(key, now - _LOOK_BACK),
        busy_until=busy_until([_until(held, now, engine) for held in others], now),
        stopped=await rows.is_stopped(key),
    )


def _until(held: Held, now: datetime, engine: EngineRules) -> datetime:
    """An outstanding attempt binds the number until it is settled, whatever its lease says."""
    until = held.lease_until or now
    if held.attempt is not None:
        return max(until, now + engine.claim_for)
    return until


def free(held: Held) -> Held:
    """Nobody's any more; the token stays, so that the old holder is fenced off by the next."""
    return replace(held, worker=None, lease_until=None, attempt=None)


async def put_on(
    rows: DutyRows, held: Held, after: Duty, now: datetime, engine: EngineRules, *, why: str
) -> None:
    """The duty's new state with its fact, and the SMS it owes."""
    before = held.duty
    await rows.put(replace(held, duty=after))
    if (before.state, before.ready_at) != (after.state, after.ready_at):
        await rows.tell(stepped(after, now, why))
    if asks_for_sms(before, after):
        valid_until = now + engine.sms_valid_for
        await rows.put_sms(after, now, valid_until)
        await rows.tell(facts.SmsOwed(at=now, duty=after.id, valid_until=valid_until))


def stepped(duty: Duty, at: datetime, why: str) -> facts.DutyStepped:
    ready_at = duty.ready_at if duty.state in WAITING else None
    return facts.DutyStepped(at=at, duty=duty.id, state=duty.state, ready_at=ready_at, why=why)


async def stop_surveys(
    rows: DutyRows, key: NumberKey, now: datetime, why: str, engine: EngineRules
) -> None:
    """On the stop list at once; surveys that wait end as refused, one in progress is let be."""
    await rows.set_stop(key, now, why)
    await rows.tell(facts.SurveysStopped(at=now, caller_key=key, why=why, allowed=False))
    for held in await rows.lock_waiting(number_key=key):
        if held.duty.state in HELD:
            cue = DutyCue.WITHDRAW
        elif held.duty.state in (DutyState.OPEN, DutyState.UNREACHED):
            cue = DutyCue.REFUSE
        else:
            continue
        await put_on(rows, free(held), ended(held.duty, cue, now), now, engine, why=why)
