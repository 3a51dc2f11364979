"""The random histories of the floor with surge plans, overflow, and minimums for breaks.

All that holds without them holds with them; beside it: a target never has more calls than it takes,
nobody is sent to one twice, who came by overflow is never sent on, and a break that an agent takes
leaves as many seats as the minimums ask for.
"""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from acd.facts import AgentPaused, Who
from acd.happenings import SeatWanted, SignIn
from acd.matching import fits
from acd.seat import SYSTEM_REASONS, Presence
from acd.surge_facts import CallSentOver, Measures, PlanName
from acd.surge_happenings import (
    ActivateSurge,
    DropBreakWish,
    GrantBreak,
    OverflowReached,
    ReturnSurge,
)
from kernel.ids import AgentNo, CallId, PauseReason, QueueName, SeatId
from tests.acd.centre import Centre, directory, policies
from tests.acd.test_floor_machine import AGENTS, PEOPLE, FloorMachine

ROOM = {"jilin": 2, "siping": 1}
PLANS = st.sampled_from(["surge", "storm"]).map(PlanName)
MEASURES = st.builds(
    Measures,
    wrap_up_limit_s=st.none() | st.just(5.0),
    callback_after_s=st.none() | st.just(10.0),
    overflow_after_s=st.just(8.0),
    overflow_to=st.sampled_from([("jilin", "siping"), ("siping",)]),
    recall=st.sampled_from([(), (PauseReason("rest"), PauseReason("meal"))]),
)


class SurgeMachine(FloorMachine):
    def __init__(self) -> None:
        super().__init__()
        minimums = [{"queue": "general", "at_least": 1, "at_most_on_break": 2}]
        rules = policies(on_rejected="keep", minimums=minimums, overflow_capacity=ROOM)
        self.always = {"minimums": rules.minimums, "overflow_capacity": ROOM}
        self.centre = Centre(directory(*PEOPLE), rules)
        for n in range(1, len(PEOPLE) + 1):
            self.tell(SignIn(AgentNo(str(1000 + n)), SeatId(f"S{n:03d}")))

    @rule(plan=PLANS, measures=MEASURES)
    def a_plan_is_activated(self, plan: PlanName, measures: Measures) -> None:
        self.command(ActivateSurge(plan=plan, measures=measures, by="system", why="waiting 9"))

    @rule(plan=PLANS)
    def a_plan_returns(self, plan: PlanName) -> None:
        self.command(ReturnSurge(plan, "system", "over"))

    @rule(data=st.data())
    def somebody_answers_elsewhere(self, data: st.DataObject) -> None:
        self.tell(OverflowReached(self.some_call(data)))

    @rule(agent=AGENTS)
    def an_agent_drops_his_wish(self, agent: AgentNo) -> None:
        self.command(DropBreakWish(agent))

    @rule(agent=AGENTS)
    def a_supervisor_grants_it(self, agent: AgentNo) -> None:
        self.command(GrantBreak(agent, "chief", "drill"))

    @rule()
    def a_caller_comes_by_overflow(self) -> None:
        self.calls += 1
        self.tell(
            SeatWanted(
                call=CallId(f"c{self.calls}"),
                queue=QueueName("general"),
                needs={},
                priority=0,
                asked_at=self.centre.clock.now(),
                stays=True,
            )
        )

    def check_last(self) -> None:
        super().check_last()
        for fact in self.centre.last:
            if isinstance(fact, AgentPaused) and fact.by is Who.AGENT:
                self._leaves_enough()

    def _leaves_enough(self) -> None:
        """A chosen break never begins while one more than allowed are away."""
        seats = self.centre.floor.view(self.centre.clock.now()).seats
        able = [seat for seat in seats if fits(seat.skills, {"general": 1})]
        resting = [s for s in able if s.presence is Presence.PAUSED and s.pause_reason is not None]
        chosen = [s for s in resting if s.pause_reason not in SYSTEM_REASONS]
        by_hand = [s for s in chosen if s.pause_by is Who.SUPERVISOR]
        assert len(chosen) - len(by_hand) <= 2

    @invariant()
    def a_target_has_no_more_than_it_takes(self) -> None:
        away = Counter(sent.to for sent in self.centre.floor._memory.standing.away.values())
        assert all(away[target] <= ROOM[target] for target in away)

    @invariant()
    def nobody_is_sent_to_one_target_twice_or_sent_on(self) -> None:
        sent = Counter((fact.call, fact.to) for fact in self.centre.of(CallSentOver))
        stays = {name for name, one in self.centre.floor._memory.callers.items() if one.stays}
        assert set(sent.values()) <= {1}
        assert not stays & {call for call, _ in sent}

    @invariant()
    def who_is_away_stands_nowhere_else(self) -> None:
        memory = self.centre.floor._memory
        for call in memory.standing.away:
            caller = memory.callers[call]
            assert not caller.waiting
            assert caller.seat is None
            assert caller.away is memory.standing.away[call]

    @invariant()
    def who_wishes_a_break_is_signed_in_and_not_on_one(self) -> None:
        memory = self.centre.floor._memory
        assert set(memory.standing.wishes) <= set(memory.agents)

    @invariant()
    def one_put_back_is_equal(self) -> None:
        again = Centre(self.centre.directory, self.centre.policies).floor
        again.put_back(self.centre.floor.image())
        assert again.contents() == self.centre.floor.contents()


SurgeMachine.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestSurge = SurgeMachine.TestCase
