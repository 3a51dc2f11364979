"""Builds what hands a call on: to another level of the province, to a utility."""

from figures.level_quarters import LevelQuarters
from figures.passed_on_store import PassedOnStore
from hotline.desks.levels import LevelDesk
from hotline.desks.utilities import UtilityDesk
from hotline.level_feed import QuarterDoor
from hotline.wiring import Hotline
from telephony.navigation import tree_of


def make_levels(hotline: Hotline) -> LevelDesk:
    ground = hotline.ground
    desk = LevelDesk(
        levels=ground.rules.levels,
        tree=tree_of(ground.rules.menus),
        contacts=hotline.contacts,
        calls=hotline.telephone.switchboard.calls,
        store=PassedOnStore(ground.pool, ground.settings.site.region_code),
        write=ground.recorder.write,
        clock=ground.clock,
        door=QuarterDoor(
            levels=ground.rules.levels,
            settings=ground.settings.levels,
            store=LevelQuarters(ground.pool),
            clock=ground.clock,
        ),
    )
    ground.in_force.follow(desk.use)
    return desk


def make_utilities(hotline: Hotline) -> UtilityDesk:
    ground = hotline.ground
    desk = UtilityDesk(
        utilities=ground.rules.utilities,
        contacts=hotline.contacts,
        forms=hotline.papers.intake,
        write=ground.recorder.write,
        clock=ground.clock,
        home_area=ground.settings.site.home_area,
    )
    ground.in_force.follow(desk.use)
    return desk
