"""Builds the watchman and lets him look round as long as we lead."""

from contextlib import AsyncExitStack
from functools import partial

from hotline.probes import Watched, Watchman
from hotline.wiring import Hotline
from telephony.sip_pulse import open_sip_pulse
from telephony.speech.listens import Language, Listens


async def watch(hotline: Hotline, listens: Listens | None = None) -> None:
    """For the group in hotline/main.py; `listens` where the site has speech.

    Ends only by cancellation.
    """
    ground = hotline.ground
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
            sip_lives=sip_lives,
            speech_lives=partial(listens.hears, Language.ZH) if listens is not None else None,
        )
        await Watchman(watched, hotline.boards.alarms, ground.door).run()
