"""The way of a callback on the fake switch: agent first, citizen first, and each way it may end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.errors import WrongState
from acd.facts import CallbackDropped, CallbackEnd, CallQueued, SeatAnswered, SeatRung, TalkEnded
from acd.happenings import Pause
from callbacks.duty import DutyKind, DutyState, Outcome
from callbacks.schedule_settings import PeopleRules
from kernel.errors import Unavailable
from kernel.ids import AgentNo, PauseReason
from telephony.facts import CallArrived, CallHungUp
from tests.fakes.fake_switch import Habit
from tests.fakes.virtual_time import at_once
from tests.stories.callback_stage import (
    KEY,
    MOBILE,
    RULES,
    CallbackStage,
    citizen_first,
    open_stage,
)

CITIZEN = MOBILE.national
Script = Callable[[CallbackStage], Awaitable[None]]


def played(folder: Path, script: Script, people: PeopleRules = RULES) -> None:
    async def story() -> None:
        async with open_stage(folder, people) as stage:
            await script(stage)

    at_once(story())


def test_the_agent_is_there_first_hears_who_it_is_and_talks(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.ANSWERS)
        duty = stage.owe()
        await stage.staff(1)
        await stage.passes(5)

        (rung,) = stage.of(SeatRung)
        assert rung.call == "out-7-000001"
        assert stage.heard(rung.leg)[:2] == ["whisper_missed", "whisper_last_figures"]
        assert stage.duty(duty).state is DutyState.REACHED
        assert stage.duty(duty).agent == "1001"
        stage.switch.far_end_hangs_up("out-7-000001")
        await stage.passes(1)
        assert len(stage.of(TalkEnded)) == 1
        await stage.wraps_up()
        await stage.passes(1)

        assert stage.duty(duty).state is DutyState.CLOSED
        assert [one.outcome for one in stage.attempts()] == [Outcome.REACHED]
        assert stage.rung(CITIZEN) == stage.rung("8001") == 1
        assert stage.of(CallQueued) == []

    played(tmp_path, script)


def test_the_attempt_is_written_before_the_citizens_phone_rings(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.RINGS)
        stage.owe()
        begun: list[int] = []
        originate = stage.switch._originate

        def watched(headers: object, action: dict[str, str]) -> None:
            if CITIZEN in action["Channel"]:
                begun.append(len([a for a in stage.attempts() if a.id == action["ChannelId"]]))
            originate(headers, action)  # type: ignore[arg-type]

        stage.switch._originate = watched  # type: ignore[method-assign,assignment]
        await stage.staff(1)
        await stage.passes(5)

        assert begun == [1]

    played(tmp_path, script)


@pytest.mark.parametrize(
    ("habit", "outcome"),
    [
        (Habit.RINGS, Outcome.NO_ANSWER),
        (Habit.BUSY, Outcome.BUSY),
        (Habit.REJECTS, Outcome.REJECTED),
        (Habit.AWAY, Outcome.NETWORK_FAILURE),  # no channel was made: no phone rang
    ],
)
def test_who_is_not_reached_is_owed_further_and_the_agent_is_free(
    tmp_path: Path, habit: Habit, outcome: Outcome
) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(habit)
        duty = stage.owe()
        await stage.staff(1)
        await stage.passes(40)

        assert [one.outcome for one in stage.attempts()] == [outcome]
        assert stage.duty(duty).state is DutyState.UNREACHED
        ready_at = stage.duty(duty).ready_at
        assert ready_at is not None
        assert ready_at > stage.clock.now()
        assert len(stage.of(TalkEnded)) == 1
        assert stage.heard(stage.of(SeatRung)[0].leg)[-1] == "whisper_not_reached"

    played(tmp_path, script)


def test_the_agent_is_free_also_while_the_database_is_away(tmp_path: Path) -> None:
    """He hears that nobody was reached, and does not wait for what we have to store."""

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("The database is away.", remedy="Wait.")

    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.RINGS)
        stage.owe()
        stage.engine.settle = away  # type: ignore[method-assign,assignment]
        await stage.staff(1)
        await stage.passes(60)

        assert [one.outcome for one in stage.attempts()] == [None]
        assert len(stage.of(TalkEnded)) == 1
        assert stage.heard(stage.of(SeatRung)[0].leg)[-1] == "whisper_not_reached"

    played(tmp_path, script)


def test_an_agent_who_hangs_up_at_that_news_has_broken_off_nothing(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.BUSY)
        stage.owe()
        await stage.staff(1)
        for _ in range(200):
            await stage.passes(0.05)
            if any("whisper_not_reached" in a.get("Command", "") for a in stage.switch.actions):
                break
        (rung,) = stage.of(SeatRung)
        assert not stage.of(TalkEnded)
        stage.switch.far_end_hangs_up(rung.leg)
        await stage.passes(20)

        assert [one.outcome for one in stage.attempts()] == [Outcome.BUSY]

    played(tmp_path, script)


def test_three_tries_over_two_parts_of_the_day_then_an_sms(tmp_path: Path) -> None:
    """MISS-02: `unreached_exhausted`, reported."""

    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.RINGS)
        duty = stage.owe()
        await stage.staff(1)
        for _ in range(600):
            await stage.passes(60)
            if stage.duty(duty).state is DutyState.EXHAUSTED:
                break

        assert stage.duty(duty).state is DutyState.EXHAUSTED
        tries = [one.dialled_at for one in stage.attempts()]
        assert len(tries) == 3
        noon = stage.clock.now().replace(hour=4, minute=0, second=0, microsecond=0)  # 12:00 here
        assert tries[0] < noon <= tries[-1]
        assert duty in stage.store.tables.sms

    played(tmp_path, script)


def test_the_agent_says_that_a_machine_or_somebody_else_spoke(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.ANSWERS)
        duty = stage.owe()
        await stage.staff(1)
        await stage.passes(5)
        with pytest.raises(WrongState):
            stage.line.say(duty, AgentNo("1002"), Outcome.VOICEMAIL)
        stage.line.say(duty, AgentNo("1001"), Outcome.VOICEMAIL)
        stage.switch.far_end_hangs_up("out-7-000001")
        await stage.passes(2)

        assert [one.outcome for one in stage.attempts()] == [Outcome.VOICEMAIL]
        assert stage.duty(duty).state is DutyState.UNREACHED

    played(tmp_path, script)


def test_an_agent_who_hangs_up_during_the_ring_stops_it(tmp_path: Path) -> None:
    """Nobody is to answer to nobody; it is no try at the citizen."""

    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.RINGS)
        duty = stage.owe()
        await stage.staff(1)
        await stage.passes(5)
        stage.switch.far_end_hangs_up(stage.of(SeatRung)[0].leg)
        await stage.passes(2)

        assert [one.outcome for one in stage.attempts()] == [Outcome.LOST]
        assert stage.duty(duty).state is DutyState.UNREACHED

    played(tmp_path, script)


def test_a_citizen_who_rings_again_first_is_not_rung_and_the_ring_of_the_seat_stops(
    tmp_path: Path,
) -> None:
    async def script(stage: CallbackStage) -> None:
        duty = stage.owe()
        await stage.staff(1, habit=Habit.RINGS)
        await stage.passes(3)
        assert len(stage.of(SeatRung)) == 1
        stage.settled_otherwise(duty)
        await stage.passes(3)

        assert len(stage.of(CallbackDropped)) == 1
        assert stage.rung(CITIZEN) == 0
        assert stage.duty(duty).state is DutyState.SELF_RESOLVED

    played(tmp_path, script)


def test_who_is_on_the_phone_with_us_is_not_rung(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        duty = stage.owe()
        stage.switch.arrive(CITIZEN)
        await stage.passes(2)
        await stage.staff(1)
        await stage.passes(3)

        assert stage.rung(CITIZEN) == 0
        assert stage.duty(duty).state is DutyState.OPEN

    played(tmp_path, script)


def test_citizen_first_rings_him_and_gives_him_the_next_seat(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.ANSWERS)
        duty = stage.owe(kind=DutyKind.PROMISED)
        await stage.staff(1)
        await stage.passes(10)

        (answered,) = stage.of(SeatAnswered)
        assert answered.call == "out-7-000001"
        first = next(a for a in stage.switch.actions if a["Action"] == "Originate")
        assert CITIZEN in first["Channel"]
        stage.switch.far_end_hangs_up("out-7-000001")
        await stage.passes(1)
        await stage.wraps_up()
        await stage.passes(1)

        assert stage.duty(duty).state is DutyState.CLOSED
        assert [one.outcome for one in stage.attempts()] == [Outcome.REACHED]

    played(tmp_path, script, citizen_first())


def test_citizen_first_costs_no_agent_when_nobody_answers(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.RINGS)
        duty = stage.owe(kind=DutyKind.PROMISED)
        await stage.staff(1)
        await stage.passes(40)

        assert stage.of(SeatRung) == []
        assert [one.outcome for one in stage.attempts()] == [Outcome.NO_ANSWER]
        assert stage.duty(duty).state is DutyState.UNREACHED

    played(tmp_path, script, citizen_first())


def test_a_citizen_who_gives_up_before_an_agent_came_is_still_owed(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.ANSWERS)
        duty = stage.owe(kind=DutyKind.PROMISED)
        await stage.staff(1, habit=Habit.RINGS)
        await stage.passes(5)
        stage.switch.far_end_hangs_up("out-7-000001")
        await stage.passes(2)

        assert [one.outcome for one in stage.attempts()] == [Outcome.NO_ANSWER]
        assert stage.duty(duty).state is DutyState.UNREACHED
        assert len(stage.of(CallHungUp)) == 1

    played(tmp_path, script, citizen_first())


def test_an_agent_calls_back_from_the_list_in_a_break(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.ANSWERS)
        await stage.staff(1)
        await stage.desk.order(Pause(AgentNo("1001"), PauseReason("rest")))
        duty = stage.owe()
        await stage.passes(3)
        assert stage.of(SeatRung) == []

        call = await stage.line.call_back(stage.duty(duty), AgentNo("1001"))
        await stage.passes(3)

        assert [fact.call for fact in stage.of(CallArrived)] == [call]
        assert stage.duty(duty).agent == "1001"
        with pytest.raises(WrongState):
            await stage.line.call_back(stage.duty(duty), AgentNo("1001"))
        stage.switch.far_end_hangs_up(call)
        await stage.passes(1)
        await stage.wraps_up()
        await stage.passes(1)
        assert stage.duty(duty).state is DutyState.CLOSED
        assert stage.rung(CITIZEN) == 1

    played(tmp_path, script)


def test_nobody_is_rung_at_night_neither_citizen_nor_agent(tmp_path: Path) -> None:
    """I13: a duty whose moment has come in the night waits for the morning."""

    async def script(stage: CallbackStage) -> None:
        stage.citizen(Habit.ANSWERS)
        await stage.staff(1)
        await stage.passes(13 * 3600)  # 22:00
        yesterday = stage.clock.now() - timedelta(hours=12)
        duty = stage.owe(last_missed_at=yesterday)
        await stage.passes(600)

        assert stage.of(SeatRung) == []
        ready_at = stage.duty(duty).ready_at
        assert ready_at is not None
        assert ready_at.hour == 1  # 09:00 in Shanghai

    played(tmp_path, script)


def test_a_number_that_is_no_longer_kept_ends_the_duty(tmp_path: Path) -> None:
    async def script(stage: CallbackStage) -> None:
        del stage.numbers.kept[KEY]
        duty = stage.owe()
        await stage.staff(1)
        await stage.passes(10)

        assert [one.outcome for one in stage.attempts()] == [Outcome.EMPTY_NUMBER]
        assert stage.duty(duty).state is DutyState.EXHAUSTED
        assert stage.rung(CITIZEN) == 0

    played(tmp_path, script)


def test_no_seat_rings_for_who_hangs_up_while_he_is_greeted(tmp_path: Path) -> None:
    """His hang-up ends the greeting before Asterisk says that he has gone (I2, I6)."""

    async def script(stage: CallbackStage) -> None:
        loop, small = asyncio.get_running_loop(), stage.switch._small

        def hangs_up(line: Any, action: dict[str, str]) -> None:
            if "missed_call_greeting" in action.get("Command", ""):
                stage.switch._say(line, "HangupRequest")
                loop.call_later(0.3, stage.switch._end, line, "16")
            small(line, action)

        stage.switch._small = hangs_up  # type: ignore[method-assign]
        stage.citizen(Habit.ANSWERS)
        stage.owe()
        await stage.staff(1)
        await stage.passes(5)

        assert [one.outcome for one in stage.attempts()] == [Outcome.NO_ANSWER]
        assert [fact.why for fact in stage.of(CallbackDropped)] == [CallbackEnd.CITIZEN_LEFT]
        assert stage.of(SeatRung) == []
        assert stage.rung("8001") == 0

    played(tmp_path, script, citizen_first())
