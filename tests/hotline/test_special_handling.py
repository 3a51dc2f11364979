"""Special seats by an agent's hand: transfer to a skill, an expert consulted or third (SPC-01, 04).

On the whole house over an Asterisk in memory; each trace ends with everybody at rest.
"""

from dataclasses import replace

import pytest

from acd.directory import Directory
from acd.facts import CallQueued, LoanEnded, SeatAnswered, SeatLent, TalkEnded
from acd.happenings import DirectoryLoaded, PhoneSeen
from figures.counts import Counts, total
from kernel.ids import AgentNo, CallId, Extension, QueueName, Skill
from telephony.facts import ConferenceJoined, ConsultStarted
from tests.hotline.handling_house import FIRST, SECOND, HandlingHouse, trace

GENERAL, ENTERPRISE = QueueName("general"), QueueName("enterprise")


async def teach(house: HandlingHouse, agent: AgentNo, **skills: int) -> None:
    people = house.people
    known = people.agents[agent]
    taught = replace(known, skills=known.skills | {Skill(s): n for s, n in skills.items()})
    house.people = Directory({**people.agents, agent: taught}, people.seats, people.skills)
    await house.desk.order(DirectoryLoaded(house.people))


def counted(house: HandlingHouse) -> dict[str, Counts]:
    """By queue, the quarters together."""
    queues = {queue for _, queue in house.figures.queues}
    found = house.figures.queues.items()
    return {q: total([counts for (_, of), counts in found if of == q]) for q in queues}


def test_spc_01_an_agent_sends_an_enterprise_to_whoever_has_the_skill() -> None:
    """With his age; general seats that are idle are not rung for him."""

    async def story(house: HandlingHouse, call: CallId) -> None:
        await house.staff(3)
        house.switch.habits["8003"] = house.switch.habits["8002"]
        await teach(house, AgentNo("1003"), enterprise=3)
        await house.contacts.to_line(FIRST, call, None, {Skill("enterprise"): 2}, "涉企")
        await house.passes(3)
        assert house.of(CallQueued)[-1].queue == "enterprise"
        assert house.of(CallQueued)[-1].asked_at == house.of(CallQueued)[0].asked_at
        assert [answered.agent for answered in house.of(SeatAnswered)] == [FIRST, "1003"]

    trace(story)


def test_spc_01_enterprises_have_figures_of_their_own() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await teach(house, SECOND, enterprise=3)
        firm = CallId(house.switch.arrive("13900000002"))
        await house.passes(0.5)
        house.switch.press(firm, "1")
        await house.passes(5)
        assert house.doing(SECOND) == "talking"
        assert counted(house)[ENTERPRISE].answered == counted(house)[ENTERPRISE].offered == 1
        assert counted(house)[GENERAL].offered == 1
        house.hangs_up(firm)
        await house.passes(1)
        house.figures.calls = {c: t for c, t in house.figures.calls.items() if c == call}

    trace(story)


def test_spc_04_an_expert_is_consulted_and_the_call_is_the_agents() -> None:
    """Counted apart: one call answered once, one consultation of the unit."""

    async def story(house: HandlingHouse, call: CallId) -> None:
        await teach(house, SECOND, **{"expert:labour": 3})
        await house.contacts.consult(FIRST, call, SECOND)
        await house.passes(15)
        await house.contacts.cancel_consult(FIRST, call)
        await house.passes(1)

    house = trace(story)
    (lent,), (begun,) = house.of(SeatLent), house.of(ConsultStarted)
    assert (lent.agent, lent.expert_of, lent.place) == (SECOND, "labour", "physical")
    assert begun.leg == lent.leg == house.of(LoanEnded)[0].leg
    assert counted(house)[GENERAL].answered == 1
    assert [talk.agent for talk in house.of(TalkEnded)] == [FIRST]


def test_spc_04_an_expert_joins_three_way() -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        await teach(house, SECOND, **{"expert:labour": 3})
        await house.contacts.three_way(FIRST, call, SECOND)
        await house.passes(2)
        both = {"citizen": ["1001", "1002"], "1001": ["1002", "citizen"]}
        assert house.hears(call) == both | {"1002": ["1001", "citizen"]}

    house = trace(story)
    (lent,) = house.of(SeatLent)
    assert lent.expert_of == "labour"
    assert lent.leg in [joined.leg for joined in house.of(ConferenceJoined)]


@pytest.mark.parametrize("code", ["colleague-not-signed-in", "colleague-not-free"])
def test_spc_04_an_expert_who_cannot_be_asked_now_is_not_rung(code: str) -> None:
    async def story(house: HandlingHouse, call: CallId) -> None:
        expert = AgentNo("1003")
        await teach(house, expert, **{"expert:labour": 3})
        if code == "colleague-not-free":
            await house.staff(3)
            house.desk.tell(PhoneSeen(Extension("8003"), False))
            await house.passes(1)
        assert await house.refused(house.contacts.consult(FIRST, call, expert)) == code

    house = trace(story)
    assert house.of(SeatLent) == []
