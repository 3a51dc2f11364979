"""Random histories against the invariants I1-I5: late answers, echoes and lost events included.

I1 one live ring per seat, one per caller, one fate a call. I2 nobody is rung for after he hung up.
I3 only an available, idle, reachable seat is rung. I4 every ring and wrap-up ends by its deadline.
I5 nobody waits beside a seat that may serve him, unless we are deaf: then nobody is rung.
"""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from acd.facts import (
    FATES,
    AgentPaused,
    CallAbandoned,
    CallbackTurn,
    CallQueued,
    LegDropped,
    PhoneReachability,
    SeatAnswered,
    SeatLent,
    SeatRung,
    Withdrawal,
    WrapUpEnded,
    WrapUpStarted,
)
from acd.happenings import (
    CallbackTaken,
    CallerLeft,
    CallWithdrawn,
    CaughtUp,
    Command,
    ExtendWrapUp,
    FinishWrapUp,
    ForcedTo,
    GoAvailable,
    Happening,
    LegAnswered,
    LegEnded,
    Pause,
    PhoneSeen,
    PolicyLoaded,
    SeatWanted,
    SignIn,
    SignOut,
    SupervisorForces,
    WentDeaf,
)
from acd.matching import fits
from acd.policy import QueuePolicies
from acd.seat import Activity, Presence
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, Extension, PauseReason, QueueName, SeatId, Skill, leg_id
from kernel.legs import LegEnd
from tests.acd.centre import EPOCH, Centre, directory, policies

PEOPLE = [
    {"general": 2},
    {"general": 1},
    {"general": 1, "dialect:dongbei": 2},
    {"enterprise": 2},
]
AGENTS = st.integers(1, len(PEOPLE)).map(lambda n: AgentNo(str(1000 + n)))
QUEUES = st.sampled_from(["general", "general", "enterprise", "dialect"]).map(QueueName)
LEG_ENDS = st.sampled_from(list(LegEnd))

# Released while it is at work: shorter and longer limits, a queue taken away, portions of one.
RULES = [
    policies(on_rejected="keep"),
    policies({"max_wait_s": 60, "when_too_long": "refuse"}, time_budget=1),
    policies({"max_wait_s": 40, "when_too_long": "refuse", "ring_limit_s": 5}),
    policies(on_rejected="keep").model_copy(
        update={"queues": {n: q for n, q in policies().queues.items() if n != "enterprise"}}
    ),
]


class FloorMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.centre = Centre(directory(*PEOPLE), policies(on_rejected="keep"))
        self.always: dict[str, Any] = {}  # of all rules that are released
        self.calls = 0
        self.gone: set[CallId] = set()
        for n in range(1, len(PEOPLE) + 1):
            self.tell(SignIn(AgentNo(str(1000 + n)), SeatId(f"S{n:03d}")))

    # ---- what happens ----------------------------------------------------------------------------

    def tell(self, happening: Happening) -> None:
        self.centre.take(happening)
        self.check_last()

    def command(self, command: Command) -> None:
        """Allowed or refused; a refusal changes nothing."""
        before = self.centre.floor.contents()
        try:
            self.tell(command)
        except HotlineError:
            assert self.centre.floor.contents() == before

    def some_call(self, data: st.DataObject) -> CallId:
        return CallId(f"c{data.draw(st.integers(1, self.calls + 1))}")

    @rule(rules=st.sampled_from(RULES))
    def rules_are_released(self, rules: QueuePolicies) -> None:
        self.tell(PolicyLoaded(rules.model_copy(update=self.always)))

    @rule(
        queue=QUEUES, priority=st.integers(0, 3), sticky=st.none() | AGENTS, lowered=st.booleans()
    )
    def a_caller_asks(
        self, queue: QueueName, priority: int, sticky: AgentNo | None, lowered: bool
    ) -> None:
        self.calls += 1
        self.tell(
            SeatWanted(
                call=CallId(f"c{self.calls}"),
                queue=queue,
                needs={Skill("general"): 1} if queue == "general" else {},
                priority=priority,
                asked_at=self.centre.clock.now(),
                sticky_to=sticky,
                lowered=lowered,
            )
        )

    @rule(data=st.data(), queue=QUEUES)
    def a_call_asks_again(self, data: st.DataObject, queue: QueueName) -> None:
        call = self.some_call(data)
        if call in self.gone or self.calls == 0 or call == f"c{self.calls + 1}":
            return
        at = self.centre.clock.now()
        again = SeatWanted(call=call, queue=queue, needs={}, priority=0, asked_at=at, again=True)
        self.tell(again)

    @rule(data=st.data())
    def a_caller_leaves(self, data: st.DataObject) -> None:
        call = self.some_call(data)
        self.gone.add(call)
        self.calls = max(self.calls, int(call[1:]))
        self.tell(CallerLeft(call))

    @rule(data=st.data(), why=st.sampled_from(list(Withdrawal)))
    def a_call_is_withdrawn(self, data: st.DataObject, why: Withdrawal) -> None:
        self.tell(CallWithdrawn(self.some_call(data), why))

    @rule(data=st.data())
    def a_caller_takes_the_callback(self, data: st.DataObject) -> None:
        self.tell(CallbackTaken(self.some_call(data)))

    @rule(data=st.data(), happening=st.sampled_from([LegAnswered, LegEnded]), why=LEG_ENDS)
    def the_network_says_something_at_any_time(
        self, data: st.DataObject, happening: type[LegAnswered] | type[LegEnded], why: LegEnd
    ) -> None:
        """Late answers, echoes, refusals: AMI owes us no order."""
        rung = len(self.centre.of(SeatRung))
        leg = leg_id(EPOCH, data.draw(st.integers(1, rung + 1)))
        self.tell(LegEnded(leg, why) if happening is LegEnded else LegAnswered(leg))

    @rule(data=st.data(), answered=st.booleans())
    def the_newest_ring_ends(self, data: st.DataObject, answered: bool) -> None:
        rung = self.centre.of(SeatRung)
        if rung:
            leg = rung[-1].leg
            self.tell(LegAnswered(leg) if answered else LegEnded(leg, data.draw(LEG_ENDS)))

    @rule(agent=AGENTS, reachable=st.booleans())
    def a_phone_comes_or_goes(self, agent: AgentNo, reachable: bool) -> None:
        self.tell(PhoneSeen(Extension(str(int(agent) + 7000)), reachable))

    @rule(agent=AGENTS)
    def an_agent_goes_available(self, agent: AgentNo) -> None:
        self.command(GoAvailable(agent))

    @rule(agent=AGENTS, reason=st.sampled_from(["rest", "meal", "no_answer", "?"]))
    def an_agent_pauses(self, agent: AgentNo, reason: str) -> None:
        self.command(Pause(agent, PauseReason(reason)))

    @rule(agent=AGENTS, order=st.sampled_from([FinishWrapUp, ExtendWrapUp, SignOut]))
    def an_agent_does_something_else(
        self, agent: AgentNo, order: type[FinishWrapUp] | type[ExtendWrapUp] | type[SignOut]
    ) -> None:
        self.command(order(agent))

    @rule(agent=AGENTS, seat=st.integers(1, len(PEOPLE)))
    def an_agent_signs_in(self, agent: AgentNo, seat: int) -> None:
        self.command(SignIn(agent, SeatId(f"S{seat:03d}")))

    @rule(agent=AGENTS, to=st.sampled_from(list(ForcedTo)))
    def a_supervisor_forces(self, agent: AgentNo, to: ForcedTo) -> None:
        self.command(SupervisorForces("leader", agent, to, "drill"))

    @rule(chance=st.integers(0, 2))
    def the_line_to_the_telephone_is_lost(self, chance: int) -> None:
        """Not so often that nobody is rung any more."""
        if chance == 0:
            self.tell(WentDeaf())

    @rule()
    def the_telephone_has_told_what_it_holds(self) -> None:
        self.tell(CaughtUp())

    @rule(seconds=st.floats(0, 40))
    def time_passes(self, seconds: float) -> None:
        self.centre.wait(seconds)
        self.check_last()

    # ---- what must hold --------------------------------------------------------------------------

    def check_last(self) -> None:
        """Facts of the last turn: I2, and an answer joins only the leg's own caller."""
        deaf = self.centre.floor._memory.deaf
        for fact in self.centre.last:
            assert not (deaf and isinstance(fact, SeatRung | SeatLent | CallbackTurn))
            if isinstance(fact, SeatRung):
                assert fact.call not in self.gone
            if isinstance(fact, SeatAnswered):
                (ring,) = [r for r in self.centre.of(SeatRung) if r.leg == fact.leg]
                assert (ring.call, ring.seat) == (fact.call, fact.seat)

    @invariant()
    def a_call_meets_one_fate(self) -> None:
        fates = Counter(
            fact.call  # type: ignore[attr-defined]  # every fate names its call
            for fact in self.centre.facts
            if isinstance(fact, FATES) and not getattr(fact, "again", False)
        )
        asked = Counter(f.call for f in self.centre.of(CallQueued) if not f.again)
        assert set(fates.values()) <= {1}
        assert set(asked.values()) <= {1}
        assert set(fates) <= set(asked)

    @invariant()
    def a_seat_rings_exactly_for_the_caller_offered_to_it(self) -> None:
        view = self.centre.floor.view(self.centre.clock.now())
        rings = {s.seat: s.call for s in view.seats if s.activity is Activity.RINGING}
        offered = {w.ringing_at: w.call for w in view.waiting if w.ringing_at is not None}
        calls = [w.call for w in view.waiting]
        assert rings == offered
        assert len(calls) == len(set(calls))
        assert not set(calls) & self.gone

    @invariant()
    def only_available_reachable_seats_ring(self) -> None:
        for seat in self.centre.floor.view(self.centre.clock.now()).seats:
            assert seat.activity is not Activity.RINGING or seat.presence is Presence.AVAILABLE
        for fact in self.centre.last:
            if isinstance(fact, AgentPaused | PhoneReachability):
                return
            assert not isinstance(fact, SeatRung) or self.reachable(fact.phone)

    def reachable(self, phone: Extension) -> bool:
        seats = self.centre.floor.view(self.centre.clock.now()).seats
        return all(seat.reachable for seat in seats if seat.phone == phone)

    @invariant()
    def nobody_waits_beside_a_seat_that_may_serve_him(self) -> None:
        memory = self.centre.floor._memory
        now = self.centre.clock.now()
        for caller in () if memory.deaf else memory.line:
            free = memory.idle.longest_idle(caller.signature, caller.excluded, now)
            assert free is None or (caller.held_for is not None and caller.held_for != free.agent)

    @invariant()
    def nothing_is_overdue(self) -> None:
        now = self.centre.clock.now()
        for seat in self.centre.floor._memory.seats.values():
            ringing = seat.activity is Activity.RINGING
            assert ringing == (seat.ring_deadline is not None)
            assert seat.ring_deadline is None or seat.ring_deadline >= now
            in_wrap_up = seat.activity is Activity.WRAP_UP
            assert in_wrap_up == (seat.wrap_up_until is not None)

    @invariant()
    def those_who_need_the_same_and_the_seats_for_them_are_counted_right(self) -> None:
        memory = self.centre.floor._memory
        serving = [s for s in memory.seats.values() if s.reachable and s.presence == "available"]
        assert memory.serving == len(serving)
        line = list(memory.line)
        for n, caller in enumerate(line):
            alike = sum(one.signature == caller.signature for one in line[:n])
            able = sum(fits(seat.skills, caller.needs) for seat in serving)
            assert memory.line.alike_ahead_of(caller) == alike
            assert memory.able(caller.signature) == able

    @invariant()
    def a_floor_folded_from_the_facts_is_equal(self) -> None:
        assert self.centre.folded().contents() == self.centre.floor.contents()


FloorMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=35,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestFloor = FloorMachine.TestCase


def test_a_ring_ends_by_its_own_deadline_even_if_every_later_event_is_lost() -> None:
    """I4."""
    centre = Centre()
    centre.staff(1)
    centre.call("c1")

    centre.wait(12)

    assert [fact.leg for fact in centre.of(LegDropped)] == ["7-000001"]
    (seat,) = centre.floor.view(centre.clock.now()).seats
    assert (seat.activity, seat.presence) == (Activity.IDLE, Presence.PAUSED)


def test_a_wrap_up_ends_by_its_limit() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.answer(leg_id(EPOCH, 1))
    centre.end(leg_id(EPOCH, 1))
    started = centre.only(WrapUpStarted)

    centre.wait(31)

    assert centre.only(WrapUpEnded).at == started.until


def test_two_that_answer_in_one_tick_leave_one_conversation() -> None:
    """I1: the ring was given up and passed on; then the first seat answers after all."""
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")
    centre.wait(12)

    centre.answer(leg_id(EPOCH, 1))
    late = centre.only(LegDropped)
    centre.answer(leg_id(EPOCH, 2))

    assert late.leg == "7-000001"
    assert [fact.leg for fact in centre.of(SeatAnswered)] == ["7-000002"]
    assert centre.of(CallAbandoned) == []
