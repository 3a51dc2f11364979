"""The project's settings at an hour that the test chooses, whatever hour it is here."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from hotline.private.places import PROJECT
from hotline.rehearsal import hours


def at_night(folder: Path) -> Path:
    """A copy with which nobody is rung back for hours yet."""
    config = _copy(folder)
    hours.at_night(config, datetime.now(UTC))
    return config


def by_day(folder: Path) -> Path:
    """A copy with which whoever is missed may be rung back at once."""
    config = _copy(folder)
    hours.by_day(config, datetime.now(UTC))
    return config


def _copy(folder: Path) -> Path:
    config = folder / "config"
    return Path(
        shutil.copytree(PROJECT / "config", config, ignore=shutil.ignore_patterns("__pycache__"))
    )
