"""After a restart: what Asterisk no longer holds is told, what it holds is left alone."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from acd.call_facts import Withdrawal
from acd.facts import LegDropped, SeatRung
from acd.happenings import CallWithdrawn, SignIn
from figures.fold import Figures
from hotline.recovery.restart import LooseEnds, settle
from kernel.ids import AgentNo, CallId, LegId, SeatId
from telephony.call import Call, Phase
from telephony.facts import (
    CallArrived,
    CallFellBack,
    CallHungUp,
    CallReturned,
    CallTransferred,
    FallbackTalk,
    HungUpBy,
    PictureMended,
    RecordingLost,
    RecordingStarted,
    StageEntered,
    Transfer,
)
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


def in_step(
    house: House, mirror: Mirror, *remembered: CallId, over: Collection[CallId] = ()
) -> int:
    write, now = house.recorder.write, house.clock.now()
    return settle(house.desk, mirror, remembered, write, now, over)


@asynccontextmanager
async def ringing_house() -> AsyncIterator[House]:
    """Its one seat rings for c1."""
    async with open_house() as house:
        await house.staff(1)
        house.rings_up("c1")
        await house.passes(SILENT)
        yield house


@pytest.mark.parametrize("over", [(), (C1,)], ids=["unknown", "in the journal"])
def test_who_is_in_line_and_lost_has_left(over: Collection[CallId]) -> None:
    """I2. Whoever wrote his hang-up died before the floor's next turn: he waited for ever."""

    async def story() -> None:
        async with open_house() as house:
            house.rings_up("c1")
            house.rings_up("c2")
            await house.passes(SILENT)
            settled = in_step(house, asterisk(house, "c2"), over=over)
            await house.passes(1)

            assert settled == 1
            assert (house.fates("c1"), house.fates("c2")) == (["call-abandoned"], [])
            written = [(f.call, f.by) for f in house.facts if isinstance(f, CallHungUp)]
            assert written == ([] if over else [(C1, HungUpBy.NETWORK)]), "once"

    at_once(story())


def test_whom_asterisk_holds_has_not_left_whatever_the_journal_says() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.rings_up("c1")
            await house.passes(SILENT)
            settled = in_step(house, asterisk(house, "c1"), over=[C1])
            await house.passes(1)

            assert settled == 0
            assert house.fates("c1") == []

    at_once(story())


@pytest.mark.parametrize("talks_on", [True, False])
def test_a_seat_whose_citizen_hung_up_talks_on_with_a_third_or_is_free(talks_on: bool) -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up()
            await house.passes(SILENT)
            house.telephone.seat_answers()
            await house.passes(30)
            (seat,) = house.desk.snapshot().seats
            assert seat.leg is not None
            mirror = asterisk(house)
            mirror.legs.expect(Leg(seat.leg, Purpose.SEAT, C1, joined=True, room="r"))
            if talks_on:
                third = Leg(LegId("7-000009"), Purpose.CONFERENCE, C1, joined=True, room="r")
                mirror.legs.expect(third)
            in_step(house, mirror, over=[C1])
            await house.passes(1)

            activity = "talking" if talks_on else "wrap_up"
            assert [seat.activity for seat in house.desk.snapshot().seats] == [activity]

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
        async with ringing_house() as house:
            settled = in_step(house, asterisk(house, "c1"))
            await house.passes(1)

            assert settled == 1
            assert house.fates() == []
            assert [waits.ringing_at for waits in house.desk.snapshot().waiting] == [None]

    at_once(story())


def test_a_lost_ring_of_a_caller_with_whom_another_seat_talks_was_no_talk() -> None:
    async def story() -> None:
        async with ringing_house() as house:
            mirror = asterisk(house, "c1")
            mirror.calls[C1] = replace(mirror.calls[C1], phase=Phase.TALKING)
            mirror.legs.expect(Leg(LegId("7-000009"), Purpose.SEAT, C1, joined=True))
            in_step(house, mirror)
            await house.passes(1)

            assert house.fates("c1") == []

    at_once(story())


def test_a_seat_that_answered_while_we_were_away_has_its_caller() -> None:
    """Not only once the talk is over: else the citizen had waited until then."""

    async def story() -> None:
        async with ringing_house() as house:
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


@pytest.mark.parametrize("left", [{"where": "aftercall"}, {"phase": Phase.TALKING}], ids=str)
def test_a_talk_that_began_and_ended_while_we_were_away_was_a_talk(left: dict[str, Any]) -> None:
    """The seat has gone, but its caller is where the dialplan leads after a conversation, or has
    not left their bridge yet: nobody else is rung for him."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1, 2)
            told = house.rings_up("c1")
            await house.passes(SILENT)
            told.line.live.out_of_hand()
            mirror = asterisk(house, "c1")
            mirror.calls[C1] = replace(mirror.calls[C1], **left)
            in_step(house, mirror)
            await house.passes(1)

            assert house.fates("c1") == ["seat-answered"]
            seats = [seat.activity for seat in house.desk.snapshot().seats]
            assert sorted(seats) == ["idle", "wrap_up"]

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


def test_loose_ends_are_calls_without_a_hang_up_and_recordings_without_a_seal() -> None:
    ends = LooseEnds()
    at = MONDAY_NINE
    more = {"sip_call_id": "", "dialled": "12345", "caller": "138****1", "trunk": "trunk-in"}
    for call in (C1, C2):
        ends.see([CallArrived(at=at, call=call, caller_key=None, **more)])
        ends.see([RecordingStarted(at=at, call=call, path=f"{call}.wav")])
    ends.see([CallHungUp(at=at, call=C1, by=HungUpBy.CITIZEN, cause=16)])
    ends.see([RecordingLost(at=at, call=C2, why="there is no file")])
    put_back = LooseEnds()
    put_back.put_back(ends.image())

    for known in (ends, put_back):
        assert (list(known.living), list(known.recordings)) == ([C2], [C1])
        assert known.knows(C1) and known.knows(C2) and not known.knows(CallId("c3"))


def test_a_lost_leg_is_told_as_a_fact_of_its_own() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up()
            await house.passes(SILENT)
            in_step(house, asterisk(house, "c1"))
            await house.passes(1)

            mended = house.only(PictureMended)
            assert (mended.call, mended.how) == (C1, "leg_lost")

    at_once(story())


def test_a_call_of_whom_nobody_asked_is_a_request_once_the_plain_queue_has_it() -> None:
    """It fell back out of the menu: an answer there is a fate (I9)."""

    async def story() -> None:
        async with open_house() as house:
            at = house.clock.now()
            house.recorder.write([CallFellBack(at=at, call=C1, reason="switch")])
            house.recorder.write([FallbackTalk(at=at, call=C1)])
            house.recorder.write([CallFellBack(at=at, call=C2, reason="switch")])
            house.recorder.write([CallHungUp(at=at, call=C2, by=HungUpBy.CITIZEN, cause=16)])
            await house.passes(1)

            assert house.fates("c1") == ["fallback-answered"]
            assert house.fates("c2") == ["fallback-lost"]

    at_once(story())


def test_who_has_left_the_line_is_told_before_a_seat_comes_free_for_him() -> None:
    """I2: else the seat that the talker's end sets free would ring for one who has gone."""

    async def story() -> None:
        at_once_free = {"limit_s": 0, "extension_s": 0, "extensions": 0}
        async with open_house({"wrap_up": at_once_free}) as house:
            await house.staff(1)
            house.rings_up("a1")
            await house.passes(SILENT)
            house.telephone.seat_answers()
            house.rings_up("z2")
            await house.passes(SILENT)
            in_step(house, asterisk(house))
            await house.passes(1)

            assert [f.call for f in house.of(CallHungUp)] == ["z2", "a1"]
            assert [f.call for f in house.of(SeatRung)] == ["a1"]

    at_once(story())


def test_no_deadline_falls_due_before_asterisk_has_told_what_it_holds() -> None:
    """I4: a leg whose limit passed while nobody listened may have been answered."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            (seat,) = house.desk.snapshot().seats
            assert seat.leg is not None
            house.desk.hold_time()
            await house.passes(60)
            assert house.fates() == []
            assert [s.activity for s in house.desk.snapshot().seats] == ["ringing"]

            mirror = asterisk(house, "c1")
            talks = Leg(seat.leg, Purpose.SEAT, C1)
            talks.joined = True
            mirror.legs.expect(talks)
            in_step(house, mirror)
            await house.passes(1)
            assert house.fates() == ["seat-answered"]

    at_once(story())


def test_time_runs_on_once_the_start_is_settled() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            (seat,) = house.desk.snapshot().seats
            assert seat.leg is not None
            house.desk.hold_time()
            mirror = asterisk(house, "c1")
            mirror.legs.expect(Leg(seat.leg, Purpose.SEAT, C1))
            in_step(house, mirror)
            await house.passes(60)

            assert len(house.of(LegDropped)) == 1

    at_once(story())


def test_who_comes_back_out_of_the_plain_queue_stands_in_line_again_on_every_board() -> None:
    """He fell out of the menu, which nobody had counted as a request; back, he does wait."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up("c1")
            await house.passes(1)
            assert told.task is not None
            told.task.cancel()
            fell = CallFellBack(at=house.clock.now(), call=C1, reason="switch")
            house.recorder.write([fell])
            await house.passes(10)
            assert house.desk.snapshot().waiting == ()
            house.recorder.write([CallReturned(at=house.clock.now(), call=C1)])
            again = house.returns("c1")
            await house.passes(1)

            assert [waits.call for waits in house.desk.snapshot().waiting] == [C1]
            figures = Figures()
            for fact in house.facts:
                figures.take(fact)
            assert [tally.call for tally in figures.waiting()] == [C1]
            assert figures.waiting()[0].asked_at == fell.at
            await house.staff(1)
            house.telephone.seat_answers()
            await house.passes(1)
            assert house.fates() == ["seat-answered"]
            assert again.end is None

    at_once(story())


def test_who_was_sent_away_is_remembered_until_he_comes_back_or_hangs_up() -> None:
    ends, at = LooseEnds(), MONDAY_NINE
    for call in (C1, C2, CallId("c3")):
        ends.see([CallTransferred(at=at, call=call, how=Transfer.BLIND, to="0431****4321")])
    ends.see([StageEntered(at=at, call=C1, stage="waiting", detail={})])
    ends.see([CallHungUp(at=at, call=C2, by=HungUpBy.CITIZEN, cause=16)])
    put_back = LooseEnds()
    put_back.put_back(ends.image())

    for known in (ends, put_back):
        assert known.sent_away == {"c3"}
