"""Recordings after the call: found, held, erased when their time is over (B7, SEC-04).

An erasure leaves a certificate in the journal. The order is: file away, certificate, row; after
a crash the rest is done again, so a certificate may stand twice but is never missing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import structlog

from console.errors import AlreadyOnHold, NoSuchRecording, NotOnHold, RecordingGone
from console.facts import RecordingErased, RecordingHeard, RecordingHeld, RecordingReleased
from console.settings import ConsoleSettings
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One file. `path` is relative to the recordings folder."""

    call: CallId
    path: str
    seconds: float
    bytes: int
    sha256: str
    kept_at: datetime
    held_at: datetime | None = None
    held_by: str | None = None
    held_reason: str | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingsWanted:
    """How a list is narrowed; `before`: the last of the page before. `since` inclusive."""

    agent: AgentNo | None = None
    held: bool = False
    since: datetime | None = None
    until: datetime | None = None
    before: CallId | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFound:
    """With the agents whose talk is on it; erased ones are not found."""

    recording: Recording
    agents: tuple[AgentNo, ...]


class KeepsRecordings(Protocol):
    """The index; `console/recordings_store.py: PgRecordings`. Each raises Unavailable."""

    async def find(self, call: CallId) -> Recording | None: ...

    async def listed(self, wanted: RecordingsWanted) -> Sequence[RecordingFound]:
        """The newest first."""
        ...

    async def heard(self, since: datetime, until: datetime, limit: int) -> Sequence[RecordingHeard]:
        """Who listened since then (inclusive) until then (exclusive), the newest first."""
        ...

    async def hold(self, call: CallId, *, by: str, reason: str, at: datetime) -> bool:
        """False when it is held or erased already."""
        ...

    async def release(self, call: CallId) -> bool: ...

    async def erase_one(
        self, kept_before: datetime, at: datetime, erase: Callable[[Recording], None]
    ) -> Recording | None:
        """The oldest that is due and not held: locked, handed to `erase` in a thread, marked.

        None: nothing is due. What `erase` raises leaves the row as it was.
        """
        ...


class Recordings:
    at_once: Final = 1_000

    def __init__(
        self,
        store: KeepsRecordings,
        folder: Path,
        write: Callable[[Sequence[Fact]], None],
        clock: Clock,
        settings: ConsoleSettings,
    ) -> None:
        self._store = store
        self._folder = folder.resolve()
        self._write = write
        self._clock = clock
        self._kept_for = settings.recordings_kept_for

    async def find(self, call: CallId) -> Recording:
        """Raises NoSuchRecording, Unavailable."""
        found = await self._store.find(call)
        if found is None:
            raise NoSuchRecording(
                f"No recording of call {call} is kept.",
                remedy="A call that nobody answered has none; a fresh one may take a second.",
            )
        return found

    async def listed(self, wanted: RecordingsWanted) -> Sequence[RecordingFound]:
        """Those that are kept, the newest first. Raises Unavailable."""
        return await self._store.listed(wanted)

    async def heard(self, since: datetime, until: datetime, limit: int) -> Sequence[RecordingHeard]:
        """Who listened (SEC-04), the newest first. Raises Unavailable."""
        return await self._store.heard(since, until, limit)

    def file_of(self, recording: Recording) -> Path:
        """Where the sound lies. Raises RecordingGone when erased or lost."""
        path = self._inside(recording)
        if recording.erased_at is not None or not path.is_file():
            raise RecordingGone(
                f"The recording of call {recording.call} is not there any more.",
                remedy="See its certificate (recording-erased) in the journal.",
            )
        return path

    async def hold(self, call: CallId, *, by: str, reason: str) -> Recording:
        """Legal hold: it outlives its time. Raises AlreadyOnHold, RecordingGone,
        NoSuchRecording."""
        found = await self.find(call)
        self.file_of(found)
        now = self._clock.now()
        if not await self._store.hold(call, by=by, reason=reason, at=now):
            raise AlreadyOnHold(
                f"The recording of call {call} is held already.", remedy="Nothing is left to do."
            )
        self._write([RecordingHeld(at=now, call=call, login=by)])
        return await self.find(call)

    async def release(self, call: CallId, *, by: str) -> Recording:
        """Ends the hold. Raises NotOnHold, NoSuchRecording."""
        await self.find(call)
        if not await self._store.release(call):
            raise NotOnHold(
                f"The recording of call {call} is not held.", remedy="Nothing is left to do."
            )
        self._write([RecordingReleased(at=self._clock.now(), call=call, login=by)])
        return await self.find(call)

    async def erase_old(self) -> int:
        """Erase what is past its time and not held; how many were. Raises Unavailable."""
        now = self._clock.now()
        for n in range(self.at_once):
            if await self._store.erase_one(now - self._kept_for, now, self._erase) is None:
                return n
        return self.at_once

    def _erase(self, recording: Recording) -> None:
        self._inside(recording).unlink(missing_ok=True)
        certificate = RecordingErased(
            at=self._clock.now(),
            call=recording.call,
            sha256=recording.sha256,
            bytes=recording.bytes,
            kept_days=self._kept_for.days,
        )
        self._write([certificate])

    def _inside(self, recording: Recording) -> Path:
        """Never outside the folder, whatever the row says."""
        path = (self._folder / recording.path).resolve()
        if not path.is_relative_to(self._folder):
            raise NoSuchRecording(
                f"The recording of call {recording.call} lies outside the recordings folder.",
                remedy="Check telephony's recordings_dir.",
            )
        return path


async def erase_daily(recordings: Recordings, every_s: float = 86_400.0) -> None:
    """The small daily task, for the group in hotline/main.py. Ends only by cancellation."""
    while True:
        wait = every_s
        try:
            erased = await recordings.erase_old()
            log.info("old recordings erased", count=erased)
        except Unavailable as err:
            log.warning("old recordings not erased yet", why=err.code)
            wait = min(every_s, 600.0)
        except Exception:
            log.exception("old recordings could not be erased")
        await asyncio.sleep(wait)
