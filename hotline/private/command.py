"""Start everything on this machine and keep it running: PostgreSQL, Valkey, Asterisk, hotline."""

import argparse
from pathlib import Path

from hotline.private.instance import instance
from hotline.private.keeper import keep
from hotline.private.places import PROJECT
from hotline.private.sites_own import sites_own


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="name; everything is in var/NAME/")
    parser.add_argument(
        "--config", type=Path, default=PROJECT / "config", help="folder of settings"
    )
    parser.add_argument("--seats", type=int, default=12, help="seats with a phone (8001, 8002 ...)")


def main(arguments: argparse.Namespace) -> int:
    here = instance(arguments.instance, seats=arguments.seats)
    return keep(here, sites_own(arguments.config), config=arguments.config.absolute())
