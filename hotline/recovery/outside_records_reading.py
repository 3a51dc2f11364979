"""What Asterisk's own records say of calls that are over: CDR, event log (CEL), queue log. Blocks.

The CDR of a call is written at its end; of those with whom Asterisk died there is none, and only
the event log knows that they were there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from pydantic import TypeAdapter

from acd.happenings import LivedInFallback
from hotline.recovery.outside_records_events import Channel, Joined, died_by, events_of
from hotline.recovery.outside_records_files import (
    InQueue,
    Knows,
    Mark,
    NewLines,
    QueueLog,
    Record,
    TalkRecord,
    new_lines,
    queue_log_of,
    records_of,
    talks_of,
)
from kernel.ids import CallId

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Marks:
    cdr: Mark = field(default_factory=Mark)
    queue_log: Mark = field(default_factory=Mark)
    cel: Mark = field(default_factory=Mark)


MARKS: Final = TypeAdapter(Marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCall:
    """One call that is over. `queue` None: the plain queue did not have it."""

    call: CallId
    channel: str
    dialled: str
    number: str = field(repr=False)
    start: datetime
    end: datetime
    answered: bool  # by our dialplan: it heard something
    sip_call_id: str
    queue: InQueue | None

    @property
    def life(self) -> LivedInFallback:
        asked_at = self.queue.entered_at if self.queue is not None else self.start
        connected = self.queue.connected_at if self.queue is not None else None
        waited = max((connected or self.end) - asked_at, timedelta())
        answered = connected is not None
        return LivedInFallback(call=self.call, asked_at=asked_at, waited=waited, answered=answered)


@dataclass(frozen=True, slots=True)
class Reading:
    """`talks`: conversations at seats that are over. `marks` None: this time none can be kept."""

    calls: Sequence[OutsideCall]
    talks: Sequence[TalkRecord]
    marks: Marks | None


def read_outside(
    folder: Path, kept: Marks | None, before: datetime | None, knows: Knows
) -> Reading:
    """Calls that ended before that moment, since the marks; None: all. Raises OSError.

    With such a moment only calls of whom the journal does not know, and no talks. The marks of
    the logs that are written while a call lives stay before a call that lives (or died with
    Asterisk) and of whom the journal `knows` nothing yet.
    """
    marks, left_out = kept or Marks(), knows if before is not None else _nobody
    cel = NewLines(folder / "cel-custom" / "hotline.csv", marks.cel)
    events = events_of(cel, left_out)
    channels = events.channels
    cdr = NewLines(folder / "cdr-custom" / "hotline.csv", marks.cdr)
    records, talks = _until(cdr, before, left_out)
    queue_lines, queue_mark = new_lines(folder / "queue_log", marks.queue_log)
    queue = _to_the_microsecond(queue_log_of(queue_lines), channels)
    calls = [*_calls(records, queue, channels), *_died(records, queue, channels)]
    cut = _cut_talks(events.joined, talks, queue) if before is None else []
    told = {call.call for call in calls}
    in_queue = any(_untold(call, told, knows) for call in queue.calls)
    unheard = any(seen.begun and _untold(c, told, knows) for c, seen in channels.items())
    cdr_mark, cel_mark = cdr.mark, cel.mark or marks.cel
    if cdr_mark is None:
        return Reading(calls, [*talks, *cut], None)
    queue_mark = marks.queue_log if in_queue or unheard else queue_mark
    cel_mark = marks.cel if unheard else cel_mark
    return Reading(calls, [*talks, *cut], Marks(cdr_mark, queue_mark, cel_mark))


def _nobody(call: CallId) -> bool:
    return False


def _untold(call: str, told: set[CallId], knows: Knows) -> bool:
    return CallId(call) not in told and not knows(CallId(call))


def _to_the_microsecond(queue: QueueLog, channels: Mapping[str, Channel]) -> QueueLog:
    """The queue's log counts whole seconds."""
    for call, seen in queue.calls.items():
        channel = channels.get(call)
        if channel is not None:
            seen.entered_at = channel.queued_at or seen.entered_at
        if channel is not None and seen.connected_at is not None:
            seen.connected_at = channel.served_at or seen.connected_at
    return queue


def kept_marks(file: Path) -> Marks | None:
    """Raises OSError, but not where there are none yet."""
    try:
        return MARKS.validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        log.warning("the marks in asterisk's records are unreadable: all is read again")
        return None


def _until(
    lines: Iterable[str], before: datetime | None, knows: Knows
) -> tuple[list[Record], list[TalkRecord]]:
    """The records up to the first that is too young; what comes after it is not taken."""
    found: list[Record] = []
    talks: list[TalkRecord] = []
    for line in lines:
        for record in records_of([line]):
            if before is not None and record.end >= before:
                return found, talks
            if not knows(CallId(record.call)):
                found.append(record)
        if before is None:
            talks += talks_of([line])
    return found, talks


def _calls(
    records: Iterable[Record], queue: QueueLog, channels: Mapping[str, Channel]
) -> list[OutsideCall]:
    """Asterisk writes several lines for one call; they are one life."""
    of_call: dict[str, list[Record]] = {}
    for record in records:
        of_call.setdefault(record.call, []).append(record)
    return [_call(call, lines, queue, channels.get(call)) for call, lines in of_call.items()]


def _call(
    call: str, lines: Sequence[Record], queue: QueueLog, channel: Channel | None
) -> OutsideCall:
    dialled = channel.dialled if channel is not None else ""
    return OutsideCall(
        call=CallId(call),
        channel=lines[0].channel,
        dialled=dialled or next((line.dialled for line in lines if line.dialled), ""),
        number=next((line.number for line in lines if line.number), ""),
        start=min(line.start for line in lines),
        end=max(line.end for line in lines),
        answered=any(line.answered for line in lines),
        sip_call_id=next((line.sip_call_id for line in lines if line.sip_call_id), ""),
        queue=queue.calls.get(call),
    )


def _cut_talks(
    joined: Iterable[Joined], talks: Iterable[TalkRecord], queue: QueueLog
) -> list[TalkRecord]:
    """Conversations under which Asterisk died."""
    written = {talk.leg for talk in talks}
    found = []
    for one in joined:
        end = died_by(queue.starts, one.at, one.life_since)
        if end is not None and one.leg not in written:
            talk = TalkRecord(leg=one.leg, call=one.call, answered_at=one.at, end=end, cut=True)
            found.append(talk)
    return found


def _died(
    records: Iterable[Record], queue: QueueLog, channels: Mapping[str, Channel]
) -> list[OutsideCall]:
    """Asterisk died under them, before it began anew: no CDR was written, nor will be."""
    recorded = {record.call for record in records}
    found = []
    for call, seen in channels.items():
        end = died_by(queue.starts, seen.start, seen.life_since)
        if end is None or not seen.begun or call in recorded:
            continue
        in_queue = queue.calls.get(call)
        left_at = in_queue.left_at if in_queue is not None else None
        found.append(
            OutsideCall(
                call=CallId(call),
                channel=seen.channel,
                dialled=seen.dialled,
                number=seen.number,
                start=seen.start,
                end=seen.over_at or left_at or end,
                answered=seen.answered,
                sip_call_id=seen.sip_call_id,
                queue=in_queue,
            )
        )
    return found
