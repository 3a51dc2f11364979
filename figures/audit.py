"""What an audit finds in a period: the recount against fates, stored quarters and board. Pure.

Each function gives the differences; none is a good audit. Rules: one fate a call (I1), conservation
(I9), the same figures to the bit (I10).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from figures.audit_lines import (
    FATES,
    Difference,
    Line,
    Micros,
    Span,
    clock,
    day_start,
    quarter,
)
from figures.audit_recount import (
    NAMES,
    SEAT_NAMES,
    CallRead,
    Counters,
    Key,
    Recount,
    added,
)

GRACE_US: Final = 5_000_000  # what is younger may still be on its way to the other record
_ZH: Final[Mapping[str, str]] = {
    "arrived": "呼入",
    "offered": "人工请求",
    "answered": "接听",
    "answered_in_15s": "15秒内接听",
    "fallback_answered": "应急接听",
    "abandoned": "放弃",
    "abandoned_short": "短时放弃",
    "overflowed": "溢出",
    "callback_promised": "预约回拨",
    "blocked": "拦截",
    "failed": "未能接入",
    "fallback_lost": "应急丢失",
    "waited_ms": "等待毫秒",
    "longest_wait_ms": "最长等待毫秒",
    "talked_ms": "通话毫秒",
    "held_ms": "保持毫秒",
    "wrap_up_ms": "话后毫秒",
    "signed_in_ms": "签入毫秒",
    "break_ms": "小休毫秒",
    "talking_ms": "座席通话毫秒",
    "waiting": "正在等待",
}


def asked_in(read: Recount, span: Span) -> list[CallRead]:
    """The calls of the period: those that asked for a person in it."""
    calls = [c for c in read.calls.values() if c.asked_at is not None and c.asked_at in span]
    return sorted(calls, key=lambda call: (call.asked_at or 0, call.call))


def still_in_progress(call: CallRead, now: Micros) -> bool:
    """Asked, no fate, nobody has hung up; or so lately that the fate may be on its way."""
    hung_up = call.hung_up_at
    return not call.fates and (hung_up is None or now - hung_up < GRACE_US)


def of_fates(read: Recount, span: Span, now: Micros) -> Iterator[Difference]:
    """One fate a call, one request, one arrival."""
    for call in asked_in(read, span):
        yield from _of_fate(call, now)
    for call in read.calls.values():
        at = call.first("call-arrived")
        if at is not None and at in span and call.times("call-arrived") > 1:
            yield Difference(
                call.call,
                f"来电 {call.call} 记了 {call.times('call-arrived')} 次呼入。",
                f"Call {call.call} arrived {call.times('call-arrived')} times.",
            )


def _of_fate(call: CallRead, now: Micros) -> Iterator[Difference]:
    who = call.call
    if len(call.fates) > 1:
        told = ", ".join(f"{FATES[fate.kind]} ({fate.place})" for fate in call.fates)
        yield Difference(
            who,
            f"来电 {who} 有 {len(call.fates)} 个归宿: {told}。",
            f"Call {who} has {len(call.fates)} fates: {told}.",
        )
    requests = sum(x.kind == "call-queued" and not x.body.get("again") for x in call.lines)
    if requests == 0:
        yield Difference(
            who, f"来电 {who} 有归宿而无人工请求。", f"Call {who} has a fate and never asked."
        )
    if requests > 1:
        yield Difference(
            who,
            f"来电 {who} 记了 {requests} 次首次人工请求。",
            f"Call {who} asked for the first time {requests} times.",
        )
    if not call.fates and not still_in_progress(call, now):
        yield Difference(
            who,
            f"来电 {who} 已挂断而没有归宿。",
            f"Call {who} has hung up and has no fate.",
        )


def of_conservation(read: Recount, span: Span, now: Micros) -> Iterator[Difference]:
    """offered = the eight fates + in progress, by queue; every fate told is counted (I9)."""
    calls = asked_in(read, span)
    for queue in sorted({call.queue for call in calls}):
        here = [call for call in calls if call.queue == queue]
        told = [FATES[fate.kind] for call in here for fate in call.fates]
        running = sum(still_in_progress(call, now) for call in here)
        if len(here) == len(told) + running:
            continue
        zh = " + ".join(f"{_ZH[name]} {told.count(name)}" for name in FATES.values())
        en = " + ".join(f"{name} {told.count(name)}" for name in FATES.values())
        yield Difference(
            queue,
            f"队列 {queue} 不守恒: 人工请求 {len(here)} ≠ {zh} + 进行中 {running}。",
            f"Queue {queue} is not conserved: offered {len(here)} != {en} + in progress {running}.",
        )


def of_quarters(
    read: Recount, stored: Mapping[Key, Mapping[str, int]], span: Span
) -> Iterator[Difference]:
    """The recounted quarters of the period against the stored ones, every counter."""
    for key in sorted({key for key in (*read.queues, *stored) if key[0] in span}):
        at, queue = key
        about = f"{clock(at)} {queue}".rstrip()
        zh = f"{clock(at)} 起一刻钟, " + (f"队列 {queue}" if queue else "呼入")
        en = f"The quarter from {clock(at)}, " + (f"queue {queue}" if queue else "arrivals")
        ours, theirs = read.queues.get(key), stored.get(key)
        yield from _unlike(Difference(about, zh, en), ours, theirs, NAMES)


def of_seats(
    read: Recount, stored: Mapping[Micros, Mapping[str, int]], span: Span
) -> Iterator[Difference]:
    """The recounted seat time of the period against the stored one (D-08)."""
    for at in sorted({at for at in (*read.seats, *stored) if at in span}):
        where = Difference(
            f"{clock(at)} seats",
            f"{clock(at)} 起一刻钟, 座席时间",
            f"The quarter from {clock(at)}, seat time",
        )
        yield from _unlike(where, read.seats.get(at), stored.get(at), SEAT_NAMES)


def _unlike(
    where: Difference,
    ours: Mapping[str, int] | None,
    theirs: Mapping[str, int] | None,
    names: Iterable[str],
) -> Iterator[Difference]:
    mine, kept = ours or {}, theirs or {}
    unlike = [name for name in names if mine.get(name, 0) != kept.get(name, 0)]
    if not unlike:
        return
    pairs = [(name, mine.get(name, 0), kept.get(name, 0)) for name in unlike]
    zh = "; ".join(f"{_ZH[name]} 复核 {a} 存量 {b}" for name, a, b in pairs)
    en = "; ".join(f"{name} {a} recounted, {b} stored" for name, a, b in pairs)
    gone_zh, gone_en = ("(没有存这一刻)", " (the row is missing)") if theirs is None else ("", "")
    yield Difference(where.about, f"{where.zh}{gone_zh}: {zh}。", f"{where.en}{gone_en}: {en}.")


def of_day(read: Recount, now: Micros) -> Counters:
    """What the live board must show at `now`: the day in China so far, and its line."""
    since = quarter(day_start(now))
    today = added(counters for (at, _), counters in read.queues.items() if at >= since)
    return today | {"waiting": sum(call.in_line for call in read.calls.values())}


def of_board(
    before: Mapping[str, int], board: Mapping[str, int], after: Mapping[str, int]
) -> Iterator[Difference]:
    """The board between two recounts, one just before and one just after it was read.

    Counters only grow, so the board must lie between; how many wait is compared in quiet only.
    """
    quiet = before == after
    for name in (*NAMES, "waiting"):
        low, shown, high = before[name], board.get(name, 0), after[name]
        if low <= shown <= high or (name == "waiting" and not quiet):
            continue
        ours = str(low) if low == high else f"{low}..{high}"
        yield Difference(
            "board",
            f"实时看板的{_ZH[name]}为 {shown}, 复核为 {ours}。",
            f"The live board shows {name} {shown}, the recount {ours}.",
        )


def of_copies(files: Iterable[Line], rows: Mapping[tuple[int, int], Line]) -> Iterator[Difference]:
    """A line that says one thing in the journal's file and another in PostgreSQL."""
    for line in files:
        row = rows.get((line.epoch, line.n))
        if row is not None and (row.at, row.kind, row.body) != (line.at, line.kind, line.body):
            yield Difference(
                line.place,
                f"流水账第 {line.place} 行, 文件与数据库不同。",
                f"Line {line.place} of the journal differs between file and PostgreSQL.",
            )


def lagging(facts: int) -> Difference:
    """The projection has not read what was there when the audit began, long after."""
    return Difference(
        "figures",
        f"存储的刻钟落后于流水账 {facts} 条记录。",
        f"The stored quarters are {facts} facts behind the journal.",
    )
