"""Half-open TCP, a peer that does not read, a slow reader: the link says so and recovers."""

import asyncio
from datetime import timedelta

import pytest

from kernel.clock import SystemClock
from telephony.ami_asks import LinkCameUp, LinkWentDown
from telephony.ami_link import AmiLink
from telephony.errors import LinkDown
from telephony.settings import AmiSettings
from tests.fakes.scripted_ami import scripted_ami
from tests.telephony.test_ami_link import ORIGINATE, REDIRECT, linked

SOON = timedelta(milliseconds=60)


async def test_half_open_tcp_is_found_by_our_ping_and_what_waited_to_be_sent_is_dropped() -> None:
    """I7: the peer is gone without a word, then back: nothing that was piled up arrives late."""
    async with linked(ping_every=SOON, ping_within=5 * SOON) as (script, link, heard):
        script.reads.clear()
        pile = ["x" * 900] * 8
        for _ in range(1500):  # more than both kernels' buffers hold
            link.tell({**REDIRECT, "Variable": pile})
        link.tell(ORIGINATE)
        await heard.until(lambda: heard.count(LinkWentDown))
        with pytest.raises(LinkDown):
            link.tell(ORIGINATE)

        script.reads.set()
        await heard.until(lambda: heard.count(LinkCameUp) == 2)
        await script.until(lambda: script.ended == 1)  # all that could arrive has arrived

        assert script.named("Originate") == []
        assert link.counters["connections lost"] == 1


async def test_a_slow_reader_loses_nothing_and_its_backlog_can_be_seen() -> None:
    """20,000 events while nobody reads: the link stays up, all come, in their order."""
    async with scripted_ami() as (script, port), asyncio.TaskGroup() as group:
        link = AmiLink(AmiSettings(port=port, ping_every=SOON), clock=SystemClock())
        running = group.create_task(link.run())
        await script.until(lambda: script.named("Ping"))
        events = "".join(f"Event: Newstate\r\nNumber: {n}\r\n\r\n" for n in range(20_000))
        script.say_raw(events.encode())
        pings = len(script.named("Ping"))
        await script.until(lambda: len(script.named("Ping")) > pings + 2)
        assert link.backlog == 20_002  # with LinkCameUp and FullyBooted
        assert link.is_up

        numbers = []
        async for news in link.news():
            if isinstance(news, dict) and "number" in news:
                numbers.append(int(news["number"]))
            if len(numbers) == 20_000:
                break
        assert numbers == list(range(20_000))
        assert link.backlog == 0
        assert link.counters["connections lost"] == 0
        running.cancel()
