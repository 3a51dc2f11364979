"""`./dev rehearse --browser` in short: two desks in Chromium, a seat with a table phone, no
difference. What a desk shows of its day is compared too; a hold or a break that the page does not
show would be one.
"""

from pathlib import Path

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.stage import open_stage
from tests.browser.chromium import build_pages
from tests.integration.hours import at_night

pytestmark = [pytest.mark.rehearsal, pytest.mark.alone]  # waits are compared to 200 ms

WISHES = Wishes(
    seats=3, browsers=2, calls=5, rate=2.0, seed=7, no_answer=0.0, talk=2.0, patience=8.0
)


async def test_two_desks_in_the_browser_work_a_shift_without_a_difference(tmp_path: Path) -> None:
    build_pages()
    opened = open_stage(
        "test-rehearsal-browser", WISHES.seats, silence, fresh=True, config=at_night(tmp_path)
    )

    async with opened as stage:
        report = await rehearse_on(stage, WISHES, silence)

    assert [difference.sentence for difference in report.differences] == []
    assert [day.seat for day in report.days] == ["S001", "S002"]
    assert all(day.answered >= 1 and day.tickets == day.answered for day in report.days)
    assert report.figures()["tickets"] == report.figures()["answered"] >= 4
