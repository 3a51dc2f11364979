"""What a spreadsheet shows of a text: never a formula. Pure."""

from typing import Final

# A cell that begins so is run by a spreadsheet, or hides one that does.
_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_BEGINS) else text
