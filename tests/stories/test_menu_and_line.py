"""The story of a call until a person has it, or until it leaves without one."""

from datetime import timedelta

from acd.errors import CallNotInLine
from acd.facts import (
    CallAbandoned,
    CallbackOffered,
    CallbackPromised,
    CallBlocked,
    CallFailed,
    CallOverflowed,
    CallQueued,
    LegDropped,
    Limit,
    SeatRung,
)
from acd.happenings import BlockCall
from acd.surge_happenings import OverflowReached
from kernel.ids import AgentNo, CallId, NumberKey
from kernel.phone import WITHHELD
from telephony.facts import StageEntered
from telephony.place import Place
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, open_house

MENU = ["welcome", "recording_notice", "menu"]


def test_silence_in_the_menu_leads_to_a_person() -> None:
    """NAV-03, CH-06."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT)

            queued = house.only(CallQueued)
            assert told.heard[:3] == MENU
            assert (queued.queue, queued.priority, queued.again) == ("general", 0, False)
            assert queued.asked_at == MONDAY_NINE + timedelta(seconds=6)

    at_once(story())


def test_a_key_pressed_into_the_greeting_stops_it_and_leads_to_its_queue() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(0.5)
            house.telephone.press(CallId("c1"), "1")
            await house.passes(0.1)

            queued = house.only(CallQueued)
            assert told.heard[0] == "welcome"
            assert "menu" not in told.heard
            assert (queued.queue, queued.priority, queued.needs) == (
                "enterprise",
                1,
                {"enterprise": 1},
            )

    at_once(story())


def test_two_wrong_keys_lead_to_a_person_after_one_more_question() -> None:
    """NAV-03."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(2.5)
            house.telephone.press(CallId("c1"), "7")
            await house.passes(0.9)
            assert told.heard == [*MENU, "menu_invalid"]
            house.telephone.press(CallId("c1"), "7")
            await house.passes(0.1)

            assert house.only(CallQueued).queue == "general"

    at_once(story())


def test_a_caller_with_an_agent_who_knows_him_asks_for_that_agent() -> None:
    async def story() -> None:
        async with open_house({"sticky_grace_s": 30}) as house:
            house.known_to[NumberKey("k" * 64)] = AgentNo("1002")
            await house.staff(1, 2)
            house.rings_up()
            await house.passes(SILENT)

            assert house.only(SeatRung).agent == "1002"

    at_once(story())


def test_who_hangs_up_in_the_menu_has_asked_for_nobody() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(2)
            house.telephone.citizen_hangs_up(CallId("c1"))
            await house.passes(60)

            assert told.end == "caller hung up"
            assert house.of(CallQueued) == []
            assert house.fates() == []

    at_once(story())


def test_who_waits_hears_his_place_between_music_and_keeps_it_on_his_channel() -> None:
    """The place on the channel outlives this process (CC_Q)."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT + 2)

            assert told.heard[3:] == ["music", "you_are_next", "music"]
            kept = Place.decode(told.line.variables["CC_Q"])
            asked = house.only(CallQueued)
            at = MONDAY_NINE + timedelta(seconds=6)
            assert kept == Place(asked.queue, at, needs=asked.needs)

    at_once(story())


def test_who_hangs_up_in_the_line_has_abandoned_once() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT + 20)
            house.telephone.citizen_hangs_up(CallId("c1"))
            await house.passes(60)

            left = house.only(CallAbandoned)
            assert told.end == "caller hung up"
            assert house.fates() == ["call-abandoned"]
            assert (left.while_ringing, left.short) == (False, False)
            assert left.waited == timedelta(seconds=20.1)

    at_once(story())


def test_who_hangs_up_while_a_seat_rings_has_abandoned_and_the_ring_is_withdrawn() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up()
            await house.passes(SILENT + 2)
            house.telephone.citizen_hangs_up(CallId("c1"))
            await house.passes(60)

            assert house.fates() == ["call-abandoned"]
            assert house.only(CallAbandoned).while_ringing
            assert house.telephone.dropped == [house.only(LegDropped).leg]
            assert len(house.of(SeatRung)) == 1

    at_once(story())


def test_a_callback_that_is_taken_ends_the_wait_with_a_promise() -> None:
    async def story() -> None:
        async with open_house({"callback": {"after_s": 30, "again_every_s": 60, "key": "1"}}) as h:
            told = h.rings_up()
            await h.passes(6 + 30 + 2)
            assert "offer_callback" in told.heard
            h.telephone.press(CallId("c1"), "1")
            await h.passes(2)
            h.telephone.press(CallId("c1"), "1")
            await h.passes(5)

            assert h.fates() == ["callback-promised"]
            assert h.only(CallbackPromised).queue == "general"
            assert told.heard[-2:] == ["callback_confirmed", "callback_promised"]
            assert (told.end, told.line.hung_up_by) == ("over", "us")

    at_once(story())


def test_a_callback_that_is_not_taken_leaves_him_in_the_line_and_is_offered_again() -> None:
    async def story() -> None:
        async with open_house({"callback": {"after_s": 30, "again_every_s": 60, "key": "1"}}) as h:
            told = h.rings_up()
            await h.passes(6 + 30 + 2)
            h.telephone.press(CallId("c1"), "5")
            await h.passes(40)
            assert (told.end, h.fates(), told.heard[-1]) == (None, [], "music")
            await h.passes(30)

            assert told.heard.count("offer_callback") == 2
            h.telephone.citizen_hangs_up(CallId("c1"))

    at_once(story())


def test_a_key_from_before_the_offer_takes_no_callback() -> None:
    async def story() -> None:
        async with open_house({"callback": {"after_s": 30, "again_every_s": 60, "key": "1"}}) as h:
            told = h.rings_up()
            await h.passes(20)
            h.telephone.press(CallId("c1"), "1")
            await h.passes(40)

            assert "offer_callback" in told.heard
            assert h.fates() == []

    at_once(story())


def test_a_caller_without_number_is_offered_no_callback() -> None:
    """Nobody could ring him back."""

    async def story() -> None:
        async with open_house({"callback": {"after_s": 30, "again_every_s": 60, "key": "1"}}) as h:
            told = h.rings_up(caller=WITHHELD)
            await h.passes(60)

            assert len(h.of(CallbackOffered)) == 1
            assert "offer_callback" not in told.heard
            assert (told.end, told.heard[-1]) == (None, "music")

    at_once(story())


def test_a_full_line_says_so_and_hangs_up() -> None:
    async def story() -> None:
        async with open_house({"max_waiting": 1, "when_full": "refuse"}) as house:
            house.rings_up("c1")
            await house.passes(SILENT)
            second = house.rings_up("c2")
            await house.passes(SILENT + 4)

            assert house.only(CallFailed).why is Limit.LINE_FULL
            assert house.fates("c2") == ["call-failed"]
            assert second.heard[-2:] == ["line_full", "call_back_later"]
            assert (second.end, second.line.hung_up_by) == ("over", "us")

    at_once(story())


def test_a_full_line_promises_no_callback_to_a_caller_without_number() -> None:
    async def story() -> None:
        async with open_house({"max_waiting": 1, "when_full": "refuse"}) as house:
            house.rings_up("c1")
            await house.passes(SILENT)
            second = house.rings_up("c2", caller=WITHHELD)
            await house.passes(SILENT + 4)

            assert second.heard[-1] == "line_full"

    at_once(story())


def test_an_overflow_sends_him_to_the_number_of_its_target() -> None:
    async def story() -> None:
        rules = {"max_wait_s": 20, "when_too_long": "overflow", "overflow": {"target": "province"}}
        async with open_house(rules) as house:
            told = house.rings_up()
            await house.passes(SILENT + 30)
            assert house.fates() == []  # nobody has answered there yet
            house.desk.tell(OverflowReached(CallId("c1")))
            await house.passes(1)

            assert house.only(CallOverflowed).to == "province"
            assert house.fates() == ["call-overflowed"]
            assert told.heard[-1] == "overflow_transfer"
            assert told.line.sent_to == [("transfer", "04319999999")]
            assert told.end == "over"

    at_once(story())


def test_a_call_that_a_supervisor_blocks_is_hung_up() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT + 5)
            await house.desk.order(BlockCall(CallId("c1"), "supervisor", "abuse"))
            await house.passes(1)

            assert house.only(CallBlocked).by == "supervisor"
            assert house.fates() == ["call-blocked"]
            assert (told.end, told.line.hung_up_by) == ("over", "us")

    at_once(story())


def test_a_call_in_the_menu_cannot_be_blocked() -> None:
    async def story() -> str:
        async with open_house() as house:
            house.rings_up()
            await house.passes(2)
            try:
                await house.desk.order(BlockCall(CallId("c1"), "supervisor", "abuse"))
            except CallNotInLine as refused:
                return refused.code
        return "obeyed"

    assert at_once(story()) == "call-not-in-line"


def test_each_stage_is_journaled_before_it_is_entered() -> None:
    """What was decided is written before it is done: a restart finds the stage."""

    async def story() -> None:
        async with open_house() as house:
            house.rings_up()
            await house.passes(SILENT)

            kinds = [fact.kind for fact in house.facts]
            stages = [fact.stage for fact in house.of(StageEntered)]
            assert stages == ["menu", "waiting"]
            assert (
                kinds.index("call-queued")
                > [n for n, kind in enumerate(kinds) if kind == "stage-entered"][1]
            )

    at_once(story())
