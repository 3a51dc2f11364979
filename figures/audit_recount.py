"""A period counted a second time, call by call and quarter by quarter. Pure.

Written apart from `figures/fold.py` on purpose (I10): all lines of one call are laid side by side
and each counter is asked of them alone. Slow and plain; what it shares with the fold is D-01..D-08.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from figures.audit_lines import (
    FATES,
    OF_AGENTS,
    OF_CALLS,
    QUARTER_US,
    Line,
    Micros,
    micros,
    micros_of_s,
    ms_of_s,
    quarter,
)

Key: TypeAlias = tuple[Micros, str]  # quarter, queue ("" for arrivals)
Counters: TypeAlias = dict[str, int]
_Placed: TypeAlias = tuple[int, Line]  # the line's place among all that were read

NAMES: Final = (
    "arrived",
    "offered",
    "answered",
    "answered_in_15s",
    "fallback_answered",
    "abandoned",
    "abandoned_short",
    "overflowed",
    "callback_promised",
    "blocked",
    "failed",
    "fallback_lost",
    "waited_ms",
    "longest_wait_ms",
    "talked_ms",
    "held_ms",
    "wrap_up_ms",
)
SEAT_NAMES: Final = ("signed_in_ms", "break_ms", "talking_ms", "wrap_up_ms")
_RUNG_BY_US: Final = "out-"  # no requests of citizens
_IN_TIME_US: Final = 15_000_000  # D-04
_LEAVES_LINE: Final = frozenset({*FATES, "reentry-ended", "call-sent-to-fallback", "call-hung-up"})
_WRAP_UP_ENDS: Final = frozenset({"wrap-up-ended", "agent-signed-out", "agent-signed-in"})
_SIGNED: Final = frozenset({"agent-signed-in", "agent-signed-out"})
_RESTS: Final = frozenset({"agent-signed-in", "agent-paused", "break-began"})
_WRAP_UP_LOST: Final = frozenset({"seat-answered", "talk-ended", "wrap-up-started"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRead:
    """One call with all its lines. `asked_at` None: it never asked for a person."""

    call: str
    lines: Sequence[Line]
    queue: str = ""
    asked_at: Micros | None = None
    fates: Sequence[Line] = ()
    counters: Mapping[str, int] = field(default_factory=dict)

    def first(self, kind: str) -> Micros | None:
        return next((line.at for line in self.lines if line.kind == kind), None)

    def times(self, kind: str) -> int:
        return sum(line.kind == kind for line in self.lines)

    @property
    def hung_up_at(self) -> Micros | None:
        return self.first("call-hung-up")

    @property
    def in_line(self) -> bool:
        """Does he wait at the end of what was read?"""
        last = [x for x in self.lines if x.kind == "call-queued" or x.kind in _LEAVES_LINE]
        return bool(last) and last[-1].kind == "call-queued"


@dataclass(frozen=True, slots=True)
class Recount:
    """`queues` by quarter and queue, `seats` by quarter; calls by id."""

    calls: Mapping[str, CallRead]
    queues: Mapping[Key, Counters]
    seats: Mapping[Micros, Counters]


def recount(lines: Iterable[Line], until: Micros | None = None) -> Recount:
    """Of lines in the order of writing. `until`: seat time still running is counted up to it."""
    calls: defaultdict[str, list[_Placed]] = defaultdict(list)
    agents: defaultdict[str, list[_Placed]] = defaultdict(list)
    for placed in enumerate(lines):
        line = placed[1]
        if line.kind in OF_CALLS and not line.body["call"].startswith(_RUNG_BY_US):
            calls[line.body["call"]].append(placed)
        if line.kind in OF_AGENTS:
            agents[line.body["agent"]].append(placed)
    wrap_ups: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for of_agent in agents.values():
        for call, ended_at, lasted in _wrap_ups(of_agent):
            wrap_ups[call].append((ended_at, lasted))
    read = {call: _read_call(call, placed, wrap_ups[call]) for call, placed in calls.items()}
    return Recount(read, _by_quarter(read.values()), _seat_time(agents.values(), until))


def added(counters: Iterable[Mapping[str, int]]) -> Counters:
    """Their sum; of the longest waits the longest."""
    summed = dict.fromkeys(NAMES, 0)
    for one in counters:
        for name in NAMES:
            value = one.get(name, 0)
            both = (summed[name], value)
            summed[name] = max(both) if name == "longest_wait_ms" else sum(both)
    return summed


def _by_quarter(calls: Iterable[CallRead]) -> dict[Key, Counters]:
    found: defaultdict[Key, list[Mapping[str, int]]] = defaultdict(list)
    for call in calls:
        for line in call.lines:
            if line.kind == "call-arrived":
                found[quarter(line.at), ""].append({"arrived": 1})
        if call.asked_at is not None:
            found[quarter(call.asked_at), call.queue].append(call.counters)
    return {key: added(parts) for key, parts in found.items()}


def _read_call(
    call: str, placed: Sequence[_Placed], wrap_ups: Sequence[tuple[int, int]]
) -> CallRead:
    lines = [line for _, line in placed]
    fates = [line for line in lines if line.fate is not None]
    asked = [i for i, line in enumerate(lines) if line.kind == "call-queued" or line in fates]
    if not asked:
        return CallRead(call=call, lines=lines)
    request, since = lines[asked[0]], placed[asked[0]][0]
    later = lines[asked[0] :]
    counters = _of_fate(fates[0]) if fates else {}
    counters |= {
        "offered": 1,
        "talked_ms": sum(ms_of_s(x.body["talked"]) for x in later if x.kind == "talk-ended"),
        "held_ms": _held_ms(later),
        "wrap_up_ms": sum(lasted for ended, lasted in wrap_ups if ended > since),
    }
    return CallRead(
        call=call,
        lines=lines,
        queue=request.body["queue"],
        asked_at=_asked_at(request),
        fates=fates,
        counters=counters,
    )


def _asked_at(request: Line) -> Micros:
    if request.kind == "call-queued":
        return micros(request.body["asked_at"])
    return request.at - micros_of_s(request.body.get("waited", 0.0))


def _of_fate(fate: Line) -> Counters:
    """What the fate alone says. In the fallback queue the wait is not known when answered."""
    name = FATES[fate.kind]
    waited = 0.0 if name == "fallback_answered" else float(fate.body["waited"])
    counters = {name: 1, "longest_wait_ms": ms_of_s(waited)}
    if name == "answered":
        counters["answered_in_15s"] = int(micros_of_s(waited) <= _IN_TIME_US)
        counters["waited_ms"] = ms_of_s(waited)
    if name == "abandoned":
        counters["abandoned_short"] = int(bool(fate.body.get("short")))
    return counters


def _held_ms(lines: Sequence[Line]) -> int:
    """Each hold up to the resumption, the end of the talk or the hang-up, whichever comes first."""
    held, since = 0, None
    for line in lines:
        if line.kind == "call-held":
            since = line.at if since is None else since
        elif line.kind in ("call-resumed", "talk-ended", "call-hung-up") and since is not None:
            held += max(line.at - since, 0) // 1000
            since = None
    return held


def _wrap_ups(of_agent: Sequence[_Placed]) -> Iterator[tuple[str, int, int]]:
    """(call, place of its end, milliseconds) of each wrap-up that ended as one."""
    kinds = [line.kind for _, line in of_agent]
    for i, (_, line) in enumerate(of_agent):
        if line.kind != "wrap-up-started" or _last(kinds[: i + 1], _SIGNED) != "agent-signed-in":
            continue
        closing = (x for x in of_agent[i + 1 :] if x[1].kind in _WRAP_UP_ENDS | _WRAP_UP_LOST)
        end = next(closing, None)
        if end is not None and end[1].kind in _WRAP_UP_ENDS:
            yield line.body["call"], end[0], max(end[1].at - line.at, 0) // 1000


def _last(kinds: Sequence[str], wanted: frozenset[str]) -> str:
    return next((kind for kind in reversed(kinds) if kind in wanted), "")


def _seat_time(agents: Iterable[Sequence[_Placed]], until: Micros | None) -> dict[Micros, Counters]:
    found: defaultdict[Micros, Counters] = defaultdict(lambda: dict.fromkeys(SEAT_NAMES, 0))
    for of_agent in agents:
        for start, end, names in _pieces([line for _, line in of_agent], until):
            _add_piece(found, start, end, names)
    return dict(found)


def _add_piece(
    found: defaultdict[Micros, Counters], start: Micros, end: Micros, names: Sequence[str]
) -> None:
    for at in range(quarter(start), end, QUARTER_US):
        overlap = min(end, at + QUARTER_US) // 1000 - max(start, at) // 1000
        for name in names:
            found[at][name] += overlap


def _pieces(
    lines: Sequence[Line], until: Micros | None
) -> Iterator[tuple[Micros, Micros, Sequence[str]]]:
    """(from, to, the counters that run) between one line of an agent and the next."""
    start, shift = 0, [""]
    for i, line in enumerate(lines):
        if line.kind in _SIGNED:
            start, shift = line.at, []
        start = max(start, line.at)
        shift.append(line.kind)
        end = lines[i + 1].at if i + 1 < len(lines) else until
        names = _running(shift)
        if names and end is not None and end > start:
            yield start, end, names


def _running(shift: Sequence[str]) -> Sequence[str]:
    """Which counters run after these kinds, told since the last sign-in or sign-out."""
    if shift[0] != "agent-signed-in":
        return ()
    does = _last(shift, _WRAP_UP_LOST | {"wrap-up-ended", "agent-signed-in"})
    if does == "seat-answered":
        return ("signed_in_ms", "talking_ms")
    if does == "wrap-up-started":
        return ("signed_in_ms", "wrap_up_ms")
    rests = _last(shift, _RESTS | {"agent-available"}) in _RESTS
    return ("signed_in_ms", "break_ms") if rests else ("signed_in_ms",)
