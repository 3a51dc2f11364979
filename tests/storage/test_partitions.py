"""Month borders are UTC, whatever the fact's own zone says."""

from datetime import UTC, datetime, timedelta, timezone

from storage.partitions import month_after, month_of, partition_name

SHANGHAI = timezone(timedelta(hours=8))


def test_a_fact_after_midnight_in_shanghai_may_lie_in_the_month_before() -> None:
    new_year = datetime(2027, 1, 1, 7, 59, tzinfo=SHANGHAI)

    assert month_of(new_year) == datetime(2026, 12, 1, tzinfo=UTC)
    assert partition_name(month_of(new_year)) == "journal_2026_12"


def test_december_is_followed_by_january() -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)

    assert month_after(december) == datetime(2027, 1, 1, tzinfo=UTC)
    assert month_after(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 2, 1, tzinfo=UTC)
