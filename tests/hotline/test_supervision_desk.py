"""What a supervisor asks for, against the floor: at which phone, of whose conversation, written
down before it is done; and what becomes of a loan that led to nothing (E2.2, E2.3)."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from acd.facts import LoanEnded, SeatAnswered, SeatLent
from acd.happenings import Happening, LegAnswered, Pause
from acd.view import FloorView
from console.calls_view import CallsView
from console.supervision_port import Supervisor
from hotline.desks.supervision import SupervisionDesk
from hotline.facts import AlarmAcknowledged
from hotline.watch.alarms import Alarms
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import (
    AgentNo,
    CallId,
    Epoch,
    Extension,
    LegId,
    PauseReason,
    QueueName,
    leg_id,
)
from telephony.errors import NoSuchParty, PartyNotReached
from telephony.facts import CallArrived
from telephony.legs import Leg, Purpose
from telephony.place import Place
from telephony.supervision_control import Beep
from telephony.supervision_facts import (
    Mode,
    SupervisionAsked,
    SupervisionEnded,
    SupervisorStep,
)
from tests.acd.centre import EPOCH, Centre, directory
from tests.stories.test_rules_released import with_release

CALL = CallId("c1")
BOSS = Supervisor("boss", None)
SITTING = Supervisor("leader", AgentNo("1002"))
WHY = "new colleague"


class FakeControl:
    """Does what it is asked, unless `fails`. `seen` are the facts that stood when it was asked."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self.done: list[tuple[Any, ...]] = []
        self.fails: HotlineError | None = None
        self.on: list[Leg] = []
        self.beep = Beep.NONE

    def _do(self, *what: Any) -> None:
        self.done.append(what)
        if self.fails is not None:
            raise self.fails

    def listeners(self) -> list[Leg]:
        return self.on

    def demand_heard(self, call: CallId, mode: Mode) -> None: ...

    def demand_taken(self, call: CallId) -> None: ...

    def demand_listener(self, call: CallId, leg: LegId) -> Leg:
        for one in self.on:
            if one.id == leg:
                return one
        raise NoSuchParty("Nobody.", remedy="Look again.")

    async def listen(
        self, call: CallId, leg: LegId, phone: Extension, mode: Mode, *, auto_answer: bool
    ) -> None:
        self._do("listen", leg, phone, mode, auto_answer)
        self.on.append(Leg(leg, Purpose.LISTEN, call, target=phone, mode=mode))

    async def switch(self, call: CallId, leg: LegId, mode: Mode) -> None:
        self._do("switch", leg, mode)

    async def stop(self, call: CallId, leg: LegId) -> None:
        self._do("stop", leg)

    async def take_over(self, call: CallId, leg: LegId, phone: Extension, *, lent: bool) -> None:
        self._do("take_over", leg, phone, lent)

    async def hang_up(self, call: CallId) -> None:
        self._do("hang_up", call)

    def end_the_lost(self) -> None:
        self.done.append(("end_the_lost",))


class House:
    """Agent 1001 talks on c1; 1002 and 1003 have seats; c2 waits."""

    def __init__(self) -> None:
        self.centre = Centre(directory(*({"general": 1},) * 3))
        self.centre.staff(1)
        self.centre.call(CALL)
        self.centre.answer(leg_id(EPOCH, 1))
        self.facts: list[Fact] = []
        self.view = CallsView()
        self.view.see([arrived(self.centre)])
        self.control = FakeControl(self)
        self.places: dict[str, Place] = {}
        live = SimpleNamespace(place=Place(QueueName("general"), self.centre.clock.now()))
        live.remember = lambda place: self.places.update(c2=place)
        self.live = live
        mirror = SimpleNamespace(legs={}, calls={CALL: None})
        self.board = SimpleNamespace(
            clock=self.centre.clock, ears=SimpleNamespace(write=self.write), mirror=mirror,
            calls={CallId("c2"): live}, is_ready=True,
        )  # fmt: skip
        self.alarms = Alarms(self.write)
        keeper = SimpleNamespace(directory=self.centre.directory)
        parts: Any = (self.control, self.board, self, keeper, self.alarms)
        desk = SupervisionDesk(*parts)
        self.desk = desk.open(Epoch(7), self.view.find)

    def write(self, facts: Sequence[Fact]) -> None:
        self.facts += facts
        self.view.see(facts)

    # ---- as the floor's desk

    def snapshot(self) -> FloorView:
        return self.centre.floor.view(self.centre.clock.now())

    async def order(self, command: Happening) -> list[Fact]:
        return self.centre.take(command)

    def tell(self, happening: Happening) -> None:
        self.centre.take(happening)

    def sits(self, agent: int, *, on_break: bool = True) -> None:
        self.centre.staff(agent)
        if on_break:
            self.centre.take(Pause(AgentNo(f"100{agent}"), PauseReason("rest")))

    def asked(self) -> list[tuple[str, str | None, str | None]]:
        return [
            (fact.step.value, fact.leg, fact.phone)
            for fact in self.facts
            if isinstance(fact, SupervisionAsked)
        ]


def arrived(centre: Centre) -> CallArrived:
    return CallArrived(
        at=centre.clock.now(), call=CALL, sip_call_id="a", dialled="12345", caller="138****1111",
        caller_key=None, trunk="t",
    )  # fmt: skip


async def refused(what: Any) -> str:
    with pytest.raises(HotlineError) as trouble:
        await what
    return trouble.value.code


async def test_e2_2_what_is_asked_is_written_before_it_is_done_and_names_everybody() -> None:
    house = House()
    house.control.fails = PartyNotReached("It rang out.", remedy="Try again.")

    code = await refused(house.desk.listen(SITTING, CALL, Mode.WHISPER, Extension("8003"), WHY))

    (fact,) = cast("list[SupervisionAsked]", house.facts)
    assert code == "party-not-reached"
    assert (fact.step, fact.agent, fact.by, fact.supervisor) == (
        SupervisorStep.WHISPER, "1001", "leader", "1002",
    )  # fmt: skip
    assert (fact.phone, fact.leg, fact.reason) == ("8003", "7-s000001", WHY)
    assert house.control.done == [("listen", "7-s000001", "8003", Mode.WHISPER, False)]


async def test_e2_2_he_hears_at_his_own_seat_where_it_is_in_a_break() -> None:
    house = House()
    house.sits(2)

    found = await house.desk.listen(SITTING, CALL, Mode.LISTEN, None, WHY)

    assert (found.phone, found.leg, found.mode) == ("8002", "7-s000001", Mode.LISTEN)
    assert house.desk.hearing() == [found]


async def test_e2_2_a_phone_that_the_line_may_ring_that_is_anothers_or_busy_is_refused() -> None:
    house = House()
    listen, at = house.desk.listen, Extension

    assert await refused(listen(BOSS, CALL, Mode.LISTEN, None, WHY)) == "no-phone-to-listen"
    assert await refused(listen(BOSS, CALL, Mode.LISTEN, at("110"), WHY)) == "no-phone-to-listen"
    assert await refused(listen(BOSS, CALL, Mode.LISTEN, at("8001"), WHY)) == "phone-in-use"
    house.sits(2, on_break=False)
    assert await refused(listen(SITTING, CALL, Mode.LISTEN, None, WHY)) == "phone-in-use"
    assert await refused(listen(BOSS, CALL, Mode.LISTEN, at("8002"), WHY)) == "phone-in-use"
    await listen(BOSS, CALL, Mode.LISTEN, at("8003"), WHY)
    assert await refused(listen(BOSS, CALL, Mode.BARGE, at("8003"), WHY)) == "phone-in-use"
    assert [leg for _, leg, _ in house.asked()] == ["7-s000001"]


async def test_e2_2_only_a_conversation_is_heard() -> None:
    house = House()
    house.centre.call("c2")

    for call in ("c2", "c9"):
        listen = house.desk.listen(BOSS, CallId(call), Mode.LISTEN, Extension("8003"), WHY)
        assert await refused(listen) == "wrong-phase"
    assert house.facts == []


async def test_e2_2_switching_stopping_ending_each_say_who_why_and_where() -> None:
    house = House()
    found = await house.desk.listen(BOSS, CALL, Mode.LISTEN, Extension("8003"), WHY)

    switched = await house.desk.switch(BOSS, CALL, found.leg, Mode.BARGE, WHY)
    await house.desk.stop(BOSS, CALL, found.leg, WHY)
    await house.desk.hang_up(BOSS, CALL, WHY)

    assert switched.mode is Mode.BARGE
    assert house.asked() == [
        ("listen", "7-s000001", "8003"), ("barge", "7-s000001", "8003"),
        ("stop", "7-s000001", "8003"), ("hang_up", None, None),
    ]  # fmt: skip
    nobody = house.desk.switch(BOSS, CALL, LegId("7-s000009"), Mode.BARGE, WHY)
    assert await refused(nobody) == "no-such-party"


async def test_e2_2_taking_over_at_his_own_seat_makes_the_conversation_his_on_the_floor() -> None:
    house = House()
    house.sits(2)
    found = await house.desk.listen(SITTING, CALL, Mode.LISTEN, None, WHY)

    await house.desk.take_over(SITTING, CALL, found.leg, WHY)

    assert house.control.done[-1] == ("take_over", found.leg, "8002", True)
    (lent,) = house.centre.of(SeatLent)
    assert (lent.leg, lent.agent, lent.by, lent.expert_of) == (found.leg, "1002", "1001", None)
    house.centre.take(LegAnswered(found.leg))
    assert house.centre.only(SeatAnswered).again


async def test_e2_2_a_take_over_that_fails_gives_his_seat_back() -> None:
    house = House()
    house.sits(2)
    house.control.fails = PartyNotReached("It rang out.", remedy="Try again.")

    assert await refused(house.desk.take_over(SITTING, CALL, None, WHY)) == "party-not-reached"

    assert [ended.agent for ended in house.centre.of(LoanEnded)] == ["1002"]


async def test_e2_2_at_a_phone_of_nobodys_seat_nothing_is_lent() -> None:
    house = House()

    await house.desk.take_over(BOSS, CALL, Extension("8003"), WHY)

    assert house.control.done == [("take_over", "7-s000001", "8003", False)]
    assert house.centre.of(SeatLent) == []


async def test_e2_3_who_is_moved_has_his_place_on_his_channel_too() -> None:
    house = House()
    house.centre.call("c2")

    await house.desk.prioritise(BOSS, CallId("c2"), 2, WHY)
    assert house.places["c2"].priority == 2
    await house.desk.move(BOSS, CallId("c2"), QueueName("enterprise"), WHY)
    assert (house.places["c2"].queue, house.places["c2"].needs) == ("enterprise", None)

    assert await refused(house.desk.prioritise(BOSS, CALL, 2, WHY)) == "call-not-in-line"


async def test_e2_2_whose_end_nobody_heard_is_told_once() -> None:
    """He listened when we died, and was gone when the next process looked."""
    house = House()
    await house.desk.listen(BOSS, CALL, Mode.LISTEN, Extension("8003"), WHY)

    house.desk.look()
    house.desk.look()

    ended = [fact for fact in house.facts if isinstance(fact, SupervisionEnded)]
    assert [(fact.leg, fact.why) for fact in ended] == [("7-s000001", "lost")]


def test_e2_8_an_alarm_is_acknowledged_by_name_of_the_login() -> None:
    house = House()
    house.alarms.look("disk-full", house.centre.clock.now(), wrong=True, why="0 MB")

    row = house.desk.acknowledge(BOSS, "disk-full", "on my way")

    assert row.acknowledged_by == "boss"
    (told,) = [fact for fact in house.facts if isinstance(fact, AlarmAcknowledged)]
    assert (told.alarm, told.note) == ("disk-full", "on my way")


def test_e2_2_a_released_tone_is_heard_with_the_next_who_listens() -> None:
    house = House()
    assert not house.desk.beeps

    house.desk.use(
        with_release("supervision", lambda file: file.update(listening={"beep": "both"}))
    )

    assert (house.desk.beeps, house.control.beep) == (True, Beep.BOTH)
