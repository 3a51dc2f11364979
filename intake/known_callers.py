"""What was known of a number before it rang: its lists, the language it chose last (SPC-01 ... 03).

Derived from the journal and the imported lists; may be lost and filled again.
"""

from dataclasses import dataclass
from typing import Final

COMMON: Final = "mandarin"  # who speaks it needs no memory


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCaller:
    """`language` is empty when none is known."""

    lists: frozenset[str] = frozenset()
    language: str = ""


NOBODY: Final = KnownCaller()
