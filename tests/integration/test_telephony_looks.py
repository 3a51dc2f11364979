"""Looks at Asterisk while calls change: what is right is left alone.

Asterisk's lists overtake its events, and ours are heard a moment later: a look that believes an old
list puts who has just been joined back into the line.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hotline.rehearsal.sip_phone import SipPhone
from kernel.ids import Extension
from telephony.live_call import LiveCall
from telephony.resync import Mend
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import PATIENCE, Stage, new_stage, wait_with_music

COLLEAGUE = Extension("8002")
CALLS = 6


@asynccontextmanager
async def looking_all_the_time(stage: Stage) -> AsyncIterator[list[Mend]]:
    """One look after the other; what they would have mended."""
    found: list[Mend] = []

    async def look() -> None:
        while True:
            found.extend(await stage.board.lookout.look(in_step=True))

    async with asyncio.TaskGroup() as group:
        looking = group.create_task(look())
        yield found
        looking.cancel()


async def whole_call(stage: Stage, other: SipPhone) -> None:
    """Rung, taken, put on hold, a colleague asked and brought in, left with him, over."""
    _, call = await stage.caller()
    first = await stage.talking("8001", call)
    leg = stage.new_leg()
    await stage.control.consult(call.id, leg, COLLEAGUE)
    await stage.control.three_way(call.id, stage.new_leg(), None)
    await stage.control.leave_conference(call.id)
    await stage.ended(first)
    other.calls[-1].hang_up()
    await over(call)


async def over(call: LiveCall) -> None:
    async with asyncio.timeout(PATIENCE):
        await call.conversation_over()
        call.hang_up()
        await call.hung_up.wait()


async def test_a_look_at_any_moment_of_a_call_mends_nothing(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001")
        other = await stage.seat("8002")
        async with looking_all_the_time(stage) as mends:
            for _ in range(CALLS):
                await whole_call(stage, other)

        assert mends == []
