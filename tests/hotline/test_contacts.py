"""An agent acts on the call at his seat, and on no other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from acd.errors import (
    ColleagueNotFree,
    ColleagueNotSignedIn,
    UnknownQueue,
    UnknownSkill,
)
from acd.facts import CallQueued
from acd.happenings import LegEnded, Pause
from console.errors import NotYourCall
from hotline.desks.contacts import Contacts
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, PauseReason, QueueName, Skill
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony.emergency_directory import EmergencyDirectory
from telephony.errors import ActionRefused, PartyNotReached
from telephony.live_call import LiveCall
from telephony.steps_asked import StepAsked
from tests.acd.centre import EPOCH
from tests.fakes.emergency_lines import emergency_line
from tests.fakes.fake_control import FakeControl
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, open_house

C1 = CallId("c1")
MINE, OTHER = AgentNo("1001"), AgentNo("1002")
THIRD = PhoneNumber.parse("0431-87654321")
Ask = Callable[[Contacts, AgentNo], Awaitable[None]]


@dataclass
class Exchange:
    """The live calls, as the switchboard keeps them; `ears.write` as it has it."""

    calls: dict[CallId, LiveCall]
    write: Callable[[list[Fact]], None]

    @property
    def ears(self) -> "Exchange":
        return self


@asynccontextmanager
async def talking() -> AsyncIterator[tuple[House, Contacts, FakeControl, Exchange]]:
    """Agent 1001 talks with the citizen of c1; agent 1002 is idle."""
    async with open_house() as house:
        await house.staff(1, 2)
        told = house.rings_up()
        await house.passes(7)
        house.telephone.seat_answers()
        await house.passes(10)
        control, exchange = FakeControl(), Exchange({C1: told.line.live}, house.recorder.write)
        parts: Any = (house.desk, control, exchange)
        yield house, Contacts(*parts, house, EPOCH), control, exchange


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
    "hand to": (lambda c, a: c.hand_to(a, C1, OTHER), ("back_to_line", C1)),
    "part": (lambda c, a: c.part_with(a, C1, LegId("7-c000009")), ("part_with", C1, "7-c000009")),
    "ask": (lambda c, a: c.consult(a, C1, OTHER), ("consult", C1, "7-000002", "8002")),
    "to skill": (
        lambda c, a: c.to_line(a, C1, None, {Skill("enterprise"): 2}),
        ("back_to_line", C1),
    ),
    "consult": (lambda c, a: c.consult(a, C1, THIRD), ("consult", C1, "7-c000001", THIRD)),
    "complete": (lambda c, a: c.complete_consult(a, C1), ("complete_transfer", C1)),
    "cancel": (lambda c, a: c.cancel_consult(a, C1), ("cancel_consult", C1)),
    "three way": (lambda c, a: c.three_way(a, C1, THIRD), ("three_way", C1, "7-c000001", THIRD)),
    "leave": (lambda c, a: c.leave_conference(a, C1), ("leave_conference", C1)),
    "emergency": (lambda c, a: c.emergency(a, C1, "110"), ("send_emergency", C1, emergency_line())),
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


def test_emg_01_a_released_ring_time_holds_for_who_is_sent_there_blindly() -> None:
    async def story() -> None:
        async with talking() as (house, contacts, control, _exchange):
            line = emergency_line(ring_for_s=45)
            house.emergency = EmergencyDirectory(lines=(line,))
            contacts.use(house)
            await contacts.emergency(MINE, C1, "110")
            assert control.asked == [("send_emergency", C1, line)]

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

            assert legs == ["7-c000001", "7-c000002"]
            assert not set(legs) & {ring.leg for ring in house.telephone.rung}

    at_once(story())


def test_what_was_asked_is_written_before_it_is_done_with_its_reason() -> None:
    """The journal tells who spoke with whom when; numbers masked (SEC-01)."""

    async def story() -> None:
        async with talking() as (house, contacts, control, _exchange):
            control.trouble = PartyNotReached("No.", remedy="Later.")
            with pytest.raises(PartyNotReached):
                await contacts.consult(MINE, C1, THIRD, "人社政策")
            await contacts.hand_to(MINE, C1, OTHER, "他的案子")

            consult, hand = house.of(StepAsked)
            assert (consult.step, consult.leg, consult.to) == (
                "consult",
                "7-c000001",
                THIRD.masked(),
            )
            assert (hand.step, hand.to_agent, hand.reason) == ("hand_to", OTHER, "他的案子")

    at_once(story())


def test_a_colleague_who_is_consulted_is_lent_and_given_back_when_it_fails() -> None:
    async def story() -> None:
        async with talking() as (house, contacts, control, _exchange):
            await contacts.consult(MINE, C1, OTHER)
            lent = house.desk.snapshot().seat_of(OTHER)
            assert lent is not None
            assert lent.lent_to == C1
            house.desk.tell(LegEnded(LegId("7-000002"), LegEnd.HUNG_UP))
            await house.passes(1)

            control.trouble = PartyNotReached("No.", remedy="Later.")
            with pytest.raises(PartyNotReached):
                await contacts.three_way(MINE, C1, OTHER)
            await house.passes(1)
            free = house.desk.snapshot().seat_of(OTHER)
            assert free is not None
            assert free.is_at_rest

    at_once(story())


def test_who_is_consulted_comes_into_the_conference_and_nobody_else_is_rung() -> None:
    async def story() -> None:
        async with talking() as (house, contacts, control, _exchange):
            control.consulted.add(C1)
            await contacts.three_way(MINE, C1, THIRD)
            await contacts.three_way(MINE, C1, None)

            assert [asked[3] for asked in control.asked] == [None, None]
            assert house.of(StepAsked) == []

    at_once(story())


@pytest.mark.parametrize(
    ("colleague", "why"),
    [("1001", ColleagueNotFree), ("1003", ColleagueNotSignedIn), ("9999", ColleagueNotSignedIn)],
)
def test_nobody_is_handed_to_a_colleague_who_cannot_take_him(
    colleague: str, why: type[HotlineError]
) -> None:
    refused_by = refused(lambda c, a: c.hand_to(a, C1, AgentNo(colleague)), MINE)

    assert isinstance(refused_by, why)


def test_a_colleague_in_a_break_is_consulted_but_gets_nobody_blindly() -> None:
    async def story() -> None:
        async with talking() as (house, contacts, control, _exchange):
            await house.desk.order(Pause(OTHER, PauseReason("rest")))
            with pytest.raises(ColleagueNotFree):
                await contacts.hand_to(MINE, C1, OTHER)
            await contacts.consult(MINE, C1, OTHER)

            assert [asked[0] for asked in control.asked] == ["consult"]

    at_once(story())


def test_a_skill_that_nobody_knows_is_refused_by_name() -> None:
    why = refused(lambda c, a: c.to_line(a, C1, None, {Skill("juggling"): 1}), MINE)

    assert isinstance(why, UnknownSkill)
    assert "juggling" in why.problem


def test_a_skill_without_a_queue_means_the_queue_that_is_made_for_it() -> None:
    async def story() -> None:
        async with talking() as (_house, contacts, _, exchange):
            await contacts.to_line(MINE, C1, None, {Skill("enterprise"): 3})
            place = exchange.calls[C1].place
            assert place is not None
            assert (place.queue, place.needs, place.sent_by) == (
                "enterprise",
                {"enterprise": 3},
                MINE,
            )

            await contacts.to_line(MINE, C1, QueueName("general"), {Skill("enterprise"): 2})
            place = exchange.calls[C1].place
            assert place is not None
            assert place.needs == {"general": 1, "enterprise": 2}

    at_once(story())


def test_whom_asterisk_does_not_move_keeps_the_place_he_had() -> None:
    async def story() -> None:
        async with talking() as (_, contacts, control, exchange):
            before = exchange.calls[C1].place
            control.trouble = ActionRefused("No.", remedy="Look.")
            with pytest.raises(ActionRefused):
                await contacts.to_line(MINE, C1, QueueName("enterprise"), {})

            assert exchange.calls[C1].place == before

    at_once(story())
