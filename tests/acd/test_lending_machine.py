"""The random histories of the floor, with seats lent to colleagues' calls and callers handed on.

A lent seat is never rung by the line (I3); a loan's leg answers for nobody but its own call; all
that holds without loans holds with them.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from acd.facts import SeatAnswered, SeatLent, SeatRung
from acd.happenings import LegAnswered, LegEnded, LendSeat, SeatWanted
from acd.seat import Activity
from kernel.ids import AgentNo, QueueName
from tests.acd.test_floor_machine import AGENTS, LEG_ENDS, QUEUES, FloorMachine


class LendingMachine(FloorMachine):
    @rule(data=st.data(), agent=AGENTS, by=AGENTS)
    def a_colleague_is_asked(self, data: st.DataObject, agent: AgentNo, by: AgentNo) -> None:
        self.command(LendSeat(agent, self.some_call(data), by))

    @rule(data=st.data(), by=AGENTS)
    def an_agent_who_talks_asks_a_colleague(self, data: st.DataObject, by: AgentNo) -> None:
        seat = self.centre.floor.view(self.centre.clock.now()).seat_of(by)
        if seat is not None and seat.activity is Activity.TALKING and seat.call is not None:
            self.command(LendSeat(data.draw(AGENTS), seat.call, by))

    @rule(data=st.data(), answered=st.booleans())
    def the_newest_loan_ends(self, data: st.DataObject, answered: bool) -> None:
        lent = self.centre.of(SeatLent)
        if lent:
            leg = lent[-1].leg
            self.tell(LegAnswered(leg) if answered else LegEnded(leg, data.draw(LEG_ENDS)))

    @rule(data=st.data(), queue=QUEUES, to=st.none() | AGENTS, back=st.none() | AGENTS)
    def a_call_is_handed_on(
        self, data: st.DataObject, queue: QueueName, to: AgentNo | None, back: AgentNo | None
    ) -> None:
        call = self.some_call(data)
        if call in self.gone or self.calls == 0 or call == f"c{self.calls + 1}":
            return
        self.tell(
            SeatWanted(
                call=call,
                queue=queue,
                needs={},
                priority=2,
                asked_at=self.centre.clock.now(),
                again=True,
                handed_to=to,
                back_to=back,
            )
        )

    def check_last(self) -> None:
        """An answer joins the ring's, or the loan's, own caller and nobody else."""
        named = (*self.centre.of(SeatRung), *self.centre.of(SeatLent))
        legs = [fact.leg for fact in named]
        assert len(legs) == len(set(legs))
        for fact in self.centre.last:
            if isinstance(fact, SeatRung):
                assert fact.call not in self.gone
            if isinstance(fact, SeatAnswered):
                (ring,) = [one for one in named if one.leg == fact.leg]
                assert (ring.call, ring.seat) == (fact.call, fact.seat)
                assert fact.again or isinstance(ring, SeatRung)

    @invariant()
    def a_lent_seat_is_at_no_other_work(self) -> None:
        memory = self.centre.floor._memory
        for leg, seat in memory.lent.items():
            assert (seat.lent_leg, seat.activity) == (leg, Activity.IDLE)
            assert seat not in memory.idle
        lent = [seat.lent_leg for seat in memory.seats.values() if seat.lent_leg is not None]
        assert sorted(lent) == sorted(memory.lent)


LendingMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=35,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLending = LendingMachine.TestCase
