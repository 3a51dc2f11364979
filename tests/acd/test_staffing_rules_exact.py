"""config/staffing.yaml: shifts, occupancy and alarms at the borders of their numbers (HR-02)."""

from typing import Any

import pytest
from pydantic import ValidationError

from acd.staffing_rules import OccupancyRule, ShiftType, Understaffed

SHIFT: dict[str, Any] = {
    "name": "早班",
    "start": ["08:00", "08:30"],
    "hours": 8,
    "break_after_h": 4,
    "break_h": 1,
}
OCCUPANCY: dict[str, Any] = {
    "limit": 0.85,
    "calm": 0.8,
    "window_minutes": 60,
    "at_work_minutes": 30,
}


@pytest.mark.parametrize(
    "starts", [["08:15"], ["08:00", "08:15"], ["08:15", "08:00"], ["08:00:01"]]
)
def test_every_start_of_a_shift_lies_at_a_half_hour(starts: list[str]) -> None:
    with pytest.raises(ValidationError, match="begins at a half hour"):
        ShiftType.model_validate(SHIFT | {"start": starts})


@pytest.mark.parametrize(("after", "fits"), [(6.5, True), (7, False), (7.5, False), (None, True)])
def test_a_break_lies_within_its_shift(after: float | None, fits: bool) -> None:
    if fits:
        assert ShiftType.model_validate(SHIFT | {"break_after_h": after}).break_after_h == after
    else:
        with pytest.raises(ValidationError, match="within its shift"):
            ShiftType.model_validate(SHIFT | {"break_after_h": after})


def test_calm_lies_below_the_limit_or_at_it() -> None:
    same = OccupancyRule.model_validate(OCCUPANCY | {"calm": 0.85})

    assert (same.calm, same.limit) == (0.85, 0.85)
    with pytest.raises(ValidationError, match="calm must not lie above"):
        OccupancyRule.model_validate(OCCUPANCY | {"calm": 0.86})


def test_nobody_works_longer_than_the_window_that_is_looked_at() -> None:
    rule = OccupancyRule.model_validate(OCCUPANCY | {"at_work_minutes": 60})

    assert (rule.window.total_seconds(), rule.at_work.total_seconds()) == (3_600, 3_600)
    with pytest.raises(ValidationError, match="longer than the window"):
        OccupancyRule.model_validate(OCCUPANCY | {"at_work_minutes": 61})


@pytest.mark.parametrize(("needed", "tolerated"), [(10, 1), (40, 3), (100, 9), (0, 1)])
def test_so_many_may_be_missing_without_an_alarm(needed: int, tolerated: int) -> None:
    rule = Understaffed(share=0.1, seats=2, minutes=5)

    assert rule.tolerated(needed) == tolerated
