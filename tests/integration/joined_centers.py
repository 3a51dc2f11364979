"""A city and its province: two whole instances on one machine, joined by SIP (NAV-02).

Each knows the other by address and port alone, so their ports are chosen before either starts.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hotline.level_feed import level_key
from hotline.private.instance import instance
from hotline.private.ports import LOOPBACK, Ports, held_ports
from hotline.private.progress import silence
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, PhoneSet, open_phone
from hotline.rehearsal.stage import Stage, open_stage
from kernel.clock import SystemClock
from tests.integration.console_center import Center, open_people, open_seats
from tests.integration.hours import at_night

CITY_NUMBER, PROVINCE_NUMBER = "043112345", "043180012345"


@dataclass(frozen=True)
class Cell:
    """One level with a centre of its own. `peer`: the level whose trunk it has, and its number."""

    instance: str
    level: str
    peer: str
    number: str


CITY = Cell("test-city", "changchun", "jilin", CITY_NUMBER)
PROVINCE = Cell("test-province", "jilin", "changchun", PROVINCE_NUMBER)


@asynccontextmanager
async def open_joined() -> AsyncIterator[tuple[Center, Center]]:
    """City and province, each with two agents, its people and their phones."""
    async with AsyncExitStack() as stack:
        ports = {cell.level: choose_ports(cell) for cell in (CITY, PROVINCE)}
        opened = []
        for cell in (CITY, PROVINCE):
            config = at_night(Path(stack.enter_context(TemporaryDirectory())))
            tell_levels(config, cell, f"{LOOPBACK}:{ports[cell.peer].sip}")
            tell_figures(config, cell, f"http://{LOOPBACK}:{ports[PROVINCE.level].console}")
            stage = open_stage(cell.instance, 2, silence, fresh=False, config=config)
            opened.append(await stack.enter_async_context(stage))
        city, province = [await people_and_phones(stack, stage) for stage in opened]
        yield city, province


def choose_ports(cell: Cell) -> Ports:
    """Of an instance that is to start, with nothing left of an earlier one."""
    here = instance(cell.instance)
    if here.root.exists():
        for linked in here.root.iterdir():
            if linked.is_symlink():
                shutil.rmtree(linked.resolve(), ignore_errors=True)
        shutil.rmtree(here.root)
    here.root.mkdir(parents=True)
    with held_ports(here.ports_file) as ports:
        return ports


def tell_levels(config: Path, cell: Cell, address: str) -> None:
    """Who it is, by which number the others ring it, and where its peer is."""
    peer = PROVINCE_NUMBER if cell.peer == PROVINCE.level else CITY_NUMBER
    change(config / "levels.yaml", "own: changchun", f"own: {cell.level}")
    trunk = f'number: "{peer}", address: "{address}"'
    change(config / "levels.yaml", f'number: "{peer}"', trunk)
    site = config / "site.toml"
    change(site, '"12345110"]', f'"12345110", "{cell.number}"]')
    if cell is PROVINCE:
        change(config / "surge.yaml", "{level: jilin,", "{level: changchun,")
        change(site, 'region_code = "220100"', 'region_code = "220000"')
        change(site, 'accept_level = "city"', 'accept_level = "province"')


def tell_figures(config: Path, cell: Cell, province: str) -> None:
    """The city tells its quarters to the province, each second (NAV-06)."""
    secret, url = "the province's own secret", ""
    if cell is CITY:
        secret, url = level_key(secret, cell.level), province
    with (config / "site.toml").open("a", encoding="utf-8") as site:
        site.write(f'\n[levels]\nsecret = "{secret}"\nurl = "{url}"\nevery_s = 1\n')


def change(file: Path, good: str, other: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert good in text, f"{file.name} has no {good!r} any more"
    file.write_text(text.replace(good, other, 1), encoding="utf-8")


async def people_and_phones(stack: AsyncExitStack, stage: Stage) -> Center:
    clock, pacer, at = SystemClock(), Pacer(), address_of(stage.endpoints["sip"])
    theirs = PhoneSet(clock, pacer, (stage.endpoints["sip_source"], 0), lines=4)
    beyond = PhoneSet(clock, pacer, address_of(stage.endpoints["trunk_out"]), lines=4)
    return Center(
        stage,
        await open_people(stack, stage),
        await open_seats(stack, stage, PhoneSet(clock, pacer)),
        await stack.enter_async_context(open_phone(Account("citizen", "", at), theirs)),
        await stack.enter_async_context(open_phone(Account("world", "", at), beyond)),
    )
