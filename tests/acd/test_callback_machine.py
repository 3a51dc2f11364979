"""Random histories of a centre that also owes calls: agent first, citizen first, by hand, each
with citizens who answer, leave before they are in line, or are never reached.

I2 nobody who hung up is rung or dialled for. I5 what is owed takes no seat from who may use it, and
gets the one that nobody may. I6 a duty is in line, at a seat or being dialled once.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from acd import callback_orders, departures
from acd.facts import (
    CallbackDropped,
    CallbackQueued,
    CallbackTurn,
    CallQueued,
    ReentryEnded,
    TalkEnded,
)
from acd.happenings import (
    CallBack,
    CallbackOver,
    CallbackWanted,
    CallerLeft,
    LegAnswered,
    LegEnded,
    SeatWanted,
)
from acd.line import Caller
from acd.matching import fits
from acd.seat import Activity, Presence
from kernel.ids import AgentNo, CallId, DutyId, QueueName, Skill
from tests.acd.test_floor_machine import AGENTS, LEG_ENDS, FloorMachine

DUTIES = st.integers(1, 3).map(lambda n: DutyId(f"missed:{n}"))
OWED_QUEUES = st.sampled_from(["general", "enterprise"]).map(QueueName)
LEFT_THE_BOOK = CallbackDropped | CallQueued | ReentryEnded | TalkEnded


class CallbackMachine(FloorMachine):
    """`memory` is looked at from inside: its indexes are what is to be caught lying."""

    def __init__(self) -> None:
        self.owed = 0
        self.by_hand: set[CallId] = set()
        super().__init__()

    # ---- what we owe -----------------------------------------------------------------------------

    @property
    def callers(self) -> list[Caller]:
        return list(self.centre.floor._memory.owed.values())

    def some_owed(self, data: st.DataObject) -> CallId:
        return CallId(f"out-7-{data.draw(st.integers(1, self.owed + 1))}")

    def wanted(self, duty: DutyId, queue: QueueName, **more: object) -> CallbackWanted:
        self.owed += 1
        return CallbackWanted(
            call=CallId(f"out-7-{self.owed}"),
            duty=duty,
            queue=queue,
            needs={Skill("general"): 1} if queue == "general" else {},
            priority=0,
            **more,  # type: ignore[arg-type]
        )

    @rule(
        duty=DUTIES,
        queue=OWED_QUEUES,
        ago=st.integers(0, 120),
        spare=st.none() | st.integers(1, 60),
        citizen_first=st.booleans(),
    )
    def we_owe_a_call(
        self, duty: DutyId, queue: QueueName, ago: int, spare: int | None, *, citizen_first: bool
    ) -> None:
        """The engine holds a duty, and asks for it once."""
        if any(caller.duty == duty for caller in self.callers):
            return
        now = self.centre.clock.now()
        self.tell(
            self.wanted(
                duty,
                queue,
                asked_at=now - timedelta(seconds=ago),
                spare_until=None if spare is None else now + timedelta(seconds=spare),
                citizen_first=citizen_first,
            )
        )

    @rule(agent=AGENTS, duty=DUTIES)
    def an_agent_takes_one_by_hand(self, agent: AgentNo, duty: DutyId) -> None:
        wanted = self.wanted(duty, QueueName("general"), asked_at=self.centre.clock.now())
        self.by_hand.add(wanted.call)
        self.command(CallBack(agent, wanted))

    @rule(data=st.data())
    def one_is_settled_otherwise(self, data: st.DataObject) -> None:
        self.tell(CallbackOver(self.some_owed(data)))

    # ---- what its citizen does -------------------------------------------------------------------

    @rule(data=st.data())
    def a_citizen_whom_we_rang_comes_into_the_line(self, data: st.DataObject) -> None:
        """Citizen first. Also one whose story is slow, and who hung up before it asked."""
        dialled = [caller for caller in self.callers if caller.turn_given]
        if dialled:
            him = data.draw(st.sampled_from(dialled))
            self.tell(
                SeatWanted(
                    call=him.call,
                    queue=him.queue,
                    needs=him.asked,
                    priority=0,
                    asked_at=him.asked_at,
                    again=True,
                )
            )

    @rule(data=st.data())
    def a_citizen_whom_we_rang_leaves(self, data: st.DataObject) -> None:
        """While he is being joined, in line, or before his story has asked for a seat."""
        call = self.some_owed(data)
        self.gone.add(call)
        self.owed = max(self.owed, int(call.rpartition("-")[2]))
        self.tell(CallerLeft(call))

    @rule(data=st.data(), answered=st.booleans())
    def the_ring_for_one_whom_we_owe_ends(self, data: st.DataObject, *, answered: bool) -> None:
        """Agent first: the seat is there, or is not."""
        rings = [one.seat for one in self.callers if one.seat is not None and one.seat.leg]
        if rings:
            leg = data.draw(st.sampled_from(rings)).leg
            assert leg is not None, "it rings or talks"
            why = data.draw(LEG_ENDS)
            self.tell(LegAnswered(leg) if answered else LegEnded(leg, why))

    # ---- what must hold --------------------------------------------------------------------------

    def check_last(self) -> None:
        super().check_last()
        for fact in self.centre.last:
            if isinstance(fact, CallbackTurn):
                assert fact.call not in self.gone

    @invariant()
    def a_duty_is_owed_once_and_in_one_place(self) -> None:
        """I6."""
        memory = self.centre.floor._memory
        duties = [caller.duty for caller in self.callers]
        assert len(duties) == len(set(duties))
        for caller in self.callers:
            places = [caller.waiting, caller.seat is not None, caller.turn_given]
            assert sum(places) == 1, f"{caller.call} is at {places}"
            assert caller.waiting == (caller in list(memory.line_of(caller)))

    @invariant()
    def nothing_is_kept_for_who_has_hung_up(self) -> None:
        """I2, I6: no story has to say it."""
        assert not {caller.call for caller in self.callers} & self.gone

    @invariant()
    def the_facts_say_the_same(self) -> None:
        owed: dict[CallId, DutyId] = {}
        for fact in self.centre.facts:
            if isinstance(fact, CallbackQueued):
                owed[fact.call] = fact.duty
            elif isinstance(fact, LEFT_THE_BOOK):
                owed.pop(fact.call, None)
        assert owed == {caller.call: caller.duty for caller in self.callers}

    @invariant()
    def a_seat_without_use_for_who_waits_takes_what_is_owed(self) -> None:
        """I5; unless a citizen is being rung: a seat is kept for him. While deaf none is rung."""
        memory = self.centre.floor._memory
        if memory.deaf or any(one.turn_given for one in self.callers) or len(memory.first):
            return
        for caller in memory.spare:
            for seat in memory.idle:
                used = memory.line.could_use(seat) or seat.id in caller.excluded
                first = any(one.citizen_first for one in memory.spare)
                assert used or first or not fits(seat.skills, caller.needs)

    @invariant()
    def a_seat_rings_exactly_for_the_caller_offered_to_it(self) -> None:
        view = self.centre.floor.view(self.centre.clock.now())
        ringing = {s.seat: s.call for s in view.seats if s.activity is Activity.RINGING}
        offered = {w.ringing_at: w.call for w in view.waiting if w.ringing_at is not None}
        owed = {row.seat: row.call for row in view.callbacks if row.seat in ringing}
        assert ringing == {**offered, **owed}
        assert not set(ringing.values()) & self.gone

    @invariant()
    def only_available_reachable_seats_ring(self) -> None:
        """By hand in a break too: it is the agent's own wish."""
        for seat in self.centre.floor.view(self.centre.clock.now()).seats:
            wished = seat.call in self.by_hand
            ready = seat.presence is Presence.AVAILABLE
            assert seat.activity is not Activity.RINGING or ready or wished


SETTINGS = settings(
    max_examples=120,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
CallbackMachine.TestCase.settings = SETTINGS
TestCallbacks = CallbackMachine.TestCase


def test_a_floor_that_keeps_a_turn_for_who_hung_up_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(departures, "_callback_left", lambda turn, caller: None)
    unshrunk = settings(SETTINGS, phases=[Phase.generate])

    with pytest.raises(AssertionError):
        run_state_machine_as_test(CallbackMachine, settings=unshrunk)


def test_a_floor_that_asks_for_a_duty_twice_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """I6: by hand, while it stands in line for anybody."""
    monkeypatch.setattr(callback_orders, "_out_of_line", lambda turn, wanted: None)
    unshrunk = settings(SETTINGS, phases=[Phase.generate])

    with pytest.raises(AssertionError):
        run_state_machine_as_test(CallbackMachine, settings=unshrunk)
