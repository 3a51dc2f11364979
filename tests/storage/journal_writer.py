"""Writes notes until it is killed, and says each number after its write returned."""

import os
import sys
from pathlib import Path

from kernel.ids import Epoch
from storage.journal import Journal
from storage.settings import JournalSettings
from tests.storage.notes import note


def main(folder: Path) -> None:
    journal = Journal.open(folder, Epoch(1), JournalSettings(segment_bytes=16 * 1024))
    for number in range(1, 1_000_000):
        journal.write([note(number)])
        os.write(1, b"%d\n" % number)


main(Path(sys.argv[1]))
