"""Builds what releases rule files, and says who obeys which of them."""

import asyncio
from typing import Final

import structlog

from console.settings_rules_port import SettingsSide
from hotline.releases.office import Around, RuleReleases, tell_untold
from hotline.releases.sounds import PhraseSounds
from hotline.releases.store import PgReleases
from hotline.wiring import Hotline
from kernel.errors import Unavailable

log = structlog.get_logger(__name__)

AGAIN_S: Final = 5.0


def make_settings(hotline: Hotline) -> SettingsSide:
    ground, hall = hotline.ground, hotline.hall
    for use in (hotline.center.use, hotline.contacts.use, hall.greetings.use):
        ground.in_force.follow(use)
    store = PgReleases(ground.pool)
    around = Around(
        settings=ground.settings,
        places=ground.places,
        skills=lambda: hall.directory.directory.skills,
        view=hall.desk.snapshot,
        order=hall.desk.order,
        write=ground.recorder.write,
        clock=ground.clock,
    )
    sounds = PhraseSounds(
        store=store,
        in_force=ground.in_force,
        folder=ground.places.uploaded_sounds,
        write=ground.recorder.write,
        clock=ground.clock,
    )
    rules = RuleReleases(store=store, in_force=ground.in_force, around=around)
    return SettingsSide(rules=rules, sounds=sounds)


async def tell_releases(hotline: Hotline) -> None:
    """For the group in hotline/main.py: once, at the start."""
    ground = hotline.ground
    while True:
        try:
            return await tell_untold(PgReleases(ground.pool), ground.recorder.write, ground.clock)
        except Unavailable as trouble:
            log.warning("releases are not told to the journal yet", why=trouble.problem)
            await asyncio.sleep(AGAIN_S)
