"""The key with which a level below tells us its figures (NAV-06), made of HOTLINE_LEVEL_SECRET."""

import argparse
import os
import sys
from pathlib import Path

from config.settings import load_settings
from hotline.level_feed import level_key
from hotline.private.places import PROJECT
from kernel.errors import BadInput, BadSettings
from telephony.menu_file import load_levels


class NoLevelBelow(BadInput):
    code = "no-level-below"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("level", metavar="LEVEL", help="its name in levels.yaml")
    parser.add_argument("--config", type=Path, default=PROJECT / "config")


def main(arguments: argparse.Namespace) -> int:
    """Prints it; the other side puts it into its own HOTLINE_LEVEL_SECRET."""
    settings = load_settings(arguments.config, os.environ)
    levels = load_levels(arguments.config / "levels.yaml")
    if settings.levels.secret is None:
        raise BadSettings(
            "There is no secret of this level.", remedy="Set HOTLINE_LEVEL_SECRET, then ask again."
        )
    if arguments.level not in levels.below(levels.own) - {levels.own}:
        raise NoLevelBelow(
            f"{arguments.level!r} is no level below {levels.own}.",
            remedy="Take its name from levels.yaml.",
        )
    sys.stdout.write(level_key(settings.levels.secret.get_secret_value(), arguments.level) + "\n")
    return 0
