"""Many hand-offs beside each other, each by its case, and what must be so of every one."""

import asyncio
import random
import time
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import Final

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import (
    Account,
    Answer,
    Habit,
    LetItRing,
    PhoneSet,
    Reject,
    SipPhone,
    open_phone,
)
from kernel.clock import SystemClock
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import CallId
from telephony.facts import CallArrived
from tests.fakes.emergency_lines import emergency_line
from tests.integration.emergency_cases import RING_S, Case, Far, Start, expected_sounds
from tests.integration.emergency_exchange import (
    PATIENCE,
    Exchange,
    goes_its_way,
    hang_up,
    hang_up_all,
    is_busy,
    is_gone,
    is_journaled,
    until,
    with_tone,
)
from tests.integration.emergency_stage import (
    AGENT,
    AGENT_HZ,
    CITIZEN_HZ,
    LONGEST_SILENCE,
    LOOK_EVERY,
    POLICE_HZ,
    SECOND_HOST,
    Ear,
    is_heard,
)
from tests.integration.servers import RunningAsterisk

AT_ONCE: Final = 5  # seats, and hand-offs beside each other
DEAD_FOR: Final = (0.2, 6.0)


class Many:
    def __init__(self, asterisk: RunningAsterisk, cases: list[Case]) -> None:
        self.asterisk = asterisk
        self.cases = {case.number: case for case in cases}
        self.exchange = Exchange(asterisk)
        self.differences: list[str] = []
        self.longest = 0.0
        self.stalled = 0.0
        self.stalls: list[str] = []
        self._clock, self._pacer = SystemClock(), Pacer()
        self._phones = AsyncExitStack()
        self._seats: asyncio.Queue[tuple[str, SipPhone]] = asyncio.Queue()

    async def run(self, kills: int, seed: int) -> None:
        async with self._phones:
            await self._open_phones()
            self.exchange.start()
            await self.exchange.alive()
            waiting = list(self.cases.values())
            async with asyncio.TaskGroup() as group:
                feeling = group.create_task(self._feel_stalls())
                killing = group.create_task(self._kill(kills, seed, len(waiting)))
                workers = [group.create_task(self._work(waiting)) for _ in range(AT_ONCE)]
                await asyncio.wait(workers)
                killing.cancel()
                feeling.cancel()
            if self.exchange.stage is None:
                await self.exchange.revive()
            await self._nothing_left()
            await self.exchange.die()

    # ---- phones

    async def _open_phones(self) -> None:
        port = self.asterisk.trunk_out_port
        for host, second in ((self.asterisk.trunk_out_host, False), (SECOND_HOST, True)):
            phone = await self._open(Account("outside"), (host, port), 60)
            phone.decide = lambda call, second=second: self._police(call, second)  # type: ignore[misc]
        for extension in list(self.asterisk.phones)[:AT_ONCE]:
            server = ("127.0.0.1", self.asterisk.sip_port)
            account = Account(extension, self.asterisk.phones[extension], server)
            seat = await self._open(account, ("127.0.0.1", 0), 1)
            seat.decide = with_tone(AGENT_HZ)
            await seat.register(within=PATIENCE)
            self._seats.put_nowait((extension, seat))

    async def _open(self, account: Account, bind: tuple[str, int], lines: int) -> SipPhone:
        made_of = PhoneSet(self._clock, self._pacer, bind, lines=lines)
        return await self._phones.enter_async_context(open_phone(account, made_of))

    def _police(self, call: PhoneCall, second: bool) -> Habit:
        case = self.cases[call.other]  # his own number is shown to emergency lines (CH-04)
        far = case.second if second else case.far
        call.sound.play(tone(POLICE_HZ))
        match far:
            case Far.BUSY:
                return Reject(486, after=0.1)
            case Far.REFUSES:
                return Reject(603)
            case Far.RINGS:
                return LetItRing()
            case Far.DROPS:
                loop = asyncio.get_running_loop()
                loop.call_later(case.answers_after + case.drops_after, hang_up, call)
            case Far.ANSWERS:
                pass
        return Answer(after=case.answers_after)

    # ---- one after the other, several beside each other

    async def _work(self, waiting: list[Case]) -> None:
        while waiting:
            case = waiting.pop(0)
            seat = await self._seats.get()
            try:
                async with asyncio.timeout(120):
                    await self._one(case, *seat)
            except (TimeoutError, HotlineError, AssertionError) as trouble:
                self._differs(case, f"did not go its way: {trouble!r}")
            finally:
                hang_up_all(seat[1])
                self._seats.put_nowait(seat)

    async def _feel_stalls(self) -> None:
        """How late this process is woken: its phones cannot answer meanwhile."""
        while True:
            slept_at = time.monotonic()
            await asyncio.sleep(LOOK_EVERY)
            late = time.monotonic() - slept_at - LOOK_EVERY
            self.stalled = max(self.stalled, late)
            if late > 0.5:
                self.stalls.append(f"{datetime.now(UTC):%T} {late:.1f} s")

    async def _one(self, case: Case, extension: str, seat: SipPhone) -> None:
        server = ("127.0.0.1", self.asterisk.sip_port)
        account = Account(case.number, "", server)
        made_of = PhoneSet(self._clock, self._pacer, (self.asterisk.trunk_in_host, 0))
        async with open_phone(account, made_of) as phone:
            citizen = phone.dial("12345", caller=case.number)
            citizen.sound.play(tone(CITIZEN_HZ))
            call = await self._arrived(case)
            if case.start is not Start.IN_LINE:
                await self._talks(call, extension, seat, citizen)
            if case.start is Start.HELD:
                with suppress(HotlineError):  # we died in that moment: he talks on, or is held
                    await (await self.exchange.alive()).control.hold(call)
            ear = Ear(citizen)
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(ear.listen())
                await self._hand_off(case, call, seat, citizen)
                listening.cancel()
            self._judge(case, citizen, ear)
            hang_up(citizen)
            await self._journaled(case, call)

    async def _arrived(self, case: Case) -> CallId:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            board = (await self.exchange.alive()).board
            for call, party in board.mirror.parties.items():
                if party.caller.national == case.number and call in board.calls:
                    return call
            await asyncio.sleep(0.05)
        raise TimeoutError("he did not arrive")

    async def _talks(
        self, call: CallId, extension: str, seat: SipPhone, citizen: PhoneCall
    ) -> None:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            stage = await self.exchange.alive()
            live = stage.board.calls.get(call)
            if live is not None and live.where and not is_busy(seat):
                stage.ring(extension, live)
            for _ in range(40):
                await asyncio.sleep(0.05)
                sound = citizen.sound.heard.sound
                if is_heard(sound, AGENT_HZ) and await self.exchange.has_seat(call):
                    return
        raise TimeoutError("he never talked with his agent")

    async def _hand_off(self, case: Case, call: CallId, seat: SipPhone, citizen: PhoneCall) -> None:
        await self.exchange.alive()  # who gets no answer to his key stays with his citizen
        later, asked_at = asyncio.get_running_loop().call_later, time.monotonic()
        leaving = []
        if case.agent_leaves is not None:
            leaving.append(later(case.agent_leaves, hang_up_all, seat))
        if case.citizen_leaves is not None:
            leaving.append(later(case.citizen_leaves, hang_up, citizen))
        try:
            if not await self._asks(case, call, citizen):
                return
            asked_at = max(asked_at, time.monotonic() - 0.5)
            if await until(lambda: is_gone(citizen), asked_at + case.over_after - time.monotonic()):
                return
            await self._comes_out(case, citizen, ends=time.monotonic() + 12)
        finally:
            for one in leaving:  # his seat serves another citizen next
                one.cancel()

    async def _asks(self, case: Case, call: CallId, citizen: PhoneCall) -> bool:
        """Who gets no answer to his key presses it again, unless the line is rung already."""
        asker = None if case.start is Start.IN_LINE else AGENT
        while not is_gone(citizen):
            stage = await self.exchange.alive()
            assert stage.emergency is not None, "it was made"
            if goes_its_way(stage.emergency.of(call)):
                return True
            try:
                line = emergency_line(case.code, RING_S)
                await stage.emergency.ask(call, line, agent=asker, by="test")
                if stage.lives:  # else whoever pressed never had his answer
                    return True
            except HotlineError as trouble:
                if stage.lives and not await until(lambda: is_gone(citizen), within=3):
                    self._differs(case, f"asked in vain: {trouble}")
                    return False
        return True

    async def _comes_out(self, case: Case, citizen: PhoneCall, ends: float) -> None:
        wanted = expected_sounds(case)
        await until(lambda: self._heard(citizen) == wanted, within=ends - time.monotonic())

    def _heard(self, citizen: PhoneCall) -> frozenset[str]:
        sound = citizen.sound.heard.sound
        people = {"police": POLICE_HZ, "agent": AGENT_HZ}
        heard = frozenset(who for who, hertz in people.items() if is_heard(sound, hertz, 0.4))
        return heard or frozenset({"line"})

    # ---- what must be so

    def _judge(self, case: Case, citizen: PhoneCall, ear: Ear) -> None:
        self.longest = max(self.longest, ear.longest)
        if ear.longest > LONGEST_SILENCE and case.citizen_leaves is None:
            self._differs(case, f"{ear.longest:.1f} s of silence")
        if citizen.log.phase is Phase.ENDED:
            if case.citizen_leaves is None:
                self._differs(case, f"hung up on: {citizen.log.seen[-1]}")
            return
        heard = self._heard(citizen)
        if heard != expected_sounds(case) and case.citizen_leaves is None:
            self._differs(case, f"hears {sorted(heard)}")

    async def _journaled(self, case: Case, call: CallId) -> None:
        if not await until(lambda: is_journaled(case, self._mine(call)), within=20):
            kinds = [one.kind for one in self._mine(call)]
            self._differs(case, f"the journal tells {kinds}")

    def _mine(self, call: CallId) -> list[Fact]:
        return [one for one in self.exchange.facts if getattr(one, "call", None) == call]

    async def _nothing_left(self) -> None:
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            if "0 active channels" in self.asterisk.rx("core show channels count"):
                return
            await asyncio.sleep(0.5)
        self.differences.append("left behind: " + self.asterisk.rx("core show channels concise"))

    def _differs(self, case: Case, why: str) -> None:
        shown = f"138****{case.number[-4:]}"
        mine = [
            f"{one.at:%T.%f} {one.kind}" for one in self.exchange.facts if self._is_of(one, shown)
        ]
        self.differences.append(f"{case}: {why} (deaths {self.exchange.deaths}) {mine}")

    def _is_of(self, fact: Fact, shown: str) -> bool:
        call = getattr(fact, "call", None)
        arrived = (one for one in self.exchange.facts if isinstance(one, CallArrived))
        return any(one.call == call and one.caller == shown for one in arrived)

    async def _kill(self, kills: int, seed: int, hand_offs: int) -> None:
        chance = random.Random(seed + 1)
        pause = 6.5 * hand_offs / AT_ONCE / max(kills, 1)
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.2, 1.6) * pause)
            await self.exchange.die()
            await asyncio.sleep(chance.uniform(*DEAD_FOR))
            await self.exchange.revive()
