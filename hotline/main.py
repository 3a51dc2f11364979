"""Run the hotline alone: its servers are where settings and environment say."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from typing import Final

import structlog
from aiohttp import web

from config.settings import Settings, load_settings
from console.app import make_app
from console.collaborators import Console
from console.recordings import erase_daily
from hotline.alarm_wiring import watch
from hotline.branch_wiring import make_branches
from hotline.branches import Branches
from hotline.console_wiring import make_console, make_first_logins
from hotline.cut_off_wiring import watch_for_cut_offs
from hotline.emergency_wiring import Emergency, make_emergency, run_emergency
from hotline.floor_copies import copy_floor
from hotline.inspection_wiring import listen_for_silence
from hotline.leading.leadership import Leadership
from hotline.leading.standby import open_standby, stand_by
from hotline.leading.standby_console import StandbyConsole
from hotline.level_feed import keep_level_figures
from hotline.logs import log_as_json
from hotline.outside_records_wiring import read_outside_records
from hotline.owed_wiring import make_owed, run_owed
from hotline.places import Places
from hotline.recovery.kept_rings import keep_rings
from hotline.recovery.settling import Settling
from hotline.recovery.snapshot_maker import keep_last, keep_snapshots
from hotline.releases_wiring import tell_releases
from hotline.rule_files import read_rule_files
from hotline.staffing_wiring import watch_staffing
from hotline.supervision_wiring import Supervision, make_supervision
from hotline.surge_wiring import watch_surge
from hotline.watch.collector import hold_pauses_short, look_at_new, look_often, sweep_when
from hotline.wiring import Hotline, open_hotline
from storage.field_cipher import FieldKeys
from storage.lease import Deposed
from telephony.before_us import BeforeUs
from telephony.speech.supervisor import SpeechWorker

DEPOSED: Final = 75  # "try again": whoever started us starts us again, and we stand by

log = structlog.get_logger(__name__)


class StopAsked(Exception):
    """SIGTERM or Ctrl-C: an orderly shutdown says nothing, so that the next process adopts."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Everything is told by the environment (docs/runbook.md)."


def main(arguments: argparse.Namespace) -> int:
    log_as_json()
    code = 0
    try:
        asyncio.run(run(os.environ))
    except* StopAsked:
        log.info("stopped as asked")
        keep_last(os.environ)
    except* Deposed as deposed:
        log.error("another process leads", why=str(deposed.exceptions[0]))
        code = DEPOSED
    return code


async def run(environment: Mapping[str, str]) -> None:
    """Stand by until we may lead, then lead until SIGTERM or SIGINT.

    Raises BadSettings or Unavailable when it cannot start, Deposed when another leads.
    """
    places = Places.from_environment(environment)
    settings = load_settings(places.config, environment)
    FieldKeys.from_environment(environment)  # whoever stands by must be able to lead
    read_rule_files(settings, places)
    stop = _stop_signals()
    async with open_standby(settings, places) as standby:
        console = StandbyConsole(settings.console, lambda: standby.leader, lambda: standby.well)
        leadership = await stand_by(standby, console, stop)
        if leadership is not None:
            await _lead(environment, settings, places, leadership, stop)


async def _lead(
    environment: Mapping[str, str],
    settings: Settings,
    places: Places,
    leadership: Leadership,
    stop: asyncio.Event,
) -> None:
    async with open_hotline(settings, places, environment, leadership.lease) as hotline:
        owed = make_owed(hotline, environment)
        branches = make_branches(hotline)
        emergency = make_emergency(hotline)
        supervision = make_supervision(hotline, environment)
        console = make_console(hotline, owed, branches, emergency.desk, supervision.desk)
        await make_first_logins(console, places.instance, settings)
        hold_pauses_short()
        hotline.hall.desk.tidy = look_at_new
        await leadership.beat()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_stop_when(stop), name="stop")
                group.create_task(leadership.keep(), name="leadership")
                _run_ground(group, hotline, owed.speech.worker)
                settling = Settling(hotline)
                hotline.telephone.switchboard.mirror.before = _before_us(hotline)
                group.create_task(hotline.hall.desk.run(), name="desk")
                group.create_task(
                    hotline.telephone.switchboard.run(owed.dialling.story), name="switchboard"
                )
                group.create_task(read_outside_records(hotline).run(), name="outside records")
                watch_for_cut_offs(hotline)
                keep_rings(hotline)
                group.create_task(settling.run(), name="settle")
                group.create_task(run_owed(hotline, owed), name="calls we owe")
                _run_desks(group, branches, emergency, supervision)
                group.create_task(
                    keep_snapshots(hotline.ground.journal, environment), name="snapshots"
                )
                _run_console(group, hotline, console)
        finally:
            await leadership.resign(hotline.ground.journal, hotline.ground.shipper)


def _before_us(hotline: Hotline) -> BeforeUs:
    loose_ends = hotline.boards.loose_ends
    return BeforeUs(loose_ends.sent_away, loose_ends.knows)


def _run_ground(group: asyncio.TaskGroup, hotline: Hotline, speech: SpeechWorker) -> None:
    ground, on_the_phone = hotline.ground, hotline.telephone.switchboard.calls
    group.create_task(sweep_when(lambda: not on_the_phone), name="collector")
    group.create_task(look_often(), name="collector of what is new")
    group.create_task(watch(hotline, lambda: speech.well), name="watchman")
    group.create_task(ground.journal.run(), name="journal")
    group.create_task(ground.shipper.run(), name="shipper")
    group.create_task(ground.vault.run(), name="vault")
    group.create_task(ground.projections.run(), name="projections")
    if hotline.papers.relay is not None:
        group.create_task(hotline.papers.relay.run(), name="webhook")


def _run_desks(
    group: asyncio.TaskGroup, branches: Branches, emergency: Emergency, supervision: Supervision
) -> None:
    group.create_task(branches.run(), name="branches")
    group.create_task(run_emergency(emergency), name="hand-offs")
    group.create_task(supervision.run(), name="supervision")


def _run_console(group: asyncio.TaskGroup, hotline: Hotline, console: Console) -> None:
    group.create_task(console.floor.live.run(), name="live channel")
    group.create_task(erase_daily(console.recordings), name="retention")
    group.create_task(console.softphones.run(), name="softphones")
    group.create_task(tell_releases(hotline), name="releases told")
    group.create_task(copy_floor(hotline.hall.desk, hotline.ground.floor_copy), name="floor copy")
    group.create_task(_serve(console), name="console")
    group.create_task(console.malicious.callers.run(), name="measures")
    group.create_task(listen_for_silence(hotline), name="silence in recordings")
    group.create_task(keep_level_figures(hotline), name="level figures")
    group.create_task(watch_staffing(hotline, console.staffing), name="staffing")
    group.create_task(watch_surge(hotline, console.staffing.planner), name="surge")


async def _serve(console: Console) -> None:
    runner = web.AppRunner(make_app(console), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, console.settings.host, console.settings.port)
        await site.start()
        log.info("console is served", host=console.settings.host, port=console.settings.port)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _stop_signals() -> asyncio.Event:
    """Set by SIGTERM and Ctrl-C."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    return asked


async def _stop_when(asked: asyncio.Event) -> None:
    await asked.wait()
    raise StopAsked


if __name__ == "__main__":
    sys.exit(main(argparse.Namespace()))
