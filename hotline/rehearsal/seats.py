"""Rehearsed seats: a SIP phone and a person at the console, who answers, talks, files the form.

One task a seat. What goes wrong is written down as a trouble and becomes a difference; the person
goes on with the next call, as people do.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import CallLog, News, Phase
from hotline.rehearsal.compare import Filed
from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady, NotShown, PhoneSilent
from hotline.rehearsal.evidence import OWN_NUMBER, SeatSaw, seat_saw
from hotline.rehearsal.paperwork import file_form, look_up
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, SipPhone
from kernel.phone import PhoneNumber

FOREVER_S: Final = 24 * 3600.0
_LONGEST_DELAY_S: Final = 7.0  # the ring limit is 10 s
_OFFER_WITHIN_S: Final = 3.0
_OFFER_BEFORE: Final = timedelta(seconds=3)  # the desk may show a call before the phone hears of it
_PHOTO_FINISH: Final = timedelta(seconds=1)  # answered as the citizen hung up: nobody was there
_TONE_HZ: Final = 440


@dataclass(frozen=True, slots=True)
class Manner:
    """How people at seats behave. Seconds; `no_answer` is a share from 0 to 1."""

    talk: float
    no_answer: float
    paperwork: float = 1.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong at a seat. `ring` is the ring that no desk showed, where it was that: a fault
    that touches it explains why."""

    sentence: str
    ring: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class SeatLogin:
    """One agent's entry in endpoints.json."""

    agent: str
    user: str
    password: str = field(repr=False)
    seat: str
    phone: str
    phone_password: str = field(repr=False)


def seat_logins(endpoints: Mapping[str, Any], seats: int) -> list[SeatLogin]:
    """The first `seats` agents with a phone."""
    agents = [login for login in endpoints["logins"] if login["role"] == "agent"]
    return [
        SeatLogin(
            agent=login["agent_no"],
            user=login["user"],
            password=login["password"],
            seat=login["seat"],
            phone=login["phone"],
            phone_password=login["phone_password"],
        )
        for login in agents[:seats]
    ]


class RehearsedSeat:
    """One person at one seat with a phone on the table."""

    def __init__(
        self, login: SeatLogin, phone: SipPhone, console: ConsoleClient, manner: Manner, seed: int
    ) -> None:
        self.login = login
        self.console = console
        self.agent = login.agent
        self.seat = login.seat  # until the directory has said which seat the phone stands at
        self.filed: list[Filed] = []
        self.troubles: list[Trouble] = []
        self.idle = asyncio.Event()  # no ring, no talk, no paperwork
        self.idle.set()
        self._phone = phone
        self._manner = manner
        self._chance = random.Random(f"{seed}-{login.agent}")  # noqa: S311  # repeatable
        # masked caller -> the call last offered of him, and when
        self._offered: dict[str, tuple[str, datetime]] = {}
        self._new_offer = asyncio.Event()
        self._ignored: set[str] = set()  # Call-IDs of rings that are let ring
        phone.decide = self._decide

    async def sit_down(self, seat: str) -> None:
        """Register the phone, sign in at `seat`. Raises what the phone or the console refuse."""
        self.seat = seat
        await self._phone.register()
        await self._sign_out()  # a rehearsal that was broken off may have left the agent there
        await self.console.ask("POST", "/api/seat/sign-in", {"seat": seat})

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Answers, talks and files until the body ends."""
        async with self.console.live() as messages, asyncio.TaskGroup() as tasks:
            playing = [tasks.create_task(self._work()), tasks.create_task(self._listen(messages))]
            await self._go_available()
            try:
                yield
            finally:
                for task in playing:
                    task.cancel()

    async def _go_available(self) -> None:
        """After a ring that nobody answered the seat is paused; otherwise this changes nothing."""
        try:
            await self.console.ask("POST", "/api/seat/available")
        except ConsoleRefused as refused:
            if refused.reason != "wrong-state":
                raise

    async def _listen(self, messages: AsyncIterator[dict[str, Any]]) -> None:
        """The desk's own screen: remembers which call is offered."""
        async for message in messages:
            if message["type"] == "offer":
                self._offered[message["caller"]] = message["call"], self._phone.now()
                self._new_offer.set()

    async def _work(self) -> None:
        """One ring after the other."""
        taken = 0
        while True:
            call = await self._phone.next_call(within=FOREVER_S, after=taken)
            taken += 1
            self.idle.clear()
            try:
                await self._take(call)
            except (ConsoleRefused, InstanceNotReady, PhoneSilent) as trouble:
                ring = _ring_of(call) if isinstance(trouble, NotShown) else None
                told = f"{self.seat}: {trouble} (last seen: {self.last_seen})"
                self.troubles.append(Trouble(told, ring))
            finally:
                self.idle.set()

    async def leave(self) -> None:
        """Sign out, and take the phone away."""
        await self._sign_out()
        await self._phone.unregister()

    async def _sign_out(self) -> None:
        """One who is not signed in stays so."""
        try:
            await self.console.ask("POST", "/api/seat/sign-out")
        except ConsoleRefused as refused:
            if refused.reason != "wrong-state":
                raise

    def line_died(self) -> None:
        """All calls of the phone are over: Asterisk, which had them, is no more."""
        for call in self._phone.calls:
            if call.log.phase is not Phase.ENDED:
                call.lose()

    def saw(self) -> list[SeatSaw]:
        return [seat_saw(self.seat, call) for call in self._phone.calls if call.is_incoming]

    async def own_day(self) -> None:
        """A phone on the table shows no figures."""

    @property
    def last_seen(self) -> str:
        """What the phone saw of its latest call, for a trouble's sentence."""
        log = self._phone.calls[-1].log.seen if self._phone.calls else ()
        return ", ".join(f"{one.what} {one.at:%H:%M:%S}" for one in log)

    @property
    def is_talking(self) -> bool:
        return any(call.log.phase is Phase.TALKING for call in self._phone.calls[-2:])

    def _decide(self, call: PhoneCall) -> Habit:
        if self._chance.random() < self._manner.no_answer:
            self._ignored.add(call.call_id)
            return LetItRing()
        return Answer(after=min(1 + self._chance.expovariate(0.5), _LONGEST_DELAY_S))

    async def _take(self, call: PhoneCall) -> None:
        await call.log.until(lambda log: log.phase is not Phase.RINGING, within=FOREVER_S)
        if call.log.phase is Phase.ENDED:
            if call.call_id in self._ignored:
                await asyncio.sleep(self._chance.uniform(1, 3))
            await self._go_available()
            return
        call.sound.play(tone(_TONE_HZ))
        if call.other == OWN_NUMBER:  # a call that we owe: nobody asks anything of us
            await self._talk(call)
            await asyncio.sleep(self._manner.paperwork)
            await self._finish_wrap_up()
            return
        offered = await self._offer(call)
        await self._talk(call)
        await asyncio.sleep(self._manner.paperwork * self._chance.uniform(0.5, 1.5))
        try:
            await self._file(
                offered or await look_up(self.console, masked_number(call.other), self.seat)
            )
        except ConsoleRefused as refused:
            if refused.reason != "not-your-call" or not was_photo_finish(call.log):
                raise
        finally:
            await self._finish_wrap_up()

    async def _talk(self, call: PhoneCall) -> None:
        """Until the citizen hangs up, or all is said."""
        seconds = self._manner.talk * self._chance.uniform(0.5, 1.5)
        try:
            await call.log.until(lambda log: log.phase is Phase.ENDED, within=seconds)
        except PhoneSilent:
            if call.log.phase is Phase.TALKING:  # his BYE may have come at this very moment
                call.hang_up()

    async def _offer(self, call: PhoneCall) -> str | None:
        """The call on the screen, of the number on the display: offers of two rings may cross.

        None when the desk showed nothing of this ring.
        """
        shown, rang_at = masked_number(call.other), _ring_of(call)[0]
        try:
            async with asyncio.timeout(_OFFER_WITHIN_S):
                while (found := self._offered_since(shown, rang_at - _OFFER_BEFORE)) is None:
                    self._new_offer.clear()
                    await self._new_offer.wait()
        except TimeoutError:
            return None
        return found

    def _offered_since(self, shown: str, earliest: datetime) -> str | None:
        call, at = self._offered.get(shown, (None, earliest))
        return call if at >= earliest else None

    async def _file(self, call: str) -> None:
        number = await file_form(self.console, call, self._chance)
        self.filed.append(Filed(self.seat, call, number))

    async def _finish_wrap_up(self) -> None:
        try:
            await self.console.ask("POST", "/api/seat/wrap-up/finish")
        except ConsoleRefused as refused:
            if refused.reason != "wrong-state":  # its time was up before the paperwork was done
                raise


def masked_number(shown: str) -> str:
    """The number on a phone's display as the console shows it."""
    # Asterisk shows its own name for a withheld number: no digit in it.
    number = shown if any(sign.isdigit() for sign in shown) else ""
    return PhoneNumber.parse(number).masked()


def _ring_of(call: PhoneCall) -> tuple[datetime, datetime]:
    """From the first ring to the answer."""
    rang_at = call.log.when(News.INVITED)
    assert rang_at is not None, "an incoming call begins with its INVITE"
    return rang_at, call.log.when(News.ANSWERED) or rang_at


def was_photo_finish(log: CallLog) -> bool:
    """Answered in the same moment as the citizen hung up: Asterisk let the seat go at once. Or as
    Asterisk died: nobody was told of the answer, and the two never heard each other."""
    answered_at = log.when(News.ANSWERED)
    left_at = log.when(News.BYE_HEARD) or log.when(News.LOST)
    if answered_at is None or left_at is None:
        return False
    return left_at - answered_at <= _PHOTO_FINISH
