"""Start everything on this machine and keep it running: PostgreSQL, Valkey, Asterisk, hotline."""

import argparse
from pathlib import Path

from acd.surge_plans import load_surge
from config.settings import Settings, load_settings
from hotline.asterisk_site import level_trunks, line_trunks
from hotline.private.asterisk import OUTBOUND_ALLOW, TelephonyWishes
from hotline.private.instance import instance
from hotline.private.keeper import keep
from hotline.private.places import PROJECT
from hotline.private.sites_own import sites_own
from telephony.emergency_directory import load_emergency
from telephony.menu_file import load_levels, load_lines
from telephony.utilities import load_utilities


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="name; everything is in var/NAME/")
    parser.add_argument(
        "--config", type=Path, default=PROJECT / "config", help="folder of settings"
    )
    parser.add_argument("--seats", type=int, default=12, help="seats with a phone (8001, 8002 ...)")
    parser.add_argument(
        "--calls", type=int, default=500, help="citizens at once, 2,700 at most; more are refused"
    )


def main(arguments: argparse.Namespace) -> int:
    config = arguments.config.absolute()
    settings = load_settings(config)  # a broken file stops us before any server starts
    here = instance(arguments.instance, seats=arguments.seats, calls=arguments.calls)
    return keep(here, sites_own(config), config=config, telephony=telephony_of(settings, config))


def telephony_of(settings: Settings, config: Path) -> TelephonyWishes:
    """What the private Asterisk is told of the site's settings. Raises BadLines."""
    lines, levels = load_lines(config / "lines.yaml"), load_levels(config / "levels.yaml")
    emergency = load_emergency(config / "emergency.yaml")
    utilities, surge = load_utilities(config / "utilities.yaml"), load_surge(config / "surge.yaml")
    return TelephonyWishes(
        hotline_numbers=settings.site.hotline_numbers,
        emergency_lines=lines.emergency_numbers,
        emergency_numbers=emergency.rings(settings.trunk.emergency),
        second_trunk=bool(settings.trunk.second),
        record_calls=settings.recordings.enabled,
        voices_apart=settings.recordings.voices_apart,
        switch_s=int(settings.lifeline.switch.total_seconds()),
        site_sounds=Path(settings.site.site_sounds) if settings.site.site_sounds else None,
        outbound_allow=_once(OUTBOUND_ALLOW, utilities.numbers, surge.numbers),
        levels=level_trunks(levels, surge.levels) + line_trunks(lines),
        overflow_takes=surge.takes_at_most,
    )


def _once(*numbers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for some in numbers for number in some))
