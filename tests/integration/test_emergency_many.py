"""A few of the many hand-offs of `emergency_many.py`, by its seed, with two deaths of ours."""

import json

from tests.integration.emergency_many import rehearse


def test_emg_01_ten_hand_offs_with_two_deaths_of_ours_leave_no_difference() -> None:
    report = rehearse(10, 7, 2)

    assert report["differences"] == [], json.dumps(report, indent=1)
