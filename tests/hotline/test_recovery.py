"""After a restart: what Asterisk no longer holds is told, what it holds is left alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from acd.call_facts import Withdrawal
from acd.happenings import CallWithdrawn, SignIn
from hotline.recovery import REMEMBERED, facts_since, settle
from kernel.fact import Fact, FactKinds
from kernel.ids import AgentNo, CallId, Epoch, SeatId
from storage.journal import Journal
from storage.settings import JournalSettings
from telephony.call import Call
from telephony.facts import FACTS, AmiLinkDown, CallHungUp, HungUpBy
from telephony.legs import Leg, Purpose
from telephony.mirror import Mirror
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, open_house

C1, C2 = CallId("c1"), CallId("c2")
SILENT = 6.1


def asterisk(house: House, *held: str) -> Mirror:
    """A mirror that holds these calls, and no leg."""
    mirror = Mirror(key_of=lambda number: None)
    for name in held:
        line = house.telephone.lines[f"PJSIP/{name}"]
        mirror.adopt(Call(CallId(name), line.live.ami_name), line.party)
    return mirror


def in_step(house: House, mirror: Mirror, *remembered: CallId) -> int:
    write, now = house.recorder.write, house.clock.now()
    return settle(house.desk, mirror, remembered, write, now)


def test_a_caller_in_line_whom_asterisk_has_lost_has_left() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.rings_up("c1")
            house.rings_up("c2")
            await house.passes(SILENT)
            settled = in_step(house, asterisk(house, "c2"))
            await house.passes(1)

            assert settled == 1
            assert (house.fates("c1"), house.fates("c2")) == (["call-abandoned"], [])
            gone = house.only(CallHungUp)
            assert (gone.call, gone.by) == (C1, HungUpBy.NETWORK)

    at_once(story())


def test_a_conversation_that_asterisk_has_lost_is_over_and_the_seat_works_on() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up()
            await house.passes(SILENT)
            house.telephone.seat_answers()
            await house.passes(30)
            settled = in_step(house, asterisk(house))
            await house.passes(1)

            assert settled == 2  # the call and the leg
            assert house.fates() == ["seat-answered"]
            assert [seat.activity for seat in house.desk.snapshot().seats] == ["wrap_up"]

    at_once(story())


def test_a_lost_ring_of_a_caller_who_is_there_is_over_and_he_waits_on() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up()
            await house.passes(SILENT)
            settled = in_step(house, asterisk(house, "c1"))
            await house.passes(1)

            assert settled == 1
            assert house.fates() == []
            assert [waits.ringing_at for waits in house.desk.snapshot().waiting] == [None]

    at_once(story())


def test_a_seat_that_answered_while_we_were_away_has_its_caller() -> None:
    """Not only once the talk is over: else the citizen had waited until then."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            (seat,) = house.desk.snapshot().seats
            assert seat.leg is not None
            mirror = asterisk(house, "c1")
            talks = Leg(seat.leg, Purpose.SEAT, C1)
            talks.joined = True
            mirror.legs.expect(talks)
            in_step(house, mirror)
            await house.passes(1)

            assert house.fates("c1") == ["seat-answered"]

    at_once(story())


def test_a_talk_that_began_and_ended_while_we_were_away_was_a_talk() -> None:
    """The seat has gone, but its caller is where the dialplan leads after a conversation."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            mirror = asterisk(house, "c1")
            mirror.calls[C1] = replace(mirror.calls[C1], where="aftercall")
            in_step(house, mirror)
            await house.passes(1)

            assert house.fates("c1") == ["seat-answered"]
            assert [seat.activity for seat in house.desk.snapshot().seats] == ["wrap_up"]

    at_once(story())


def test_who_left_the_plain_queue_while_we_were_away_meets_his_fate() -> None:
    """I9: he is in no line any more, only the journal remembers him."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT)
            told.line.live.out_of_hand()
            house.desk.tell(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))
            await house.passes(1)
            assert house.desk.snapshot().waiting == ()
            settled = in_step(house, asterisk(house), C1)
            await house.passes(1)

            assert settled == 1
            assert house.fates() == ["fallback-lost"]

    at_once(story())


def test_in_step_with_asterisk_nothing_is_said() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.rings_up()
            await house.passes(SILENT)
            await house.desk.order(SignIn(AgentNo("1001"), SeatId("S001")))
            before = len(house.facts)
            assert in_step(house, asterisk(house, "c1"), C1) == 0
            assert len(house.facts) == before

    at_once(story())


async def test_only_what_may_still_matter_is_read_back(tmp_path: Path) -> None:
    now = MONDAY_NINE + REMEMBERED
    old: Fact = AmiLinkDown(at=MONDAY_NINE, why="old")
    young: Fact = AmiLinkDown(at=MONDAY_NINE + timedelta(seconds=1), why="young")
    journal = Journal.open(tmp_path, Epoch(1), JournalSettings())
    journal.write([old, young])
    await journal.close()

    assert list(facts_since(tmp_path, FactKinds(FACTS), now)) == [young]
