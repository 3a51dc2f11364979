"""The two voices of a talk, each in a file of its own, for quality inspection alone. Blocks.

Where a site wants it (`recordings.voices_apart`), Asterisk writes beside each part
`<call id>~<part>-in.wav` (what comes from the leg that records) and `-out.wav` (what goes to it).
At sealing they are set aside into the folder `apart`; whoever has listened to them removes them
(docs/inspection.md). They are no recordings: nobody hears them, nothing in the journal names them.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kernel.ids import CallId

FOLDER: Final = "apart"
_VOICE: Final = re.compile(r"~(\d+)-(in|out)\.wav$")


@dataclass(frozen=True, slots=True)
class Voices:
    """Of one part of a call, both as long as each other."""

    citizen: Path
    agent: Path


def set_aside(file: Path) -> None:
    """`file`: the whole recording. Asterisk may still be closing them: it keeps hold of them."""
    found = [one for one in file.parent.glob(f"{file.stem}~*.wav") if _VOICE.search(one.name)]
    if not found:
        return
    folder = file.parent / FOLDER
    folder.mkdir(exist_ok=True)
    for one in found:
        one.rename(folder / one.name)


def voices_of_call(recordings: Path, call: CallId) -> list[Voices]:
    """In the order of the parts. Part 0 was recorded on the seat's leg: there the agent comes in.

    Of 0 and 1, which are of the same talk, the one that heard more.
    """
    found: dict[int, dict[str, Path]] = {}
    for path in (recordings / FOLDER).glob(f"{call}~*.wav"):
        named = _VOICE.search(path.name)
        if named is not None:
            found.setdefault(int(named[1]), {})[named[2]] = path
    both = {part: pair for part, pair in found.items() if pair.keys() == {"in", "out"}}
    if 0 in both and 1 in both:
        del both[min((1, 0), key=lambda part: both[part]["in"].stat().st_size)]
    return [
        Voices(pair["out"], pair["in"]) if part == 0 else Voices(pair["in"], pair["out"])
        for part, pair in sorted(both.items())
    ]


def forget_voices(recordings: Path, call: CallId) -> None:
    for path in (recordings / FOLDER).glob(f"{call}~*.wav"):
        path.unlink(missing_ok=True)


def forget_older(recordings: Path, than: float) -> int:
    """`than`: a time stamp. Of calls to which nobody could listen; how many files."""
    old = [one for one in (recordings / FOLDER).glob("*.wav") if one.stat().st_mtime < than]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)
