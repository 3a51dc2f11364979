"""Builds the reports of the lines and the door of the branch centres."""

from console.lines_port import LineSide
from figures.lines_report import LineReports
from figures.lines_store import LinesStore
from figures.lines_told_store import ToldCallStore
from hotline.branches import Branches, BranchStores
from hotline.wiring import Hotline
from intake.branch_store import BranchStore
from intake.branch_tickets import BranchTickets


def make_branches(hotline: Hotline) -> Branches:
    ground, papers = hotline.ground, hotline.papers
    site = ground.settings.site
    keys = BranchStore(ground.pool, ground.cipher)
    stores = BranchStores(
        keys=keys,
        calls=ToldCallStore(ground.pool, ground.vault.keep),
        tickets=BranchTickets(papers.cases, keys, papers.rules, site.region_code),
    )
    return Branches(stores, ground.rules.lines, hotline.boards.alarms, ground.clock)


def line_side(hotline: Hotline, branches: Branches) -> LineSide:
    """For the console."""
    ground = hotline.ground
    store = LinesStore(ground.pool, ground.settings.site.region_code)
    return LineSide(branches=branches, reports=LineReports(store, ground.rules.lines))
