"""A day at Asterisk's own `Queue()`: real SIP phones do what the day says, in real time.

Queues as the emulation has them: one per kind of caller, who has a rare skill stands in the common
queue with penalty 1, rare queues weigh more and let a caller go to the common one after a while.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Final

from bench.servers import open_folder
from hotline.asterisk_site import SeatPhone
from hotline.private.asterisk import TRUNK_IN_HOST, Asterisk, AsteriskPlan
from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.instance import FIRST_EXTENSION
from hotline.private.ports import held_ports
from hotline.private.progress import silence
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.errors import WrongPhoneState
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, Answer, Habit, LetItRing, PhoneSet, open_phone
from hotline.simulation.day import Day
from hotline.simulation.outcome import Fate, Outcome
from hotline.simulation.plain_queue import QueueSettings
from kernel.clock import SystemClock
from kernel.ids import Skill

Dial = Callable[..., PhoneCall]

FIRST_LINE: Final = 12_390  # what a citizen of the first kind dials
FIRST_CALLER: Final = 19_900_000_000
_LONGEST_S: Final = 600.0
_LINES: Final = 400


@contextmanager
def running_queues(day: Day, settings: QueueSettings) -> Iterator["RealQueue"]:
    """An Asterisk of its own with the day's queues, gone afterwards."""
    phones = {str(FIRST_EXTENSION + n): secrets.token_urlsafe(12) for n in range(len(day.seats))}
    with open_folder(within=None) as folder, held_ports(folder / "ports.json") as ports:
        plan = AsteriskPlan(
            systemname="queues",
            sip_port=ports.sip,
            ami_port=ports.ami,
            ami_secret=secrets.token_urlsafe(12),
            rtp_first=ports.rtp_first,
            rtp_last=ports.rtp_last,
            trunk_out_port=ports.trunk_out,
            seats=tuple(SeatPhone(extension=e, password=p) for e, p in phones.items()),
        )
        server = Asterisk(folder / "asterisk", asterisk_tree(tell=silence), plan)
        try:
            server.start()
            with (server.folder / "etc" / "queues.conf").open("a", encoding="utf-8") as file:
                file.write(queues_conf(day, settings))
            server.rx("queue reload all")
            for line in dialplan(day):
                server.rx(line)
            yield RealQueue(day, server, phones, ports.sip)
        finally:
            server.stop()


def queues_conf(day: Day, settings: QueueSettings) -> str:
    told = []
    for n in range(len(day.kinds)):
        told += [
            f"[kind{n}]",
            f"strategy = {settings.strategy}",
            f"timeout = {settings.timeout_s:.0f}",
            f"retry = {settings.retry_s:.0f}",
            f"weight = {int(n > 0)}",
            f"autopause = {'all' if settings.autopause else 'no'}",
            "ringinuse = no",
            "joinempty = yes",
            "leavewhenempty = no",
            "announce-frequency = 0",
        ]
        for seat, place in enumerate(day.seats):
            able = [i for i, one in enumerate(day.kinds) if _fits(place.skills, one.needs)]
            if n in able:
                penalty = int(n == 0 and len(able) > 1)
                told.append(f"member => PJSIP/{FIRST_EXTENSION + seat},{penalty}")
    return "\n" + "\n".join(told) + "\n"


def _fits(skills: Mapping[Skill, int], needs: Mapping[Skill, int]) -> bool:
    return all(skills.get(skill, 0) >= level for skill, level in needs.items())


def dialplan(day: Day) -> Iterator[str]:
    for n in range(len(day.kinds)):
        rare = [f"Queue(kind{n},,,,{day.overflow_s:.0f})"] if n > 0 else []
        steps = ["Ringing()", *rare, "Queue(kind0,,,,300)", "Hangup()"]
        for priority, step in enumerate(steps, 1):
            words = f"{FIRST_LINE + n},{priority},{step} into from-trunk replace"
            yield f"dialplan add extension {words}"


class RealQueue:
    def __init__(self, day: Day, server: Asterisk, phones: dict[str, str], port: int) -> None:
        self._day = day
        self._server = server
        self._phones = phones
        self._port = port
        self._outcome = Outcome.of(day)
        self._attempts = [0] * len(day.citizens)
        self._asked = [0.0] * len(day.citizens)
        self._served = [asyncio.Event() for _ in day.citizens]
        self._begun = 0.0
        self._serving: set[asyncio.Task[None]] = set()

    async def live(self) -> Outcome:
        async with AsyncExitStack() as stack:
            group = await stack.enter_async_context(asyncio.TaskGroup())
            pacer = Pacer()
            for seat, (extension, password) in enumerate(self._phones.items()):
                await stack.enter_async_context(self._seat(group, pacer, seat, extension, password))
            self._begun = asyncio.get_running_loop().time()
            citizens = self._set(pacer, TRUNK_IN_HOST, _LINES)
            account = Account("citizen", "", ("127.0.0.1", self._port))
            phone = await stack.enter_async_context(open_phone(account, citizens))
            async with asyncio.TaskGroup() as callers:
                for n in range(len(self._day.citizens)):
                    callers.create_task(self._citizen(phone.dial, n))
            for task in self._serving:
                task.cancel()  # who is still away
        return self._outcome

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time() - self._begun

    def _set(self, pacer: Pacer, host: str, lines: int) -> PhoneSet:
        return PhoneSet(SystemClock(), pacer, (host, 0), lines=lines)

    @asynccontextmanager
    async def _seat(
        self, group: asyncio.TaskGroup, pacer: Pacer, seat: int, extension: str, password: str
    ) -> AsyncIterator[None]:
        account = Account(extension, password, ("127.0.0.1", self._port))

        def decide(call: PhoneCall) -> Habit:
            habit = self._habit(seat, call)
            self._serving.add(group.create_task(self._serve(seat, call, extension)))
            return habit

        async with open_phone(account, self._set(pacer, "127.0.0.1", 1), decide) as phone:
            await phone.register(expires=3_600, within=20)
            yield

    def _habit(self, seat: int, call: PhoneCall) -> Habit:
        n = int(call.other) - FIRST_CALLER
        citizen = self._day.citizens[n]
        draw = self._attempts[n] % len(citizen.answer_s)
        self._attempts[n] += 1
        self._outcome.rings(n, self._now)
        away = self._day.seats[seat].away_until(self._now) is not None
        if citizen.unanswered[draw] or away:
            return LetItRing()
        return Answer(after=citizen.answer_s[draw])

    async def _serve(self, seat: int, call: PhoneCall, extension: str) -> None:
        n = int(call.other) - FIRST_CALLER
        rang_at = self._now
        await call.log.until(lambda log: log.phase is not Phase.RINGING, within=_LONGEST_S)
        if call.log.phase is Phase.TALKING:
            self._outcome.answered(n, seat, self._now - self._asked[n])
            self._served[n].set()
            await asyncio.sleep(self._day.citizens[n].talk_s)
            if call.log.phase is Phase.TALKING:
                call.hang_up()
            return
        self._outcome.wasted_s += self._now - rang_at
        away = self._day.seats[seat].away_until(self._now) or 0.0
        await asyncio.sleep(max(away - self._now, self._day.back_after_s))
        await asyncio.to_thread(self._server.rx, f"queue unpause member PJSIP/{extension}")

    async def _citizen(self, dial: Dial, n: int) -> None:
        citizen = self._day.citizens[n]
        await asyncio.sleep(citizen.asked_s - self._now)
        self._asked[n] = self._now
        call = dial(str(FIRST_LINE + citizen.kind), caller=str(FIRST_CALLER + n))
        with suppress(TimeoutError):
            async with asyncio.timeout(citizen.patience_s):
                await self._served[n].wait()
        if self._outcome.fate[n] is Fate.UNRESOLVED:
            self._outcome.lost(n, self._now - self._asked[n])
            with suppress(WrongPhoneState):  # answered in this very moment
                call.cancel()
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=_LONGEST_S)
