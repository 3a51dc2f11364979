"""The evidence's room: whole days are erased when their time is over."""

from datetime import date
from pathlib import Path

from hotline.speech_wiring import erase_before


def test_days_before_the_oldest_are_erased_and_what_is_no_day_is_left(tmp_path: Path) -> None:
    for name in ("2025-01-01", "2025-01-02", "2025-01-03", "by-hand", "2025-01-0x"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "answer.wav").write_bytes(b"1")

    assert erase_before(tmp_path, date(2025, 1, 3)) == 2

    assert {path.name for path in tmp_path.iterdir()} == {"2025-01-03", "by-hand", "2025-01-0x"}


def test_a_room_that_is_not_there_has_nothing_to_erase(tmp_path: Path) -> None:
    assert erase_before(tmp_path / "none", date(2025, 1, 3)) == 0
