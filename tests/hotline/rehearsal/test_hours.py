"""A rehearsal, a bench or a test rings nobody back because of the hour at which it is run."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from callbacks.duty import DutyKind
from callbacks.schedule import Ask, Slot, earliest
from callbacks.settings import CallbackSettings
from callbacks.workdays import Calendar
from hotline.private.places import PROJECT
from hotline.rehearsal import hours


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_at_any_hour_it_is_night_or_day_as_one_likes(tmp_path: Path, hour: int) -> None:
    now = datetime(2026, 11, 20, hour, 17, tzinfo=UTC)
    config = tmp_path / "config"
    config.mkdir()
    for name in ("callbacks.yaml", "holidays.yaml"):
        shutil.copy(PROJECT / "config" / name, config)
    just_missed = Ask(
        kind=DutyKind.MISSED, urgent=False, ready_at=None, tries=(), rung=(), busy_until=None,
        stopped=False, fresh_until=now + timedelta(minutes=30),
    )  # fmt: skip

    def may_be_rung() -> datetime:
        raw = yaml.safe_load((config / "callbacks.yaml").read_text(encoding="utf-8"))
        schedule = CallbackSettings.model_validate(raw).schedule
        slot = earliest(just_missed, now, schedule, Calendar())
        assert isinstance(slot, Slot)
        return slot.at

    hours.at_night(config, now)
    assert may_be_rung() - now == pytest.approx(timedelta(hours=6), abs=timedelta(minutes=1))
    hours.by_day(config, now)
    assert may_be_rung() == now
