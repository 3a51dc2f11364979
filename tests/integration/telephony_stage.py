"""A telephone exchange for one test: the real Asterisk, our switchboard, SIP phones.

Everything that was told (facts, leg news, phones) is kept, and can be waited for.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, Answer, Habit, PhoneSet, SipPhone, open_phone
from kernel.clock import SystemClock
from kernel.fact import Fact
from kernel.ids import Epoch, Extension, LegId, NumberKey, leg_id
from kernel.legs import LegEnd
from telephony.ami_actions import hangup
from telephony.ami_link import AmiLink
from telephony.call_control import AmiCallControl
from telephony.ears import Ears
from telephony.legs import LegAnswered, LegEnded, LegNews
from telephony.live_call import LiveCall
from telephony.settings import (
    AmiSettings,
    LifelineSettings,
    RecordingSettings,
    TelephonySettings,
    TrunkSettings,
)
from telephony.story_teller import Story
from telephony.switchboard import Switchboard
from tests.integration.servers import RunningAsterisk

SOUNDS = Path(__file__).parents[2] / "asterisk" / "sounds"
EPOCHS = itertools.count(int(time.time()))
F = TypeVar("F", bound=Fact)
PATIENCE = 20.0  # seconds that any one step may take on a busy machine
RECORDED = 50  # packets, one second; Asterisk drops the last 0.3 s, which it has not yet mixed
SLOWEST = timedelta(seconds=PATIENCE)


async def wait_with_music(call: LiveCall) -> None:
    """The plainest story: wait, talk, good-bye."""
    await call.in_hand()
    await call.music()
    await call.hung_up.wait()


class Stage:
    """One exchange. `story` is told for every call; `well` switches the heartbeat."""

    def __init__(self, asterisk: RunningAsterisk, epoch: Epoch) -> None:
        self.asterisk = asterisk
        self.epoch = epoch
        self.clock = SystemClock()
        self.facts: list[Fact] = []
        self.news: list[LegNews] = []
        self.onlookers: list[Callable[[Sequence[Fact]], None]] = []
        self.phones_seen: dict[Extension, bool] = {}
        self.well = True
        self.told = asyncio.Event()
        settings = TelephonySettings(
            ami=AmiSettings(
                port=asterisk.ami_port,
                secret=SecretStr(asterisk.ami_secret),
                ask_within=SLOWEST,
                ping_within=SLOWEST,
            ),
            lifeline=LifelineSettings(every=timedelta(seconds=1)),
            recording=RecordingSettings(directory=asterisk.recordings),
            trunk=TrunkSettings(ring_outside_for=SLOWEST),
        )
        ears = Ears(
            write=self._write,
            on_leg=self._on_leg,
            on_phone=self._on_phone,
            key_of=lambda number: NumberKey("key-" + number.value[-4:]),
            well=lambda: self.well,
            sound_path=str,  # Asterisk looks the name up in its own folder of sounds
        )
        self.link = AmiLink(settings.ami, clock=self.clock)
        self.board = Switchboard(self.link, ears, clock=self.clock, settings=settings, epoch=epoch)
        self.control = AmiCallControl(self.link, self.board)
        self._legs = itertools.count(1)
        self._phones = AsyncExitStack()
        self._pacer = Pacer()

    # ---- phones

    async def seat(self, extension: str, habit: Habit | None = None) -> SipPhone:
        """A registered phone at a seat."""
        account = Account(
            extension, self.asterisk.phones[extension], ("127.0.0.1", self.asterisk.sip_port)
        )
        phone = await self._open(account, ("127.0.0.1", 0), habit or Answer())
        await phone.register(within=PATIENCE)
        self._phones.push_async_callback(phone.unregister, within=PATIENCE)
        return phone

    async def citizen(self) -> SipPhone:
        account = Account("13800001111", "", ("127.0.0.1", self.asterisk.sip_port))
        return await self._open(account, (self.asterisk.trunk_in_host, 0), Answer())

    async def outside(self, habit: Habit) -> SipPhone:
        """Whoever is rung over the trunk out: 110, a department."""
        account = Account("outside", "", ("127.0.0.1", self.asterisk.sip_port))
        bind = (self.asterisk.trunk_out_host, self.asterisk.trunk_out_port)
        return await self._open(account, bind, habit)

    async def _open(self, account: Account, bind: tuple[str, int], habit: Habit) -> SipPhone:
        made_of = PhoneSet(self.clock, self._pacer, bind, lines=4)
        phone = open_phone(account, made_of, lambda call: habit)
        return await self._phones.enter_async_context(phone)

    async def caller(
        self, number: str = "13800001111", name: str = ""
    ) -> tuple[PhoneCall, LiveCall]:
        """A citizen who has been answered, knows it, and is in our hands."""
        before = set(self.board.calls)
        phone = await self.citizen()
        call = phone.dial("12345", caller=number, name=name)
        await self.until(lambda: set(self.board.calls) - before)
        await call.log.until_seen(News.CONFIRMED, within=PATIENCE)
        (new,) = set(self.board.calls) - before
        return call, self.board.calls[new]

    # ---- legs

    def new_leg(self) -> LegId:
        return leg_id(self.epoch, next(self._legs))

    def ring(
        self, extension: str, call: LiveCall, *, ring_for: float = 8.0, **more: object
    ) -> LegId:
        leg = self.new_leg()
        self.control.ring(
            leg,
            Extension(extension),
            call.id,
            ring_for=timedelta(seconds=ring_for),
            auto_answer=bool(more.get("auto_answer", False)),
            whisper=tuple(more.get("whisper", ())),  # type: ignore[call-overload]
        )
        return leg

    async def talking(self, extension: str, call: LiveCall) -> LegId:
        leg = self.ring(extension, call)
        await self.until(lambda: LegAnswered(leg, call.id) in self.news)
        return leg

    def end_of(self, leg: LegId) -> LegEnd | None:
        ends = [news.why for news in self.news if isinstance(news, LegEnded) and news.leg == leg]
        return ends[0] if ends else None

    async def ended(self, leg: LegId) -> LegEnd:
        await self.until(lambda: self.end_of(leg))
        found = self.end_of(leg)
        assert found is not None
        return found

    # ---- what was told

    def said(self, kind: type[F]) -> list[F]:
        """The facts of one kind, in order."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    async def until_said(self, kind: type[F], times: int = 1) -> list[F]:
        """The facts of one kind once there are so many; what was heard is told a moment later."""
        await self.until(lambda: len(self.said(kind)) >= times)
        return self.said(kind)

    async def until(self, so: Callable[[], object], within: float = PATIENCE) -> None:
        ends_at = time.monotonic() + within
        while not so():
            told = [f"{type(fact).__name__} {fact.at:%T.%f}" for fact in self.facts]
            assert time.monotonic() < ends_at, f"not within {within} s; told: {told}"
            self.told.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self.told.wait()

    def _write(self, facts: Sequence[Fact]) -> None:
        self.facts += facts
        for see in self.onlookers:
            see(facts)
        self.told.set()

    def _on_leg(self, news: LegNews) -> None:
        self.news.append(news)
        self.told.set()

    def _on_phone(self, extension: Extension, reachable: bool) -> None:
        self.phones_seen[extension] = reachable
        self.told.set()

    @asynccontextmanager
    async def open(self, story: Story) -> AsyncIterator["Stage"]:
        """The switchboard runs; phones are put away and all calls ended afterwards."""
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.board.run(story))
            try:
                await self.until(lambda: self.link.is_up and self.board.is_ready)
                async with self._phones:
                    yield self
                    for call in self.board.mirror.calls.values():
                        self.board.tell(hangup(call.ami_name))
                        self.board.see_off(call.id)
                await self.until(lambda: not self.board.mirror.calls)
            finally:
                running.cancel()


def new_stage(asterisk: RunningAsterisk) -> Stage:
    """What an earlier test that failed left on the line is ended first."""
    asterisk.end_all_calls()
    return Stage(asterisk, Epoch(next(EPOCHS)))


async def hear_each_other(
    one: PhoneCall, other: PhoneCall, *, other_hz: int = 700, packets: int = 0
) -> None:
    """Each hears the tone that the other plays, then so many packets more; both go on playing."""
    pitches = 440, other_hz
    one.sound.play(tone(440))
    other.sound.play(tone(other_hz))
    await other.sound.until(lambda heard: heard.pitch(pitches, 0.2) == 440, within=PATIENCE)
    await one.sound.until(lambda heard: heard.pitch(pitches, 0.2) == other_hz, within=PATIENCE)
    await hear_on(one, packets)
    await hear_on(other, packets)


async def hear_on(phone: PhoneCall, packets: int = RECORDED) -> None:
    """So many packets more; of a talk of RECORDED there is a recording."""
    enough = phone.sound.heard.packets + packets
    await phone.sound.until(lambda heard: heard.packets >= enough, within=PATIENCE)
