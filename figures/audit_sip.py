"""The journal against Asterisk's own records: its CDR file and the log of the fallback queue. Pure.

The CDR's columns are those of `asterisk/cdr_custom.conf.j2`. A citizen's channel is that of the
incoming trunk; a seat's channel carries our leg id as its uniqueid, and a conversation is a record
of it that was answered and ended inside the Bridge() of `[deliver]`, wherever its leg went from
there (hold, conference). A colleague who takes over was asked or brought in first: his leg never
ran Bridge().
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from figures.audit import GRACE_US
from figures.audit_lines import Difference, Line, Micros, Span, clock, micros_of_s
from figures.audit_recount import CallRead, Recount

_COLUMNS: Final = 13
_CITIZEN: Final = "PJSIP/trunk-in-"
_BROUGHT_IN: Final = frozenset({"agentroom", "confleg"})
_LEG: Final = re.compile(r"\d+-s?\d+")  # s: of a supervisor who took the call over


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One line of the CDR file, as far as an audit needs it."""

    uniqueid: str
    linkedid: str
    channel: str
    context: str
    application: str
    answered: bool
    start: Micros
    end: Micros

    @property
    def is_citizen(self) -> bool:
        return self.channel.startswith(_CITIZEN)

    @property
    def is_conversation(self) -> bool:
        return self.application == "Bridge" and self._is_answered_leg

    @property
    def may_have_taken_over(self) -> bool:
        return self.context in _BROUGHT_IN and self._is_answered_leg

    @property
    def _is_answered_leg(self) -> bool:
        return self.answered and _LEG.fullmatch(self.uniqueid) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SipRecords:
    """What Asterisk wrote down. `connects`: calls that the fallback queue gave to a phone, None
    where it keeps no log. `starts`: when Asterisk started."""

    calls: Sequence[CallRecord]
    connects: frozenset[str] | None = None
    starts: Sequence[Micros] = ()


def read_records(text: str) -> tuple[list[CallRecord], list[Difference]]:
    """Of the CDR file; a last line without its newline is still being written."""
    found, damaged = [], []
    whole = text[: text.rfind("\n") + 1]
    for number, row in enumerate(csv.reader(whole.splitlines(keepends=True)), start=1):
        try:
            found.append(_record(row))
        except (ValueError, IndexError):
            damaged.append(
                Difference(
                    f"CDR line {number}",
                    f"话单第 {number} 行无法读取。",
                    f"Line {number} of the CDR file cannot be read.",
                )
            )
    return found, damaged


def _record(row: Sequence[str]) -> CallRecord:
    if len(row) != _COLUMNS:
        raise ValueError(f"{len(row)} columns instead of {_COLUMNS}")
    return CallRecord(
        uniqueid=row[0],
        linkedid=row[1],
        channel=row[2],
        context=row[3],
        application=row[10],
        answered=row[9] == "ANSWERED",
        start=micros_of_s(float(row[6])),
        end=micros_of_s(float(row[8])),
    )


def read_queue_log(text: str) -> tuple[frozenset[str], list[Micros]]:
    """(calls that the fallback queue connected, when Asterisk started) of its file queue_log."""
    connects, starts = set(), []
    for line in text.splitlines():
        at, _, rest = line.partition("|")
        call, queue, _, event, *_ = [*rest.split("|"), "", "", "", ""]
        if event == "QUEUESTART" and at.replace(".", "", 1).isdigit():
            starts.append(micros_of_s(float(at)))
        elif event == "CONNECT" and queue == "fallback":
            connects.add(call)
    return frozenset(connects), starts


def of_records(
    read: Recount, legs: Mapping[str, Line], records: SipRecords, span: Span, now: Micros
) -> Iterator[Difference]:
    """Both ways: what one knows and the other does not. `legs`: seat-answered by leg id."""
    by_id: defaultdict[str, list[CallRecord]] = defaultdict(list)
    for record in records.calls:
        by_id[record.uniqueid].append(record)
    yield from _unrecorded_calls(read, by_id, records, span, now)
    yield from _unrecorded_talks(read, legs, by_id, records, span)
    yield from _unknown_calls(read, by_id, span, now)
    yield from _unknown_talks(read, legs, records.calls, span, now)
    if records.connects is not None:
        yield from _fallback(read, records.connects, span)


def answers_by_leg(lines: Iterable[Line]) -> dict[str, Line]:
    return {line.body["leg"]: line for line in lines if line.kind == "seat-answered"}


def lost_with_asterisk(read: Recount, records: SipRecords, span: Span) -> list[str]:
    """Calls that lived when Asterisk died: it wrote no record of them, and never will."""
    known = {record.uniqueid for record in records.calls}
    calls = (call for call in read.calls.values() if _arrived_in(call, span))
    return sorted(c.call for c in calls if c.call not in known and _died_with(c, records.starts))


def _died_with(call: CallRead, starts: Iterable[Micros]) -> bool:
    arrived, hung_up = call.first("call-arrived"), call.hung_up_at
    if arrived is None or hung_up is None:
        return False
    return any(arrived < start <= hung_up + GRACE_US for start in starts)


def _arrived_in(call: CallRead, span: Span) -> bool:
    at = call.first("call-arrived")
    return at is not None and at in span


def _unrecorded_calls(
    read: Recount,
    by_id: Mapping[str, Sequence[CallRecord]],
    records: SipRecords,
    span: Span,
    now: Micros,
) -> Iterator[Difference]:
    for call in read.calls.values():
        hung_up = call.hung_up_at
        if not _arrived_in(call, span) or hung_up is None or now - hung_up < GRACE_US:
            continue
        if call.call not in by_id and not _died_with(call, records.starts):
            yield Difference(
                call.call,
                f"来电 {call.call} 在流水账中已结束, 话单中没有。",
                f"Call {call.call} has ended in the journal and has no CDR.",
            )


def _unrecorded_talks(
    read: Recount,
    legs: Mapping[str, Line],
    by_id: Mapping[str, Sequence[CallRecord]],
    records: SipRecords,
    span: Span,
) -> Iterator[Difference]:
    """A seat's answer whose leg Asterisk joined with nobody. Judged once the call has its CDR."""
    for leg, line in legs.items():
        call = line.body["call"]
        lived = read.calls.get(call)
        if lived is None:
            continue  # a call that we owed, and nobody took: his agent's leg stood alone
        if line.at not in span or call not in by_id or _died_with(lived, records.starts):
            continue
        again, found = line.body["again"], by_id.get(leg, ())
        if not any(one.is_conversation or (again and one.may_have_taken_over) for one in found):
            yield Difference(
                call,
                f"来电 {call} 在流水账中由呼叫腿 {leg} 接听, 话单中没有这次通话。",
                f"Call {call} was answered on leg {leg} in the journal, the CDR has no such talk.",
            )


def _unknown_calls(
    read: Recount, by_id: Mapping[str, Sequence[CallRecord]], span: Span, now: Micros
) -> Iterator[Difference]:
    for call, found in by_id.items():
        start, end = min(r.start for r in found), max(r.end for r in found)
        if not found[0].is_citizen or start not in span or now - end < GRACE_US:
            continue
        lived = read.calls.get(call)
        if lived is None or lived.first("call-arrived") is None:
            yield Difference(
                call,
                f"话单有来电 {call} ({clock(start)}), 流水账中没有。",
                f"The CDR has call {call} ({clock(start)}), the journal does not know it.",
            )
        elif lived.hung_up_at is None:
            yield Difference(
                call,
                f"来电 {call} 据话单已于 {clock(end)} 结束, 流水账中仍在进行。",
                f"Call {call} ended at {clock(end)} by the CDR, the journal has it in progress.",
            )


def _unknown_talks(
    read: Recount,
    legs: Mapping[str, Line],
    records: Iterable[CallRecord],
    span: Span,
    now: Micros,
) -> Iterator[Difference]:
    for record in records:
        if not record.is_conversation or record.start not in span or now - record.end < GRACE_US:
            continue
        call, leg = record.linkedid, record.uniqueid
        answer = legs.get(leg)
        if answer is None:
            yield Difference(
                call,
                f"来电 {call} 据话单由呼叫腿 {leg} 接听, 流水账中没有。",
                f"Call {call} was answered on leg {leg} by the CDR, not in the journal.",
            )
        elif answer.body["call"] != call and call in read.calls:
            ours = answer.body["call"]
            yield Difference(
                call,
                f"呼叫腿 {leg} 据话单接的是来电 {call}, 据流水账是 {ours}。",
                f"Leg {leg} took call {call} by the CDR, call {ours} by the journal.",
            )


def _fallback(read: Recount, connects: frozenset[str], span: Span) -> Iterator[Difference]:
    for call in read.calls.values():
        if call.asked_at is None or call.asked_at not in span or not call.fates:
            continue
        fate, connected = call.fates[0].kind, call.call in connects
        if connected and fate in ("fallback-lost", "call-abandoned"):
            yield Difference(
                call.call,
                f"来电 {call.call} 在应急队列中被接听, 流水账记为未接 ({fate})。",
                f"The fallback queue connected call {call.call}, the journal says {fate}.",
            )
        if fate == "fallback-answered" and not connected:
            yield Difference(
                call.call,
                f"来电 {call.call} 记为应急接听, 应急队列日志中没有。",
                f"Call {call.call} is fallback_answered, the fallback queue's log has no connect.",
            )
