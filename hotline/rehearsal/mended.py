"""Looks for mendings of our picture of Asterisk where nothing has died: each is a fault of ours.

A look that finds a difference acts on it, so one that is none does harm: a citizen's sound was
broken off, and his key counted for the next question.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import orjson

from hotline.rehearsal.compare import Difference
from hotline.rehearsal.faults import Upheaval
from storage.journal_file import read
from telephony.facts import PictureMended


def mended(journal: Path, since: datetime, upheaval: Upheaval) -> Iterator[Difference]:
    """One difference for each; none where a fault struck, since then there is something to mend."""
    if upheaval.struck:
        return
    for entry in read(journal):
        if entry.kind == PictureMended.kind and entry.at >= since:
            said = orjson.loads(entry.body)
            about, how = said["leg"] or said["call"] or "asterisk", said["how"]
            yield Difference(
                about,
                f"没有故障，系统却修正了对 {about} 的记录（{how}）。",
                f"Nothing had failed, yet our picture of {about} was mended ({how}).",
            )
