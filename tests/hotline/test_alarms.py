"""An alarm is raised once and cleared once, in the journal and for everybody who looks."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from hotline.facts import AlarmCleared, AlarmRaised
from hotline.watch.alarm_kind import AlarmKind
from hotline.watch.alarm_words import ALARMS
from hotline.watch.alarms import Alarms
from kernel.errors import Unavailable
from kernel.fact import Fact
from tests.fakes.fake_clock import MONDAY_NINE, FakeClock

WORDS = {"zh": "坏了", "en": "It broke", "remedy_zh": "修", "remedy_en": "Mend it."}
KINDS = {
    "at-once": AlarmKind(severity="critical", **WORDS),
    "slow": AlarmKind(
        severity="warning", after=timedelta(seconds=3), calm=timedelta(seconds=5), **WORDS
    ),
}


class Book:
    """The journal; it can refuse."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.refuses = False

    def write(self, facts: Sequence[Fact]) -> None:
        if self.refuses:
            raise Unavailable("The disk is full.", remedy="Free space.")
        self.facts += facts


def at(seconds: float) -> AlarmRaised:
    return AlarmRaised(
        at=MONDAY_NINE + timedelta(seconds=seconds), alarm="at-once", severity="critical", why="x"
    )


def test_an_alarm_that_stands_is_written_once_and_its_end_once() -> None:
    clock, book = FakeClock(), Book()
    alarms = Alarms(book.write, KINDS)
    for wrong in (True, True, True, False, False):
        alarms.look("at-once", clock.now(), wrong=wrong, why="x")
        clock.advance(1)

    cleared = AlarmCleared(
        at=MONDAY_NINE + timedelta(seconds=3), alarm="at-once", stood=timedelta(seconds=3)
    )
    assert book.facts == [at(0), cleared]
    assert alarms.standing() == []


def test_a_hiccup_raises_nothing_and_a_short_calm_clears_nothing() -> None:
    clock, book = FakeClock(), Book()
    alarms = Alarms(book.write, KINDS)
    pattern = [1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    stood = []
    for wrong in pattern:
        alarms.look("slow", clock.now(), wrong=bool(wrong))
        stood.append(int(bool(alarms.standing())))
        clock.advance(1)

    assert stood == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]
    assert [type(fact) for fact in book.facts] == [AlarmRaised, AlarmCleared]


def test_the_gravest_stands_first_with_its_words_and_since_when() -> None:
    clock = FakeClock()
    alarms = Alarms(Book().write, KINDS)
    for _ in range(4):
        alarms.look("slow", clock.now(), wrong=True)
        clock.advance(1)
    alarms.look("at-once", clock.now(), wrong=True, why="x")

    shown = alarms.standing()
    assert [row.name for row in shown] == ["at-once", "slow"]
    assert shown[0].since == MONDAY_NINE + timedelta(seconds=4)
    assert (shown[0].text_zh, shown[0].remedy_en, shown[0].why) == ("坏了", "Mend it.", "x")
    assert alarms.gauges() == {"alarm_at_once": 1.0, "alarm_slow": 1.0}


def test_what_the_journal_refuses_is_shown_at_once_and_written_when_there_is_room() -> None:
    """The full disk's own alarm is not lost with the disk."""
    clock, book, stirred = FakeClock(), Book(), []
    alarms = Alarms(book.write, KINDS)
    alarms.on_change(lambda: stirred.append(clock.now()))
    book.refuses = True
    alarms.look("at-once", clock.now(), wrong=True, why="x")
    assert [row.name for row in alarms.standing()] == ["at-once"]
    assert stirred == [MONDAY_NINE]

    clock.advance(60)
    alarms.write_what_waits()
    assert book.facts == []
    book.refuses = False
    alarms.write_what_waits()
    alarms.write_what_waits()
    assert book.facts == [at(0)]


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_says_in_both_languages_what_is_wrong_and_what_to_do(name: str) -> None:
    kind = ALARMS[name]

    for text in (kind.zh, kind.remedy_zh):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
    for text in (kind.en, kind.remedy_en):
        assert text.isascii()
        assert len(text) > 10
