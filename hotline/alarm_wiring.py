"""Builds the watchman and lets him look round as long as we lead."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from hotline.watch.probes import Watched, Watchman
from hotline.watch.refusals import Refusals
from hotline.wiring import Hotline
from telephony.sip_pulse import open_sip_pulse


async def watch(hotline: Hotline, speech_lives: Callable[[], bool] | None = None) -> None:
    """For the group in hotline/main.py; `speech_lives`: whoever is wanted hears.

    Ends only by cancellation.
    """
    ground, refusals = hotline.ground, Refusals()
    ground.feed.add("refusals", refusals.see)
    async with AsyncExitStack() as stack:
        sip_lives = None
        if ground.settings.sip_pulse.port is not None:
            pulse = await stack.enter_async_context(open_sip_pulse(ground.settings.sip_pulse))
            sip_lives = pulse.lives
        watched = Watched(
            journal=ground.journal,
            shipper=ground.shipper,
            projections=ground.projections,
            pool=ground.pool,
            floor_copy=ground.floor_copy,
            link=hotline.telephone.link,
            desk=hotline.hall.desk,
            floor=hotline.hall.floor,
            clock=ground.clock,
            disk=ground.journal.folder,
            refusals=refusals,
            sip_lives=sip_lives,
            speech_lives=speech_lives,
        )
        await Watchman(watched, hotline.boards.alarms, ground.door).run()
