"""Check characters of the two identifiers a ticket may carry."""

import re
from typing import Final

_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_CREDIT: Final = re.compile(rf"[{_CREDIT_ALPHABET}]{{18}}")
_ID_CARD: Final = re.compile(r"\d{6}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]")


def is_credit_code(text: str) -> bool:
    """A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, modulus 31."""
    if not _CREDIT.fullmatch(text):
        return False
    total = sum(_CREDIT_ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(text[:17]))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == text[17]


def is_id_card(text: str) -> bool:
    """A resident identity number (GB 11643-1999): 18 characters, ISO 7064 modulus 11-2."""
    if not _ID_CARD.fullmatch(text):
        return False
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17]
