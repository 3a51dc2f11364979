"""Asterisk's event log (CEL): what befell each channel, to the microsecond.

It is written as things happen, so it also knows those with whom Asterisk died: of them no CDR was
written. Rule: who began in the second in which Asterisk began anew (its queue's log cuts that
second down) is of the old life, unless the first channel of his life began in it, too.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from hotline.recovery.outside_records_files import CITIZEN, FALLBACK, Knows, moment
from kernel.ids import CallId, LegId

TOLD_TO: Final = timedelta(seconds=1)  # the queue's log tells whole seconds, cut down
_COLUMNS: Final = 12
_FIRST: Final = "-00000000"  # ends the name of the first channel in a life of Asterisk
_LEG: Final = re.compile(r"\d+-\d+")
_JOINED: Final = "BRIDGE_ENTER"
_DELIVER: Final = '"deliver"'


@dataclass(slots=True, kw_only=True)
class Channel:
    """What is said of one citizen's channel. `begun` False: its beginning lies before what was
    read, so neither its number nor `start` is its own.

    `life_since`: when the first channel of its life of Asterisk began; None: before what was read.
    """

    channel: str
    start: datetime
    life_since: datetime | None = None
    begun: bool = False
    dialled: str = ""
    number: str = field(default="", repr=False)
    sip_call_id: str = ""
    answered: bool = False
    queued_at: datetime | None = None  # in the plain queue
    served_at: datetime | None = None  # by a member of it
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A seat's leg came together with its caller in [deliver]. `life_since` as above."""

    leg: LegId
    call: CallId
    at: datetime
    life_since: datetime | None


@dataclass(slots=True)
class EventLog:
    channels: dict[str, Channel] = field(default_factory=dict)
    joined: list[Joined] = field(default_factory=list)


def died_by(
    starts: Iterable[datetime], at: datetime, life_since: datetime | None
) -> datetime | None:
    """The latest moment at which Asterisk died after `at`; None: it lives, as far as is known."""
    older = ((start, life_since is None or life_since < start) for start in starts)
    return next(
        (start + TOLD_TO for start, old in older if at < start or (old and at < start + TOLD_TO)),
        None,
    )


def events_of(lines: Iterable[str], knows: Knows) -> EventLog:
    """Citizens' channels by uniqueid, but of whom one `knows`; joins with seats in their order."""
    found, life_since = EventLog(), None
    for row in csv.reader(line for line in lines if _tells_something(line)):
        at = _when(row)
        if at is None:
            continue
        if row[0] == "CHAN_START" and row[4].endswith(_FIRST):
            life_since = at
        if row[0] == _JOINED and row[5] == "deliver" and _LEG.fullmatch(row[2]):
            leg, call = LegId(row[2]), CallId(row[3])
            found.joined.append(Joined(leg=leg, call=call, at=at, life_since=life_since))
        elif row[4].startswith(CITIZEN) and not knows(CallId(row[2])):
            fresh = Channel(channel=row[4], start=at, life_since=life_since)
            _note(found.channels.setdefault(row[2], fresh), row, at)
    return found


def _tells_something(line: str) -> bool:
    return CITIZEN in line or _FIRST in line or (_JOINED in line and _DELIVER in line)


def _when(row: list[str]) -> datetime | None:
    """None for a line that cannot be read."""
    try:
        return moment(row[1]) if len(row) == _COLUMNS else None
    except ValueError:
        return None


def _note(seen: Channel, row: list[str], at: datetime) -> None:
    seen.sip_call_id = seen.sip_call_id or row[9]
    match row[0]:
        case "CHAN_START":
            seen.begun, seen.dialled, seen.number = True, row[10], row[11]
        case "ANSWER":
            seen.answered = True
        case "APP_START":  # of Queue alone (cel.conf)
            seen.queued_at = seen.queued_at or at
        case "BRIDGE_ENTER" if row[5] == FALLBACK:
            seen.served_at = seen.served_at or at
        case "HANGUP" | "CHAN_END":
            seen.over_at = seen.over_at or at
        case _:
            return
