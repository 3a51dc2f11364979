"""Settings of a centre at an hour that the test chooses, whatever hour it is here.

By day seats that nobody waits for ring back who was missed; a test of something else does not want
that, and must not pass because it is run at night.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from hotline.private.places import PROJECT

HALF_A_DAY = timedelta(hours=12)


def at_night(folder: Path) -> Path:
    """Nobody is rung back for hours yet."""
    return _with_night(folder, -HALF_A_DAY / 2, HALF_A_DAY)


def by_day(folder: Path) -> Path:
    """Whoever is missed may be rung back at once."""
    return _with_night(folder, HALF_A_DAY, timedelta(minutes=1))


def _with_night(folder: Path, begins: timedelta, lasts: timedelta) -> Path:
    config = folder / "config"
    shutil.copytree(PROJECT / "config", config, ignore=shutil.ignore_patterns("__pycache__"))
    file = config / "callbacks.yaml"
    rules = yaml.safe_load(file.read_text(encoding="utf-8"))
    schedule = rules["schedule"]
    night = datetime.now(UTC).astimezone(ZoneInfo(schedule["zone"])) + begins
    schedule["night"] = f"{night:%H:%M}-{night + lasts:%H:%M}"
    schedule["people"]["fresh_at_night"] = False
    file.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    return config
