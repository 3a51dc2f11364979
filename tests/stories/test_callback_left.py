"""Callbacks that a process before us was making: not rung again by that attempt, all settled."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from acd.facts import SeatAnswered
from callbacks.attempts import Abandoned
from callbacks.duty import AttemptId, DutyState, Outcome
from callbacks.engine import AttemptEngine
from kernel.ids import AgentNo, CallId, DutyId, LegId
from telephony import ami_actions as act
from telephony.facts import CallArrived, StageEntered
from tests.fakes.fake_switch import Habit
from tests.fakes.virtual_time import at_once
from tests.stories.callback_stage import KEY, MOBILE, CallbackStage, open_stage

OLD = CallId("out-6-000001")  # of the epoch before


def played(folder: Path, script: Callable[[CallbackStage], Awaitable[None]]) -> None:
    async def story() -> None:
        async with open_stage(folder) as stage:
            await script(stage)

    at_once(story())


async def dialled_before_us(stage: CallbackStage, *, answered: bool = False) -> DutyId:
    """The process before us wrote the attempt, dialled, and died."""
    duty, now = stage.owe(), stage.clock.now()
    engine = AttemptEngine(stage.store, stage.duty_rules, "leader-6")
    claim = await engine.claim(duty, now, agent=AgentNo("1001"))
    assert claim is not None
    await engine.begin(claim, AttemptId(OLD), now)
    if answered:
        await engine.answered(claim, AttemptId(OLD), now)
    return duty


async def left(stage: CallbackStage) -> Abandoned:
    (found,) = await stage.engine.take_over(stage.clock.now(), alone=True)
    return found


def test_who_answers_when_the_process_is_gone_gets_the_next_agent(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        duty = await dialled_before_us(stage)
        stage.citizen(Habit.ANSWERS)
        ring = act.originate(
            f"PJSIP/{MOBILE.national}@trunk-out",
            leg=LegId(OLD),
            to=(act.CALLED, "s"),
            ring_for=timedelta(seconds=9),
            shows="12345",
            variables={},
        )
        await stage.switch.ask(ring)
        await stage.passes(5)
        await stage.staff(1)
        await stage.passes(5)
        assert [fact.call for fact in stage.of(SeatAnswered)] == [OLD]
        stage.switch.far_end_hangs_up(OLD)
        await stage.passes(1)
        await stage.wraps_up()
        await stage.passes(1)

        assert stage.duty(duty).state is DutyState.CLOSED
        assert [(one.id, one.outcome) for one in stage.attempts()] == [(OLD, Outcome.REACHED)]
        assert stage.rung(MOBILE.national) == 1

    played(tmp_path, script)


@pytest.mark.parametrize("answered", [False, True])
def test_what_ended_unseen_is_settled_and_owed_further_but_not_at_once(
    tmp_path: Path, answered: bool
) -> None:
    async def script(stage: CallbackStage) -> None:
        duty = await dialled_before_us(stage, answered=answered)
        await stage.staff(1)
        await stage.left.finishes(await left(stage))
        await stage.passes(60)

        expected = Outcome.NO_ANSWER if answered else Outcome.LOST
        assert [one.outcome for one in stage.attempts()] == [expected]
        assert stage.duty(duty).state is DutyState.UNREACHED
        assert stage.rung(MOBILE.national) == 0

    played(tmp_path, script)


def test_a_talk_that_outlived_the_process_counts_as_reached(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        duty = await dialled_before_us(stage, answered=True)
        now = stage.clock.now()
        arrived = CallArrived(
            at=now, call=OLD, sip_call_id="", dialled="12345", caller=MOBILE.masked(),
            caller_key=KEY, trunk="trunk-out",
        )  # fmt: skip
        stage.cards.see([arrived, StageEntered(at=now, call=OLD, stage="talking", detail={})])
        await stage.left.finishes(await left(stage))

        assert stage.duty(duty).state is DutyState.CLOSED
        assert [one.outcome for one in stage.attempts()] == [Outcome.REACHED]

    played(tmp_path, script)


def test_a_claim_that_was_not_dialled_is_free_again_at_once(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        duty, now = stage.owe(), stage.clock.now()
        engine = AttemptEngine(stage.store, stage.duty_rules, "leader-6")
        assert await engine.claim(duty, now, agent=AgentNo("1001"))
        stage.citizen(Habit.ANSWERS)
        await stage.staff(1)
        await stage.passes(3)
        assert stage.rung(MOBILE.national) == 0

        assert await stage.engine.take_over(stage.clock.now(), alone=True) == ()
        await stage.passes(3)

        assert stage.rung(MOBILE.national) == 1

    played(tmp_path, script)
