"""A story that hands its caller to the dialplan is over, and the caller is not."""

import asyncio

from telephony.live_call import LiveCall
from telephony.story_teller import Story, StoryTeller
from tests.fakes.virtual_time import at_once
from tests.stories.stage import open_house


async def sends_him_on(call: LiveCall) -> None:
    call.send_to("transfer", "04319999999")


async def says_nothing(call: LiveCall) -> None:
    await call.in_hand()


def hung_up_after(story: Story) -> bool:
    async def scene() -> bool:
        async with open_house() as house, asyncio.TaskGroup() as group:
            line, teller = house.channel(), StoryTeller()
            line.live.taken_in_hand("hotline", line.live.ami_name)
            teller.story = story
            teller.begin(line.live, group)
            await house.passes(1)
            return line.hung_up_by is not None

    return at_once(scene())


def test_whom_a_story_sends_on_is_not_hung_up_although_asterisks_news_comes_later() -> None:
    assert not hung_up_after(sends_him_on)


def test_who_is_still_in_our_hands_when_his_story_ends_is_hung_up() -> None:
    assert hung_up_after(says_nothing)
