"""A link that comes up and falls at once is not hammered; one that held is tried again quickly."""

import asyncio
import itertools
from datetime import timedelta

from kernel.clock import SystemClock
from telephony.ami_asks import LinkCameUp
from telephony.ami_link import AmiLink
from telephony.ami_pauses import Pauses, Pulse
from telephony.settings import AmiSettings
from tests.fakes.scripted_ami import scripted_ami

SETTINGS = AmiSettings(
    first_retry_after=timedelta(seconds=1),
    last_retry_after=timedelta(seconds=8),
    settled_after=timedelta(seconds=10),
)


def test_a_log_in_that_did_not_hold_keeps_the_long_pause() -> None:
    pauses = Pauses(SETTINGS, lambda: 0.5)
    taken = []
    for up_for in (0.0, 9.9, 0.0, 0.0, 0.0):
        taken.append(pauses.take())
        pauses.was_up_for(timedelta(seconds=up_for))

    assert taken == [1, 2, 4, 8, 8]


def test_a_link_that_held_is_tried_again_at_once() -> None:
    pauses = Pauses(SETTINGS, lambda: 0.5)
    taken = [pauses.take() for _ in range(3)]
    pauses.was_up_for(timedelta(seconds=10))

    assert taken == [1, 2, 4]
    assert pauses.take() == 1


def test_a_late_answer_is_borne_three_times_while_asterisk_goes_on_talking() -> None:
    pulse = Pulse()

    assert [pulse.beats(9) for _ in range(4)] == [True, True, True, False]


def test_an_answer_in_time_begins_the_count_anew() -> None:
    pulse = Pulse()
    late = [pulse.beats(1) for _ in range(3)]

    pulse.answered()

    assert late == [True] * 3
    assert pulse.beats(1)


def test_silence_is_no_life() -> None:
    assert not Pulse().beats(0)


async def test_a_flapping_asterisk_sees_ever_fewer_log_ins() -> None:
    """Each log-in succeeds and is hung up on at once: the pauses grow all the same."""
    asked: list[float] = []

    def half() -> float:
        asked.append(asyncio.get_running_loop().time())
        return 0.5

    async with scripted_ami() as (script, port):
        settings = AmiSettings(
            port=port,
            first_retry_after=timedelta(milliseconds=5),
            last_retry_after=timedelta(milliseconds=80),
        )
        link = AmiLink(settings, clock=SystemClock(), jitter=half)

        async def hang_up_each_time() -> None:
            async for news in link.news():
                if isinstance(news, LinkCameUp):
                    script.hang_up()

        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            tasks = [group.create_task(link.run()), group.create_task(hang_up_each_time())]
            await script.until(lambda: script.logins == 6)
            for task in tasks:
                task.cancel()

    between = [later - sooner for sooner, later in itertools.pairwise(asked)]
    assert all(b >= p for b, p in zip(between, (0.005, 0.01, 0.02, 0.04, 0.08), strict=False))
    assert link.counters["connections lost"] >= 5
