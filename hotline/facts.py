"""Facts of the house itself: alarms raised and cleared, once each; what died with Asterisk."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hotline.staffing_facts import FACTS as STAFFING
from kernel.fact import Fact
from kernel.ids import CallId, NumberKey


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised(Fact, kind="alarm-raised"):
    """`alarm` is a name of `hotline/watch/alarm_words.py`, `severity` what it was then.

    `why` is for the log.
    """

    alarm: str
    severity: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared(Fact, kind="alarm-cleared"):
    alarm: str
    stood: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged(Fact, kind="alarm-acknowledged"):
    """Somebody has seen it and takes care of it: `by` is the login, `note` a sentence of his."""

    alarm: str
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEscalated(Fact, kind="alarm-escalated"):
    """Nobody had acknowledged it: it was told outside, at the so-manieth attempt."""

    alarm: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCutOff(Fact, kind="call-cut-off"):
    """Asterisk died in the midst of this conversation: answered, and owed a follow-up."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackNumberGiven(Fact, kind="callback-number-given"):
    """In the line: not the number he rings from, but this one is to be rung back."""

    call: CallId
    caller_key: NumberKey
    caller: str  # masked


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold(Fact, kind="notice-told"):
    """Who waited was told of an incident (EMG-05): `phrase` of phrases.yaml, `why` its id."""

    call: CallId
    phrase: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesReleased(Fact, kind="rules-released"):
    """A rule file (`hotline/releases/rule_book.py`) has a new release, by the login `by`.

    `digest`: SHA-256 of its document; the text itself is in the database.
    """

    file: str
    version: int
    digest: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundReleased(Fact, kind="sound-released"):
    """A phrase is heard otherwise from now on: `sound` of phrases.yaml, SHA-256 of the WAV."""

    sound: str
    version: int
    digest: str
    by: str


FACTS: Final = (
    RulesReleased,
    SoundReleased,
    NoticeTold,
    AlarmRaised,
    AlarmCleared,
    AlarmAcknowledged,
    AlarmEscalated,
    CallCutOff,
    CallbackNumberGiven,
    *STAFFING,
)
