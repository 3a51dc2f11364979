"""What the main process asks of the worker and what it says: a line of JSON each.

The sound of a call never takes this way; it goes from Asterisk to the worker by AudioSocket.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

CHOICE: Final = "choice"
COMMENT: Final = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Ask this when the connection with this id comes. Times in seconds; sounds are WAV files."""

    id: str
    kind: str
    language: str
    sounds: tuple[str, ...]
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    within: float
    longest: float
    evidence: str  # the WAV file to write


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of it. `how`: pressed, heard, unclear, said, silent, gone, deaf."""

    id: str
    how: str
    key: str = ""
    option: str = ""
    confidence: float = 0.0
    text: str = ""
    why: str = ""
    seconds: float = 0.0
    sha256: str = ""
    recognizer: str = ""


def order_of(found: dict[str, Any]) -> Order:
    """Raises KeyError, TypeError or ValueError for what is no order."""
    options = {option: tuple(said) for option, said in found.get("options", {}).items()}
    return Order(**{**found, "sounds": tuple(found["sounds"]), "options": options})


def line(kind: str, what: object) -> bytes:
    return json.dumps({kind: what}, ensure_ascii=False).encode() + b"\n"


def parsed(text: bytes) -> tuple[str, Any]:
    """(kind, what). Raises ValueError for what is no line of ours."""
    found = json.loads(text)
    if not isinstance(found, dict) or len(found) != 1:
        raise ValueError("a line is one kind with what belongs to it")
    return next(iter(found.items()))
