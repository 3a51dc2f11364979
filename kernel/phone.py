"""Phone numbers as they reach a Chinese hotline: parsed once at the door, masked when shown.

Inside, a public number is E.164 (`+8613812345678`); a short code (110, 12345, 95588) stays as it is
dialled; a withheld number is a value too, so that nobody has to remember to check for None.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.errors import BadPhoneNumber


class NumberKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"  # 400 and 800 numbers
    SHORT = "short"  # 110, 12345, 95588
    FOREIGN = "foreign"
    WITHHELD = "withheld"


_WITHHELD: Final = frozenset(
    {"", "anonymous", "unknown", "withheld", "private", "unavailable", "restricted"}
)
_NOISE: Final = re.compile(r"[\s\-().·–—]+", re.ASCII)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_SHORT: Final = re.compile(r"1\d{2}|1[0-2]\d{3}|9[56]\d{3,6}", re.ASCII)
_AREA_SHORT: Final = re.compile(r"0(10|2\d|[3-9]\d{2})(12\d{3})", re.ASCII)
_SERVICE: Final = re.compile(r"[48]00\d{7}", re.ASCII)
_AREA: Final = re.compile(r"(10|2\d|[3-9]\d{2})([2-9]\d{6,7})", re.ASCII)
_LOCAL: Final = re.compile(r"[2-9]\d{6,7}", re.ASCII)
_FOREIGN: Final = re.compile(r"[1-9]\d{6,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number. `value` is E.164, or the short code, or empty when withheld."""

    kind: NumberKind
    value: str
    area: str = ""  # of a landline, without the trunk zero

    @classmethod
    def parse(cls, text: str, *, home_area: str = "") -> "PhoneNumber":
        """From what a person typed or a trunk sent.

        `home_area` ("0431") completes a local number without its area code. Raises BadPhoneNumber.
        """
        plain = _NOISE.sub("", text.strip())
        if plain.lower() in _WITHHELD:
            return WITHHELD
        foreign_form = plain.startswith(("+", "00"))
        digits = plain.removeprefix("+").removeprefix("00") if foreign_form else plain
        if foreign_form and not digits.startswith("86"):
            return cls._foreign(digits, text)
        national = digits.removeprefix("86") if foreign_form or _is_86(digits) else digits
        return cls._national(national, home_area, text)

    @classmethod
    def _national(cls, digits: str, home_area: str, text: str) -> "PhoneNumber":
        if _MOBILE.fullmatch(digits.removeprefix("0")):
            return cls(NumberKind.MOBILE, "+86" + digits.removeprefix("0"))
        if _SERVICE.fullmatch(digits):
            return cls(NumberKind.SERVICE, "+86" + digits)
        if found := _AREA.fullmatch(digits.removeprefix("0")) if digits.startswith("0") else None:
            return cls(NumberKind.LANDLINE, "+86" + found[1] + found[2], found[1])
        if found := _AREA_SHORT.fullmatch(digits):  # 0431-12345 (CH-02)
            return cls(NumberKind.SHORT, digits, found[1])
        if _SHORT.fullmatch(digits):
            return cls(NumberKind.SHORT, digits)
        if home_area and _LOCAL.fullmatch(digits):
            area = home_area.removeprefix("0")
            return cls(NumberKind.LANDLINE, "+86" + area + digits, area)
        if found := _AREA.fullmatch(digits):
            return cls(NumberKind.LANDLINE, "+86" + found[1] + found[2], found[1])
        raise _bad(text)

    @classmethod
    def _foreign(cls, digits: str, text: str) -> "PhoneNumber":
        if _FOREIGN.fullmatch(digits):
            return cls(NumberKind.FOREIGN, "+" + digits)
        raise _bad(text)

    @property
    def is_withheld(self) -> bool:
        return self.kind is NumberKind.WITHHELD

    @property
    def national(self) -> str:
        """As it is dialled inside China: 13812345678, 043187654321, 12345, 0044..."""
        match self.kind:
            case NumberKind.LANDLINE:
                return "0" + self.value.removeprefix("+86")
            case NumberKind.FOREIGN:
                return "00" + self.value.removeprefix("+")
            case _:
                return self.value.removeprefix("+86")

    def masked(self) -> str:
        """138****5678, 0431****4321, 12345: fit for logs, boards and the journal (SEC-01)."""
        match self.kind:
            case NumberKind.WITHHELD:
                return "withheld"
            case NumberKind.SHORT:
                return self.value
            case NumberKind.LANDLINE:
                return f"0{self.area}****{self.value[-4:]}"
            case _:
                return f"{self.national[:3]}****{self.value[-4:]}"

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked()})"


WITHHELD: Final = PhoneNumber(NumberKind.WITHHELD, "")


def _is_86(digits: str) -> bool:
    return digits.startswith("86") and len(digits) in (12, 13)


def _bad(text: str) -> BadPhoneNumber:
    shown = text[:3] + "…" if len(text) > 3 else text
    return BadPhoneNumber(
        f"{shown!r} ({len(text)} characters) is not a phone number.",
        remedy="Give a mobile number (11 digits), a landline with its area code, or a short code.",
    )
