"""A burst of Asterisk's messages: none is lost, and the loop has its turns."""

import asyncio

from tests.telephony.test_ami_link import linked


async def test_a_burst_leaves_the_loop_its_turns() -> None:
    """B1: no step of the loop may take long, however much Asterisk says at once."""
    turns, burst = 0, 20_000
    async with linked() as (script, _, heard):
        script.say_raw(b"Event: Hold\r\nUniqueid: u1\r\n\r\n" * burst)
        while len(heard.news) < burst:
            await asyncio.sleep(0)
            turns += 1

        assert turns > burst // 256
