"""Write the configuration of a site's own Asterisk: `hotline render-asterisk DIR`.

From config/asterisk.toml, config/site.toml, a file with the phones' passwords and the environment
variable HOTLINE_AMI_SECRET; with [web] in asterisk.toml, HOTLINE_ARI_SECRET too.
"""

import argparse
import os
from pathlib import Path
from typing import Final

from acd.surge_plans import load_surge
from config.settings import Settings, load_settings
from hotline.asterisk_site import (
    PROJECT,
    AsteriskSite,
    SeatPhone,
    level_trunks,
    line_trunks,
    render,
)
from kernel.errors import BadSettings
from kernel.settings_file import checked, read_toml
from telephony.emergency_directory import load_emergency
from telephony.menu_file import load_levels, load_lines
from telephony.utilities import load_utilities

__all__: Final = ["AsteriskSite", "SeatPhone", "add_arguments", "main", "render", "site_from"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", type=Path, help="folder to write to, such as /etc/asterisk")
    parser.add_argument(
        "--config", type=Path, default=PROJECT / "config", help="folder of settings"
    )
    parser.add_argument("--phones", type=Path, help="file of `extension,password` lines, mode 0600")


def main(arguments: argparse.Namespace) -> int:
    """`hotline render-asterisk DIR`: asterisk.toml, site.toml, phones, HOTLINE_AMI_SECRET."""
    render(site_from(arguments.config, arguments.phones), arguments.target)
    return 0


def site_from(config: Path, phones: Path | None) -> AsteriskSite:
    """What a site's files and environment say of its Asterisk. Raises BadSettings."""
    file = config / "asterisk.toml"
    settings = load_settings(config)
    found = read_toml(file) | from_settings(settings)
    emergency = load_emergency(config / "emergency.yaml")
    found["emergency_numbers"] = emergency.rings(settings.trunk.emergency)
    lines = load_lines(config / "lines.yaml")
    found["emergency_lines"] = lines.emergency_numbers
    surge = load_surge(config / "surge.yaml")
    levels = load_levels(config / "levels.yaml")
    found["levels"] = level_trunks(levels, surge.levels) + line_trunks(lines)
    found["overflow_takes"] = surge.takes_at_most
    allowed, utilities = found.get("outbound_allow", ()), load_utilities(config / "utilities.yaml")
    if isinstance(allowed, list | tuple):
        more = (*utilities.numbers, *surge.numbers)
        found["outbound_allow"] = tuple(dict.fromkeys((*allowed, *more)))
    ami = found.get("ami", {})
    secret = os.environ.get("HOTLINE_AMI_SECRET", "")
    found["ami"] = (ami if isinstance(ami, dict) else {}) | {"secret": secret}
    web = found.get("web")
    if isinstance(web, dict):
        found["web"] = web | {"secret": os.environ.get("HOTLINE_ARI_SECRET", "")}
    found["seats"] = seats_of(phones) if phones else ()
    return checked(file, found, AsteriskSite)


def from_settings(settings: Settings) -> dict[str, object]:
    """What site.toml says already: it must not be said twice."""
    return {
        "hotline_numbers": settings.site.hotline_numbers,
        "record_calls": settings.recordings.enabled,
        "voices_apart": settings.recordings.voices_apart,
        "trunk_out": settings.trunk.outbound,
        "trunk_out_user": settings.trunk.own_number,
        "switch_s": int(settings.lifeline.switch.total_seconds()),
        **({"trunk_second": settings.trunk.second} if settings.trunk.second else {}),
    }


def seats_of(file: Path) -> tuple[SeatPhone, ...]:
    """One seat's phone a line: `8001,password`. BadSettings names the line, never the password."""
    try:
        lines = file.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as err:
        raise BadSettings(f"{file} cannot be read: {err}.", remedy="Check --phones.") from err
    seats = []
    for number, line in enumerate(lines, 1):
        extension, _, password = line.partition(",")
        try:
            seats.append(SeatPhone(extension=extension, password=password))
        except ValueError:
            raise BadSettings(
                f"{file}: line {number}: not an extension and a password.",
                remedy="Write 2-8 digits, a comma, and 12-128 letters or digits.",
            ) from None
    return tuple(seats)
