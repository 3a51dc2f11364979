"""The folder of settings of a survey rehearsal: a copy in which surveys may be dialled now.

Only hours, shares and the length of a ring differ from what a centre runs with: a rehearsal can be
at night, and its citizens who hang up make no bad day.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

_ALL_DAY: Final = ["00:00-23:59"]
_HALF_A_DAY: Final = timedelta(hours=12)
_MINUTE: Final = timedelta(minutes=1)


def survey_config(source: Path, folder: Path, now: datetime) -> Path:
    """A copy of `source` in `folder`, with hours that are open at `now`."""
    copy = folder / "config"
    shutil.copytree(source, copy)
    file = copy / "callbacks.yaml"
    raw: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    schedule = raw["schedule"]
    far = now.astimezone(ZoneInfo(schedule["zone"])) + _HALF_A_DAY
    closed = f"{far:%H:%M}-{far + _MINUTE:%H:%M}"
    schedule["night"] = closed
    schedule["survey"] |= {
        "windows": dict.fromkeys(("workday", "restday", "holiday"), _ALL_DAY),
        "lunch": closed,
        "after_closing": "PT0S",
        "answer_rate_at_least": 0.0,
        "trunk_lines": 120,
        "ring_for": "PT6S",
    }
    schedule["people"] |= {"ring_for": "PT6S", "verdict_within": "PT1S"}
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return copy


def without_paperwork(config: Path) -> Path:
    """Seats are free again a second after a call, for those who play without a desk."""
    file = config / "queues.yaml"
    raw: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    raw["defaults"]["wrap_up"] = {"limit_s": 1, "extension_s": 1, "extensions": 0}
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return config
