"""How a call came to its present story, and what one that lived before us was found with. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

ADOPTED_AT_ONCE: Final = 16  # have their music begun anew: an order to ring goes before the rest
OF_OURS: Final = ("CC_CALL", "CC_Q")  # nobody but its story sets them


class Entry(StrEnum):
    FRESH = "fresh"
    RETURNED = "returned"  # out of the fallback queue
    ADOPTED = "adopted"  # it lived before this process did


def kept(variables: Mapping[str, str]) -> dict[str, str]:
    """Not set once more: a thousand calls may be found, and each word to Asterisk stands before
    the next order to ring."""
    return {name: variables[name] for name in OF_OURS if name in variables}
