"""An audit from its sources to its report: reads everything, compares each with the recount."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from figures import audit
from figures.audit_lines import Line, Span, clock, day_start, micros
from figures.audit_recount import Recount, added, recount
from figures.audit_sip import answers_by_leg, lost_with_asterisk, of_records
from figures.audit_store import AROUND, AuditStore, Kept
from hotline.audit import sources
from hotline.audit.places import AuditPlaces, away, open_store
from hotline.audit.report import Report
from kernel.errors import BadSettings, Unavailable

_AROUND_US: Final = AROUND // timedelta(microseconds=1)
_LOOKS: Final = 20  # at a projection that still reads
_LOOK_AGAIN_S: Final = 0.5


async def examine(places: AuditPlaces, span: Span, now: Callable[[], datetime]) -> Report:
    """The report of a period. Raises AuditLoginRefused; PostgreSQL away becomes a note."""
    return await _Examination(places, span, now).run()


class _Examination:
    def __init__(self, places: AuditPlaces, span: Span, now: Callable[[], datetime]) -> None:
        self._places = places
        self._span = span
        self._now = now
        self._begun = micros(now())  # what is younger may stand here and not yet there
        first, last = clock(span.start), clock(span.end)
        self._report = Report((f"复核 {first} 至 {last}", f"audit from {first} to {last}"), span)
        self._kept: Kept | None = None

    async def run(self) -> Report:
        self._kept = await self._read_database()
        files = self._files()
        self._of_copies(files)
        lines = self._merged(files)
        read = recount(lines)
        self._of_calls(read)
        self._of_quarters()
        self._of_records(read, lines)
        await self._of_board(lines)
        self._count(read)
        return self._report

    async def _read_database(self) -> Kept | None:
        """What PostgreSQL holds, once its projection has read what was there when we came."""
        try:
            async with open_store(self._places) as store:
                return await self._caught_up(store)
        except (Unavailable, BadSettings) as err:
            self._report.notes.append(away(err))
            return None

    async def _caught_up(self, store: AuditStore) -> Kept:
        kept = await store.kept(self._span)
        there = {(line.epoch, line.n) for line in kept.waiting}
        for _ in range(_LOOKS):
            if not any((line.epoch, line.n) in there for line in kept.waiting):
                return kept
            await asyncio.sleep(_LOOK_AGAIN_S)
            kept = await store.kept(self._span)
        self._report.differences.append(audit.lagging(len(kept.waiting)))
        return kept

    def _files(self) -> list[Line]:
        span = self._span
        return sources.lines_of(
            self._places.journal, span.start - _AROUND_US, span.end + _AROUND_US
        )

    def _merged(self, files: Sequence[Line]) -> list[Line]:
        """Files and rows together, in the order of writing."""
        rows = [*self._kept.counted, *self._kept.waiting] if self._kept else []
        by_place = {(line.epoch, line.n): line for line in (*rows, *files)}
        return [by_place[place] for place in sorted(by_place)]

    def _of_copies(self, files: Sequence[Line]) -> None:
        if self._kept and files:
            rows = (*self._kept.counted, *self._kept.waiting)
            of_rows = {(line.epoch, line.n): line for line in rows}
            unlike = audit.of_copies(files, of_rows)
            self._report.found(unlike, "流水账的两份", "both copies of the journal")

    def _of_calls(self, read: Recount) -> None:
        span, begun = self._span, self._begun
        self._report.found(audit.of_fates(read, span, begun), "归宿", "fates")
        self._report.found(audit.of_conservation(read, span, begun), "守恒", "conservation")

    def _of_quarters(self) -> None:
        kept = self._kept
        if kept is None:
            return
        counted = recount(kept.counted)
        queues = audit.of_quarters(counted, kept.quarters, self._span)
        seats = audit.of_seats(counted, kept.seats, self._span)
        self._report.found(queues, "存储的刻钟", "stored quarters")
        self._report.found(seats, "存储的座席时间", "stored seat time")

    def _of_records(self, read: Recount, lines: Sequence[Line]) -> None:
        log, report, span = self._places.asterisk_log, self._report, self._span
        found = sources.sip_records(log)
        if found is None:
            report.notes.append(
                (f"话单未核对: {log} 中没有", f"no CDR was compared: none in {log}")
            )
            return
        records, damaged = found
        report.differences += damaged
        unlike = of_records(read, answers_by_leg(lines), records, span, self._begun)
        report.found(unlike, "话单", "CDR")
        if lost := len(lost_with_asterisk(read, records, span)):
            report.notes.append(
                (
                    f"{lost} 通来电的话单随 Asterisk 中止而丢失",
                    f"{lost} calls lost their CDR when Asterisk died",
                )
            )

    async def _of_board(self, lines: Sequence[Line]) -> None:
        """The running instance's board between two recounts; else one folded afresh."""
        console = self._places.console
        if console is not None and self._span.end > day_start(self._begun):
            board = await sources.running_board(console)
            if board is not None:
                self._of_running_board(lines, board)
                return
        at = min(self._begun, self._span.end - 1)
        recent = sources.recent(lines, at)
        folded = sources.folded_board(recent, at)
        ours = audit.of_day(recount(recent), at)
        self._report.found(
            audit.of_board(ours, folded, ours),
            f"看板 (按 {clock(at)} 重新折算)",
            f"the board (folded afresh for {clock(at)})",
        )

    def _of_running_board(self, lines: Sequence[Line], board: dict[str, int]) -> None:
        now = micros(self._now())
        if day_start(now) != day_start(self._begun):
            zh, en = "看板未核对: 适逢午夜", "the board was not compared: it struck midnight"
            self._report.notes.append((zh, en))
            return
        before = audit.of_day(recount(lines), self._begun)
        after = audit.of_day(recount(self._merged(self._files())), now)
        self._report.found(audit.of_board(before, board, after), "实时看板", "the live board")

    def _count(self, read: Recount) -> None:
        calls = audit.asked_in(read, self._span)
        for queue in sorted({call.queue for call in calls}):
            here = [call for call in calls if call.queue == queue]
            running = sum(audit.still_in_progress(call, self._begun) for call in here)
            counted = added(call.counters for call in here)
            self._report.counts[queue] = counted | {"in_progress": running}
