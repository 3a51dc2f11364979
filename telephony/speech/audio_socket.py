"""AudioSocket, as Asterisk 22 speaks it: kind, length (big endian), payload. Pure.

The caller's sound comes as signed linear 8 kHz, 320 bytes for 20 ms; ours is sent the same way.
"""

from enum import IntEnum
from typing import Final

FRAME: Final = 320  # bytes: 20 ms of 16-bit mono at 8 kHz
FRAME_S: Final = 0.02
RATE: Final = 8000
HEAD: Final = 3
SILENCE: Final = bytes(FRAME)


class Kind(IntEnum):
    HANG_UP = 0x00
    ID = 0x01  # 16 bytes: who connects
    KEY = 0x03  # one ASCII digit
    SOUND = 0x10
    FAULT = 0xFF


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


def head(begin: bytes) -> tuple[int, int]:
    """(kind, length) of the frame that these bytes, three at least, begin."""
    return begin[0], begin[1] << 8 | begin[2]


def frames_of(sound: bytes) -> list[bytes]:
    """Sound cut into 20 ms; the last piece is filled up with silence."""
    return [sound[at : at + FRAME].ljust(FRAME, b"\0") for at in range(0, len(sound), FRAME)]
