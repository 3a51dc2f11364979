"""What a person at a rehearsed seat may find refused, and what is a difference."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.rehearsal.call_log import CallLog, News, Phase
from hotline.rehearsal.seats import was_photo_finish

AT = datetime(2026, 11, 21, 23, 24, 46, tzinfo=UTC)


def answered_until(end: News, after: float) -> CallLog:
    log = CallLog(Phase.RINGING)
    log.add(AT, News.ANSWERED)
    log.add(AT + timedelta(seconds=after), end)
    return log


@pytest.mark.parametrize("end", [News.BYE_HEARD, News.LOST])
def test_who_answered_as_the_citizen_left_or_asterisk_died_had_nobody(end: News) -> None:
    """His form is refused (not-your-call), and rightly so."""
    assert was_photo_finish(answered_until(end, 1.0))


@pytest.mark.parametrize("end", [News.BYE_HEARD, News.LOST])
def test_who_answered_before_had_a_conversation_whose_form_must_be_taken(end: News) -> None:
    assert not was_photo_finish(answered_until(end, 1.01))


def test_who_hung_up_himself_or_never_answered_was_at_no_photo_finish() -> None:
    never = CallLog(Phase.RINGING)
    never.add(AT, News.LOST)

    assert not was_photo_finish(answered_until(News.BYE_SENT, 0.5))
    assert not was_photo_finish(never)
