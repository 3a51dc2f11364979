"""A seat that rings while the lead changes: its answer is good, though nobody has looked yet."""

import asyncio
from datetime import timedelta

from hotline.leading.standby_beat import AsteriskWatch
from hotline.rehearsal.sip_phone import LetItRing
from kernel.ids import Epoch, Extension, leg_id
from telephony.legs import LegAnswered
from telephony.settings import AmiSettings
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import PATIENCE, new_stage, wait_with_music
from tests.storage.waiting import until


async def test_a_seat_rung_before_the_lead_changed_gets_its_caller_and_is_not_rung_again(
    asterisk: RunningAsterisk,
) -> None:
    """I1, I7. What is rung under the older epoch afterwards gets nobody: test_telephony_guards."""
    settings = AmiSettings(
        port=asterisk.ami_port, username=asterisk.ami_user, secret=asterisk.ami_secret
    )
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001", LetItRing())
        _, call = await stage.caller()
        old = leg_id(Epoch(stage.epoch - 1), 1)
        watch = AsteriskWatch(settings)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(watch.run())
            await until(lambda: watch.beat.value is not None)
            stage.control.ring(
                old,
                Extension("8001"),
                call.id,
                ring_for=timedelta(seconds=PATIENCE),
                auto_answer=False,
            )
            agent = await seat.next_call(within=PATIENCE)
            await watch.claim(stage.epoch)
            watching.cancel()
        agent.answer()

        await stage.until(lambda: LegAnswered(old, call.id) in stage.news or stage.end_of(old))
        assert stage.end_of(old) is None
        assert len(seat.calls) == 1
