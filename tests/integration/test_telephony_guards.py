"""What the dialplan refuses, or mends by itself, while nobody of us looks."""

import asyncio
from datetime import timedelta

from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import Answer, LetItRing
from hotline.relay_wiring import DialPlan
from kernel.ids import Epoch, Extension, leg_id
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import facts
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import PATIENCE, new_stage, wait_with_music

ABROAD = PhoneNumber.parse("0012125550100")
SWITCH = 15  # seconds: `switch_s` of asterisk/extensions.conf.j2


async def test_a_seat_rung_by_an_older_leader_gets_nobody_and_the_caller_goes_on_waiting(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        _, call = await stage.caller()
        old = leg_id(Epoch(stage.epoch - 1), 1)

        stage.control.ring(
            old, Extension("8001"), call.id, ring_for=timedelta(seconds=8), auto_answer=False
        )

        assert await stage.ended(old) is LegEnd.NOT_JOINED
        await seat.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)
        assert call.where == "room"
        assert stage.end_of(await stage.talking("8001", call)) is None


async def test_a_seat_that_hangs_up_during_the_whisper_leaves_the_caller_to_the_next(
    asterisk: RunningAsterisk,
) -> None:
    """[giveback]: taken but not joined, so he is free again (I2)."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        hasty = await stage.seat("8001", LetItRing())
        await stage.seat("8002")
        _, call = await stage.caller()
        leg = stage.ring("8001", call, auto_answer=True, whisper=("zh/phrases/welcome",) * 3)
        heard = (await hasty.next_call(within=PATIENCE)).sound
        await heard.until(lambda heard: heard.packets > 5, within=PATIENCE)

        hasty.calls[0].hang_up()

        assert await stage.ended(leg) is LegEnd.NOT_JOINED
        assert not call.hung_up.is_set()
        assert stage.end_of(await stage.talking("8002", call)) is None


async def test_whoever_waits_longer_than_the_switch_is_still_ours(
    asterisk: RunningAsterisk,
) -> None:
    """The dead man's switch is renewed: on hold at the console, and in the line."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        waiting, in_line = await stage.caller()
        held, on_hold = await stage.caller("13800002222")
        await stage.talking("8001", on_hold)
        await stage.control.hold(on_hold.id)

        await asyncio.sleep(SWITCH + 3)

        assert stage.said(facts.CallFellBack) == []
        assert (in_line.where, stage.board.mirror.calls[on_hold.id].phase) == ("room", "held")
        assert [one.log.phase for one in (waiting, held)] == [Phase.TALKING] * 2
        assert waiting.sound.heard.loudness(1.0) > 0
        await stage.control.resume(on_hold.id)


async def test_a_number_off_the_list_is_not_dialled_for_anybody(
    asterisk: RunningAsterisk,
) -> None:
    """TOLL: abroad is on no list; asked before a phone rings (FRD-03)."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        plan = DialPlan(stage.link)

        assert not await plan.may_dial(ABROAD)
        for number in ("13812345678", "043187654321", "110"):
            assert await plan.may_dial(PhoneNumber.parse(number))


async def test_a_number_off_the_list_is_not_rung_by_a_blind_transfer(
    asterisk: RunningAsterisk,
) -> None:
    """I8: refused by the dialplan, and the citizen is not cut off: he comes back into the line."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        outside = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, ABROAD)

        assert await call.conversation_over() == "room"
        (failed,) = await stage.until_said(facts.TransferFailed)
        assert failed.why == "NOTALLOWED/0"
        assert outside.calls == []
        assert phone.log.phase is Phase.TALKING
        assert stage.end_of(await stage.talking("8001", call)) is None
