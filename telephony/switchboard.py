"""The switchboard: Asterisk's news become calls, calls become stories, each in its own boundary.

One task hears the news, so the picture of calls and legs needs no lock. What follows from a message
is decided in `telephony/mirror.py`; here it is written down, then done.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Final, assert_never

import structlog

from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import CallId, Epoch, Extension
from kernel.legs import LegEnd
from telephony import ami_actions as act
from telephony import facts
from telephony import mirror_effects as fx
from telephony.ami_asks import Headers, LinkCameUp, LinkWentDown
from telephony.ami_events import AmiEvent, BrokenEvent, parse
from telephony.ami_text import ActionHeaders
from telephony.ears import Ears
from telephony.entry import ADOPTED_AT_ONCE, Entry, kept
from telephony.errors import LeaseLost, LinkDown
from telephony.legs import Leg, LegAnswered, LegEnded, LegRinging
from telephony.lifeline import Fitness, HoldsLease, Lifeline
from telephony.live_call import LiveCall
from telephony.lookout import Lookout
from telephony.mirror import Mirror
from telephony.place import Place
from telephony.recordings import Recordings
from telephony.resync import fact_of
from telephony.settings import TelephonySettings
from telephony.story_teller import Story, StoryTeller
from telephony.waiters import Waiters, nothing

log = structlog.get_logger(__name__)

SEE_OFF_EVERY: Final = 0.4  # seconds


class Switchboard:
    """Owns the live calls and their stories; `run` returns only by cancellation.

    An orderly shutdown (cancellation) says nothing to anybody, so that the next process adopts.
    """

    def __init__(
        self,
        link: act.Exchange,
        ears: Ears,
        *,
        clock: Clock,
        settings: TelephonySettings,
        epoch: Epoch,
        lease: HoldsLease | None = None,
    ) -> None:
        self._link, self.ears = link, ears
        self.clock, self.settings = clock, settings
        self.mirror = Mirror(key_of=ears.key_of, home_area=settings.trunk.home_area)
        self.calls: dict[CallId, LiveCall] = {}
        self.counters: Counter[str] = Counter()
        self.is_ready = False  # the link is up and we are in step with Asterisk
        self.before_settling: Callable[[], Awaitable[None]] = nothing  # after each log-in
        self.stories = StoryTeller()
        self._phones: dict[Extension, bool] = {}
        self._adopting = asyncio.Semaphore(ADOPTED_AT_ONCE)
        self._waiters = Waiters()
        self._group = asyncio.TaskGroup()
        fit = Fitness(ears.well, ears.takes_new)
        self._lifeline = Lifeline(link, settings.lifeline, epoch=epoch, fit=fit, lease=lease)
        self.lookout = Lookout(link, self.mirror, settings.lifeline, ears.takes_new)
        self._recordings = Recordings(settings.recording, write=ears.write, clock=clock)

    async def run(self, story: Story) -> None:
        """Keep the link, hear its news, tell `story` for each call that comes into our hands."""
        self.stories.story = story
        async with self._group as group:
            group.create_task(self._link.run(), name="ami-link")
            group.create_task(self._hear(), name="switchboard")
            group.create_task(self._lifeline.run(self._in_hand), name="lifeline")
            group.create_task(self._look_now_and_then(), name="lookout")

    def seal_left(self, calls: Iterable[CallId]) -> None:
        """What the process before us did not seal; of the living, when they hang up."""
        for call in calls:
            self._recordings.started(call)
            if call not in self.mirror.calls:
                self._recordings.over(call, self._group)

    async def until(self, so: Callable[[], bool], within: timedelta) -> bool:
        """Wait until Asterisk's news have made it so; False when they have not in time."""
        return await self._waiters.until(so, within)

    def leg_failed(self, leg: Leg, why: LegEnd) -> None:
        """A leg that never reached Asterisk."""
        if leg.end is None:
            self._carry_out(self.mirror.legs.end(leg, why, self.clock.now()))

    def see_off(self, call: CallId) -> None:
        """A call that is to end is hung up again and again until Asterisk says that it has ended.

        While Bridge() plays a greeting to a citizen, his hang-up is swallowed (22.10.1).
        """
        asyncio.get_running_loop().call_later(SEE_OFF_EVERY, self._push, call)

    def _push(self, call: CallId) -> None:
        known = self.mirror.calls.get(call)
        if known is not None and self._link.is_up:
            self.counters["hung up again"] += 1
            self.tell(act.hangup(known.ami_name))
            self.see_off(call)

    # ---- hearing

    async def _hear(self) -> None:
        async for news in self._link.news():
            try:
                await self._take(news)
            except Exception:
                self.counters["faults in the switchboard"] += 1
                log.exception("a message could not be handled")

    async def _take(self, news: Headers | LinkCameUp | LinkWentDown) -> None:
        match news:
            case LinkCameUp(gap):
                self.ears.write([facts.AmiLinkUp(at=self.clock.now(), gap=gap)])
                await self._catch_up()
            case LinkWentDown(why):
                self.is_ready = False
                self.ears.write([facts.AmiLinkDown(at=self.clock.now(), why=why)])
            case _:
                try:
                    event = parse(news)
                except BrokenEvent as broken:
                    self.counters["broken events"] += 1
                    log.warning("broken event", why=str(broken))
                    return
                if event is not None:
                    self.take(event)

    def take(self, event: AmiEvent) -> None:
        """One event, also one that the lookout makes up for a lost one."""
        self._carry_out(self.mirror.take(event, self.clock.now()))

    def _carry_out(self, effects: list[fx.Effect]) -> None:
        written = [effect for effect in effects if isinstance(effect, Fact)]
        if written:
            self.ears.write(written)
            self.lookout.hear(written)
        for effect in effects:
            if isinstance(effect, facts.RecordingStarted):
                self._recordings.started(effect.call)
            elif not isinstance(effect, Fact):
                self._do(effect)
        self._waiters.look()

    def _do(self, effect: fx.Deed) -> None:
        match effect:
            case LegRinging() | LegAnswered() | LegEnded():
                self.ears.on_leg(effect)
            case fx.InHand():
                self._come_in_hand(effect)
            case fx.PhoneSeen():
                self._phone_seen(effect)
            case fx.Leftover():
                self.tell(act.hangup(effect.leg))
            case fx.Leaving():
                self.see_off(effect.call)
            case fx.LegChanged():
                return  # those who wait look for themselves (`until`)
            case fx.Surprised():
                self.counters["events that fit no step"] += 1
                log.warning("event fits no step", call_id=effect.call, phase=effect.phase)
                self.lookout.soon()
            case fx.OutOfHand() | fx.Fell() | fx.Joined() | fx.Gone() | fx.Stranded():
                self._lead(effect)
            case fx.KeyPressed() | fx.CommandDone():
                self._inform(effect)
            case _:
                assert_never(effect)

    def _inform(self, effect: fx.KeyPressed | fx.CommandDone) -> None:
        call = self.calls.get(effect.call)
        if call is not None and isinstance(effect, fx.KeyPressed):
            call.key_pressed(effect.key)
        elif call is not None and isinstance(effect, fx.CommandDone):
            call.command_done(effect.command_id, effect.result)

    def _lead(self, effect: fx.Course) -> None:
        live, call = self.calls.get(effect.call), self.mirror.calls.get(effect.call)
        match effect:
            case fx.Joined() if call is not None:
                self.tell(act.set_switch(call.ami_name, timedelta()))
            case fx.Stranded() if call is not None:
                to = act.AFTER_CALL if effect.talked else act.ROOM
                self.tell(act.redirect(call.ami_name, to))
            case fx.OutOfHand() | fx.Fell() if live is not None:
                if isinstance(effect, fx.Fell):
                    self.stories.end(effect.call)
                live.out_of_hand()
            case fx.Gone():
                self._recordings.over(effect.call, self._group)
                if live is not None:
                    live.gone()
                    del self.calls[effect.call]
            case _:
                return

    def _phone_seen(self, seen: fx.PhoneSeen) -> None:
        phone, there, now = seen.extension, seen.reachable, self.clock.now()
        if self._phones.get(phone) == there:
            return
        self._phones[phone] = there
        self.ears.write([facts.PhoneReachable(at=now, extension=phone, reachable=there)])
        self.ears.on_phone(phone, there)

    # ---- stories

    def _come_in_hand(self, effect: fx.InHand) -> None:
        name, live = self.mirror.calls[effect.call].ami_name, self.calls.get(effect.call)
        if live is None:
            party = self.mirror.parties[effect.call]
            live = self.calls[effect.call] = LiveCall(
                effect.call, name, party, self._link, sound_path=self.ears.sound_path
            )
            live.rung = lambda: self.mirror.legs.rung_for(effect.call)
            live.entry = Entry.RETURNED if effect.returned else Entry.FRESH
            found = self.lookout.found.get(effect.call)
            if found is not None:
                live.entry = Entry.RETURNED if found.fell_back else Entry.ADOPTED
                live.place = Place.decode(found.variables.get("CC_Q", ""))
                live.kept, live.in_turn = kept(found.variables), self._adopting
        elif effect.call not in self.stories:
            live.entry = Entry.RETURNED
        live.taken_in_hand(effect.where, name)
        if effect.call not in self.stories:
            live.set_variable("CC_CALL", "known")
            self.stories.begin(live, self._group)

    def _in_hand(self) -> list[tuple[str, str]]:
        """Calls whose switch is to be renewed: those with a story; never one that talks."""
        return self._lifeline.renewed(self.mirror.calls.values(), self.stories.__contains__)

    # ---- catching up

    async def _catch_up(self) -> None:
        """After each log-in, before events are acted on; again until it is done: none rings."""
        known = list(self.calls.values())
        while self._link.is_up and not self.is_ready:
            try:
                await self._come_in_step()
            except HotlineError as trouble:
                log.warning("could not catch up with asterisk", why=trouble.problem)
                if self._link.is_up:
                    await asyncio.sleep(self.settings.lifeline.second_look_after.total_seconds())
        for call in [one for one in known if one.id in self.calls]:  # one found now does it himself
            call.link_came_back()
        self._waiters.look()

    async def _come_in_step(self) -> None:
        await self._lifeline.beat()
        await self.before_settling()
        await self._look()
        if self.ears.well():  # their switches run since before we came
            self._group.create_task(self._lifeline.renew_adopted(self._in_hand))
        for item in (await self._link.ask({"Action": "DeviceStateList"})).events:
            await self._take(item)
        self.is_ready = True

    async def _look(self) -> None:
        for mend in await self.lookout.look(in_step=self.is_ready):
            now = self.clock.now()
            fact = fact_of(mend, now)
            log.warning("our picture differed from asterisk's", mend=fact.how)
            self.counters["mended"] += 1
            self._carry_out([fact, *mend.effects(self.mirror, now)])
            for headers in mend.actions():
                self.tell(headers)

    async def _look_now_and_then(self) -> None:
        while True:
            await self.lookout.due()
            if not self._link.is_up:
                continue
            try:
                await self._look()
            except Exception:
                log.exception("could not compare with asterisk")

    def tell(self, headers: ActionHeaders) -> None:
        """An action of the moment; if the link is down, the next look mends what is left."""
        try:
            self._link.tell(headers)
        except (LinkDown, LeaseLost) as trouble:
            log.warning("not told to asterisk", why=trouble.problem)
