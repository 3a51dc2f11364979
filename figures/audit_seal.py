"""The journal's seal: each line's hash, (epoch, n) without a gap, one chain over all epochs. Pure.

Files and rows are looked at together, position by position: what one lacks the other may hold (old
files are removed, the newest lines are not shipped yet). Own arithmetic, so that a fault of
`storage/journal_file.py` would show.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from figures.audit_lines import Difference

Place: TypeAlias = tuple[int, int]  # epoch, n

_FIRST: Final = "0" * 64
_SEALED: Final = re.compile(
    rb'(?P<head>\{"epoch":(?P<epoch>\d+),"n":(?P<n>\d+),"at":"[^"]+","kind":"[^"]+","body":\{.*\},'
    rb'"prev":"(?P<prev>[0-9a-f]{64})"),"hash":"(?P<hash>[0-9a-f]{64})"\}\n'
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One line or row: where it stands, what it is chained to, its seal, and whether that fits."""

    place: Place
    prev: str
    hash: str
    fits: bool

    @property
    def shown(self) -> str:
        return f"{self.place[0]}/{self.place[1]}"


def sealed_line(line: bytes) -> Sealed | None:
    """Of a line with its newline; None when it is none of a journal's."""
    found = _SEALED.fullmatch(line)
    if found is None:
        return None
    seal = found["hash"].decode()
    fits = hashlib.sha256(found["head"]).hexdigest() == seal
    return Sealed((int(found["epoch"]), int(found["n"])), found["prev"].decode(), seal, fits)


def sealed_row(place: Place, at: datetime, kind: str, body: str, chain: tuple[str, str]) -> Sealed:
    """Of a row of the table `journal`; `chain` is (prev, hash) in hex."""
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    head = (
        f'{{"epoch":{place[0]},"n":{place[1]},"at":"{stamp}","kind":{json.dumps(kind)},'
        f'"body":{body},"prev":"{chain[0]}"'
    )
    fits = hashlib.sha256(head.encode()).hexdigest() == chain[1]
    return Sealed(place, chain[0], chain[1], fits)


class SealCheck:
    """Takes the journal position by position, in order; `differences` grows as it goes."""

    def __init__(self, *, with_rows: bool, shipped: Place = (0, 0)) -> None:
        """`with_rows` False: PostgreSQL was not asked, gaps between epochs may be another's.

        `shipped`: lines of the files up to it must stand in PostgreSQL.
        """
        self.differences: list[Difference] = []
        self.checked = 0
        self.unshipped = 0
        self.began: Sealed | None = None  # the first line; the chain before it was not seen
        self._with_rows = with_rows
        self._shipped = shipped
        self._before: Sealed | None = None
        self._line_before: Sealed | None = None
        self._ends: dict[int, str] = {}  # the last hash of each epoch

    def take(self, line: Sealed | None, row: Sealed | None) -> None:
        """What file and table hold at one position; at least one is there."""
        known = line or row
        assert known is not None, "a position without line and row"
        self.checked += 1
        self._whole(line, row)
        if self._with_rows:
            self._both(line, row)
        self._chained(known)
        self._ends[known.place[0]] = known.hash
        self._before = known

    def _whole(self, line: Sealed | None, row: Sealed | None) -> None:
        if line is not None and not line.fits:
            self._say(
                line.shown,
                f"流水账文件第 {line.shown} 行的哈希不符: 写入后被改动。",
                f"The hash of line {line.shown} in the file does not fit: it was changed.",
            )
        if row is not None and not row.fits:
            self._say(
                row.shown,
                f"数据库流水账第 {row.shown} 行的哈希不符: 写入后被改动。",
                f"The hash of row {row.shown} in PostgreSQL does not fit: it was changed.",
            )

    def _both(self, line: Sealed | None, row: Sealed | None) -> None:
        if line is not None and row is not None and line.hash != row.hash:
            self._say(
                line.shown,
                f"流水账第 {line.shown} 行, 文件与数据库是两条不同的记录。",
                f"Line {line.shown} is one fact in the file and another in PostgreSQL.",
            )
        if row is None and line is not None:
            self._not_in_table(line)
        elif row is not None:
            self._lacking(row.shown)
        if line is None and row is not None:
            self._not_in_file(row)
        self._line_before = line or self._line_before

    def _not_in_table(self, line: Sealed) -> None:
        if line.place <= self._shipped:
            self._say(
                line.shown,
                f"数据库缺流水账第 {line.shown} 行, 它已送达过。",
                f"PostgreSQL lacks line {line.shown} of the journal, which had been shipped.",
            )
        else:
            self.unshipped += 1

    def _lacking(self, before: str) -> None:
        """A row behind lines that only the file has: they should have come first."""
        if self.unshipped:
            self._say(
                before,
                f"数据库缺第 {before} 行之前的 {self.unshipped} 行, 文件中有。",
                f"PostgreSQL lacks {self.unshipped} lines before {before} that the file has.",
            )
        self.unshipped = 0

    def _not_in_file(self, row: Sealed) -> None:
        last = self._line_before
        if last is not None and last.place[0] == row.place[0] and last == self._before:
            self._say(
                row.shown,
                f"流水账文件缺第 {row.shown} 行, 数据库中有。",
                f"The file lacks line {row.shown}, which PostgreSQL has.",
            )

    def _chained(self, one: Sealed) -> None:
        before = self._before
        if before is None:
            self.began = one
            if one.prev == _FIRST and one.place[1] != 1:
                self._gap(one, f"{one.place[0]}/0")
            return
        same_epoch = before.place[0] == one.place[0]
        expected = before.place[1] + 1 if same_epoch else 1
        if one.place[1] != expected:
            self._gap(one, before.shown)
        elif not self._continues(one, before):
            self._broken(one, before)

    def _continues(self, one: Sealed, before: Sealed) -> bool:
        """An epoch goes on from the end of an earlier one; another folder may have led between."""
        if one.place[0] == before.place[0]:
            return one.prev == before.hash
        if one.prev in self._ends.values():
            return True
        return not self._with_rows and one.place[0] > before.place[0] + 1

    def _gap(self, one: Sealed, after: str) -> None:
        self._say(
            one.shown,
            f"流水账第 {after} 行之后是第 {one.shown} 行: 有缺号。",
            f"Line {after} of the journal is followed by {one.shown}: there is a gap.",
        )

    def _broken(self, one: Sealed, before: Sealed) -> None:
        self._say(
            one.shown,
            f"流水账第 {one.shown} 行与前一行 {before.shown} 的链断开。",
            f"Line {one.shown} of the journal is not chained to {before.shown} before it.",
        )

    def _say(self, about: str, zh: str, en: str) -> None:
        self.differences.append(Difference(about, zh, en))
