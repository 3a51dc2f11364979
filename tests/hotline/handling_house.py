"""A whole house for handling calls at the seat: floor, desk, stories, switchboard and call control
are the real ones, Asterisk is the one in memory. Time is virtual.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from acd.desk import AcdDesk
from acd.facts import SeatAnswered
from acd.happenings import FinishWrapUp
from console.calls_view import CallsView
from console.parties import rows
from figures.fold import Figures
from hotline.desks.contacts import Contacts
from hotline.stories.inbound_call import inbound_call
from hotline.tidings import LateDesk, Tidings
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, LegId
from kernel.phone import PhoneNumber
from telephony.call_control import AmiCallControl
from telephony.ears import Ears
from telephony.live_call import LiveCall
from telephony.settings import RecordingSettings, TelephonySettings
from telephony.switchboard import Switchboard
from tests.acd.centre import EPOCH
from tests.fakes.fake_switch import FakeSwitch, Habit
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, directory, rules

FIRST, SECOND = AgentNo("1001"), AgentNo("1002")
OUTSIDE = PhoneNumber.parse("0431-87654321")
IN_MENU = 12.0  # seconds until silence has led him to a person


class HandlingHouse(House):
    """As House, but its telephone is an Asterisk in memory and agents act through `contacts`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        late = LateDesk()
        tidings = Tidings(late)
        self.view, self.figures = CallsView(), Figures()
        self.switch = FakeSwitch()
        ears = Ears(
            write=self.recorder.write,
            on_leg=tidings.on_leg,
            on_phone=tidings.on_phone,
            key_of=self.center.key_of,
            well=lambda: True,
            sound_path=str,
        )
        settings = TelephonySettings(recording=RecordingSettings(enabled=False))
        self.board = Switchboard(
            self.switch, ears, clock=self.clock, settings=settings, epoch=EPOCH
        )
        late.legs = self.board.mirror.legs
        control = AmiCallControl(self.switch, self.board)
        late.desk = self.desk = AcdDesk(self.floor, self.recorder.write, control, self.clock)
        self.center = replace(self.center, desk=self.desk)
        self.contacts = Contacts(self.desk, control, self.board, self, EPOCH)
        self.feed.add("tidings of the switch", tidings.see)
        self.feed.add("calls", self.view.see)
        self.feed.add("figures", lambda facts: [self.figures.take(fact) for fact in facts])

    async def story(self, call: LiveCall) -> None:
        await inbound_call(call, self.center)

    async def talking(self) -> CallId:
        """A citizen talks with agent 1001 since ten seconds; 1002 is free, his phone answers."""
        for phone in ("8001", "8002"):
            self.switch.habits[phone] = Habit.ANSWERS
        await self.staff(1)
        await self.passes(1)
        call = CallId(self.switch.arrive())
        await self.passes(IN_MENU)
        await self.staff(2)
        await self.passes(10)
        assert [a.agent for a in self.of(SeatAnswered)] == [FIRST]
        return call

    async def refused(self, what: Awaitable[None]) -> str:
        """The code of the error with which it is refused."""
        try:
            await what
        except HotlineError as trouble:
            return trouble.code
        return ""

    def hangs_up(self, who: str) -> None:
        """The far end of a call or leg says BYE."""
        self.switch.far_end_hangs_up(who)

    def leg_of(self, agent: AgentNo) -> LegId:
        """Under which his phone talks now."""
        seat = self.desk.snapshot().seat_of(agent)
        assert seat is not None
        leg = seat.leg or seat.lent_leg
        assert leg is not None
        return leg

    def hears(self, call: CallId) -> dict[str, list[str]]:
        """Who hears whom, by name; the citizen is "citizen"."""
        card = self.view.find(call)
        shown = rows(card.parties) if card is not None else []
        names = {row.party: row.party if row.party == "citizen" else row.name for row in shown}
        return {names[row.party]: sorted(names[key] for key in row.hears) for row in shown}

    def doing(self, agent: AgentNo) -> str:
        seat = self.desk.snapshot().seat_of(agent)
        assert seat is not None
        return "lent" if seat.lent_leg else seat.activity.value

    async def ends_well(self, call: CallId) -> None:
        """The citizen has hung up, every wrap-up is done: nobody is left over anywhere (I8, I9)."""
        if call in self.board.mirror.calls:
            self.hangs_up(call)
        await self.passes(2)
        for leg in [one.id for one in self.board.mirror.legs if one.answered]:
            if self.switch.has(leg):
                self.hangs_up(leg)
                await self.passes(1)
        await self.passes(60)
        for seat in self.desk.snapshot().seats:
            if seat.activity == "wrap_up":
                await self.desk.order(FinishWrapUp(seat.agent))
        assert not self.board.mirror.calls
        assert not list(self.board.mirror.legs)
        assert self.fates(call) == ["seat-answered"]
        assert all(seat.is_at_rest for seat in self.desk.snapshot().seats)
        assert self.hears(call) == {}
        assert [tally.fate for tally in self.figures.calls.values()] == ["answered"]


@asynccontextmanager
async def open_handling() -> AsyncIterator[HandlingHouse]:
    async with asyncio.TaskGroup() as group:
        house = HandlingHouse(group, rules(None), directory())
        running = [
            group.create_task(house.desk.run(), name="desk"),
            group.create_task(house.board.run(house.story), name="switchboard"),
        ]
        yield house
        for task in running:
            task.cancel()
    assert house.folded().contents() == house.floor.contents()


def trace(story: Callable[[HandlingHouse, CallId], Awaitable[None]]) -> HandlingHouse:
    """Tell a trace that begins in a talk, end it, and see that nobody is left over."""

    async def whole() -> HandlingHouse:
        async with open_handling() as house:
            call = await house.talking()
            await story(house, call)
            await house.ends_well(call)
        return house

    return at_once(whole())
