"""Bring the database to this version's schema. Safe to run from several starters at once."""

import argparse
import asyncio
import sys
from pathlib import Path

from config.settings import load_settings
from hotline.commands.of_instance import environment_of
from hotline.private.places import PROJECT
from storage.migrate import migrate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="a running instance, var/NAME/")
    parser.add_argument("--config", type=Path, default=PROJECT / "config")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, BadMigration, Unavailable."""
    settings = load_settings(arguments.config, environment_of(arguments.instance))
    applied = asyncio.run(migrate(settings.database))
    sys.stdout.write("\n".join(applied) + "\n" if applied else "The schema is up to date.\n")
    return 0
