"""The hours of a copy of the settings: whether seats ring back now whom nobody answered.

By day they do as soon as nobody waits for them; what is measured or tried on an instance of its
own must not depend on the hour at which it is run.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

_HALF_A_DAY: Final = timedelta(hours=12)
_MINUTE: Final = timedelta(minutes=1)


def at_night(config: Path, now: datetime) -> None:
    """Nobody is rung back for six hours from `now`."""
    _set_night(config, now - _HALF_A_DAY / 2, _HALF_A_DAY)


def by_day(config: Path, now: datetime) -> None:
    """Whoever is missed may be rung back at once."""
    _set_night(config, now + _HALF_A_DAY, _MINUTE)


def _set_night(config: Path, begins: datetime, lasts: timedelta) -> None:
    file = config / "callbacks.yaml"
    rules: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    schedule = rules["schedule"]
    night = begins.astimezone(ZoneInfo(schedule["zone"]))
    schedule["night"] = f"{night:%H:%M}-{night + lasts:%H:%M}"
    schedule["people"]["fresh_at_night"] = False
    file.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
