"""The report of each retained line (MRG-08), by day or as one span, and of all of them together.

Rules: requests at our seats are those of the statutory figures. A line with seats of its own is
measured by what it tells (MRG-05), before it began to tell by what we see of those whom we pass on
to it (MRG-03); never by both, so that nobody counts twice. `hotline` is what D-01 says of us;
`city` adds what the lines' own seats did (NAV-06).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from figures.counts import Counts, day_of
from figures.definitions import Measured, measure_queue
from figures.lines_counts import LineCounts
from figures.lines_store import LineQuarterRow, LinesStore
from kernel.errors import BadPhoneNumber
from kernel.phone import PhoneNumber
from telephony.lines import Line, Lines

_FIGURES: Final = ("D-01", "D-01b", "D-04", "D-04b", "D-05", "D-05b", "D-06", "D-06b", "D-07")


class Seats(StrEnum):
    """Whose seats a row stands on."""

    OURS = "ours"
    OBSERVED = "observed"  # and the line's own, as we see those whom we pass on
    TOLD = "told"  # and the line's own, as it tells them


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line. `day` None: the whole span. Transfers: (done, failed).

    `moved_to`: to its number, by agents and by passing on; `moved_from`: its callers, elsewhere,
    and those whom its own seats handed to us.
    """

    line: str
    name_zh: str
    name_en: str
    kind: str
    day: date | None
    seats: Seats
    arrived: int
    counts: Counts
    tickets: int
    moved_to: tuple[int, int]
    moved_from: tuple[int, int]

    @property
    def figures(self) -> tuple[Measured, ...]:
        return figures_of(self.counts)


def figures_of(counts: Counts) -> tuple[Measured, ...]:
    """Those statutory figures that a line has: nobody tells us of its seats' after-call work."""
    return tuple(one for one in measure_queue(counts) if one.definition.id in _FIGURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesReport:
    start: datetime
    end: datetime
    rows: tuple[LineRow, ...]
    hotline: Counts
    city: Counts


class LineReports:
    """Each raises Unavailable when PostgreSQL is away."""

    def __init__(self, store: LinesStore, lines: Lines) -> None:
        self._store = store
        self._lines = lines

    async def report(self, start: datetime, end: datetime, *, by_day: bool) -> LinesReport:
        """From (inclusive) to (exclusive), borders of quarters; days are those of China."""
        seen = await self._store.quarters(start, end)
        told = await self._store.told(start, end)
        since = await self._store.told_since()
        return lines_report(Kept(seen, told, since), self._lines, (start, end), by_day=by_day)


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a report is made of. `since`: the first quarter for which a line tells itself."""

    seen: Sequence[LineQuarterRow]
    told: Sequence[LineQuarterRow]
    since: Mapping[str, datetime]


def lines_report(
    kept: Kept, lines: Lines, span: tuple[datetime, datetime], *, by_day: bool
) -> LinesReport:
    """Every line of the file has its row, also one that nobody rang; then those known of old."""
    groups: defaultdict[date | None, list[LineQuarterRow]] = defaultdict(list)
    for row in _once([*kept.seen], kept.since) + list(kept.told):
        groups[day_of(row.start) if by_day else None].append(row)
    if not by_day:
        groups[None] += []
    telling = {line for line, at in kept.since.items() if at < span[1]}
    rows = [
        row
        for day in sorted(groups, key=lambda day: day or date.min)
        for row in _rows_of(groups[day], lines, day, telling)
    ]
    everything = [row.counts for group in groups.values() for row in group]
    hotline = sum((counts.ours for counts in everything), Counts())
    theirs = sum((counts.theirs for counts in everything), Counts())
    return LinesReport(
        start=span[0], end=span[1], rows=tuple(rows), hotline=hotline, city=hotline + theirs
    )


def _once(seen: Iterable[LineQuarterRow], since: Mapping[str, datetime]) -> list[LineQuarterRow]:
    """Without what we saw of seats that tell themselves by then."""
    return [
        LineQuarterRow(
            start=row.start,
            line=row.line,
            counts=row.counts
            if row.line not in since or row.start < since[row.line]
            else _ours_only(row.counts),
        )
        for row in seen
    ]


def _ours_only(counts: LineCounts) -> LineCounts:
    """Nor those whom its seats handed to us: it tells its transfers too."""
    return LineCounts(
        arrived=counts.arrived, ours=counts.ours, tickets=counts.tickets, moves=counts.moves
    )


def _rows_of(
    group: Sequence[LineQuarterRow], lines: Lines, day: date | None, telling: set[str]
) -> Iterable[LineRow]:
    sums: defaultdict[str, LineCounts] = defaultdict(LineCounts)
    for row in group:
        sums[row.line] += row.counts
    for name in [*lines.lines, *sorted(set(sums) - set(lines.lines))]:
        line, counts = lines.lines.get(name), sums[name]
        targets, moved = _targets(line), counts.moves.all
        within = counts.moves.to(targets)
        own_seats = line is not None and line.number is not None
        observed = Seats.OBSERVED if own_seats or counts.theirs.offered else Seats.OURS
        yield LineRow(
            line=name,
            name_zh=line.name_zh if line is not None else name,
            name_en=line.name_en if line is not None else name,
            kind=line.kind.value if line is not None else "",
            day=day,
            seats=Seats.TOLD if name in telling else observed,
            arrived=counts.arrived,
            counts=counts.ours + counts.theirs,
            tickets=counts.tickets,
            moved_to=_moved(targets, sums.values()),
            moved_from=(moved[0] - within[0] + counts.handed_over, moved[1] - within[1]),
        )


def _targets(line: Line | None) -> frozenset[str]:
    """The line's numbers as the journal masks them; one that is not of the public network: none."""
    numbers = (*line.dialled, line.number) if line is not None else ()
    return frozenset(shown for number in numbers if number and (shown := _shown(number)))


def _shown(number: str) -> str:
    try:
        return PhoneNumber.parse(number).masked()
    except BadPhoneNumber:
        return ""


def _moved(targets: frozenset[str], everybody: Iterable[LineCounts]) -> tuple[int, int]:
    both = [counts.moves.to(targets) for counts in everybody]
    return sum(done for done, _ in both), sum(failed for _, failed in both)
