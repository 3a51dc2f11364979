"""Releases in memory: the same rules as `hotline/releases/store.py: PgReleases`."""

from collections.abc import Sequence
from datetime import datetime

from console.settings_rules_port import Release
from hotline.releases.store import UploadedSound, changed_meanwhile


class FakeReleases:
    def __init__(self) -> None:
        self.rows: list[Release] = []
        self.told: set[tuple[str, int]] = set()
        self.uploads: list[tuple[UploadedSound, bytes]] = []

    async def heads(self) -> dict[str, Release]:
        return {row.file: row for row in sorted(self.rows, key=lambda row: row.version)}

    async def releases(self, file: str) -> Sequence[Release]:
        found = [row for row in self.rows if row.file == file]
        return sorted(found, key=lambda row: -row.version)

    async def release(self, file: str, version: int) -> Release | None:
        found = [row for row in self.rows if (row.file, row.version) == (file, version)]
        return found[0] if found else None

    async def add(self, release: Release) -> None:
        head = (await self.heads()).get(release.file)
        if release.version != 1 + (head.version if head else 0):
            raise changed_meanwhile(release.file)
        self.rows.append(release)

    async def untold(self) -> Sequence[Release]:
        return [row for row in self.rows if (row.file, row.version) not in self.told]

    async def note_told(self, release: Release, at: datetime) -> None:
        self.told.add((release.file, release.version))

    async def sounds(self) -> Sequence[UploadedSound]:
        return list({one.sound: one for one, _ in self.uploads}.values())

    async def wavs(self) -> dict[str, bytes]:
        return {one.sound: wav for one, wav in self.uploads}

    async def keep_sound(self, sound: UploadedSound, wav: bytes) -> int:
        self.uploads.append((sound, wav))
        return sum(one.sound == sound.sound for one, _ in self.uploads)
