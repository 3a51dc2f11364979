"""What a start does not need it does not load: after a death citizens wait for it."""

import subprocess
import sys

LATER = ("numpy", "openpyxl", "matplotlib", "vosk", "ortools", "playwright", "ctranslate2")


def test_the_start_of_the_leader_loads_no_library_that_only_some_later_work_needs() -> None:
    loaded = f"import sys, hotline.main; print([m for m in {LATER} if m in sys.modules])"

    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"
