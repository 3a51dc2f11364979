"""Every stage is read back from the journal as it was written."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.recovery.restart import Stages
from hotline.stories.stages import AfterCall, InMenu, Stage, Talking, Waiting, entered, stage_of
from kernel.fact import FactKinds, encode
from kernel.ids import AgentNo, CallId, QueueName, Skill
from telephony.facts import FACTS, CallHungUp, HungUpBy, StageEntered
from tests.fakes.fake_clock import MONDAY_NINE

C1 = CallId("c1")
KINDS = FactKinds(FACTS)
names = st.text(min_size=1, max_size=20)
times = st.timedeltas(timedelta(days=-2000), timedelta(days=20_000)).map(MONDAY_NINE.__add__)
agents = names.map(AgentNo)
waiting = st.builds(
    Waiting,
    queue=names.map(QueueName),
    needs=st.dictionaries(names.map(Skill), st.integers(1, 5), max_size=4),
    priority=st.integers(0, 3),
    asked_at=times,
    sticky_to=st.none() | agents,
    again=st.booleans(),
    handed_to=st.none() | agents,
    back_to=st.none() | agents,
)
talking = st.builds(Talking, queue=names.map(QueueName), agent=agents, asked_at=times)
stages: st.SearchStrategy[Stage] = (
    st.just(InMenu()) | waiting | talking | st.builds(AfterCall, agent=st.none() | agents)
)


@given(stage=stages, at=times)
def test_a_stage_is_read_back_from_the_journal_as_it_was(stage: Stage, at: datetime) -> None:
    fact = entered(stage, C1, at)
    kept = KINDS.decode(fact.kind, encode(fact))

    assert kept == fact
    assert isinstance(kept, StageEntered)
    assert stage_of(kept) == stage


@given(stage=waiting)
def test_a_stage_of_waiting_asks_for_a_seat_with_all_that_it_holds(stage: Waiting) -> None:
    wanted = stage.wanted(C1)

    assert wanted.call == C1
    asked = {name: getattr(wanted, name, stage.say) for name in Waiting.__dataclass_fields__}
    assert Waiting(**asked) == stage


def test_after_a_restart_the_last_stage_of_each_live_call_is_known() -> None:
    memory = Stages()
    memory.see(entered(InMenu(), C1, MONDAY_NINE))
    memory.see(entered(AfterCall(agent=None), C1, MONDAY_NINE))
    memory.see(entered(InMenu(), CallId("c2"), MONDAY_NINE))
    memory.see(CallHungUp(at=MONDAY_NINE, call=CallId("c2"), by=HungUpBy.CITIZEN, cause=16))
    memory.see(CallHungUp(at=MONDAY_NINE, call=CallId("c3"), by=HungUpBy.CITIZEN, cause=16))

    assert memory.of == {C1: AfterCall(agent=None)}
