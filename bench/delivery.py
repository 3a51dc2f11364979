"""bench delivery: how soon a phone rings, ours against `Queue()`: same Asterisk, phones and run.

Free seat: the caller stands in line (ours: the story asks; Queue(): QueueCallerJoin) until a phone
hears the INVITE. Saturated: a phone hangs up while somebody waits until it hears its next INVITE.
"""

import asyncio
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from bench.exchange import Exchange, citizens, open_exchange, steady
from bench.plain_queue import PLAIN, plain_queue
from bench.report import Report
from bench.timing import percentile
from hotline.rehearsal.call_log import News
from hotline.rehearsal.evidence import CitizenSaw
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.plan import PlannedCall
from hotline.rehearsal.witness import ask_system

SETTLE_S: Final = 3.0  # the projection of the last calls; phones and citizens go home
AT_ONCE: Final = 1_000  # citizens whom Asterisk takes: nobody is refused here
OURS: Final = "ours"
QUEUE: Final = "Queue()"


@dataclass(frozen=True, slots=True)
class Load:
    """`rate` in calls a second; `stays_s` of a citizen, `talk_s` of a phone."""

    situation: str
    calls: int
    rate: float
    talk_s: float
    stays_s: float


@dataclass(slots=True)
class Measured:
    """Milliseconds from standing in line to a ring, and from a free phone to its next ring."""

    offered: int
    to_ring: list[float] = field(default_factory=list)
    to_next: list[float] = field(default_factory=list)


def loads(seats: int, quick: bool) -> tuple[Load, Load]:
    """Half of them busy; and a third more than they can do. With many seats the talks are longer:
    what two cores can carry in a slow hour too, because CPU is not measured here (that is what
    `load` does)."""
    talk = 1.0 if seats <= 10 else 4.0 if seats <= 40 else 20.0
    most = seats / talk
    free = Load("free seat", 30 if quick else 150, most / 2, talk, talk + 2)
    spell_s = 10 if quick else max(15, int(2.5 * talk))
    busy = Load("saturated", int(1.3 * most * spell_s), 1.3 * most, talk, spell_s / 2)
    return free, busy


def run(quick: bool) -> Report:
    return asyncio.run(_run(quick))


async def _run(quick: bool) -> Report:
    report = Report()
    rows: list[tuple[str | int | float, ...]] = []
    for seats in (10, 40) if quick else (10, 200):
        async with open_exchange(seats, 1.0, AT_ONCE) as exchange:
            for load in loads(seats, quick):
                found = {OURS: await _ours(exchange, load), QUEUE: await _queue(exchange, load)}
                rows += _rows(seats, load, found)
                _bars(report, seats, load, found)
    columns = (
        "seats",
        "situation",
        "who",
        "offered",
        "samples",
        "p50 ms",
        "p99 ms",
        "ours/Queue()",
    )
    report.add("Until the phone rings", columns, rows)
    report.notes.append(
        "ours includes the journal and the AMI round trip. Both are seen by the same phones; the"
        " beginnings are each side's own clock (the program's, Asterisk's) of one machine."
    )
    return report


def _rows(
    seats: int, load: Load, found: Mapping[str, Measured]
) -> list[tuple[str | int | float, ...]]:
    samples = {who: _samples(load, one) for who, one in found.items()}
    ratio = percentile(samples[OURS], 0.5) / percentile(samples[QUEUE], 0.5)
    return [
        (
            seats,
            load.situation,
            who,
            found[who].offered,
            len(values),
            percentile(values, 0.5),
            percentile(values, 0.99),
            ratio if who == OURS else 1.0,
        )
        for who, values in samples.items()
    ]


def _samples(load: Load, found: Measured) -> list[float]:
    return found.to_ring if load.situation == "free seat" else found.to_next


def _bars(report: Report, seats: int, load: Load, found: Mapping[str, Measured]) -> None:
    ours, queue = _samples(load, found[OURS]), _samples(load, found[QUEUE])
    if load.situation == "free seat":
        later = percentile(ours, 0.5) - percentile(queue, 0.5)
        report.bar(f"{seats} seats, free: median within 2 ms of Queue()", later, 2, "ms")
        report.bar(f"{seats} seats, free: p99 <= 50 ms", percentile(ours, 0.99), 50, "ms")
    else:
        report.bar(f"{seats} seats, saturated: p99 <= 20 ms", percentile(ours, 0.99), 20, "ms")


async def _ours(exchange: Exchange, load: Load) -> Measured:
    calls = steady(load.calls, load.rate, load.stays_s)
    rung, saw, run = await _ring(exchange, load, calls)
    says = await ask_system(exchange.supervisor, run)
    numbers = {one.sip_call_id: one.plan.number for one in saw}
    joined = {
        numbers[call.sip_call_id]: call.asked_at for call in says.calls if call.asked_at is not None
    }
    return _measured(load, joined, rung)


async def _queue(exchange: Exchange, load: Load) -> Measured:
    async with plain_queue(exchange.stage) as joined:
        calls = steady(load.calls, load.rate, load.stays_s, key="")
        rung, _, _ = await _ring(exchange, load, calls, PLAIN)
        return _measured(load, joined, rung)


async def _ring(
    exchange: Exchange, load: Load, calls: Sequence[PlannedCall], dialled: str = "12345"
) -> tuple[list[list[PhoneCall]], list[CitizenSaw], str]:
    """What each phone was rung for, in order."""
    begins = [len(phone.sip.calls) for phone in exchange.phones]
    for phone in exchange.phones:
        phone.talk_s = load.talk_s
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with citizens(exchange, calls, Path(folder), dialled) as (run, ringing):
            await ringing.until_done()
            await asyncio.sleep(max(SETTLE_S, load.talk_s + 1))
            saw = ringing.saw()
    rung = [phone.sip.calls[n:] for phone, n in zip(exchange.phones, begins, strict=True)]
    return rung, saw, run


def _measured(
    load: Load, joined: Mapping[str, datetime], rung: Sequence[Sequence[PhoneCall]]
) -> Measured:
    found = Measured(load.calls)
    first: dict[str, datetime] = {}
    for call in (call for calls in rung for call in calls):
        at = call.log.when(News.INVITED)
        if at is not None and (call.other not in first or at < first[call.other]):
            first[call.other] = at
    waits = [(at, first[number]) for number, at in joined.items() if number in first]
    found.to_ring = [_ms(begun, rang) for begun, rang in waits]
    for freed, next_ring in (pair for calls in rung for pair in _gaps(calls)):
        if any(begun < freed < rang for begun, rang in waits):
            found.to_next.append(_ms(freed, next_ring))
    return found


def _gaps(calls: Iterable[PhoneCall]) -> Iterable[tuple[datetime, datetime]]:
    """When a phone hung up, and its next ring."""
    freed: datetime | None = None
    for call in calls:
        rang = call.log.when(News.INVITED)
        if freed is not None and rang is not None:
            yield freed, rang
        freed = call.log.when(News.BYE_SENT)


def _ms(begun: datetime, ended: datetime) -> float:
    return (ended - begun).total_seconds() * 1000
