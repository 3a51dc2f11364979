"""A citizen rung by us is lost only where it is proved that nothing rings any more (I6)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.fact import Fact
from kernel.ids import CallId, Epoch, LegId, NumberKey, out_id
from kernel.phone import PhoneNumber
from telephony import ami_events as ami
from telephony.ami_asks import Reply
from telephony.ami_text import ActionHeaders
from telephony.dial_out import DialEnd, DialOut, end_of
from telephony.ears import Ears
from telephony.errors import LeaseLost, LinkDown
from telephony.facts import CallHungUp
from telephony.legs import Leg, Purpose
from telephony.live_call import LiveCall
from telephony.settings import RecordingSettings, TelephonySettings
from telephony.switchboard import Switchboard
from tests.fakes.fake_switch import FakeSwitch, Habit
from tests.fakes.virtual_time import VirtualClock, at_once

CITIZEN = PhoneNumber.parse("13900002222")
RING = timedelta(seconds=20)
ATTEMPT = out_id(Epoch(7), 1)


class Switch(FakeSwitch):
    """`trouble`: of the Originate alone."""

    trouble: Exception | None = None

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        if headers["Action"] == "Originate" and self.trouble is not None:
            raise self.trouble
        return await super().ask(headers, within=within)


@dataclass
class Room:
    """The switchboard over an Asterisk in memory, and one dialling."""

    folder: Path
    switch: Switch = field(default_factory=Switch)
    facts: list[Fact] = field(default_factory=list)
    told: list[LiveCall] = field(default_factory=list)
    end: DialEnd | None = None
    task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        ears = Ears(
            write=self.facts.extend,
            on_leg=lambda news: None,
            on_phone=lambda extension, reachable: None,
            key_of=lambda number: NumberKey("k"),
            well=lambda: True,
            sound_path=str,
        )
        settings = TelephonySettings(recording=RecordingSettings(directory=self.folder))
        clock = VirtualClock()
        self.board = Switchboard(self.switch, ears, clock=clock, settings=settings, epoch=Epoch(7))
        self.out = DialOut(self.switch, self.board, self.adopted)
        self.adoptions: list[CallId] = []

    async def adopted(self, call: LiveCall) -> None:
        self.adoptions.append(call.id)

    async def story(self, call: LiveCall) -> None:
        self.told.append(call)
        await call.hung_up.wait()

    async def dial(self) -> None:
        self.end = await self.out.dial(ATTEMPT, CITIZEN, self.story, ring_for=RING)

    def done(self, action: str) -> list[str]:
        return [a["Channel"] for a in self.switch.actions if a["Action"] == action]

    async def looks(self, seconds: int) -> None:
        """Somebody is surprised all the time, so that Asterisk is looked at without a pause."""
        for _ in range(seconds):
            self.board.lookout.soon()
            await asyncio.sleep(1)


@asynccontextmanager
async def open_room(folder: Path) -> AsyncIterator[Room]:
    async with asyncio.TaskGroup() as group:
        room = Room(folder)
        board = group.create_task(room.board.run(room.out.tells(room.adopted)), name="board")
        assert await room.board.until(lambda: room.board.is_ready, timedelta(seconds=5))
        room.switch.habits[CITIZEN.national] = Habit.RINGS
        room.task = group.create_task(room.dial(), name="dial")
        yield room
        room.task.cancel()
        board.cancel()


def played(folder: Path, script: Callable[[Room], Awaitable[None]], **room: object) -> None:
    async def story() -> None:
        async with open_room(folder) as opened:
            for name, value in room.items():
                setattr(opened.switch, name, value)
            await script(opened)

    at_once(story())


def test_a_channel_that_asterisk_makes_seconds_later_is_waited_for(tmp_path: Path) -> None:
    """The looks within the first seconds find none of its name: that proves nothing."""

    async def script(room: Room) -> None:
        await room.looks(6)
        assert room.end is None
        room.switch.catches_up()
        await room.looks(2)
        room.switch.answers_late(ATTEMPT)
        await asyncio.sleep(1)

        assert room.end is DialEnd.REACHED
        assert [call.id for call in room.told] == [ATTEMPT]
        assert len(room.done("Originate")) == 1

    played(tmp_path, script, is_slow=True)


def test_one_that_is_late_rings_out_and_says_so(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        await room.looks(8)
        room.switch.catches_up()
        await asyncio.sleep(RING.total_seconds() + 3)
        assert room.end is DialEnd.NO_ANSWER

    played(tmp_path, script, is_slow=True)


def test_who_answers_and_hangs_up_in_one_breath_was_reached(tmp_path: Path) -> None:
    """Both messages come in one read, before the one who waits has his turn."""

    async def script(room: Room) -> None:
        await asyncio.sleep(2)
        room.switch.answers_late(ATTEMPT)
        room.switch.far_end_hangs_up(ATTEMPT)
        await asyncio.sleep(1)

        assert room.end is DialEnd.REACHED
        assert [call.id for call in room.told] == [ATTEMPT], "whoever waits for his story hears"
        assert len([fact for fact in room.facts if isinstance(fact, CallHungUp)]) == 1

    played(tmp_path, script)


def test_who_hangs_up_before_he_is_in_our_hands_has_rejected_us() -> None:
    leg = Leg(LegId(ATTEMPT), Purpose.CITIZEN, None, answered=True)
    leg.hangup = ami.Hangup(ATTEMPT, 16, "Normal Clearing", "")
    assert end_of(leg) is DialEnd.REJECTED


def test_what_never_became_a_channel_is_lost_after_many_looks_and_never_rings(
    tmp_path: Path,
) -> None:
    async def script(room: Room) -> None:
        await asyncio.sleep(RING.total_seconds() + 3)
        assert room.end is None
        await asyncio.sleep(25)
        assert room.end is DialEnd.LOST

        room.switch.catches_up()  # after all
        await asyncio.sleep(1)

        assert room.done("Hangup")[-1] == ATTEMPT
        assert not await room.out.is_live(ATTEMPT)
        assert (room.told, room.adoptions) == ([], [])

    played(tmp_path, script, is_slow=True)


def test_a_ring_withdrawn_before_its_channel_is_made_never_rings(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        await asyncio.sleep(1)
        room.out.drop(ATTEMPT)
        await asyncio.sleep(1)
        assert room.end is None
        room.switch.catches_up()
        await asyncio.sleep(1)

        assert room.end is DialEnd.NO_ANSWER
        assert not await room.out.is_live(ATTEMPT)

    played(tmp_path, script, is_slow=True)


def test_where_asterisk_made_no_channel_no_phone_rang(tmp_path: Path) -> None:
    async def script(room: Room) -> None:
        await asyncio.sleep(1)
        assert room.end is DialEnd.NETWORK_FAILURE

    async def away() -> None:
        async with open_room(tmp_path) as room:
            room.switch.habits[CITIZEN.national] = Habit.AWAY
            await script(room)

    at_once(away())


@pytest.mark.parametrize(
    ("trouble", "end", "after"),
    [
        (LeaseLost("We do not lead.", remedy="Wait."), DialEnd.NOT_DIALLED, 1.0),
        (LinkDown("It broke.", remedy="Look it up."), DialEnd.LOST, 60.0),
    ],
)
def test_what_was_never_sent_is_no_attempt_and_what_may_have_been_is_looked_up(
    tmp_path: Path, trouble: Exception, end: DialEnd, after: float
) -> None:
    async def script(room: Room) -> None:
        await asyncio.sleep(after)
        assert room.end is end

    played(tmp_path, script, trouble=trouble)


def test_an_attempt_is_pending_until_its_end_is_proved(tmp_path: Path) -> None:
    """Whoever takes over attempts whose lease ran out leaves it alone."""

    async def script(room: Room) -> None:
        await asyncio.sleep(1)
        assert room.out.is_pending(ATTEMPT)
        room.switch.far_end_hangs_up(ATTEMPT)
        await asyncio.sleep(1)
        assert not room.out.is_pending(ATTEMPT)

    played(tmp_path, script)
