"""The story of a citizen around a hand-off: our parts over an Asterisk in memory.

Time is virtual. The dialplan's part is played by `tests/fakes/emergency_switch.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, Extension, LegId, NumberKey
from telephony import emergency_facts as facts
from telephony.call import Phase
from telephony.call_control import AmiCallControl
from telephony.ears import Ears
from telephony.emergency import Owner, State
from telephony.emergency_control import EmergencyControl
from telephony.emergency_kept import decode
from telephony.errors import NoSuchCall, WrongPhase
from telephony.live_call import LiveCall
from telephony.settings import RecordingSettings, TelephonySettings
from telephony.switchboard import Switchboard
from tests.fakes.emergency_lines import emergency_line
from tests.fakes.emergency_switch import EmergencySwitch
from tests.fakes.fake_switch import Habit
from tests.fakes.virtual_time import VirtualClock, at_once

SEAT = LegId("7-000001")
AGENT = AgentNo("1001")
FIRST, SECOND = "trunk-out-own", "trunk-second"


class Room:
    def __init__(self, folder: Path, switch: EmergencySwitch) -> None:
        self.switch = switch
        self.facts: list[Fact] = []
        self.stories: list[str] = []
        ears = Ears(
            write=self._write,
            on_leg=lambda news: None,
            on_phone=lambda extension, reachable: None,
            key_of=lambda number: NumberKey("k"),
            well=lambda: True,
            sound_path=str,
        )
        settings = TelephonySettings(recording=RecordingSettings(directory=folder))
        clock = VirtualClock()
        self.board = Switchboard(self.switch, ears, clock=clock, settings=settings, epoch=Epoch(7))
        self.control = AmiCallControl(self.switch, self.board)
        self.emergency = EmergencyControl(self.switch, self.board, clock, Epoch(7))

    def _write(self, told: Sequence[Fact]) -> None:
        self.facts += told
        if hasattr(self, "emergency"):
            self.emergency.see(told)

    async def story(self, call: LiveCall) -> None:
        self.stories.append(call.where)
        await call.music()
        await call.hung_up.wait()

    async def until(self, so: Callable[[], object]) -> None:
        assert await self.board.until(lambda: bool(so()), timedelta(seconds=120)), self.kinds()

    async def citizen(self, *, talks: bool = True) -> CallId:
        call = CallId(self.switch.arrive())
        await self.until(lambda: call in self.board.calls)
        if talks:
            await self.rings_and_talks(call)
        return call

    async def rings_and_talks(self, call: CallId) -> None:
        self.switch.habits["8001"] = Habit.ANSWERS
        ring_for, phone = timedelta(seconds=8), Extension("8001")
        self.control.ring(SEAT, phone, call, ring_for=ring_for, auto_answer=False)
        await self.until(lambda: self.board.mirror.legs.seat(call))

    async def ask(self, call: CallId, *, agent: bool = True) -> None:
        asker = AGENT if agent else None
        await self.emergency.ask(call, emergency_line(), agent=asker, by="test", in_line=not agent)

    def state(self, call: CallId) -> State | None:
        found = self.board.mirror.hand_offs.of(call)
        return None if found is None else found.state

    def phase(self, call: CallId) -> Phase:
        return self.board.mirror.calls[call].phase

    def kinds(self) -> list[str]:
        return [fact.kind for fact in self.facts if isinstance(fact, facts.FACTS)]


@asynccontextmanager
async def open_room(folder: Path, switch: EmergencySwitch) -> AsyncIterator[Room]:
    async with asyncio.TaskGroup() as group:
        room = Room(folder, switch)
        board = group.create_task(room.board.run(room.story), name="board")
        assert await room.board.until(lambda: room.board.is_ready, timedelta(seconds=5))
        yield room
        board.cancel()


def played(
    folder: Path,
    script: Callable[[Room], Awaitable[None]],
    switch: EmergencySwitch | None = None,
) -> None:
    async def story() -> None:
        async with open_room(folder, switch or EmergencySwitch()) as room:
            await script(room)

    at_once(story())


def test_emg_01_answered_three_talk_and_the_agent_may_leave(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.ANSWERS
        call = await room.citizen()
        await room.ask(call)
        assert (room.state(call), room.phase(call)) == (State.RINGING, Phase.CONFERENCE)
        await room.until(lambda: room.state(call) is State.JOINED)
        await room.emergency.leave(call)
        await room.until(lambda: room.state(call) is State.JOINED_ALONE)
        room.switch.far_end_hangs_up(call)
        await room.until(lambda: "hand-off-ended" in room.kinds())

        assert room.kinds() == [
            "hand-off-asked",
            "hand-off-rung",
            "hand-off-answered",
            "hand-off-agent-left",
            "hand-off-ended",
        ]

    played(tmp_path, script)


@pytest.mark.parametrize("habit", [Habit.BUSY, Habit.RINGS])
def test_emg_01_the_second_trunk_answers(tmp_path: Path, habit: Habit) -> None:
    async def script(room: Room) -> None:
        room.switch.far = {FIRST: habit, SECOND: Habit.ANSWERS}
        call = await room.citizen()
        await room.ask(call)
        await room.until(lambda: room.state(call) is State.JOINED)

        (answered,) = [one for one in room.facts if isinstance(one, facts.HandOffAnswered)]
        assert answered.trunk == SECOND and "hand-off-tried" in room.kinds()

    played(tmp_path, script)


def test_emg_01_reached_by_neither_he_stays_with_his_agent_who_may_try_again(
    tmp_path: Path,
) -> None:
    async def script(room: Room) -> None:
        call = await room.citizen()
        await room.ask(call)
        await room.until(lambda: room.state(call) is State.WITH_AGENT)
        assert room.phase(call) is Phase.CONFERENCE
        assert room.board.mirror.legs.seat(call) is not None

        room.switch.far[FIRST] = Habit.ANSWERS
        await room.ask(call)
        await room.until(lambda: room.state(call) is State.JOINED)

    played(tmp_path, script)


def test_emg_01_left_alone_by_agent_and_line_he_comes_back_into_our_hands(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.RINGS
        call = await room.citizen()
        await room.ask(call)
        room.switch.far_end_hangs_up(SEAT)
        await room.until(lambda: room.state(call) is State.RINGING_ALONE)
        await room.until(lambda: room.board.calls[call].where == "room")

        assert room.state(call) is State.IN_LINE
        assert not [one for one in room.facts if one.kind == "call-hung-up"]

    played(tmp_path, script)


def test_emg_01_a_far_end_that_drops_when_the_agent_has_left(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.ANSWERS
        call = await room.citizen()
        await room.ask(call)
        await room.until(lambda: room.state(call) is State.JOINED)
        await room.emergency.leave(call)
        await room.until(lambda: room.state(call) is State.JOINED_ALONE)
        room.switch.emergency_line_hangs_up()
        await room.until(lambda: room.board.calls[call].where == "room")

        assert room.state(call) is State.IN_LINE

    played(tmp_path, script)


def test_emg_01_who_waits_in_line_leaves_his_story_and_comes_back_to_a_new_one(
    tmp_path: Path,
) -> None:
    async def script(room: Room) -> None:
        call = await room.citizen(talks=False)
        await room.ask(call, agent=False)
        assert call not in room.board.stories, "his story must not speak into the conference"
        await room.until(lambda: room.board.calls[call].where == "room")
        await room.until(lambda: len(room.stories) == 2)

        assert room.state(call) is State.IN_LINE

    played(tmp_path, script)


def test_emg_03_not_theirs_lets_the_line_go_and_keeps_him(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.ANSWERS
        call = await room.citizen()
        await room.ask(call)
        with pytest.raises(WrongPhase):
            room.emergency.not_ours(call, Owner.US, AGENT)
        await room.until(lambda: room.state(call) is State.JOINED)
        room.emergency.not_ours(call, Owner.THEM, AGENT)
        assert room.state(call) is State.JOINED, "theirs after all: three talk on"
        room.emergency.not_ours(call, Owner.NONE, AGENT)
        await room.until(lambda: room.state(call) is State.WITH_AGENT)

        kept = [one.keeper for one in room.facts if isinstance(one, facts.HandOffNotOurs)]
        assert kept == ["them", "us"]

    played(tmp_path, script)


def test_each_step_stands_on_his_channel(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.ANSWERS
        call = await room.citizen()
        await room.ask(call)
        await room.until(lambda: room.state(call) is State.JOINED)
        await asyncio.sleep(0)

        on_it = [
            action["Value"]
            for action in room.switch.actions
            if action.get("Variable") == "CC_HANDOFF"
        ]
        kept = [decode(call, value) for value in on_it]
        assert [one.state for one in kept if one is not None][-1] is State.JOINED

    played(tmp_path, script)


def test_emg_06_a_second_one_beside_it_and_a_call_that_is_over_are_refused(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        room.switch.far[FIRST] = Habit.RINGS
        call = await room.citizen()
        await room.ask(call)
        with pytest.raises(WrongPhase):
            await room.ask(call)
        with pytest.raises(NoSuchCall):
            await room.ask(CallId("fake-0.0"))

    played(tmp_path, script)
