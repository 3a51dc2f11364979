"""Conversations that are going on while something else is done to the exchange: do they live?"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bench.exchange import Exchange, citizens, steady
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.phone_call import PhoneCall

RATE: Final = 10.0
WITHIN_S: Final = 20
STAYS_S: Final = 900.0  # longer than all of it
FOREVER_S: Final = 86_400.0


@asynccontextmanager
async def talkers(exchange: Exchange, count: int) -> AsyncIterator[Callable[[], int]]:
    """So many talk; what is given says how many of them still do. The phones end it."""
    talk_s = exchange.phones[0].talk_s
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _set_talk(exchange, FOREVER_S)
        async with citizens(exchange, steady(count, RATE, STAYS_S), Path(folder)):
            calls = await _until_they_talk(exchange, count)
            _set_talk(exchange, talk_s)
            yield lambda: sum(call.log.phase is Phase.TALKING for call in calls)
            for call in calls:
                if call.log.phase is Phase.TALKING:
                    call.hang_up()
            await asyncio.sleep(1)


def _set_talk(exchange: Exchange, talk_s: float) -> None:
    for phone in exchange.phones:
        phone.talk_s = talk_s


async def _until_they_talk(exchange: Exchange, count: int) -> list[PhoneCall]:
    for _ in range(WITHIN_S):
        await asyncio.sleep(1)
        last = [phone.sip.calls[-1] for phone in exchange.phones if phone.sip.calls]
        calls = [call for call in last if call.log.phase is Phase.TALKING]
        if len(calls) >= count:
            return calls
    raise RuntimeError(f"only {len(calls)} of {count} conversations began")
