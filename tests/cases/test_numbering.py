"""Ticket numbers (C1)."""

from datetime import UTC, date, datetime

import pytest

from cases.errors import NumbersUsedUp
from cases.numbering import LAST, day_of, ticket_no


def test_a_number_is_region_day_and_six_digits() -> None:
    assert ticket_no("220100", date(2026, 11, 21), 42) == "22010020261121000042"


def test_the_day_is_that_of_china() -> None:
    assert day_of(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert day_of(datetime(2026, 11, 20, 16, 0, 0, tzinfo=UTC)) == date(2026, 11, 21)


def test_the_last_number_of_a_day_is_given_and_no_further_one() -> None:
    assert ticket_no("220100", date(2026, 11, 21), LAST).endswith("999999")
    with pytest.raises(NumbersUsedUp):
        ticket_no("220100", date(2026, 11, 21), LAST + 1)
