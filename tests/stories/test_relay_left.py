"""What a dead process has left of the calls that people ask for: nobody is rung twice, none hears
a dead line for long, and each is settled by the next leader (FRD-03, I6)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cases.facts import RelayBegun, RelayEnded, RelayOutcome, RelayStep, RelayStepped
from hotline.stories.stages import Talking
from kernel.errors import Unavailable
from kernel.ids import AgentNo, CallId, Epoch, LegId, QueueName, relay_id
from telephony import ami_actions as act
from telephony.facts import CallHungUp
from tests.fakes.fake_switch import Habit
from tests.fakes.virtual_time import at_once
from tests.stories.callback_stage import KEY
from tests.stories.relay_stage import CASE, TICKET, RelayStage, open_relays
from tests.stories.stage import MOBILE

BEFORE = relay_id(Epoch(6), 1)
LEG = LegId("6-r1")
Script = Callable[[RelayStage], Awaitable[None]]


def played(folder: Path, script: Script) -> None:
    async def story() -> None:
        async with open_relays(folder) as stage:
            await script(stage)

    at_once(story())


def left_at(stage: RelayStage, *steps: RelayStep) -> None:
    """As the journal of the process before has it."""
    now = stage.clock.now()
    begun = RelayBegun(
        at=now, call=BEFORE, case=CASE, ticket_no=TICKET, login="zhang", work_no="H001",
        agent=None, unit="环保局", leg=LEG, caller=MOBILE.masked(), caller_key=KEY,
    )  # fmt: skip
    stage.keeps.see([begun, *(RelayStepped(at=now, call=BEFORE, step=step) for step in steps)])


def hung_up_by_us(stage: RelayStage) -> set[str]:
    return {a["Channel"] for a in stage.switch.actions if a["Action"] == "Hangup"}


def with_agent(stage: RelayStage) -> Talking:
    queue, now = QueueName("general"), stage.clock.now()
    return Talking(queue=queue, agent=AgentNo("1001"), asked_at=now)


async def lives(stage: RelayStage, call: CallId = BEFORE) -> None:
    """The citizen, whom the process before had rung, lifts his phone now."""
    stage.citizen(Habit.ANSWERS)
    given = {"leg": LegId(call), "to": (act.CALLED, "s"), "ring_for": timedelta(seconds=20)}
    dial = f"PJSIP/{MOBILE.national}@trunk-out"
    await stage.switch.ask(act.originate(dial, shows="12345", variables={}, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (RelayStep.HANDLER,),
        (RelayStep.HANDLER, RelayStep.CITIZEN),
        (RelayStep.HANDLER, RelayStep.CITIZEN, RelayStep.JOINING),
    ],
)
def test_frd_03_a_death_at_each_step_ends_both_rings_and_is_settled_once(
    tmp_path: Path, steps: tuple[RelayStep, ...]
) -> None:
    async def script(stage: RelayStage) -> None:
        left_at(stage, *steps)
        await stage.passes(30)

        assert hung_up_by_us(stage) == {BEFORE, LEG}
        assert stage.outcomes() == [RelayOutcome.LOST]
        assert stage.rung(MOBILE.national) == 0

    played(tmp_path, script)


def test_frd_03_a_death_while_both_talk_is_settled_when_they_have_hung_up(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        left_at(stage, RelayStep.HANDLER, RelayStep.CITIZEN, RelayStep.JOINING, RelayStep.TALKING)
        stage.stages[BEFORE] = with_agent(stage)
        await lives(stage)
        await stage.passes(20)
        assert stage.outcomes() == []
        stage.switch.far_end_hangs_up(BEFORE)
        await stage.passes(12)

        assert stage.outcomes() == [RelayOutcome.TALKED]
        (gone,), (ended,) = stage.of(CallHungUp), stage.of(RelayEnded)
        assert ended.at == gone.at

    played(tmp_path, script)


def test_frd_03_who_answers_when_nobody_is_there_any_more_is_told_so(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        await lives(stage)
        await stage.passes(3)

        assert stage.heard(BEFORE) == ["relay_sorry"]
        assert len(stage.of(CallHungUp)) == 1

    played(tmp_path, script)


def test_ch_04_who_talked_with_an_agent_goes_on_where_he_was(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        stage.stages[BEFORE] = with_agent(stage)
        await lives(stage)
        await stage.passes(3)

        assert "relay_sorry" not in stage.heard(BEFORE)

    played(tmp_path, script)


def test_frd_03_while_the_database_is_away_it_waits_to_be_settled(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        left_at(stage, RelayStep.HANDLER)
        known = stage.keeps.left_open

        async def away(_before: Epoch) -> object:
            raise Unavailable("The database is away.", remedy="Wait.")

        stage.keeps.left_open = away  # type: ignore[method-assign,assignment]
        await stage.passes(20)
        assert stage.outcomes() == []
        stage.keeps.left_open = known  # type: ignore[method-assign]
        await stage.passes(10)

        assert stage.outcomes() == [RelayOutcome.LOST]

    played(tmp_path, script)
