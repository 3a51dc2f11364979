"""The masking table (C7, SEC-01, SEC-02) for tickets: the one place that decides what is shown
whole.

| field | agent in the call | supervisor with reason | everybody else |
|---|---|---|---|
| name | whole | whole | 王** |
| phone | whole | whole | 138****5678 |
| identity number | last 4 | whole | hidden |
| address | whole | whole | hidden beyond its first part |
| free text | whole | whole | hidden for protected tickets |

A confidential or whistle-blower ticket is one level stricter: others see nothing of the person.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kernel.errors import BadPhoneNumber
from kernel.phone import PhoneNumber

_NAMES: Final = frozenset({"caller_name", "subject_name"})
_PHONES: Final = frozenset({"caller_number", "contact_number", "subject_phone"})
_ADDRESSES: Final = frozenset({"contact_address", "incident_address"})
_HIDDEN: Final = "***"


class Sight(StrEnum):
    """How much of a person somebody may see."""

    IN_CALL = "in_call"  # the agent who has this citizen on the line or wraps up
    REVEALED = "revealed"  # permission, reason and audit line are given
    MASKED = "masked"


def masked(personal: Mapping[str, str], sight: Sight, *, strict: bool) -> dict[str, str]:
    """The personal fields as this reader may see them; `strict`: confidential or whistle-blower."""
    return {name: _shown(name, value, sight, strict) for name, value in personal.items()}


def _shown(name: str, value: str, sight: Sight, strict: bool) -> str:
    if sight is Sight.REVEALED:
        return value
    if sight is Sight.IN_CALL:
        return f"{_HIDDEN}{value[-4:]}" if name == "id_no" else value
    if strict or name == "id_no":
        return _HIDDEN
    return _partly(name, value)


def _partly(name: str, value: str) -> str:
    if name in _NAMES:
        return value[:1] + "**"
    if name in _PHONES:
        return _phone(value)
    if name in _ADDRESSES:
        return value[:6] + _HIDDEN  # province, city and district at most
    return value


def _phone(value: str) -> str:
    try:
        return PhoneNumber.parse(value).masked()
    except BadPhoneNumber:
        return _HIDDEN
