"""Who has talked and stands in line again: his age, whom he gets, what he hears."""

from datetime import datetime, timedelta

import pytest

from acd.facts import (
    CallQueued,
    SeatAnswered,
    SeatLent,
    SeatLetItRing,
    SeatRung,
    TalkEnded,
    WrapUpEnded,
)
from acd.happenings import LegAnswered, LegEnded, LendSeat
from hotline.stories.stages import Talking
from kernel.ids import AgentNo, CallId, QueueName, Skill
from kernel.legs import LegEnd
from telephony.facts import ServiceRated, StageEntered
from telephony.place import Place
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, Told, connected, open_house

C1 = CallId("c1")
FIRST, SECOND = AgentNo("1001"), AgentNo("1002")
GENERAL = QueueName("general")


def put(house: House, told: Told, **more: object) -> None:
    """An agent puts him back; Asterisk has him in [room] again."""
    asked_at = house.of(CallQueued)[0].asked_at
    place = {"queue": GENERAL, "asked_at": asked_at, "sent_by": FIRST, **more}
    told.line.live.remember(Place(**place))  # type: ignore[arg-type]
    house.telephone.comes_back(C1)


def sent_away_in_vain(house: House, told: Told, why: str = "BUSY/17") -> None:
    """A blind transfer: the agent is free, nobody answered there, he is in [room]."""
    house.telephone.comes_back(C1)
    told.line.party.away_failed = why


def talking_with(agent: AgentNo, asked_at: datetime) -> Talking:
    return Talking(queue=GENERAL, agent=agent, asked_at=asked_at)


def test_to_a_skill_he_keeps_age_and_fate_and_the_agent_wraps_up() -> None:
    """Answered once; the need of the skill is on his channel too, for who comes after us."""

    async def story() -> None:
        async with open_house(None, {"general": 1}, {"general": 1, "ko": 3}) as house:
            told = await connected(house)
            needs = {Skill("general"): 1, Skill("ko"): 2}
            put(house, told, needs=needs)
            await house.passes(1)
            again = house.of(CallQueued)[-1]

            assert (again.needs, again.asked_at) == (needs, house.of(CallQueued)[0].asked_at)
            said = told.heard.index("transferring")
            await house.passes(1)
            assert told.heard[said + 1] == "music"
            kept = Place.decode(told.line.variables["CC_Q"])
            assert kept is not None
            assert (kept.needs, kept.sent_by) == (needs, None)
            (seat,) = house.desk.snapshot().seats
            assert seat.activity == "wrap_up"
            await house.staff(2)
            house.telephone.seat_answers()
            await house.passes(1)
            assert [answered.agent for answered in house.of(SeatAnswered)] == [FIRST, SECOND]
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_a_need_of_the_menu_is_not_lost_when_he_comes_back() -> None:
    async def story() -> None:
        async with open_house(None, {"general": 1, "ko": 3}) as house:
            told = await connected(house)
            place = told.line.live.place
            assert place is not None
            needs = {Skill("general"): 1, Skill("ko"): 1}
            told.line.live.remember(Place(GENERAL, place.asked_at, needs=needs))
            house.telephone.comes_back(C1)
            await house.passes(1)

            assert house.of(CallQueued)[-1].needs == needs

    at_once(story())


def test_a_failed_transfer_goes_back_to_the_agent_who_sent_him_and_he_is_told() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            await house.staff(2)
            sent_away_in_vain(house, told)
            await house.passes(0.5)

            rung = house.of(SeatRung)[-1]
            assert rung.agent == FIRST
            assert house.of(WrapUpEnded)[-1].by == "system"
            assert told.heard[-1] == "transfer_failed"
            assert house.of(CallQueued)[-1].priority == 2
            house.telephone.seat_answers()
            await house.passes(5)
            assert house.of(StageEntered)[-1].detail["agent"] == FIRST
            assert told.line.party.away_failed == ""

    at_once(story())


def test_a_second_transfer_that_fails_later_is_told_of_anew() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            for _ in range(2):
                sent_away_in_vain(house, told)
                await house.passes(5)
                house.telephone.seat_answers()
                await house.passes(5)

            assert told.heard.count("transfer_failed") == 2
            assert {rung.agent for rung in house.of(SeatRung)} == {FIRST}
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_handed_to_a_colleague_by_number_he_is_rung_before_all_others() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            await house.staff(3, 2)
            put(house, told, handed_to=SECOND)
            await house.passes(1)
            assert house.of(SeatRung)[-1].agent == SECOND
            house.telephone.seat_answers()
            await house.passes(20)
            house.telephone.seat_hangs_up(C1)
            await house.passes(20)

            assert [ended.agent for ended in house.of(TalkEnded)] == [FIRST, SECOND]
            assert house.only(ServiceRated).agent == SECOND
            assert house.fates() == ["seat-answered"]

    at_once(story())


@pytest.mark.parametrize("why", [LegEnd.NO_ANSWER, LegEnd.BUSY, LegEnd.REJECTED])
def test_a_colleague_who_does_not_take_him_means_his_agent_again(why: LegEnd) -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            await house.staff(2)
            put(house, told, handed_to=SECOND)
            await house.passes(1)
            house.telephone.seat_ends(why)
            await house.passes(1)

            assert house.only(SeatLetItRing).agent == SECOND
            assert house.of(SeatRung)[-1].agent == FIRST

    at_once(story())


def test_who_hangs_up_while_the_colleague_is_rung_has_been_answered_once() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            await house.staff(2)
            put(house, told, handed_to=SECOND)
            await house.passes(1)
            house.telephone.citizen_hangs_up(C1)
            await house.passes(1)

            assert house.fates() == ["seat-answered"]
            seat = house.desk.snapshot().seat_of(SECOND)
            assert seat is not None
            assert seat.activity == "idle"

    at_once(story())


def test_a_colleague_who_took_over_is_the_one_whose_service_is_rated() -> None:
    """Attended: talk time by agent, and the rating goes to who talked last (SAT-01)."""

    async def story() -> None:
        async with open_house() as house:
            await connected(house)
            await house.staff(2)
            facts = await house.desk.order(LendSeat(SECOND, C1, FIRST))
            leg = next(fact.leg for fact in facts if isinstance(fact, SeatLent))
            await house.passes(30)
            house.desk.tell(LegAnswered(leg))
            await house.passes(45)
            house.telephone.seat_hangs_up(C1)
            house.desk.tell(LegEnded(leg, LegEnd.HUNG_UP))
            await house.passes(20)

            talks = [(ended.agent, ended.talked) for ended in house.of(TalkEnded)]
            assert talks == [(FIRST, timedelta(seconds=60)), (SECOND, timedelta(seconds=45))]
            assert house.only(ServiceRated).agent == SECOND

    at_once(story())


def test_whoever_was_sent_away_when_we_died_comes_back_to_the_line_with_age_and_needs() -> None:
    """The process dies during: the place is read from the channel, the agent from the journal."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            asked_at = house.clock.now() - timedelta(seconds=90)
            house.stages[C1] = talking_with(FIRST, asked_at)
            place = Place(GENERAL, asked_at, 0, {Skill("general"): 1})
            told = house.rings_up(where="room", place=place)
            told.line.party.away_failed = "NOANSWER/19"
            await house.passes(1)

            queued = house.only(CallQueued)
            assert (queued.asked_at, queued.back_to) == (asked_at, FIRST)
            assert house.only(SeatRung).agent == FIRST

    at_once(story())
