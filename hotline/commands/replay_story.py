"""A captured AMI stream through the real story, floor and desk, without Asterisk, in no time.

The capture plays Asterisk and everybody on the phone; what our side asks is noted, never answered
from elsewhere: an announcement takes no time. Where the capture rings a seat, an agent of the
demonstration directory sits down, and the capture waits until our floor has rung him; what became
of the capture's leg then becomes of ours. It waits likewise where a caller of it hears music.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from acd.desk import AcdDesk
from acd.floor import Floor
from acd.happenings import GoAvailable, PhoneSeen, SignIn
from acd.policy import load_policies
from acd.seed import load_directory
from hotline.center import Center
from hotline.commands.replay import START, Stream, captured
from hotline.entrances import Entrances, nobody_known
from hotline.private.places import PROJECT
from hotline.stories.inbound_call import inbound_call
from hotline.tidings import LateDesk, Tidings
from hotline.virtual_loop import VirtualLoop
from kernel.fact import Fact, encode
from kernel.ids import CallId, Epoch, Extension, LegId
from storage.feed import FactFeed, Recorder
from telephony import mirror_effects as fx
from telephony.ami_asks import Reply
from telephony.ami_text import ActionHeaders
from telephony.legs import Leg, LegAnswered, LegEnded, LegNews, LegRinging, Purpose
from telephony.live_call import LiveCall
from telephony.menu_file import load_levels, load_lines, load_menus
from telephony.phrases import load_phrases
from telephony.story_teller import StoryTeller

WAITS_FOR_US_S: Final = 30.0  # until our floor has rung the seat that the capture rings
AFTERWARDS_S: Final = 1.0
MUSIC: Final = b"SET MUSIC ON"  # what the capture's own backend said of one who waits
_STEP_S: Final = 0.1


class CaptureClock:
    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())


@dataclass
class Recording:
    """Asterisk and the seats, as far as a file can be them: what we ask is noted in `asked`."""

    is_up: bool = True
    asked: list[str] = field(default_factory=list)
    calls: dict[str, LiveCall] = field(default_factory=dict)  # by channel
    rung: dict[CallId, LegId] = field(default_factory=dict)  # our leg that rings for a caller

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        """A command on a call is done at once, with result 0."""
        self.tell(headers)
        call = self.calls.get(str(headers.get("Channel", "")))
        if call is not None and "CommandID" in headers:
            loop = asyncio.get_running_loop()
            loop.call_soon(call.command_done, str(headers["CommandID"]), 0)
        return Reply({"response": "Success"})

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        said = headers.get("Command") or headers.get("Variable") or headers.get("Context") or ""
        self.asked.append(f"{headers['Action']} {headers.get('Channel', '')} {said}".strip())

    def ring(
        self,
        leg: LegId,
        phone: Extension,
        caller: CallId,
        *,
        ring_for: timedelta,
        auto_answer: bool,
        whisper: tuple[str, ...],
    ) -> None:
        self.asked.append(f"Ring {phone} for {caller}")
        self.rung[caller] = leg

    def drop(self, leg: LegId) -> None:
        self.asked.append(f"Drop {leg}")


class Replay:
    """One capture being told. Nothing outlives `run`."""

    def __init__(self, config: Path) -> None:
        self.facts: list[Fact] = []
        self.asterisk = Recording()
        self.stream = Stream()
        self._clock = CaptureClock()
        self._teller = StoryTeller()
        self._directory = load_directory(config / "directory.yaml")
        self._seats = iter(zip(self._directory.agents, self._directory.seats.values(), strict=True))
        self._legs: dict[LegId, LegId] = {}  # the capture's -> ours
        self._live: dict[CallId, LiveCall] = {}
        feed, late = FactFeed(), LateDesk()
        self._tidings = Tidings(late)
        feed.add("tidings", self._tidings.see)
        self._write = Recorder(self.facts.extend, feed).write
        policies = load_policies(config / "queues.yaml")
        floor = Floor(policies, self._directory, Epoch(1))
        late.desk = self._desk = AcdDesk(floor, self._write, self.asterisk, self._clock)
        self._center = Center(
            desk=self._desk,
            write=self._write,
            clock=self._clock,
            policies=policies,
            entrances=Entrances(
                lines=load_lines(config / "lines.yaml"),
                menus=load_menus(config / "menus.yaml"),
                levels=load_levels(config / "levels.yaml"),
                look_up=nobody_known,
                clock=self._clock,
            ),
            phrases=load_phrases(config / "phrases.yaml"),
            last_agent_of=lambda _caller: None,
            overflow_targets={},
            stages={},
            key_of=lambda number: None,
        )

    @property
    def failed(self) -> int:
        """Stories that ended by a fault of ours."""
        return self._teller.counters["stories failed"]

    async def run(self, text: str) -> None:
        self._teller.story = lambda call: inbound_call(call, self._center)
        loop, late_by = asyncio.get_running_loop(), 0.0
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._desk.run())]
            for seconds, sent, block in captured(text):
                await asyncio.sleep(max(0.0, seconds + late_by - loop.time()))
                await self._take(sent, block, group)
                late_by = max(late_by, loop.time() - seconds)
            await asyncio.sleep(AFTERWARDS_S)
            tasks += [t for t in asyncio.all_tasks() if t.get_name().startswith("story ")]
            for task in tasks:
                task.cancel()

    async def _take(self, sent: bool, block: bytes, group: asyncio.TaskGroup) -> None:
        known = {leg.id for leg in self.stream.mirror.legs}
        effects = self.stream.take(sent, block, self._clock.now())
        self._write([effect for effect in effects if isinstance(effect, Fact)])
        for effect in effects:
            if isinstance(effect, LegRinging | LegAnswered | LegEnded):
                self._leg_news(effect)
            elif not isinstance(effect, Fact):
                self._do(effect, group)
        if sent and MUSIC in block:
            for call in [one for one in self._live.values() if one.ami_name.encode() in block]:
                await self._in_line(call.id)
        for leg in list(self.stream.mirror.legs):
            if leg.id not in known:
                await self._somebody_sits_down(leg)

    def _do(self, deed: fx.Deed, group: asyncio.TaskGroup) -> None:
        match deed:
            case fx.InHand(call=call_id, where=where):
                self._in_hand(call_id, where, group)
            case fx.OutOfHand(call=call_id) if call_id in self._live:
                self._live[call_id].out_of_hand()
            case fx.KeyPressed(call=call_id, key=key) if call_id in self._live:
                self._live[call_id].key_pressed(key)
            case fx.Gone(call=call_id) if call_id in self._live:
                self._live.pop(call_id).gone()
            case _:
                return  # what the switchboard would ask of Asterisk is none of the story's

    def _in_hand(self, call_id: CallId, where: str, group: asyncio.TaskGroup) -> None:
        mirror = self.stream.mirror
        name = mirror.calls[call_id].ami_name
        live = self._live.get(call_id)
        if live is None:
            party = mirror.parties[call_id]
            live = LiveCall(call_id, name, party, self.asterisk, sound_path=str)
            self._live[call_id] = self.asterisk.calls[name] = live
        live.taken_in_hand(where, name)
        if call_id not in self._teller:
            self._teller.begin(live, group)

    async def _somebody_sits_down(self, leg: Leg) -> None:
        """Now, in the capture, a seat is rung: our floor shall have one to ring for this caller."""
        caller = leg.caller
        if leg.purpose is not Purpose.SEAT or caller is None or not await self._in_line(caller):
            return
        agent, seat = next(self._seats)
        assert seat.phone is not None, "seats of the demonstration have phones"
        self._desk.tell(PhoneSeen(seat.phone, True))
        await self._desk.order(SignIn(agent, seat.id))
        await self._desk.order(GoAvailable(agent))
        if await _until(lambda: caller in self.asterisk.rung):
            self._legs[leg.id] = self.asterisk.rung.pop(caller)

    async def _in_line(self, call: CallId) -> bool:
        """The capture is as far: wait until our story is."""
        return await _until(lambda: any(w.call == call for w in self._desk.snapshot().waiting))

    def _leg_news(self, news: LegNews) -> None:
        ours = self._legs.get(news.leg)
        if ours is None:
            return
        match news:
            case LegAnswered(call=call):
                self._tidings.on_leg(LegAnswered(ours, call))
            case LegEnded(why=why):
                self._tidings.on_leg(LegEnded(ours, why))
            case LegRinging():
                return


async def _until(is_so: Callable[[], bool]) -> bool:
    """Look again and again in virtual time; False when it never came."""
    for _ in range(round(WAITS_FOR_US_S / _STEP_S)):
        if is_so():
            return True
        await asyncio.sleep(_STEP_S)
    return False


def tell_story(text: str, config: Path) -> Replay:
    """The facts of the capture and of the stories told on it, in order. BadInput, BadSettings."""
    loop = VirtualLoop()
    try:
        replay = Replay(config)
        loop.run_until_complete(replay.run(text))
        return replay
    finally:
        loop.close()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a captured AMI stream")
    parser.add_argument(
        "--config", type=Path, default=PROJECT / "config", help="folder of settings"
    )


def main(arguments: argparse.Namespace) -> int:
    """Prints the facts, one JSON line each; what we asked of Asterisk; what surprised us."""
    replay = tell_story(arguments.file.read_text(encoding="utf-8"), arguments.config)
    for fact in replay.facts:
        sys.stdout.write(f"{fact.kind} {encode(fact).decode()}\n")
    for asked in replay.asterisk.asked:
        sys.stdout.write(f"> {asked}\n")
    surprises = replay.stream.counters + replay.stream.mirror.counters
    for what, count in sorted(surprises.items()):
        sys.stdout.write(f"{what}: {count}\n")
    return 0
