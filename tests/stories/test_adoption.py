"""A call that lived before this process did goes on where it was (architecture: Stages)."""

from dataclasses import replace
from datetime import timedelta

from acd.facts import CallQueued, CallSentToFallback, SeatAnswered
from acd.happenings import SeatWanted
from hotline.stories.stages import AfterCall, InMenu, Talking, Waiting
from kernel.ids import AgentNo, CallId, QueueName, Skill
from telephony.facts import CallFellBack, ServiceRated, StageEntered
from telephony.place import Place
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, open_house

C1 = CallId("c1")
EARLIER = MONDAY_NINE - timedelta(seconds=90)
GENERAL = QueueName("general")
WAITING = Waiting(queue=GENERAL, needs={Skill("general"): 1}, priority=2, asked_at=EARLIER)
TALKING = Talking(queue=GENERAL, agent=AgentNo("1001"), asked_at=EARLIER)


def stages(house: House) -> list[str]:
    return [fact.stage for fact in house.of(StageEntered)]


def test_a_call_that_was_in_the_menu_hears_it_again() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = InMenu()
            told = house.rings_up()
            await house.passes(1)

            assert (stages(house), told.heard[0]) == (["menu"], "welcome")

    at_once(story())


def test_a_caller_who_waited_waits_on_with_his_age_and_hears_no_menu() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = WAITING
            told = house.rings_up(where="room")
            await house.passes(5)

            queued = house.only(CallQueued)
            assert (queued.asked_at, queued.priority, queued.needs) == (EARLIER, 2, {"general": 1})
            assert stages(house) == ["waiting"]
            assert "welcome" not in told.heard
            assert house.stages == {}

    at_once(story())


def test_a_caller_who_stands_in_the_line_already_is_not_queued_twice() -> None:
    """The floor was folded from the journal; his story only comes back to him (I1)."""

    async def story() -> None:
        async with open_house() as house:
            house.desk.tell(WAITING.wanted(C1))
            await house.passes(1)
            house.stages[C1] = WAITING
            house.rings_up(where="room")
            await house.passes(5)
            await house.staff(1)
            await house.passes(1)
            house.telephone.seat_answers()
            await house.passes(1)

            assert len(house.of(CallQueued)) == 1
            assert stages(house) == ["waiting", "talking"]
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_without_the_journal_the_place_on_the_channel_is_enough() -> None:
    """CC_Q survives us: queue, age and priority come from it, the needs from the queue's policy."""

    async def story() -> None:
        async with open_house() as house:
            house.rings_up(where="room", place=Place(QueueName("enterprise"), EARLIER, 3))
            await house.passes(1)

            queued = house.only(CallQueued)
            assert (queued.queue, queued.asked_at, queued.priority) == ("enterprise", EARLIER, 3)
            assert queued.needs == {"enterprise": 1}

    at_once(story())


def test_the_journal_adds_to_the_place_on_the_channel_what_he_needs() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = replace(WAITING, needs={Skill("general"): 1, Skill("expert"): 2})
            house.rings_up(where="room", place=Place(GENERAL, EARLIER, 2))
            await house.passes(1)

            assert house.only(CallQueued).needs == {"general": 1, "expert": 2}

    at_once(story())


def test_the_place_on_the_channel_goes_before_what_the_journal_remembers() -> None:
    """Asterisk is the truth; an agent may have moved him just before we died."""

    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = TALKING
            house.rings_up(where="room", place=Place(QueueName("enterprise"), EARLIER, 1))
            await house.passes(1)

            entered = house.only(StageEntered)
            assert (entered.detail["queue"], entered.detail["again"]) == ("enterprise", "yes")

    at_once(story())


def test_a_caller_who_talks_is_left_alone_until_his_seat_hangs_up() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = TALKING
            told = house.rings_up(where="")
            await house.passes(300)
            assert (stages(house), told.heard) == (["talking"], [])
            told.line.live.taken_in_hand("aftercall", told.line.live.ami_name)
            await house.passes(30)

            assert stages(house) == ["talking", "after_call"]
            assert house.only(ServiceRated).agent == "1001"
            assert told.end == "over"

    at_once(story())


def test_a_caller_found_in_the_after_call_is_asked_for_his_rating() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = AfterCall(agent=AgentNo("1003"))
            told = house.rings_up(where="aftercall")
            await house.passes(0.5)
            house.telephone.press(C1, "3")
            await house.passes(5)

            assert (house.only(ServiceRated).agent, house.only(ServiceRated).level) == ("1003", 3)
            assert told.end == "over"

    at_once(story())


def test_a_caller_in_the_after_call_of_whom_nothing_is_known_is_asked_all_the_same() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = WAITING  # the talk was never journaled
            house.rings_up(where="aftercall")
            await house.passes(30)

            assert stages(house) == ["after_call"]
            assert house.only(ServiceRated).agent is None

    at_once(story())


def test_a_caller_who_talked_and_is_in_the_room_waits_again() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.stages[C1] = TALKING
            house.rings_up(where="room")
            await house.passes(1)

            assert stages(house) == ["talking", "waiting"]
            assert house.only(CallQueued).asked_at == EARLIER

    at_once(story())


def test_who_comes_back_out_of_the_fallback_queue_keeps_his_place_and_has_one_fate() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.desk.tell(
                SeatWanted(call=C1, queue=GENERAL, needs={}, priority=0, asked_at=EARLIER)
            )
            house.recorder.write([CallFellBack(at=house.clock.now(), call=C1, reason="switch")])
            await house.passes(1)
            assert house.of(CallSentToFallback) != []
            house.rings_up(where="room", place=Place(GENERAL, EARLIER))
            await house.staff(1)
            await house.passes(1)
            house.telephone.seat_answers()
            await house.passes(1)

            assert house.only(SeatAnswered).waited >= timedelta(seconds=90)
            assert house.fates() == ["seat-answered"]

    at_once(story())
