"""Figures as a file: tables below each other in CSV, one sheet each in XLSX. Pure.

A number stays a number in a workbook; a share is shown in percent. Texts are never run.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from figures.cells import harmless

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Share:
    """0 to 1; None: nothing to count."""

    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`title` names its sheet; each row is as long as `header`."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell | Share]]


def as_csv(tables: Sequence[Table]) -> bytes:
    written = io.StringIO()
    out = csv.writer(written)
    for nth, table in enumerate(tables):
        if nth:
            out.writerow(())
        out.writerow(table.header)
        out.writerows([_text(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode()  # so that a spreadsheet reads 汉字


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """The library is loaded with the first workbook: a restart is quicker."""
    from openpyxl import Workbook

    book = Workbook(write_only=False)
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for table in tables:
        sheet = book.create_sheet(table.title)
        sheet.append(list(table.header))
        sheet.freeze_panes = "A2"
        for row in table.rows:
            sheet.append([_plain(cell) for cell in row])
        for line, column in _shares(table):
            sheet.cell(row=line, column=column).number_format = "0.00%"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _shares(table: Table) -> Iterator[tuple[int, int]]:
    for line, row in enumerate(table.rows, start=2):
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, Share):
                yield line, column


def _plain(cell: Cell | Share) -> Cell:
    if isinstance(cell, Share):
        return cell.value
    return harmless(cell) if isinstance(cell, str) else cell


def _text(cell: Cell | Share) -> str:
    if isinstance(cell, Share):
        return "" if cell.value is None else f"{cell.value:.2%}"
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else str(cell)
