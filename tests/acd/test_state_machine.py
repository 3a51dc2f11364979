"""Hypothesis over floor, desk and a fake exchange: every order of events, every way to die.

The invariants I1-I11 are asserted after every step (tests/torture/laws.py names each); the long run
with the same world is `./dev torture`.
"""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from acd import happenings as h
from acd.order_happenings import MoveCaller, PrioritiseCaller
from kernel.ids import AgentNo, CallId, DutyId, LegId, PauseReason, QueueName, SeatId
from kernel.legs import LegEnd
from tests.torture.life import Point
from tests.torture.scenes import scene
from tests.torture.world import World

SEATS = 3
AGENTS = st.integers(1, SEATS).map(lambda n: AgentNo(str(1000 + n)))
REFUSALS = st.sampled_from([LegEnd.BUSY, LegEnd.REJECTED, LegEnd.UNREACHABLE, LegEnd.CONGESTION])


class Centre(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(scene(0, SEATS))
        self.heard: list[h.Report] = []
        self.under_way: list[h.Report] = []
        self.calls = 0
        for n in range(1, SEATS + 1):
            self.world.order(h.SignIn(AgentNo(str(1000 + n)), SeatId(f"S{n:03d}")))
            self.world.order(h.GoAvailable(AgentNo(str(1000 + n))))

    def listen(self) -> None:
        self.under_way += self.world.said()

    def some_call(self, data: st.DataObject) -> CallId:
        return CallId(f"c{data.draw(st.integers(1, max(1, self.calls)))}")

    def some_leg(self, data: st.DataObject) -> LegId:
        legs = sorted(self.world.exchange.legs)
        return data.draw(st.sampled_from(legs)) if legs else LegId("1-000099")

    # ---- citizens and seats

    @rule(queue=st.sampled_from(["general", "enterprise", "dialect"]), priority=st.integers(0, 3))
    def a_call_comes(self, queue: str, priority: int) -> None:
        self.calls += 1
        self.world.ask(self.wish(CallId(f"c{self.calls}"), queue, priority))
        self.listen()

    def wish(self, call: CallId, queue: str, priority: int, again: bool = False) -> h.SeatWanted:
        return h.SeatWanted(
            call=call,
            queue=QueueName(queue),
            needs={},
            priority=priority,
            asked_at=self.world.clock.now(),
            again=again,
        )

    @rule(data=st.data())
    def a_call_asks_again(self, data: st.DataObject) -> None:
        call = self.some_call(data)
        if call in self.world.exchange.calls:
            self.world.ask(self.wish(call, "general", 1, again=True))
            self.listen()

    @rule(data=st.data())
    def a_story_asks_late(self, data: st.DataObject) -> None:
        wanted = self.world.wishes.get(self.some_call(data))
        if wanted is not None:
            self.world.ask_late(wanted, self.world.life.epoch)
            self.listen()

    @rule(data=st.data(), what=st.sampled_from(["citizen_hangs_up", "fall_back"]))
    def a_citizen(self, data: st.DataObject, what: str) -> None:
        self.world.do((what, (self.some_call(data),)))
        self.listen()

    @rule(data=st.data())
    def somebody_answers_in_the_fallback(self, data: st.DataObject) -> None:
        self.world.exchange.answer_in_fallback(self.some_call(data))
        self.listen()

    @rule(data=st.data(), what=st.sampled_from(["answer", "answer", "seat_hangs_up"]))
    def a_seat(self, data: st.DataObject, what: str) -> None:
        self.world.do((what, (self.some_leg(data),)))
        self.listen()

    @rule(data=st.data(), why=REFUSALS)
    def a_seat_refuses(self, data: st.DataObject, why: LegEnd) -> None:
        self.world.exchange.refuse(self.some_leg(data), why)
        self.listen()

    @rule(n=st.integers(1, SEATS), reachable=st.booleans())
    def a_phone(self, n: int, reachable: bool) -> None:
        self.world.do(("phone", (str(8000 + n), reachable)))
        self.listen()

    @rule(agent=AGENTS, order=st.sampled_from([h.GoAvailable, h.FinishWrapUp, h.ExtendWrapUp]))
    def an_agent(
        self,
        agent: AgentNo,
        order: type[h.GoAvailable] | type[h.FinishWrapUp] | type[h.ExtendWrapUp],
    ) -> None:
        self.world.order(order(agent))
        self.listen()

    @rule(data=st.data(), to=st.sampled_from(["general", "enterprise", "dialect", "none"]))
    def a_supervisor_moves_somebody(self, data: st.DataObject, to: str) -> None:
        self.world.order(MoveCaller("leader", self.some_call(data), QueueName(to), "drill"))
        self.listen()

    @rule(data=st.data(), priority=st.integers(0, 3))
    def a_supervisor_gives_somebody_a_place(self, data: st.DataObject, priority: int) -> None:
        self.world.order(PrioritiseCaller("leader", self.some_call(data), priority, "drill"))
        self.listen()

    @rule(agent=AGENTS, out=st.booleans())
    def an_agent_leaves(self, agent: AgentNo, out: bool) -> None:
        self.world.order(h.SignOut(agent) if out else h.Pause(agent, PauseReason("meal")))
        self.listen()

    # ---- the news: in order, late and reordered, doubled, lost

    @rule()
    def the_desk_hears_everything_in_order(self) -> None:
        while self.under_way:
            self.hear(self.under_way.pop(0))

    @rule(data=st.data())
    def the_desk_hears_one_out_of_order(self, data: st.DataObject) -> None:
        if self.under_way:
            place = data.draw(st.integers(0, len(self.under_way) - 1))
            self.hear(self.under_way.pop(place))

    @rule(data=st.data())
    def the_desk_hears_one_again(self, data: st.DataObject) -> None:
        if self.heard:
            self.hear(data.draw(st.sampled_from(self.heard)))

    @rule()
    def one_is_lost(self) -> None:
        if self.under_way:
            self.under_way.pop(0)

    def hear(self, news: h.Report) -> None:
        self.heard.append(news)
        self.world.hear(news)
        self.listen()

    # ---- calls that we owe

    @rule(agent=AGENTS, duty=st.integers(1, 3), way=st.integers(0, 3))
    def a_call_is_owed(self, agent: AgentNo, duty: int, way: int) -> None:
        self.calls += 1
        now = self.world.clock.now()
        wanted = h.CallbackWanted(
            call=CallId(f"c{self.calls}"),
            duty=DutyId(f"d{duty}"),
            queue=QueueName("general"),
            needs={},
            priority=0,
            asked_at=now - timedelta(seconds=60),
            spare_until=now + timedelta(seconds=30) if way == 1 else None,
            citizen_first=way == 2,
        )
        if way == 3:
            self.world.owed.owe_by_hand(agent, wanted)
        else:
            self.world.owed.owe(wanted)
        self.listen()

    @rule(
        data=st.data(),
        what=st.sampled_from(["citizen_answers", "citizen_joins", "not_owed"]),
    )
    def whom_we_ring(self, data: st.DataObject, what: str) -> None:
        self.world.do((what, (self.some_call(data),)))
        self.listen()

    # ---- time and death

    @rule()
    def the_link_breaks(self) -> None:
        self.world.cut()

    @rule()
    def the_exchange_dies(self) -> None:
        self.world.do(("exchange_dies", ()))
        self.under_way.clear()

    @rule()
    def the_link_is_mended(self) -> None:
        self.world.mend()
        self.listen()

    @rule(seconds=st.sampled_from([0.5, 5.0, 12.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)
        self.listen()

    @rule(point=st.sampled_from(list(Point)), after=st.integers(0, 3))
    def it_will_die(self, point: Point, after: int) -> None:
        self.world.die_at(point, after)

    @rule()
    def it_dies_now(self) -> None:
        self.world.die_now()

    @rule()
    def the_next_process_starts(self) -> None:
        self.world.rise()
        self.listen()

    @rule()
    def the_link_was_cut_and_is_back(self) -> None:
        self.under_way.clear()
        self.world.resync()
        self.listen()

    def teardown(self) -> None:
        self.world.quiesce()


Centre.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestCentre = Centre.TestCase
