"""An agent acts on the call at his seat, and on no other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from acd.errors import WrongState
from acd.facts import CallQueued
from acd.happenings import Pause
from console.errors import NotYourCall
from hotline.contacts import Contacts, UnknownQueue
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, PauseReason, QueueName
from kernel.phone import PhoneNumber
from telephony.live_call import LiveCall
from tests.acd.centre import EPOCH
from tests.fakes.fake_control import FakeControl
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, open_house

C1 = CallId("c1")
MINE, OTHER = AgentNo("1001"), AgentNo("1002")
THIRD = PhoneNumber.parse("0431-87654321")
Ask = Callable[[Contacts, AgentNo], Awaitable[None]]


@dataclass
class Exchange:
    """The live calls, as the switchboard keeps them."""

    calls: dict[CallId, LiveCall] = field(default_factory=dict)


@asynccontextmanager
async def talking() -> AsyncIterator[tuple[House, Contacts, FakeControl, Exchange]]:
    """Agent 1001 talks with the citizen of c1; agent 1002 is idle."""
    async with open_house() as house:
        await house.staff(1, 2)
        told = house.rings_up()
        await house.passes(7)
        house.telephone.seat_answers()
        await house.passes(10)
        control, exchange = FakeControl(), Exchange({C1: told.line.live})
        parts: Any = (house.desk, control, exchange)
        yield house, Contacts(*parts, house.policies, EPOCH), control, exchange


def refused(ask: Ask, agent: AgentNo) -> HotlineError | None:
    async def story() -> HotlineError | None:
        async with talking() as (_, contacts, control, _exchange):
            try:
                await ask(contacts, agent)
            except HotlineError as why:
                assert control.asked == []
                return why
            return None

    return at_once(story())


VERBS: dict[str, tuple[Ask, tuple[object, ...]]] = {
    "hold": (lambda c, a: c.hold(a, C1), ("hold", C1)),
    "resume": (lambda c, a: c.resume(a, C1), ("resume", C1)),
    "transfer": (lambda c, a: c.transfer(a, C1, THIRD), ("blind_transfer", C1, THIRD)),
    "consult": (lambda c, a: c.consult(a, C1, THIRD), ("consult", C1, "7-c1", THIRD)),
    "complete": (lambda c, a: c.complete_consult(a, C1), ("complete_transfer", C1)),
    "cancel": (lambda c, a: c.cancel_consult(a, C1), ("cancel_consult", C1)),
    "three way": (lambda c, a: c.three_way(a, C1, THIRD), ("three_way", C1, "7-c1", THIRD)),
    "leave": (lambda c, a: c.leave_conference(a, C1), ("leave_conference", C1)),
    "emergency": (lambda c, a: c.emergency(a, C1, "110"), ("send_emergency", C1, "110")),
    "back": (
        lambda c, a: c.back_to_line(a, C1, QueueName("enterprise")),
        ("back_to_line", C1),
    ),
    "hang up": (lambda c, a: c.hang_up(a, C1), ("hang_up", C1)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_the_agent_who_talks_may_do_it(verb: str) -> None:
    ask, asked = VERBS[verb]

    async def story() -> None:
        async with talking() as (_, contacts, control, _exchange):
            await ask(contacts, MINE)
            assert control.asked == [asked]

    at_once(story())


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("agent", [OTHER, AgentNo("9999")])
def test_nobody_else_may(verb: str, agent: AgentNo) -> None:
    assert isinstance(refused(VERBS[verb][0], agent), NotYourCall)


def test_a_call_of_which_nothing_is_known_is_nobodys() -> None:
    assert isinstance(refused(lambda c, a: c.hold(a, CallId("c9")), MINE), NotYourCall)


def test_a_call_in_wrap_up_has_ended() -> None:
    async def story() -> None:
        async with talking() as (house, contacts, _, _exchange):
            house.telephone.citizen_hangs_up(C1)
            await house.passes(1)
            with pytest.raises(NotYourCall):
                await contacts.hold(MINE, C1)

    at_once(story())


def test_a_call_that_asterisk_holds_no_more_has_ended() -> None:
    async def story() -> None:
        async with talking() as (_, contacts, _control, exchange):
            exchange.calls.clear()
            with pytest.raises(NotYourCall):
                await contacts.hang_up(MINE, C1)

    at_once(story())


def test_a_queue_that_does_not_exist_is_refused_by_name() -> None:
    why = refused(lambda c, a: c.back_to_line(a, C1, QueueName("nowhere")), MINE)

    assert isinstance(why, UnknownQueue)
    assert "nowhere" in why.problem
    assert "general" in why.remedy


def test_who_is_put_into_another_queue_keeps_his_age() -> None:
    async def story() -> None:
        async with talking() as (house, contacts, _, exchange):
            asked_at = house.only(CallQueued).asked_at
            await contacts.back_to_line(MINE, C1, QueueName("enterprise"))
            place = exchange.calls[C1].place

            assert place is not None
            assert (place.queue, place.asked_at, place.priority) == ("enterprise", asked_at, 1)

    at_once(story())


def test_each_third_party_gets_a_leg_of_its_own() -> None:
    """Beside the legs that the floor mints, of the same epoch and never the same."""

    async def story() -> None:
        async with talking() as (house, contacts, control, _exchange):
            await contacts.consult(MINE, C1, THIRD)
            await contacts.three_way(MINE, C1, THIRD)
            legs = [asked[2] for asked in control.asked]

            assert legs == ["7-c1", "7-c2"]
            assert not set(legs) & {ring.leg for ring in house.telephone.rung}

    at_once(story())


def test_an_agent_in_a_break_dials_out_from_his_own_phone() -> None:
    async def story() -> None:
        async with talking() as (house, contacts, control, _exchange):
            await house.desk.order(Pause(OTHER, PauseReason("rest")))
            await contacts.dial(OTHER, THIRD)

            assert control.asked == [("dial_out", "7-c1", "8002", THIRD)]

    at_once(story())


@pytest.mark.parametrize("agent", [MINE, OTHER, AgentNo("9999")])
def test_nobody_dials_out_while_he_talks_may_be_rung_or_sits_nowhere(agent: AgentNo) -> None:
    assert isinstance(refused(lambda c, _a: c.dial(agent, THIRD), agent), WrongState)
