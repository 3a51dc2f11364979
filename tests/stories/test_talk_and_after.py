"""The story of a call from the answer of a seat to the good-bye."""

from datetime import timedelta

from acd.facts import CallQueued, SeatAnswered, SeatLetItRing, SeatRung, TalkEnded
from hotline.stories.inbound_call import inbound_call
from kernel.ids import CallId, QueueName
from kernel.legs import LegEnd
from telephony.facts import CallFellBack, ServiceRated, StageEntered
from telephony.live_call import LiveCall
from telephony.place import Place
from telephony.story_teller import StoryTeller
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, connected, open_house

C1 = CallId("c1")


def test_the_answer_counts_from_the_wish_for_a_person_and_the_ring_is_in_it() -> None:
    """D-04."""

    async def story() -> None:
        async with open_house() as house:
            await connected(house)

            answered = house.only(SeatAnswered)
            assert answered.waited == timedelta(seconds=2.1)
            assert [fact.stage for fact in house.of(StageEntered)] == ["menu", "waiting", "talking"]

    at_once(story())


def test_an_answer_in_the_middle_of_an_announcement_ends_it() -> None:
    """The caller is with his agent and hears nothing of us any more."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT + 0.5)
            assert told.heard[-1] == "you_are_next"
            await house.staff(1)
            await house.passes(0.1)
            house.telephone.seat_answers()
            await house.passes(60)

            assert told.heard[-1] == "you_are_next"
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_who_hangs_up_in_the_talk_ends_the_story_and_the_seat_goes_into_wrap_up() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            house.telephone.citizen_hangs_up(C1)
            await house.passes(1)

            assert told.end == "caller hung up"
            assert house.fates() == ["seat-answered"]
            assert house.only(TalkEnded).talked == timedelta(seconds=30)
            assert house.of(ServiceRated) == []
            (seat,) = house.desk.snapshot().seats
            assert seat.activity == "wrap_up"

    at_once(story())


def test_a_seat_that_lets_it_ring_is_paused_and_the_caller_waits_on_with_his_age() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1, 2)
            house.rings_up()
            await house.passes(SILENT + 10)
            house.telephone.seat_ends(LegEnd.NO_ANSWER)
            await house.passes(1)
            house.telephone.seat_answers()
            await house.passes(1)

            assert house.only(SeatLetItRing).agent == "1001"
            assert [rung.agent for rung in house.of(SeatRung)] == ["1001", "1002"]
            assert house.only(SeatAnswered).waited == timedelta(seconds=11.1)
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_who_comes_back_from_a_talk_waits_again_with_his_age_and_keeps_his_fate() -> None:
    """A transfer that failed, a seat that vanished: he is in [room] again."""

    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            house.telephone.comes_back(C1)
            await house.passes(40)  # the agent's wrap-up ends, and his phone rings again
            again = house.of(CallQueued)[-1]
            house.telephone.seat_answers()
            await house.passes(1)

            assert (again.again, again.asked_at) == (True, house.of(CallQueued)[0].asked_at)
            assert [answered.again for answered in house.of(SeatAnswered)] == [False, True]
            assert house.fates() == ["seat-answered"]
            assert [fact.stage for fact in house.of(StageEntered)][-2:] == ["waiting", "talking"]
            assert told.end is None

    at_once(story())


def test_who_is_back_before_his_seats_leg_has_ended_stands_in_the_line_all_the_same() -> None:
    """AMI owes us no order: `again` says that he talks no more."""

    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            told.line.live.taken_in_hand("room", told.line.live.ami_name)
            await house.passes(1)

            assert [waits.call for waits in house.desk.snapshot().waiting] == [C1]
            assert len(house.of(TalkEnded)) == 1
            assert house.of(StageEntered)[-1].detail["again"] == "yes"

    at_once(story())


def test_a_priority_that_he_had_goes_back_into_the_line_with_him() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            asked_at = house.only(CallQueued).asked_at
            told.line.live.remember(Place(QueueName("general"), asked_at, 2))
            house.telephone.comes_back(C1)
            await house.passes(1)

            assert house.of(CallQueued)[-1].priority == 2

    at_once(story())


def test_an_agent_puts_him_into_another_queue_and_there_he_keeps_his_age() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            asked_at = house.only(CallQueued).asked_at
            told.line.live.remember(Place(QueueName("enterprise"), asked_at, 1))
            house.telephone.comes_back(C1)
            await house.passes(1)

            again = house.of(CallQueued)[-1]
            assert (again.queue, again.priority, again.asked_at) == ("enterprise", 1, asked_at)
            assert again.needs == {"enterprise": 1}

    at_once(story())


def test_who_came_back_and_then_leaves_has_still_been_answered() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = await connected(house)
            house.telephone.comes_back(C1)
            await house.passes(5)
            house.telephone.citizen_hangs_up(C1)
            await house.passes(1)

            assert told.end == "caller hung up"
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_a_fault_of_the_story_comes_out_as_itself() -> None:
    """The switchboard's boundary looks after the caller (style 2.5)."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            house.policies.queues.clear()  # nothing can stand on this
            await house.passes(SILENT)

            assert isinstance(told.end, KeyError)
            assert house.fates() == []

    at_once(story())


def test_the_boundary_sends_the_caller_of_a_broken_story_to_the_fallback_queue() -> None:
    async def story() -> None:
        async with open_house() as house:
            line = house.channel()
            line.live.taken_in_hand("hotline", line.live.ami_name)
            teller = StoryTeller()

            async def broken(call: LiveCall) -> None:
                await call.music()
                raise ZeroDivisionError

            teller.story = broken
            teller.begin(line.live, house.group)
            await house.passes(1)

            assert line.sent_to == [("fallback", "s")]
            assert teller.counters["stories failed"] == 1
            assert C1 not in teller

    at_once(story())


def test_the_plain_queue_that_takes_a_caller_ends_his_story_without_a_fate() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT + 5)
            told.line.live.out_of_hand()
            house.recorder.write([CallFellBack(at=house.clock.now(), call=C1, reason="switch")])
            await house.passes(1)

            assert told.end == "over"
            assert house.fates() == []
            assert house.facts[-1].kind == "call-sent-to-fallback"
            assert told.line.sent_to == []

    at_once(story())


def test_a_shutdown_says_nothing_to_the_desk() -> None:
    """So that the next process adopts the caller with his place."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT + 5)
            before = list(house.facts)
            assert told.task is not None
            told.task.cancel()
            await house.passes(60)

            later = [fact.kind for fact in house.facts[len(before) :]]
            assert set(later) <= {"announcement-due", "callback-offered"}
            assert house.fates() == []
            assert told.line.sent_to == []
            assert told.line.hung_up_by is None
            assert [waits.call for waits in house.desk.snapshot().waiting] == [C1]

    at_once(story())


def test_a_story_is_not_begun_for_a_caller_who_is_gone() -> None:
    async def story() -> str:
        async with open_house() as house:
            line = house.channel()
            line.live.gone()
            try:
                await inbound_call(line.live, house.center)
            except Exception as ended:
                return type(ended).__name__
        return "told"

    assert at_once(story()) == "CallerHungUp"
