"""A seat has one number and up to two phones: the SIP phone on its table, and the one in its page.

The page's endpoint is there only while somebody is signed in with it (console/seat_credentials.py);
where it is registered it is the one that rings. Both are known by what Asterisk says alone, so that
a new process knows at its first look which one is there.
"""

from typing import Final

from kernel.ids import Extension
from telephony.ami_events import ContactStatus, DeviceState

UNREACHABLE_STATES: Final = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})
UNREACHABLE_CONTACTS: Final = frozenset({"Removed", "Unreachable"})
IN_PAGE: Final = "w"  # before the number: w8001 (asterisk/sorcery.conf.j2 keeps it in memory)


def page_endpoint(phone: Extension) -> str:
    """The endpoint of a seat's page: no static one can have that name."""
    return f"{IN_PAGE}{phone}"


class SeatPhones:
    """Which of a seat's phones can be reached now."""

    def __init__(self) -> None:
        self._there: set[str] = set()  # endpoints

    def endpoint(self, phone: Extension) -> str:
        """By which a seat is rung: its page, where that is registered."""
        page = page_endpoint(phone)
        return page if page in self._there else str(phone)

    def device(self, event: DeviceState) -> tuple[Extension, bool] | None:
        """Of which seat it speaks, and whether that can be reached; None for any other device."""
        technology, _, endpoint = event.device.partition("/")
        if technology != "PJSIP":
            return None
        return self._heard(endpoint, event.state not in UNREACHABLE_STATES)

    def contact(self, event: ContactStatus) -> tuple[Extension, bool] | None:
        """As `device`."""
        return self._heard(event.aor, event.status not in UNREACHABLE_CONTACTS)

    def _heard(self, endpoint: str, is_there: bool) -> tuple[Extension, bool] | None:
        number = endpoint.removeprefix(IN_PAGE)
        if not number.isdigit():
            return None
        (self._there.add if is_there else self._there.discard)(endpoint)
        phone = Extension(number)
        return phone, number in self._there or page_endpoint(phone) in self._there
