"""Ticket numbers (C1): region code (6), day in China (yyyymmdd), a sequence of six digits.

One counter row a region and day is raised in the ticket's own transaction: a rollback gives its
number back, two tickets never share one.
"""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from cases.errors import NumbersUsedUp
from kernel.ids import TicketNo

CHINA: Final = ZoneInfo("Asia/Shanghai")
LAST: Final = 999_999


def day_of(at: datetime) -> date:
    """The day the number carries: that of China, whatever the machine's zone."""
    return at.astimezone(CHINA).date()


def ticket_no(region_code: str, day: date, sequence: int) -> TicketNo:
    """For example 22010020261121000042. Raises NumbersUsedUp after the 999,999th of a day."""
    assert len(region_code) == 6, "a region code has six digits (GB/T 2260)"
    assert sequence >= 1, "sequences start at 1"
    if sequence > LAST:
        raise NumbersUsedUp(
            f"Region {region_code} has used all {LAST} ticket numbers of {day}.",
            remedy="File again after midnight, or split the region.",
        )
    return TicketNo(f"{region_code}{day:%Y%m%d}{sequence:06d}")
