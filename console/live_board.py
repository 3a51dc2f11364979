"""What one audience sees of the floor, as numbered frames: a snapshot, then only what changed.

Pure: it is handed rows and the time, and gives bytes that all of the audience share. Rows hold
moments ("since"), never durations, so that a board at rest sends nothing. They are plain and flat:
orjson writes them as pydantic would, and to make, compare and write them costs a fifth so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import compress
from operator import is_, is_not
from typing import Any, TypeAlias

import orjson

Row: TypeAlias = Mapping[str, object]  # the fields of what HTTP answers for it
Rows: TypeAlias = Mapping[str, Row]  # by id
Shown: TypeAlias = Mapping[str, Rows]  # by section: "seats", "queues", "waiting"


class LiveBoard:
    """The frames of one audience. `seq` counts them without a gap."""

    def __init__(self) -> None:
        self.seq = 0
        self._shown: Shown = {}
        self._snapshot = b""  # as last encoded: after a restart all clients ask for the same one

    @property
    def shown(self) -> Shown:
        """What the audience has been sent so far."""
        return self._shown

    def change(self, shown: Shown, at: datetime) -> bytes | None:
        """The delta from what was shown before; None when nothing changed."""
        delta: dict[str, Any] = {}
        gone: dict[str, list[str]] = {}
        for section, rows in shown.items():
            before = self._shown.get(section, {})
            changed, left = _differences(before, rows)
            if changed:
                delta[section] = changed
            if left:
                gone[section] = left
        self._shown = shown
        if not delta and not gone:
            return None
        self._snapshot = b""
        self.seq += 1
        return frame("delta", seq=self.seq, at=at, gone=gone, **delta)

    def snapshot(self, at: datetime) -> bytes:
        """All that is shown, under the number of the last delta: the next one continues from
        here. `at` is the moment at which somebody first asked for it."""
        if not self._snapshot:
            self._snapshot = self._encoded(at)
        return self._snapshot

    def _encoded(self, at: datetime) -> bytes:
        rows = {section: list(rows.values()) for section, rows in self._shown.items()}
        return frame("snapshot", seq=self.seq, at=at, **rows)


def _differences(before: Rows, rows: Rows) -> tuple[list[Row], list[str]]:
    """(rows that are new or say something else, keys that have left).

    Most often the same keys stand in the same order and most rows are the very same object as
    before, which is sooner seen than compared.
    """
    same_keys = len(before) == len(rows) and all(map(is_, before, rows))
    known = list(before.values() if same_keys else map(before.get, rows))
    pairs = zip(known, rows.values(), strict=True)
    others = compress(pairs, map(is_not, known, rows.values()))
    changed = [row for was, row in others if was != row]
    return changed, [] if same_keys else [key for key in before if key not in rows]


def frame(kind: str, **fields: Any) -> bytes:
    """One message of the live channel; its `type` comes first."""
    return orjson.dumps({"type": kind, **fields}, option=orjson.OPT_UTC_Z)


class Pace:
    """Coalescing: the first change goes out at once, the next ones gather for `every`."""

    def __init__(self, every: timedelta) -> None:
        self.every = every
        self._touched = False
        self._flushed_at: datetime | None = None

    def touch(self) -> None:
        self._touched = True

    def due_in(self, now: datetime) -> float | None:
        """Seconds until the next flush, 0 when it is due; None when nothing has changed."""
        if not self._touched:
            return None
        if self._flushed_at is None:
            return 0.0
        return max(0.0, (self._flushed_at + self.every - now).total_seconds())

    def flushed(self, now: datetime) -> None:
        self._touched = False
        self._flushed_at = now
