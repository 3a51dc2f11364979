"""`hotline audit --seal`: files and rows of the journal side by side, every hash and the chain."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

from figures.audit_seal import SealCheck, Sealed
from hotline.audit import sources
from hotline.audit.places import AuditPlaces, away, open_store
from hotline.audit.report import Report
from kernel.errors import BadSettings, Unavailable


async def check_seal(places: AuditPlaces) -> Report:
    """The report on the hash chain: files and rows, every position of the journal."""
    report = Report(("流水账封印", "seal of the journal"))
    mark = sources.shipped(places.journal)
    async with AsyncExitStack() as stack:
        rows: AsyncIterator[Sealed] | None = None
        try:
            store = await stack.enter_async_context(open_store(places))
            rows = await stack.enter_async_context(store.sealed())
        except (Unavailable, BadSettings) as err:
            report.notes.append(away(err))
        check = SealCheck(with_rows=rows is not None, shipped=mark)
        lines = sources.sealed_lines(places.journal, report.differences)
        async for line, row in _side_by_side(lines, rows):
            check.take(line, row)
    what = ("文件与数据库", "files and PostgreSQL") if rows is not None else ("文件", "files")
    report.found(
        check.differences,
        f"{what[0]}, {check.checked} 个位置",
        f"{what[1]}, {check.checked} positions",
    )
    _seal_notes(report, check)
    return report


def _seal_notes(report: Report, check: SealCheck) -> None:
    if check.unshipped:
        report.notes.append(
            (f"{check.unshipped} 行尚未送达数据库", f"{check.unshipped} lines are not shipped yet")
        )
    if check.began is not None and check.began.place != (1, 1):
        shown = check.began.shown
        report.notes.append(
            (f"链自第 {shown} 行起核对", f"the chain was checked from line {shown} on")
        )


async def _side_by_side(
    lines: Iterator[Sealed], rows: AsyncIterator[Sealed] | None
) -> AsyncIterator[tuple[Sealed | None, Sealed | None]]:
    """File and table by position; None where one lacks what the other has."""
    line = next(lines, None)
    row = await anext(rows, None) if rows is not None else None
    while line is not None or row is not None:
        if row is None or (line is not None and line.place < row.place):
            yield line, None
            line = next(lines, None)
            continue
        same = line is not None and line.place == row.place
        yield line if same else None, row
        line = next(lines, None) if same else line
        row = await anext(rows, None) if rows is not None else None
