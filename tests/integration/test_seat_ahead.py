"""Agent first on the real Asterisk: the seat waits for the citizen, then both hear each other."""

import itertools
from datetime import timedelta

from hotline.rehearsal.sip_phone import Answer, LetItRing
from kernel.ids import CallId, Extension, LegId, out_id
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import facts
from telephony.ahead import SeatAhead
from telephony.dial_out import DialEnd, DialOut
from telephony.legs import LegAnswered
from telephony.live_call import LiveCall
from telephony.spoken import Sound
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)

CITIZEN = PhoneNumber.parse("13900002222")
RING = timedelta(seconds=PATIENCE)
SHORT_RING = timedelta(seconds=3)
TURNS = itertools.count(1)


async def ahead_of(stage: Stage, seat: str = "8001") -> tuple[LegId, CallId]:
    """The seat is rung for a citizen to be, and is there."""
    leg, call = stage.new_leg(), out_id(stage.epoch, next(TURNS))
    stage.control.ring(leg, Extension(seat), call, ring_for=RING, auto_answer=False, whisper=())
    await stage.until(lambda: LegAnswered(leg, call) in stage.news)
    return leg, call


async def test_the_agent_is_there_first_and_talks_with_the_citizen(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, ahead = DialOut(stage.link, stage.board), SeatAhead(stage.board)
        stage.board.stories.story = out.tells(wait_with_music)
        citizen, seat = await stage.outside(Answer()), await stage.seat("8001")
        joined: list[bool] = []

        async def with_citizen(call: LiveCall) -> None:
            joined.append(await ahead.join(call, leg))
            assert await call.conversation_over() == "aftercall"
            call.hang_up()

        leg, call = await ahead_of(stage)
        ahead.tell(leg, [Sound("zh/phrases/whisper_callback")])
        assert await out.dial(call, CITIZEN, with_citizen, ring_for=RING) is DialEnd.REACHED
        await stage.until(lambda: joined)
        assert joined == [True]
        await hear_each_other(citizen.calls[0], seat.calls[0])
        seat.calls[0].hang_up()

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        await stage.until_said(facts.CallHungUp)
        assert len(seat.calls) == len(citizen.calls) == 1
        assert [fact.call for fact in stage.said(facts.RecordingStarted)] == [call]
        assert [n for n in stage.news if isinstance(n, LegAnswered)] == [LegAnswered(leg, call)]


async def test_a_citizen_who_hangs_up_frees_the_seat(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, ahead = DialOut(stage.link, stage.board), SeatAhead(stage.board)
        stage.board.stories.story = out.tells(wait_with_music)
        citizen = await stage.outside(Answer())
        await stage.seat("8001")

        async def with_citizen(call: LiveCall) -> None:
            await ahead.join(call, leg)
            await call.hung_up.wait()

        leg, call = await ahead_of(stage)
        assert await out.dial(call, CITIZEN, with_citizen, ring_for=RING) is DialEnd.REACHED
        await stage.until(lambda: (known := stage.board.mirror.calls.get(call)) and known.bridge)
        citizen.calls[0].hang_up()

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        assert not ahead.is_there(leg)


async def test_an_agent_who_leaves_while_the_citizen_is_rung_stops_the_ring(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        out, ahead = DialOut(stage.link, stage.board), SeatAhead(stage.board)
        citizen, seat = await stage.outside(LetItRing()), await stage.seat("8001")
        leg, call = await ahead_of(stage)

        seat.calls[0].hang_up()
        await ahead.gone(leg)
        assert await out.dial(call, CITIZEN, wait_with_music, ring_for=SHORT_RING) is (
            DialEnd.NO_ANSWER
        )

        assert await stage.ended(leg) is LegEnd.HUNG_UP
        assert len(citizen.calls) == 1
