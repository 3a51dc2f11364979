"""kill -9 of the hotline again and again while people's callbacks are made, on the real Asterisk.

    python -m tests.integration.callback_crash --callbacks 300 --kills 50 --seats 12

Seeded citizens answer, are busy, refuse, or let it ring. Held against each other at the end: what
their phones saw (SIP) and what is stored. Each number is rung at most once at a time (I6), an
attempt reaches a phone at most once (I7), nobody is rung above the cap, and nobody is forgotten.
"""

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import asyncpg

from hotline.rehearsal.call_log import News
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, Reject
from tests.integration.callback_center import (
    CallbackCenter,
    dialled,
    open_callback_center,
    settings,
)

TRIES: Final = 3
AT_MOST: Final = 8  # attempts of a duty, whatever became of them (config/callbacks.yaml)
PEOPLE: Final = {
    "ring_for": "PT4S", "verdict_within": "PT1S", "retry_after": "PT5S", "tries": TRIES, "parts": 1,
}  # fmt: skip
QUEUES: Final = {"wrap_up": {"limit_s": 1, "extension_s": 1, "extensions": 0}}
OVER: Final = frozenset({"closed", "unreached_exhausted", "self_resolved"})
AT_ONCE: Final = 10  # citizens who ring in together
TALKS_S: Final = 2.0
QUIET_S: Final = 120.0  # nothing is dialled or settled for so long: it never will be
ALL: Final = 10**9


@dataclass
class Outcome:
    """`differences` empty: all that was promised held."""

    callbacks: int
    kills: int = 0
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    rings: int = 0
    differences: list[str] = field(default_factory=list)


async def rehearse(callbacks: int, kills: int, *, seats: int, seed: int = 1) -> Outcome:
    """A whole instance of its own; returns when every duty is settled, or none moves any more."""
    chance = random.Random(seed)
    numbers = [f"139{n:08}" for n in chance.sample(range(10**8), callbacks)]
    with tempfile.TemporaryDirectory() as folder:
        config = settings(Path(folder), PEOPLE, QUEUES, lease="PT15S")
        name = "callback-crash"
        async with open_callback_center(name, config, seats=seats, lines=callbacks + 20) as center:
            for number in numbers:
                center.habits[number] = habit(chance)
            await all_give_up(center, numbers)
            told = Outcome(callbacks)
            async with asyncio.TaskGroup() as group:
                talk = group.create_task(hang_up_after_a_while(center))
                await at_work(center)
                await killed_meanwhile(center, told, kills, chance)
                await until_settled(center, callbacks)
                talk.cancel()
            await held_against_each_other(center, numbers, told)
            return told


def habit(chance: random.Random) -> Habit:
    habits: list[Habit] = [
        Answer(0.3), Answer(1.5), Answer(3.0), Reject(486), Reject(603), LetItRing(),
    ]  # fmt: skip
    return chance.choice(habits)


async def all_give_up(center: CallbackCenter, numbers: list[str]) -> None:
    """Nobody is at work yet: each call is missed."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(number: str) -> None:
        async with room:
            await center.gives_up(number)

    async with asyncio.TaskGroup() as group:
        for number in numbers:
            group.create_task(one(number))

    async def owed() -> int:
        return len(await center.duties())

    assert await grows_to(len(numbers), owed), "not every call became a duty"


async def at_work(center: CallbackCenter) -> None:
    for user in center.agents:
        await center.sits(user)


async def killed_meanwhile(
    center: CallbackCenter, told: Outcome, kills: int, chance: random.Random
) -> None:
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(2.0, 6.0))
        await center.kill_hotline()
        told.kills += 1
        await asyncio.sleep(1.0)
        await center.available()


async def hang_up_after_a_while(center: CallbackCenter) -> None:
    """Citizens who were reached talk for two seconds; agents who are left alone go on."""
    until: dict[PhoneCall, float] = {}
    now = asyncio.get_running_loop().time
    while True:
        for call in center.world.calls:
            talks = call.log.count(News.CONFIRMED) > 0 and call.ended_by is None
            if talks and now() > until.setdefault(call, now() + 8 + TALKS_S):
                call.hang_up()
        await asyncio.sleep(0.2)


async def until_settled(center: CallbackCenter, callbacks: int) -> None:
    """However slow the machine is: it is waited for as long as attempts are made and settled."""

    async def moved() -> int:
        try:
            await center.available()
            states = Counter(row["state"] for row in await center.duties())
            done = sum(states[state] for state in OVER)
            made = await center.rows("select count(*), count(outcome) from attempt")
        except (ConsoleRefused, InstanceNotReady, OSError, asyncpg.PostgresError):
            return -1
        return ALL if done >= callbacks else sum(made[0])

    await grows_to(ALL, moved)


async def grows_to(wanted: int, count: Callable[[], Awaitable[int]]) -> bool:
    """Until the number is reached (True), or has stood still for QUIET_S."""
    now = asyncio.get_running_loop().time
    most, since = -1, now()
    while (seen := await count()) < wanted:
        if seen > most:
            most, since = seen, now()
        if now() - since > QUIET_S:
            return False
        await asyncio.sleep(1.0)
    return True


async def held_against_each_other(
    center: CallbackCenter, numbers: list[str], told: Outcome
) -> None:
    duties = await center.duties()
    told.states = Counter(row["state"] for row in duties)
    if len(duties) != len(numbers):
        told.differences.append(f"{len(numbers)} numbers, {len(duties)} duties")
    told.differences += [f"{d['id']} is {d['state']}" for d in duties if d["state"] not in OVER]
    attempts = await center.rows(
        "select a.id, a.outcome, m.duty_id from attempt a, attempt_duty m where m.attempt_id = a.id"
    )
    told.outcomes = Counter(row["outcome"] or "unsettled" for row in attempts)
    per_duty = Counter(row["duty_id"] for row in attempts)
    counted = Counter(
        row["duty_id"]
        for row in attempts
        if row["outcome"] not in ("lost", "network_failure", "reached", "not_dialled")
    )
    told.differences += [f"{d} has {n} attempts" for d, n in per_duty.items() if n > AT_MOST]
    told.differences += [f"{d} was tried {n} times" for d, n in counted.items() if n > TRIES]
    rung = Counter(dialled(call) for call in center.world.calls)
    told.rings = sum(rung.values())
    if told.rings > len(attempts):
        told.differences.append(f"{told.rings} rings by {len(attempts)} attempts")
    told.differences += together(center, numbers)


def together(center: CallbackCenter, numbers: list[str]) -> list[str]:
    """Numbers whose phone was rung while it rang or talked (I6)."""
    found = []
    for number in numbers:
        spans = sorted(span(call) for call in center.rung(number))
        for (_, end), (start, _) in itertools.pairwise(spans):
            if end is None or start < end:
                found.append(f"{number[-4:]} was rung twice at a time")
    return found


def span(call: PhoneCall) -> tuple[datetime, datetime | None]:
    seen = call.log.seen
    return seen[0].at, seen[-1].at if call.ended_by is not None else None


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callbacks", type=int, default=300)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seats", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(argv)
    told: Any = asyncio.run(
        rehearse(asked.callbacks, asked.kills, seats=asked.seats, seed=asked.seed)
    )
    sys.stdout.write(f"{told}\n")
    return 1 if told.differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
