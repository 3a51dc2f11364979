"""Sealed packages of evidence (MAL-02): calls, recordings, notes, who approved it and why."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

import orjson

from console.errors import NoSuchCall, NoSuchRecording, RecordingGone
from console.malicious_port import NoSuchEvidence, RecordingAltered
from console.ports import TracesCalls
from console.recordings import Recordings
from intake.evidence import (
    CALLS,
    Item,
    Sealed,
    canonical,
    recording_name,
    sha256_of,
    write_archive,
)
from intake.evidence_shown import Package, ReceiptOfPolice
from intake.suspect_facts import EvidenceHandedOver, EvidenceRead, EvidenceSealed
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.fact import Fact, encode
from kernel.ids import CallId

NOTES: Final = "notes.txt"


class ListsPackages(Protocol):
    """`figures/suspect_store.py: PgSuspects`."""

    async def packages(self) -> Sequence[Package]:
        """Raises Unavailable."""
        ...


@dataclass(frozen=True, kw_only=True)
class EvidenceDesk:
    """Fits `console/malicious_port.py: KeepsEvidence`. `folder`: only we write there."""

    store: ListsPackages
    folder: Path
    traces: TracesCalls
    recordings: Recordings
    write: Callable[[Sequence[Fact]], None]
    clock: Clock

    async def packages(self) -> Sequence[Package]:
        return await self.store.packages()

    async def seal(self, calls: Sequence[CallId], *, by: str, reason: str, notes: str) -> Package:
        """First the archive, then the fact: what is in the journal is there."""
        told = {call: await self._facts(call) for call in dict.fromkeys(calls)}
        found, missing = await self._recordings(list(told))
        now = self.clock.now()
        package = f"EV{now:%Y%m%d%H%M%S}-{uuid4().hex[:8]}"
        head = {
            "package": package,
            "sealed_at": now,
            "by": by,
            "reason": reason,
            "approvals": [{"by": by, "role": "supervisor", "at": now}],
            "calls": sorted(told),
            "without_recording": missing,
        }
        items = [Item(CALLS, canonical(told)), Item(NOTES, notes.encode()), *found]
        sealed = await asyncio.to_thread(self._write, package, head, items)
        self.write(
            [
                EvidenceSealed(
                    at=now,
                    package=package,
                    calls=tuple(told),
                    reason=reason,
                    seal=sealed.seal,
                    bytes=sealed.bytes,
                    by=by,
                )
            ]
        )
        return Package(
            id=package,
            sealed_at=now,
            by=by,
            reason=reason,
            calls=tuple(told),
            seal=sealed.seal,
            bytes=sealed.bytes,
        )

    def open_file(self, package: str, *, by: str) -> Path:
        path = self._path(package)
        self.write([EvidenceRead(at=self.clock.now(), package=package, by=by)])
        return path

    def hand_over(
        self, package: str, unit: str, officer_no: str, handed_at: datetime, *, by: str
    ) -> ReceiptOfPolice:
        self._path(package)
        now = self.clock.now()
        self.write(
            [
                EvidenceHandedOver(
                    at=now,
                    package=package,
                    unit=unit,
                    officer_no=officer_no,
                    handed_at=handed_at,
                    by=by,
                )
            ]
        )
        return ReceiptOfPolice(
            unit=unit, officer_no=officer_no, handed_at=handed_at, by=by, noted_at=now
        )

    async def _facts(self, call: CallId) -> list[dict[str, Any]]:
        facts = await self.traces.facts_of(call)
        if not facts:
            raise NoSuchCall(f"No call {call} is known.", remedy="Check its number.")
        return [{"kind": fact.kind, **orjson.loads(encode(fact))} for fact in facts]

    async def _recordings(self, calls: Sequence[CallId]) -> tuple[list[Item], dict[str, str]]:
        """And the calls without one, with why. Raises RecordingAltered."""
        found: list[Item] = []
        missing: dict[str, str] = {}
        for call in calls:
            try:
                recording = await self.recordings.find(call)
                path = self.recordings.file_of(recording)
            except (NoSuchRecording, RecordingGone) as why:
                missing[call] = why.code
                continue
            if await asyncio.to_thread(sha256_of, path) != recording.sha256:
                raise RecordingAltered(
                    f"The recording of call {call} is not what was recorded.",
                    remedy="Leave this call out, and have the file looked into.",
                )
            found.append(Item(recording_name(call), path))
        return found, missing

    def _write(self, package: str, head: Mapping[str, Any], items: Sequence[Item]) -> Sealed:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return write_archive(self.folder / f"{package}.zip", head, items)
        except OSError as why:
            raise Unavailable(
                f"The archive cannot be written: {why.strerror}.",
                remedy="See to room and rights in the instance's folder; then try again.",
            ) from why

    def _path(self, package: str) -> Path:
        path = self.folder / f"{package}.zip"
        if path.parent != self.folder or not path.is_file():
            raise NoSuchEvidence(
                f"There is no package {package!r}.", remedy="Choose one of the list."
            )
        return path
