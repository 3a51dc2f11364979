"""Each operation at the seat with its failures, on the whole house over an Asterisk in memory.

Every trace ends with: answered once, nobody left on any phone, every seat at rest (I8, I9). The
main ones run on the real Asterisk too: tests/integration/test_handling_*.py; docs/handling.md
lists them all.
"""

import asyncio

import pytest

from acd.facts import CallQueued, LoanEnded, SeatAnswered, SeatLent, SeatRung, TalkEnded
from acd.happenings import FinishWrapUp, Pause
from console.ports import OwnSeats
from kernel.ids import AgentNo, CallId, LegId, PauseReason, QueueName, Skill
from telephony.facts import CallResumed, CallTransferred, ServiceRated, TransferFailed
from telephony.steps_asked import StepAsked, ThirdPartyEnded
from tests.fakes.fake_switch import Habit
from tests.hotline.handling_house import FIRST, OUTSIDE, SECOND, HandlingHouse, trace

REFUSALS = [Habit.BUSY, Habit.REJECTS, Habit.AWAY, Habit.RINGS]
NUMBER = OUTSIDE.national


def brought_in(house: HandlingHouse) -> LegId:
    """Under which the last one whom an agent brought in is on the phone."""
    leg = [asked.leg for asked in house.of(StepAsked) if asked.leg is not None][-1]
    assert leg is not None
    return leg


# ---- consultation 咨询


def test_a_colleague_is_asked_and_goes_again() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        assert house.hears(call) == {"citizen": [], "1001": ["1002"], "1002": ["1001"]}
        assert house.doing(SECOND) == "lent"
        await house.contacts.cancel_consult(FIRST, call)
        await house.passes(1)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        assert house.doing(SECOND) == "idle"

    house = trace(story)
    assert [ended.agent for ended in house.of(TalkEnded)] == [FIRST]


@pytest.mark.parametrize("habit", REFUSALS)
@pytest.mark.parametrize("who", ["colleague", "outside"])
def test_whoever_cannot_be_asked_leaves_agent_and_citizen_together(habit: Habit, who: str) -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["8002"] = house.switch.habits[NUMBER] = habit
        to = SECOND if who == "colleague" else OUTSIDE
        assert await house.refused(house.contacts.consult(FIRST, call, to)) == "party-not-reached"
        await house.passes(1)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        assert house.doing(SECOND) == "idle"
        assert house.doing(FIRST) == "talking"

    house = trace(story)
    assert len(house.of(ThirdPartyEnded)) == 1
    assert len(house.of(LoanEnded)) == (who == "colleague")


def test_a_consultation_is_taken_back_while_the_colleague_is_still_rung() -> None:
    """The order to ask him ends as one that reached nobody; the citizen is fetched once."""

    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["8002"] = Habit.RINGS
        asking = asyncio.ensure_future(house.refused(house.contacts.consult(FIRST, call, SECOND)))
        await house.passes(2)
        assert house.doing(SECOND) == "lent"
        await house.contacts.cancel_consult(FIRST, call)
        assert await asking == "party-not-reached"
        await house.passes(1)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        assert house.doing(SECOND) == "idle"

    house = trace(story)
    assert len(house.of(CallResumed)) == 1


def test_the_line_does_not_ring_a_colleague_who_is_asked_just_now() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        other = CallId(house.switch.arrive("13900000002"))
        await house.passes(20)
        assert [waits.call for waits in house.desk.snapshot().waiting] == [other]
        house.hangs_up(other)
        await house.passes(1)
        await house.contacts.cancel_consult(FIRST, call)

    async def whole(house: HandlingHouse, call: CallId) -> None:
        await story(house, call)
        house.figures.calls = {c: t for c, t in house.figures.calls.items() if c == call}

    house = trace(whole)
    assert len(house.of(SeatRung)) == 1


@pytest.mark.parametrize("who", ["colleague", "outside"])
def test_who_hangs_up_in_the_consultation_gives_the_agent_back_to_the_citizen(who: str) -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = Habit.ANSWERS
        await house.contacts.consult(FIRST, call, SECOND if who == "colleague" else OUTSIDE)
        house.hangs_up(brought_in(house))
        await house.passes(1)
        assert house.hears(call) == {"citizen": [], "1001": []}
        await house.contacts.resume(FIRST, call)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}

    trace(story)


@pytest.mark.parametrize("who", ["colleague", "agent"])
def test_a_citizen_who_hangs_up_in_a_consultation_leaves_the_two_talking_and_nobody_rings_them(
    who: str,
) -> None:
    """The asking seat counts as talking, so that no wrap-up runs out beneath its words (I3)."""

    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        house.hangs_up(call)
        house.switch.arrive("13900000002")
        await house.passes(600)
        assert (house.doing(FIRST), house.doing(SECOND)) == ("talking", "lent")
        house.hangs_up(brought_in(house) if who == "colleague" else house.leg_of(FIRST))
        await house.passes(1)
        assert house.doing(FIRST) == "wrap_up"
        other = house.of(SeatRung)[-1]
        assert (other.agent, other.call != call) == (SECOND, True)
        house.hangs_up(other.call)
        await house.passes(1)

    async def whole(house: HandlingHouse, call: CallId) -> None:
        await story(house, call)
        house.figures.calls = {c: t for c, t in house.figures.calls.items() if c == call}

    house = trace(whole)
    assert [rung.agent for rung in house.of(SeatRung)] == [FIRST, SECOND]
    talks = {ended.agent: ended.talked.total_seconds() for ended in house.of(TalkEnded)}
    assert talks[FIRST] > 600


def test_a_citizen_who_hangs_up_while_a_colleague_is_rung_lets_him_go() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["8002"] = Habit.RINGS
        asked = asyncio.ensure_future(house.refused(house.contacts.consult(FIRST, call, SECOND)))
        await house.passes(2)
        assert house.doing(SECOND) == "lent"
        house.hangs_up(call)
        await house.passes(1)
        assert house.doing(SECOND) == "idle"
        assert await asked == "no-such-call"

    trace(story)


def test_an_agent_who_hangs_up_in_a_consultation_gives_the_citizen_back_to_the_line() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        house.hangs_up(house.leg_of(FIRST))
        await house.passes(2)
        again = house.of(CallQueued)[-1]
        assert (again.again, again.asked_at) == (True, house.of(CallQueued)[0].asked_at)
        assert house.hears(call) == {"citizen": ["1002"], "1002": ["citizen"]}

    house = trace(story)
    assert [a.agent for a in house.of(SeatAnswered)] == [FIRST, SECOND]


# ---- attended transfer 咨询转


def test_an_attended_transfer_to_a_colleague_is_his_talk_from_then_on() -> None:
    """Answered once; talk time by agent; the journal tells who spoke with whom when."""

    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        await house.passes(20)
        await house.contacts.complete_consult(FIRST, call)
        await house.passes(30)
        assert house.hears(call) == {"citizen": ["1002"], "1002": ["citizen"]}
        assert (house.doing(FIRST), house.doing(SECOND)) == ("wrap_up", "talking")

    house = trace(story)
    talks = {ended.agent: round(ended.talked.total_seconds()) for ended in house.of(TalkEnded)}
    first, second = house.of(SeatAnswered)
    assert talks == {FIRST: round((second.at - first.at).total_seconds()), SECOND: 30}
    (tally,) = house.figures.calls.values()
    assert tally.talked_ms == sum(e.talked.total_seconds() for e in house.of(TalkEnded)) * 1000
    assert house.of(CallTransferred)[0].to == "8002"


def test_a_colleague_who_took_over_may_hold_and_ask_and_hand_on_himself() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = Habit.ANSWERS
        await house.contacts.consult(FIRST, call, SECOND)
        await house.contacts.complete_consult(FIRST, call)
        await house.passes(1)
        await house.contacts.hold(SECOND, call)
        await house.contacts.resume(SECOND, call)
        assert await house.refused(house.contacts.hold(FIRST, call)) == "not-your-call"
        await house.contacts.consult(SECOND, call, OUTSIDE)
        await house.contacts.complete_consult(SECOND, call)
        await house.passes(1)
        assert house.hears(call) == {
            "citizen": [OUTSIDE.masked()],
            OUTSIDE.masked(): ["citizen"],
        }

    trace(story)


def test_after_the_outside_party_of_an_attended_transfer_hangs_up_the_service_is_rated() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = Habit.ANSWERS
        await house.contacts.consult(FIRST, call, OUTSIDE)
        await house.contacts.complete_consult(FIRST, call)
        await house.passes(5)
        house.hangs_up(brought_in(house))
        await house.passes(30)

    house = trace(story)
    assert house.only(ServiceRated).agent == FIRST


def test_a_colleague_who_took_over_and_hangs_up_is_the_one_who_is_rated() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        await house.contacts.complete_consult(FIRST, call)
        await house.passes(5)
        house.hangs_up(house.leg_of(SECOND))
        await house.passes(30)

    house = trace(story)
    assert house.only(ServiceRated).agent == SECOND


# ---- blind transfer 盲转


def test_a_blind_transfer_that_is_answered_frees_the_agent() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = Habit.ANSWERS
        await house.contacts.transfer(FIRST, call, OUTSIDE, "归税务")
        await house.passes(1)
        assert house.doing(FIRST) == "wrap_up"
        assert house.hears(call)["citizen"] == [house.only(CallTransferred).to]

    house = trace(story)
    assert house.only(StepAsked).reason == "归税务"


@pytest.mark.parametrize("habit", REFUSALS)
def test_a_blind_transfer_that_fails_comes_back_first_to_the_agent_who_sent_him(
    habit: Habit,
) -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = habit
        await house.contacts.transfer(FIRST, call, OUTSIDE)
        await house.passes(32)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        assert "transfer_failed" in " ".join(sounds(house))

    house = trace(story)
    assert house.only(TransferFailed).how == "blind"
    assert [rung.agent for rung in house.of(SeatRung)] == [FIRST, FIRST]
    assert [a.again for a in house.of(SeatAnswered)] == [False, True]


def sounds(house: HandlingHouse) -> list[str]:
    return [a["Command"] for a in house.switch.actions if a["Action"] == "AGI"]


def test_a_failed_transfer_whose_agent_took_a_break_goes_into_the_line_with_urgency() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = Habit.RINGS
        await house.contacts.transfer(FIRST, call, OUTSIDE)
        await house.passes(5)
        await house.desk.order(FinishWrapUp(FIRST))
        await house.desk.order(Pause(FIRST, PauseReason("rest")))
        await house.passes(30)
        assert house.hears(call) == {"citizen": ["1002"], "1002": ["citizen"]}
        assert house.of(CallQueued)[-1].priority == 2

    trace(story)


def test_a_citizen_who_hangs_up_while_it_rings_outside_is_gone_and_nobody_is_rung() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = Habit.RINGS
        await house.contacts.transfer(FIRST, call, OUTSIDE)
        await house.passes(5)
        house.hangs_up(call)
        await house.passes(60)
        assert len(house.of(SeatRung)) == 1

    trace(story)


def test_to_a_colleague_by_number_without_asking() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.hand_to(FIRST, call, SECOND)
        await house.passes(30)
        assert house.hears(call) == {"citizen": ["1002"], "1002": ["citizen"]}
        assert house.doing(FIRST) in ("wrap_up", "idle")

    house = trace(story)
    assert [ended.agent for ended in house.of(TalkEnded)] == [FIRST, SECOND]


@pytest.mark.parametrize("habit", REFUSALS)
def test_a_colleague_who_does_not_take_him_means_the_sender_again(habit: Habit) -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["8002"] = habit
        await house.contacts.hand_to(FIRST, call, SECOND)
        await house.passes(15)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}

    trace(story)


# ---- to a queue or a skill 转队列


def test_to_a_queue_or_a_skill_with_his_age() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.to_line(
            FIRST, call, QueueName("general"), {Skill("enterprise"): 2}, "涉企"
        )
        await house.passes(3)
        again = house.of(CallQueued)[-1]
        assert again.needs == {"general": 1, "enterprise": 2}
        assert again.asked_at == house.of(CallQueued)[0].asked_at
        assert house.doing(FIRST) == "wrap_up"
        assert house.hears(call) == {"citizen": []}

    trace(story)


def test_a_citizen_on_hold_goes_to_the_line_too_and_the_agent_is_free() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        await house.contacts.to_line(FIRST, call, QueueName("general"), {})
        await house.passes(3)
        assert house.doing(FIRST) == "wrap_up"
        assert house.hears(call) == {"citizen": ["1002"], "1002": ["citizen"]}

    house = trace(story)
    assert len(house.of(SeatLent)) == len(house.of(LoanEnded)) == 1


# ---- three-way 三方


async def three(house: HandlingHouse, call: CallId, to: AgentNo | None = None) -> None:
    house.switch.habits[NUMBER] = Habit.ANSWERS
    await house.contacts.three_way(FIRST, call, to or OUTSIDE)
    await house.passes(1)


def test_three_hear_each_other_and_when_the_agent_leaves_two_talk_on() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call)
        third = OUTSIDE.masked()
        assert house.hears(call)["citizen"] == sorted(["1001", third])
        await house.contacts.leave_conference(FIRST, call)
        await house.passes(1)
        assert house.hears(call) == {"citizen": [third], third: ["citizen"]}
        assert house.doing(FIRST) == "wrap_up"

    trace(story)


def test_when_the_last_third_party_ends_the_citizen_is_back_in_the_line_and_not_in_silence() -> (
    None
):
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call)
        await house.contacts.leave_conference(FIRST, call)
        await house.passes(40)
        house.hangs_up(brought_in(house))
        await house.passes(2)
        assert house.of(CallQueued)[-1].again
        assert len(house.hears(call)["citizen"]) == 1

    house = trace(story)
    assert house.of(ServiceRated) == []


def test_a_third_party_who_is_sent_away_leaves_agent_and_citizen_talking() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call)
        leg = house.of(StepAsked)[-1].leg
        assert leg is not None
        await house.contacts.part_with(FIRST, call, leg)
        await house.passes(1)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        await house.contacts.hold(FIRST, call)
        assert house.hears(call) == {"citizen": [], "1001": []}
        await house.contacts.resume(FIRST, call)
        await house.passes(1)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        own = house.leg_of(FIRST)
        assert await house.refused(house.contacts.part_with(FIRST, call, own)) == "no-such-party"

    trace(story)


def test_two_who_are_left_in_a_conference_may_be_held_and_asked_about_three_may_not() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call)
        third = brought_in(house)
        for what in (house.contacts.hold(FIRST, call), house.contacts.consult(FIRST, call, SECOND)):
            assert await house.refused(what) == "wrong-phase"
        assert len(house.hears(call)["citizen"]) == 2
        house.hangs_up(third)
        await house.passes(1)
        await house.contacts.consult(FIRST, call, SECOND)
        assert house.hears(call) == {"citizen": [], "1001": ["1002"], "1002": ["1001"]}
        await house.contacts.complete_consult(FIRST, call)
        await house.passes(1)
        assert house.hears(call) == {"citizen": ["1002"], "1002": ["citizen"]}

    house = trace(story)
    assert [ended.agent for ended in house.of(TalkEnded)] == [FIRST, SECOND]
    assert house.of(ServiceRated) == []


@pytest.mark.parametrize("habit", REFUSALS)
def test_a_third_party_who_does_not_come_leaves_the_two_together_to_try_another(
    habit: Habit,
) -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits[NUMBER] = habit
        tried = house.contacts.three_way(FIRST, call, OUTSIDE)
        assert await house.refused(tried) == "party-not-reached"
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        await house.contacts.three_way(FIRST, call, SECOND)
        await house.passes(1)
        assert house.hears(call)["citizen"] == ["1001", "1002"]

    trace(story)


@pytest.mark.parametrize("who", ["citizen", "agent"])
def test_while_a_third_party_rings_the_two_talk_on_and_who_leaves_lets_him_go(who: str) -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["8002"] = Habit.RINGS
        asked = asyncio.ensure_future(house.refused(house.contacts.three_way(FIRST, call, SECOND)))
        await house.passes(3)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"], "1002": []}
        house.hangs_up(call if who == "citizen" else house.leg_of(FIRST))
        await house.passes(1)
        assert await asked == "party-not-reached"
        assert house.doing(SECOND) == "idle"

    trace(story)


def test_who_is_consulted_comes_into_the_conference() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.contacts.consult(FIRST, call, SECOND)
        await house.contacts.three_way(FIRST, call, None)
        await house.passes(1)
        assert house.hears(call)["citizen"] == ["1001", "1002"]

    trace(story)


def test_a_colleague_who_is_left_in_a_conference_has_the_conversation() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call, SECOND)
        await house.contacts.leave_conference(FIRST, call)
        await house.passes(30)
        assert house.doing(SECOND) == "talking"
        assert house.hears(call) == {"citizen": ["1002"], "1002": ["citizen"]}
        house.hangs_up(house.leg_of(SECOND))
        await house.passes(30)

    house = trace(story)
    assert [ended.agent for ended in house.of(TalkEnded)] == [FIRST, SECOND]
    assert house.only(ServiceRated).agent == SECOND


def test_an_agent_who_hangs_up_in_a_conference_leaves_the_others_talking() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call)
        house.hangs_up(house.leg_of(FIRST))
        await house.passes(5)
        assert len(house.hears(call)) == 2

    trace(story)


def test_a_citizen_who_hangs_up_in_a_conference_leaves_the_two_until_one_goes() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call, SECOND)
        own = house.leg_of(FIRST)
        house.hangs_up(call)
        await house.passes(2)
        assert (house.doing(FIRST), house.doing(SECOND)) == ("talking", "lent")
        house.hangs_up(own)
        await house.passes(2)
        assert (house.doing(FIRST), house.doing(SECOND)) == ("wrap_up", "idle")

    trace(story)


def test_the_agent_who_ends_a_conference_last_has_his_service_rated() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await three(house, call)
        house.hangs_up(brought_in(house))
        await house.passes(5)
        house.hangs_up(house.leg_of(FIRST))
        await house.passes(30)

    house = trace(story)
    assert house.only(ServiceRated).agent == FIRST


# ---- lines with seats of their own (MRG-03)


def test_mrg_03_blind_to_a_retained_line_the_data_of_the_call_go_along() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["12366"] = Habit.ANSWERS
        await house.contacts.to_own_seats(FIRST, call, OwnSeats("tax", "T1"))
        await house.passes(1)
        carried = [a["Value"] for a in house.switch.actions if a.get("Variable") == "CC_CARRY"]
        assert carried == [f"{call}^^T1^general"]
        assert house.doing(FIRST) == "wrap_up"

    house = trace(story)
    assert house.only(StepAsked).to == "tax"


def test_mrg_03_warm_to_a_retained_line_its_phone_rings_with_the_data() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["12366"] = Habit.ANSWERS
        await house.contacts.to_own_seats(FIRST, call, OwnSeats("tax", asks_first=True))
        assert house.hears(call) == {"citizen": [], "1001": ["tax"], "tax": ["1001"]}
        (rung,) = [a for a in house.switch.actions if a.get("Channel") == "PJSIP/12366@trunk-out"]
        assert rung["Action"] == "Originate"

    trace(story)


def test_mrg_03_a_retained_line_that_does_not_answer_gives_him_back_to_his_agent() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        house.switch.habits["12366"] = Habit.BUSY
        await house.contacts.to_own_seats(FIRST, call, OwnSeats("tax"))
        await house.passes(3)
        assert house.hears(call) == {"citizen": ["1001"], "1001": ["citizen"]}
        nowhere = house.contacts.to_own_seats(FIRST, call, OwnSeats("labour"))
        assert await house.refused(nowhere) == "unknown-line"

    trace(story)
