"""Sound files whose writer died: Asterisk writes the lengths into the header when it closes a file.

Its last two seconds at most (32 KiB) were in memory and are lost; all before them is on the disk.
"""

from pathlib import Path
from typing import Final

HEADER: Final = 44  # bytes
_RIFF, _DATA = slice(4, 8), slice(40, 44)  # where the lengths stand
_UNSAID: Final = bytes(4)
_FRAME: Final = 2  # bytes


def mended(content: bytes) -> bytes | None:
    """The same sound with its lengths in the header; None where that is not what it lacks.

    It must begin as Asterisk begins a file (PCM in one block) and say no length at all: a wrong
    one is not ours to judge. Half a frame at the end goes.
    """
    begins_so = (
        content[:4] == b"RIFF" and content[8:16] == b"WAVEfmt " and content[36:40] == b"data"
    )
    if not begins_so or content[_RIFF] != _UNSAID or content[_DATA] != _UNSAID:
        return None
    sound = content[HEADER : len(content) - (len(content) - HEADER) % _FRAME]
    if not sound:
        return None
    riff = (len(sound) + HEADER - 8).to_bytes(4, "little")
    data = len(sound).to_bytes(4, "little")
    return content[:4] + riff + content[8:40] + data + sound


def mend(file: Path) -> bool:
    """Whether it is whole now. The old file is replaced, not written to: should its writer live
    after all, nothing of his reaches a recording that may be sealed by then. Raises OSError."""
    whole = mended(file.read_bytes())
    if whole is None:
        return False
    other = file.with_suffix(".mending")
    other.write_bytes(whole)
    other.replace(file)
    return True
