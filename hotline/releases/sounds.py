"""Sounds of phrases, uploaded by an administrator: looked at, stored, played from then on."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from acd.ports import WritesFacts
from console.settings_rules_port import BadSoundUpload, NewSound, SoundShown
from hotline.facts import SoundReleased
from hotline.releases.in_force import RulesInForce
from hotline.releases.problems import problems_of
from hotline.releases.store import StoresReleases, UploadedSound
from hotline.releases.uploads import put_sound
from hotline.releases.words import said_by
from kernel.clock import Clock
from kernel.errors import BadSettings
from telephony.phrases import Phrases, UnknownPhrase
from telephony.sound_files import SoundFile, check_sounds
from telephony.spoken import Sound

LANGUAGES = ("zh", "ko")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PhraseSounds:
    """Fits `console/settings_rules_port.py: KeepsSounds`. `folder`: Asterisk plays them there."""

    store: StoresReleases
    in_force: RulesInForce
    folder: Path
    write: WritesFacts
    clock: Clock

    async def sounds(self) -> Sequence[SoundShown]:
        """Of each phrase in each language in which it has words."""
        kept = await self.store.sounds()
        rules, said = self.in_force.now, said_by(self.in_force.seed, kept)
        uploaded = {one.sound: one for one in kept}
        found = []
        for key, phrase in rules.phrases.phrases.items():
            for language in ("zh", "ko") if phrase.ko else ("zh",):
                sound = phrase.file if language == "zh" else phrase.korean
                words = (phrase.ko or "") if language == "ko" else phrase.zh
                shown = SoundShown(
                    phrase=key,
                    language=language,
                    file=sound,
                    words=said.get(sound, words),
                    seconds=rules.sounds.files[sound].seconds,
                    at=uploaded[sound].at if sound in uploaded else None,
                    by=uploaded[sound].by if sound in uploaded else None,
                )
                found.append(shown)
        return found

    async def sound(self, phrase: str, language: str) -> bytes:
        known = self.in_force.now.phrases.phrases.get(phrase)
        if known is None or language not in LANGUAGES:
            raise unknown(phrase)
        file = self.in_force.now.sounds.files[known.file if language == "zh" else known.korean]
        return await asyncio.to_thread(file.path.read_bytes)

    async def keep(self, sound: NewSound) -> SoundShown:
        name = sound_of(self.in_force.now.phrases, sound.phrase, sound.language)
        known = self.in_force.now.phrases.texts().get(name, "")
        kept = UploadedSound(
            sound=name,
            words=(sound.words or known).strip(),
            digest=hashlib.sha256(sound.wav).hexdigest(),
            at=self.clock.now(),
            by=sound.by,
        )
        if not kept.words:
            raise BadSoundUpload(
                "Nobody said what this sound says.", remedy="Send its words.", problems=()
            )
        seconds = (await asyncio.to_thread(looked_at, name, sound.wav)).seconds
        version = await self.store.keep_sound(kept, sound.wav)
        fact = SoundReleased(
            at=kept.at, sound=name, version=version, digest=kept.digest, by=sound.by
        )
        self.write([fact])
        await asyncio.to_thread(put_sound, self.folder, name, sound.wav)
        self._play(name, SoundFile(self.folder / f"{name}.wav", seconds))
        return SoundShown(
            phrase=sound.phrase,
            language=sound.language,
            file=name,
            words=kept.words,
            seconds=seconds,
            at=kept.at,
            by=sound.by,
        )

    def _play(self, name: Sound, file: SoundFile) -> None:
        """A phrase that the book does not have yet is played once it is released."""
        read = self.in_force.read
        self.in_force.obey(read.with_sound(name, file))


def sound_of(phrases: Phrases, phrase: str, language: str) -> Sound:
    """A new phrase's sound is called as those that are shipped. Raises UnknownPhrase."""
    if language not in LANGUAGES or not (phrase.isascii() and phrase.isidentifier()):
        raise unknown(phrase)
    known = phrases.phrases.get(phrase)
    zh = known.file if known is not None else Sound(f"zh/phrases/{phrase.lower()}")
    return zh if language == "zh" else Sound("ko/" + zh.removeprefix("zh/"))


def unknown(phrase: str) -> UnknownPhrase:
    return UnknownPhrase(
        f"There is no phrase {phrase!r} in that language.", remedy="Choose one of the list."
    )


def looked_at(sound: Sound, wav: bytes) -> SoundFile:
    """As a start looks at each file. Raises BadSoundUpload."""
    with TemporaryDirectory(prefix="sound-") as folder:
        put_sound(Path(folder), sound, wav)
        try:
            found = check_sounds([sound], shipped=Path(folder))
        except BadSettings as bad:
            raise BadSoundUpload(
                bad.problem.replace(f"{folder}/", ""),
                remedy=bad.remedy,
                problems=problems_of(bad),
            ) from bad
        return found.files[sound]
