"""Every kind of transfer and conference keeps the figures right, and the journal can be read.

Answered once, talk time by agent, the auditor's recount agrees, the trace names who spoke with
whom when, the card lists the agents in order.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import orjson
import pytest

from acd.facts import SeatAnswered, TalkEnded
from console.ports import OwnSeats
from console.trace_words import SENTENCES
from hotline.commands.trace import sentence
from kernel.fact import encode
from kernel.ids import CallId, QueueName
from telephony.facts import CallHeld, CallHungUp, CallResumed
from tests.fakes.fake_switch import Habit
from tests.figures.test_audit_recount import agree
from tests.hotline.handling_house import FIRST, OUTSIDE, SECOND, HandlingHouse, trace

Story = Callable[[HandlingHouse, CallId], Awaitable[None]]
TALKS_ON: Final = 30


async def _consult(house: HandlingHouse, call: CallId) -> None:
    await house.contacts.consult(FIRST, call, SECOND)
    await house.passes(15)
    await house.contacts.cancel_consult(FIRST, call)


async def _attended_to_a_colleague(house: HandlingHouse, call: CallId) -> None:
    await house.contacts.consult(FIRST, call, SECOND)
    await house.passes(15)
    await house.contacts.complete_consult(FIRST, call)


async def _attended_outside(house: HandlingHouse, call: CallId) -> None:
    house.switch.habits[OUTSIDE.national] = Habit.ANSWERS
    await house.contacts.consult(FIRST, call, OUTSIDE)
    await house.passes(15)
    await house.contacts.complete_consult(FIRST, call)


async def _blind_outside(house: HandlingHouse, call: CallId) -> None:
    house.switch.habits[OUTSIDE.national] = Habit.ANSWERS
    await house.contacts.transfer(FIRST, call, OUTSIDE)


async def _blind_that_failed(house: HandlingHouse, call: CallId) -> None:
    house.switch.habits[OUTSIDE.national] = Habit.BUSY
    await house.contacts.transfer(FIRST, call, OUTSIDE)


async def _to_a_colleague(house: HandlingHouse, call: CallId) -> None:
    await house.contacts.hand_to(FIRST, call, SECOND)


async def _to_the_line(house: HandlingHouse, call: CallId) -> None:
    await house.contacts.to_line(FIRST, call, QueueName("general"), {})


async def _to_a_retained_line(house: HandlingHouse, call: CallId) -> None:
    house.switch.habits["12366"] = Habit.ANSWERS
    await house.contacts.to_own_seats(FIRST, call, OwnSeats("tax"))


async def _three_way(house: HandlingHouse, call: CallId) -> None:
    house.switch.habits[OUTSIDE.national] = Habit.ANSWERS
    await house.contacts.three_way(FIRST, call, OUTSIDE)


async def _consult_then_three_way(house: HandlingHouse, call: CallId) -> None:
    await house.contacts.consult(FIRST, call, SECOND)
    await house.passes(15)
    await house.contacts.three_way(FIRST, call, None)
    await house.passes(5)
    await house.contacts.leave_conference(FIRST, call)


KINDS: Final[dict[str, tuple[Story, list[str]]]] = {
    "consultation": (_consult, ["1001"]),
    "attended to a colleague": (_attended_to_a_colleague, ["1001", "1002"]),
    "attended outside": (_attended_outside, ["1001"]),
    "blind outside": (_blind_outside, ["1001"]),
    "blind that failed": (_blind_that_failed, ["1001", "1001"]),
    "to a colleague": (_to_a_colleague, ["1001", "1002"]),
    "to the line": (_to_the_line, ["1001", "1002"]),
    "to a retained line": (_to_a_retained_line, ["1001"]),
    "three-way": (_three_way, ["1001"]),
    "consulted, then three-way": (_consult_then_three_way, ["1001", "1002"]),
}


@pytest.fixture(scope="module", params=list(KINDS))
def told(request: pytest.FixtureRequest) -> tuple[HandlingHouse, list[str]]:
    """A house in which such a transfer has happened, and who talked, in order."""
    step, talkers = KINDS[request.param]

    async def story(house: HandlingHouse, call: CallId) -> None:
        await step(house, call)
        await house.passes(TALKS_ON)

    return trace(story), talkers


def test_the_call_is_answered_once_whoever_talks(told: tuple[HandlingHouse, list[str]]) -> None:
    house, talkers = told
    answers = house.of(SeatAnswered)

    assert [answer.agent for answer in answers] == talkers
    assert [answer.again for answer in answers] == [False] + [True] * (len(talkers) - 1)
    (counts,) = [c for (_, queue), c in house.figures.queues.items() if queue]
    assert (counts.offered, counts.answered, counts.abandoned) == (1, 1, 0)


def test_talk_time_is_each_agents_own(told: tuple[HandlingHouse, list[str]]) -> None:
    """From his answer to his leaving, and the sum of it is the call's."""
    house, talkers = told
    talks = house.of(TalkEnded)

    assert [talk.agent for talk in talks] == talkers
    for answer, talk in zip(house.of(SeatAnswered), talks, strict=True):
        assert talk.talked == talk.at - answer.at
    total = sum((talk.talked for talk in talks), timedelta())
    (tally,) = house.figures.calls.values()
    assert tally.talked_ms == total / timedelta(milliseconds=1)
    seats = house.figures.seats_until(house.facts[-1].at).values()
    assert sum(counts.talking_ms for counts in seats) == tally.talked_ms


def test_time_on_hold_ends_with_the_hold(told: tuple[HandlingHouse, list[str]]) -> None:
    house, _ = told
    held = sum(
        (min(_ends_after(house, fact)) - fact.at for fact in house.of(CallHeld)), timedelta()
    )

    (tally,) = house.figures.calls.values()
    assert tally.held_ms == held / timedelta(milliseconds=1)


def _ends_after(house: HandlingHouse, hold: CallHeld) -> list[object]:
    ends = (CallResumed, TalkEnded, CallHungUp)
    return [f.at for f in house.facts if isinstance(f, ends) and f.at >= hold.at]


def test_the_auditors_recount_agrees(told: tuple[HandlingHouse, list[str]]) -> None:
    house, _ = told

    agree(house.facts, house.facts[-1].at)


def test_the_card_lists_who_talked_in_order(told: tuple[HandlingHouse, list[str]]) -> None:
    house, talkers = told
    (card,) = house.view.cards()

    assert list(card.agents) == talkers
    assert (card.fate, card.parties) == ("answered", ())


def test_the_trace_has_words_for_each_fact_and_names_all_who_took_part(
    told: tuple[HandlingHouse, list[str]],
) -> None:
    house, talkers = told
    of_the_call = [fact for fact in house.facts if getattr(fact, "call", None)]
    lines = [sentence(fact.kind, orjson.loads(encode(fact)), "en") for fact in of_the_call]

    assert {fact.kind for fact in of_the_call} <= set(SENTENCES)
    assert not [line for line in lines if "?" in line or "{" in line]
    for agent in talkers:
        assert any(f"(agent {agent}) answered" in line for line in lines)
        assert any("talk with seat" in line for line in lines)
