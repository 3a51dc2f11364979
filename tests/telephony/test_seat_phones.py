"""A seat's two phones: the one on the table and the one in its page."""

from kernel.ids import Extension
from telephony.ami_events import ContactStatus, DeviceState
from telephony.seat_phones import SeatPhones

SEAT = Extension("8001")


def test_without_a_page_the_phone_on_the_table_rings() -> None:
    phones = SeatPhones()

    seen = phones.device(DeviceState("PJSIP/8001", "NOT_INUSE"))

    assert seen == (SEAT, True)
    assert phones.endpoint(SEAT) == "8001"


def test_where_the_page_is_registered_it_rings() -> None:
    phones = SeatPhones()
    phones.device(DeviceState("PJSIP/8001", "NOT_INUSE"))

    assert phones.contact(ContactStatus("w8001", "NonQualified")) == (SEAT, True)
    assert phones.endpoint(SEAT) == "w8001"


def test_a_seat_is_reachable_while_one_of_its_phones_is() -> None:
    phones = SeatPhones()
    phones.device(DeviceState("PJSIP/8001", "UNAVAILABLE"))

    with_page = phones.device(DeviceState("PJSIP/w8001", "NOT_INUSE"))
    table_goes = phones.contact(ContactStatus("8001", "Removed"))
    page_goes = phones.contact(ContactStatus("w8001", "Removed"))

    assert (with_page, table_goes, page_goes) == ((SEAT, True), (SEAT, True), (SEAT, False))
    assert phones.endpoint(SEAT) == "8001"


def test_a_page_that_goes_leaves_the_phone_on_the_table() -> None:
    phones = SeatPhones()
    phones.device(DeviceState("PJSIP/8001", "NOT_INUSE"))
    phones.contact(ContactStatus("w8001", "Reachable"))

    assert phones.contact(ContactStatus("w8001", "Removed")) == (SEAT, True)
    assert phones.endpoint(SEAT) == "8001"


def test_other_devices_say_nothing_of_a_seat() -> None:
    phones = SeatPhones()

    assert phones.device(DeviceState("PJSIP/trunk-out", "NOT_INUSE")) is None
    assert phones.device(DeviceState("Queue:fallback", "NOT_INUSE")) is None
    assert phones.contact(ContactStatus("level-province", "Reachable")) is None
