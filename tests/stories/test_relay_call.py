"""The way of a call that an agent or a unit's handler asks for, and each way it ends (FRD-03)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from acd.errors import WrongState
from acd.facts import CallQueued, SeatAnswered, SeatRung, TalkEnded
from acd.happenings import Pause
from acd.seat import Activity
from cases.closing import CaseFlag
from cases.facts import RelayBegun, RelayEnded, RelayOutcome, RelayStep, RelayStepped
from console.relay_port import (
    MayNotBeRung,
    NoSuchRelay,
    NotDialable,
    NotRungNow,
    NotYourCase,
)
from figures.fold import Figures
from kernel.ids import AgentNo, CaseId, NumberKey, PauseReason
from kernel.phone import PhoneNumber
from telephony.facts import CallArrived, CallHungUp, RecordingStarted
from tests.fakes.fake_switch import Habit
from tests.fakes.virtual_time import at_once
from tests.stories.callback_stage import KEY
from tests.stories.relay_stage import (
    CASE,
    HANDLER,
    OF_AGENT,
    OF_HANDLER,
    TICKET,
    RelayStage,
    open_relays,
)
from tests.stories.stage import MOBILE

CITIZEN, HIS = MOBILE.national, HANDLER.national
Script = Callable[[RelayStage], Awaitable[None]]


def played(folder: Path, script: Script) -> None:
    async def story() -> None:
        async with open_relays(folder) as stage:
            await script(stage)

    at_once(story())


async def break_of_1001(stage: RelayStage) -> None:
    await stage.staff(1)
    await stage.desk.order(Pause(AgentNo("1001"), PauseReason("rest")))


# ---- a unit's handler


def test_frd_03_a_handler_and_a_citizen_talk_and_neither_sees_the_others_number(
    tmp_path: Path,
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.ANSWERS)
        stage.handler(Habit.ANSWERS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(5)

        assert (await stage.office.now(call, OF_HANDLER)).step is RelayStep.TALKING
        assert stage.shown(CITIZEN) == stage.shown(HIS) == ["12345"]
        assert stage.heard(stage.leg_of(call))[:1] == ["relay_calling"]
        assert "relay_greeting" in stage.heard(call)
        stage.switch.far_end_hangs_up(stage.leg_of(call))
        await stage.passes(10)

        assert stage.outcomes() == [RelayOutcome.TALKED]
        assert stage.heard(call)[-1] == "goodbye"
        assert len(stage.of(CallHungUp)) == 1
        assert stage.rung(CITIZEN) == stage.rung(HIS) == 1

    played(tmp_path, script)


def test_frd_03_the_journal_tells_who_spoke_with_whom_when_about_which_case(
    tmp_path: Path,
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.ANSWERS)
        stage.handler(Habit.ANSWERS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(65)
        stage.switch.far_end_hangs_up(call)
        await stage.passes(5)

        (begun,) = stage.of(RelayBegun)
        assert (begun.case, begun.ticket_no) == (CASE, TICKET)
        assert (begun.login, begun.work_no, begun.unit) == ("zhang", "H001", "环保局")
        assert (begun.caller, begun.caller_key) == (MOBILE.masked(), KEY)
        steps = [fact.step for fact in stage.of(RelayStepped)]
        expected = [RelayStep.HANDLER, RelayStep.CITIZEN, RelayStep.JOINING, RelayStep.TALKING]
        assert steps == expected
        (ended,) = stage.of(RelayEnded)
        assert timedelta(seconds=60) < ended.talked <= timedelta(seconds=65)
        (record,) = await stage.office.of_case(CASE, OF_HANDLER)
        assert (record.outcome, record.talked) == (RelayOutcome.TALKED, ended.talked)
        for told in (begun, ended, *stage.of(RelayStepped)):  # SEC-01
            assert CITIZEN not in str(told)
            assert HIS not in str(told)

    played(tmp_path, script)


def test_mrg_06_the_handlers_work_number_is_said_to_the_citizen(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        zhang = stage.handlers.handlers["zhang"]
        stage.handlers.handlers["zhang"] = replace(zhang, work_no="9021")
        stage.citizen(Habit.ANSWERS)
        stage.handler(Habit.ANSWERS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(5)

        said = ["relay_greeting", "agent_number", "9", "0", "2", "yao", "at_your_service"]
        assert stage.heard(call) == said

    played(tmp_path, script)


@pytest.mark.parametrize(
    ("habit", "outcome"),
    [
        (Habit.RINGS, RelayOutcome.HANDLER_NO_ANSWER),
        (Habit.BUSY, RelayOutcome.HANDLER_BUSY),
        (Habit.REJECTS, RelayOutcome.HANDLER_REJECTED),
        (Habit.AWAY, RelayOutcome.HANDLER_UNREACHABLE),
    ],
)
def test_frd_03_no_citizen_is_rung_for_a_handler_who_is_not_there(
    tmp_path: Path, habit: Habit, outcome: RelayOutcome
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.handler(habit)
        await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(40)

        assert stage.outcomes() == [outcome]
        assert stage.rung(CITIZEN) == 0
        assert stage.rung(HIS) == 1

    played(tmp_path, script)


@pytest.mark.parametrize(
    ("habit", "outcome"),
    [
        (Habit.RINGS, RelayOutcome.NO_ANSWER),
        (Habit.BUSY, RelayOutcome.BUSY),
        (Habit.REJECTS, RelayOutcome.REJECTED),
        (Habit.AWAY, RelayOutcome.NETWORK_FAILURE),
    ],
)
def test_frd_03_a_citizen_who_is_not_to_be_had_is_rung_once_and_the_handler_hears_it(
    tmp_path: Path, habit: Habit, outcome: RelayOutcome
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(habit)
        stage.handler(Habit.ANSWERS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(0.01)
        leg = stage.leg_of(call)
        await stage.passes(60)

        assert stage.outcomes() == [outcome]
        assert stage.heard(leg)[-1] == "whisper_not_reached"
        assert stage.switch._find(leg) is None
        assert stage.rung(CITIZEN) == 1
        assert (await stage.office.now(call, OF_HANDLER)).outcome is outcome

    played(tmp_path, script)


def test_frd_03_a_handler_who_hangs_up_while_the_citizen_is_rung_stops_the_ring(
    tmp_path: Path,
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.RINGS)
        stage.handler(Habit.ANSWERS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(5)
        stage.switch.far_end_hangs_up(stage.leg_of(call))
        await stage.passes(2)

        assert stage.outcomes() == [RelayOutcome.BROKEN_OFF]
        assert stage.switch._find(call) is None
        assert stage.of(CallArrived) == []

    played(tmp_path, script)


def test_frd_03_a_citizen_who_hangs_up_during_the_greeting_frees_the_handler(
    tmp_path: Path,
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.RINGS)
        stage.handler(Habit.ANSWERS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(5)
        leg = stage.leg_of(call)
        stage.switch.answers_late(call)
        stage.switch.far_end_hangs_up(call)
        await stage.passes(10)

        assert stage.outcomes() == [RelayOutcome.CITIZEN_LEFT]
        assert stage.switch._find(leg) is None

    played(tmp_path, script)


def test_frd_03_a_handler_can_be_stopped_at_each_step(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        stage.handler(Habit.RINGS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(2)
        stage.office.stop(call, OF_HANDLER)
        await stage.passes(2)
        assert stage.outcomes() == [RelayOutcome.BROKEN_OFF]
        assert stage.switch._find(call.replace("out-", "")) is None

        stage.handler(Habit.ANSWERS)
        stage.citizen(Habit.RINGS)
        again = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(2)
        stage.office.stop(again, OF_HANDLER)
        await stage.passes(10)
        assert stage.outcomes()[1:] == [RelayOutcome.BROKEN_OFF]
        assert stage.switch._find(again) is None
        with pytest.raises(NoSuchRelay):
            stage.office.stop(again, OF_HANDLER)

    played(tmp_path, script)


# ---- an agent


def test_ch_04_an_agent_speaks_with_the_writer_of_a_case_and_the_floor_knows_it(
    tmp_path: Path,
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.ANSWERS)
        await break_of_1001(stage)
        call = await stage.office.about(CASE, OF_AGENT)
        await stage.passes(5)

        assert [fact.call for fact in stage.of(SeatRung)] == [call]
        seat = stage.desk.snapshot().seat_with(call)
        assert seat is not None
        assert seat.activity is Activity.TALKING
        assert stage.shown(CITIZEN) == stage.shown("8001") == ["12345"]
        stage.switch.far_end_hangs_up(call)
        await stage.passes(2)

        assert stage.outcomes() == [RelayOutcome.TALKED]
        assert len(stage.of(TalkEnded)) == 1
        card = stage.cards.find(call)
        assert card is not None
        assert card.agents == ("1001",)

    played(tmp_path, script)


def test_ch_04_such_a_call_is_outbound_and_never_answered_inbound(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.ANSWERS)
        await break_of_1001(stage)
        call = await stage.office.about(CASE, OF_AGENT)
        await stage.passes(30)
        stage.switch.far_end_hangs_up(call)
        await stage.passes(2)

        figures = Figures()
        for fact in stage.facts:
            figures.take(fact)
        assert dict(figures.queues) == {}
        assert stage.of(CallQueued) == []
        day = timedelta(days=1)
        made = await stage.office.outbound(stage.clock.now() - day, stage.clock.now() + day)
        assert (made.made, made.talked, made.not_reached) == (1, 1, 0)
        assert made.talked_for > timedelta(seconds=20)

    played(tmp_path, script)


@pytest.mark.parametrize(
    ("habit", "outcome"),
    [
        (Habit.RINGS, RelayOutcome.HANDLER_NO_ANSWER),
        (Habit.REJECTS, RelayOutcome.HANDLER_REJECTED),
        (Habit.AWAY, RelayOutcome.HANDLER_UNREACHABLE),
    ],
)
def test_ch_04_no_other_seat_is_rung_for_an_agent_who_does_not_take_his_phone(
    tmp_path: Path, habit: Habit, outcome: RelayOutcome
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.ANSWERS)
        await stage.staff(2)
        await stage.staff(1, habit=habit)
        await stage.office.about(CASE, OF_AGENT)
        await stage.passes(90)

        assert stage.outcomes() == [outcome]
        assert [fact.agent for fact in stage.of(SeatRung)] == ["1001"]
        assert stage.of(SeatAnswered) == []
        assert stage.rung(CITIZEN) == stage.rung("8002") == 0
        assert stage.desk.snapshot().callbacks == ()

    played(tmp_path, script)


def test_ch_04_an_agent_who_is_not_at_a_seat_rings_nobody(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        with pytest.raises(WrongState):
            await stage.office.about(CASE, OF_AGENT)

        assert stage.of(RelayBegun) == []
        assert stage.rung(CITIZEN) == 0
        stage.handler(Habit.RINGS)
        await stage.office.about(CASE, OF_HANDLER)  # the refused order holds nobody up

    played(tmp_path, script)


def test_ch_04_a_number_without_a_case_is_dialled_from_12345_and_journaled(
    tmp_path: Path,
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.ANSWERS)
        await break_of_1001(stage)
        call = await stage.office.dial(MOBILE, OF_AGENT, None)
        await stage.passes(8)
        stage.switch.far_end_hangs_up(call)
        await stage.passes(2)

        (begun,) = stage.of(RelayBegun)
        assert (begun.case, begun.agent) == (None, "1001")
        assert stage.shown(CITIZEN) == ["12345"]
        assert {"welcome", "recording_notice"} <= set(stage.heard(call))
        assert stage.outcomes() == [RelayOutcome.TALKED]

    played(tmp_path, script)


# ---- what stands in the way


@pytest.mark.parametrize(
    "flag", [CaseFlag.CONFIDENTIAL, CaseFlag.WHISTLEBLOWER, CaseFlag.WITHDRAWN]
)
def test_frd_03_the_confidential_flag_holds_for_agents_and_handlers(
    tmp_path: Path, flag: CaseFlag
) -> None:
    async def script(stage: RelayStage) -> None:
        stage.flag(flag)
        await break_of_1001(stage)
        for login in (OF_AGENT, OF_HANDLER):
            with pytest.raises(MayNotBeRung):
                await stage.office.about(CASE, login)
        with pytest.raises(MayNotBeRung):
            await stage.office.dial(MOBILE, OF_AGENT, CASE)

        assert stage.rung(HIS) == stage.rung("8001") == 0

    played(tmp_path, script)


def test_frd_03_a_case_of_another_unit_is_not_ones_own(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        zhang = stage.handlers.handlers["zhang"]
        stage.handlers.handlers["zhang"] = replace(zhang, unit="住建局")
        with pytest.raises(NotYourCase):
            await stage.office.about(CASE, OF_HANDLER)
        with pytest.raises(NotYourCase):
            await stage.office.of_case(CASE, OF_HANDLER)

    played(tmp_path, script)


def test_frd_03_only_the_allow_list_is_dialled(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        stage.allowed = set()
        await break_of_1001(stage)
        with pytest.raises(NotDialable):
            await stage.office.about(CASE, OF_HANDLER)
        for number in ("13800000001", "12345"):
            with pytest.raises(NotDialable):
                await stage.office.dial(PhoneNumber.parse(number), OF_AGENT, None)

        await stage.office.dial(PhoneNumber.parse("110"), OF_AGENT, None)  # I14: never in the way

    played(tmp_path, script)


def test_frd_03_the_stop_list_and_the_night_hold_but_for_urgent_cases(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        stage.store.tables.stopped[KEY] = "citizen"
        with pytest.raises(MayNotBeRung):
            await stage.office.about(CASE, OF_HANDLER)
        stage.store.tables.stopped.clear()
        await stage.passes(13 * 3600)  # 22:00
        with pytest.raises(NotRungNow):
            await stage.office.about(CASE, OF_HANDLER)

        stage.keeps.citizens[CASE] = replace(stage.keeps.citizens[CASE], urgent=True)
        stage.handler(Habit.RINGS)
        await stage.office.about(CASE, OF_HANDLER)

    played(tmp_path, script)


def test_frd_03_who_is_on_the_phone_with_us_or_being_rung_is_not_rung(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        stage.handler(Habit.RINGS)
        await stage.office.about(CASE, OF_HANDLER)
        with pytest.raises(NotRungNow):
            await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(40)
        as_he_rings = NumberKey(f"key-{MOBILE.value[-4:]}")
        stage.keeps.citizens[CASE] = replace(stage.keeps.citizens[CASE], number_key=as_he_rings)
        stage.numbers.kept[as_he_rings] = MOBILE
        stage.switch.arrive(CITIZEN)
        await stage.passes(2)
        with pytest.raises(NotRungNow):
            await stage.office.about(CASE, OF_HANDLER)

    played(tmp_path, script)


def test_an_unknown_case_is_not_rung_about(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        with pytest.raises(Exception, match="case") as refused:
            await stage.office.about(CaseId("none"), OF_HANDLER)
        assert getattr(refused.value, "code", "") == "unknown-case"

    played(tmp_path, script)


def test_a_recording_is_of_the_call_that_is_linked_to_its_case(tmp_path: Path) -> None:
    async def script(stage: RelayStage) -> None:
        stage.citizen(Habit.ANSWERS)
        stage.handler(Habit.ANSWERS)
        call = await stage.office.about(CASE, OF_HANDLER)
        await stage.passes(5)

        asked = [a["Command"] for a in stage.switch.actions if a["Action"] == "AGI"]
        assert "GOSUB record s 1" in asked
        assert {fact.call for fact in stage.of(RecordingStarted)} <= {call}

    played(tmp_path, script)
