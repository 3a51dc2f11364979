"""Builds what releases rule files, and says who obeys which of them."""

from console.settings_rules_port import SettingsSide
from hotline.releases.office import Around, RuleReleases
from hotline.releases.sounds import PhraseSounds
from hotline.releases.store import PgReleases
from hotline.wiring import Hotline


def make_settings(hotline: Hotline) -> SettingsSide:
    ground, hall = hotline.ground, hotline.hall
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
