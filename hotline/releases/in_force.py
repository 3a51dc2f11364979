"""The rules that are obeyed now. Who keeps a piece of them follows them, and is handed the next.

At a start the releases of the database override the files of the config folder; one that no longer
passes (after an upgrade) stops the start and says how to fall back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from config.settings import Settings
from console.settings_rules_port import Release
from hotline.places import Places
from hotline.releases.rule_book import path_of
from hotline.releases.store import PgReleases
from hotline.releases.texts import Texts, put_into, read_texts, texts_of
from hotline.releases.uploads import put_sounds
from hotline.rule_files import RuleFiles
from kernel.errors import BadSettings
from storage.pool import Pool
from telephony.sound_files import SoundFile, SoundFiles
from telephony.spoken import Sound


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RulesRead:
    """`texts` they were made of; `versions` of the files that were released."""

    rules: RuleFiles
    texts: Texts
    versions: Mapping[str, int] = field(default_factory=dict)

    def with_sound(self, sound: Sound, file: SoundFile) -> "RulesRead":
        sounds = SoundFiles({**self.rules.sounds.files, sound: file})
        return replace(self, rules=replace(self.rules, sounds=sounds))


@dataclass(slots=True, repr=False)
class RulesInForce:
    """`seed`: the files of the config folder as they were at the start."""

    read: RulesRead
    seed: Texts
    _users: list[Callable[[RuleFiles], None]] = field(default_factory=list)

    @property
    def now(self) -> RuleFiles:
        return self.read.rules

    def follow(self, use: Callable[[RuleFiles], None]) -> None:
        """Called with all rules whenever any of them is released; returns at once, never raises."""
        self._users.append(use)

    def obey(self, read: RulesRead) -> None:
        self.read = read
        for use in self._users:
            use(read.rules)


async def open_rules(pool: Pool, settings: Settings, places: Places) -> RulesInForce:
    """Raises BadSettings, Unavailable."""
    store = PgReleases(pool)
    put_sounds(places.uploaded_sounds, await store.wavs())
    heads = await store.heads()
    seed = texts_of(places.config)
    texts = overridden(seed, heads)
    rules = _read(texts, heads, settings, places)
    put_into(places.rules, texts)
    versions = {name: head.version for name, head in heads.items()}
    return RulesInForce(RulesRead(rules=rules, texts=texts, versions=versions), seed)


async def check_releases(pool: Pool, settings: Settings, places: Places) -> None:
    """Whether a start could obey them. Raises BadSettings, Unavailable."""
    store = PgReleases(pool)
    heads = await store.heads()
    if heads:
        put_sounds(places.uploaded_sounds, await store.wavs())
        _read(overridden(texts_of(places.config), heads), heads, settings, places)


def _read(
    texts: Texts, heads: Mapping[str, Release], settings: Settings, places: Places
) -> RuleFiles:
    try:
        return read_texts(texts, settings, places)
    except BadSettings as bad:
        raise _fall_back(bad, heads) from bad.__cause__


def overridden(texts: Texts, heads: Mapping[str, Release]) -> dict[str, str]:
    return {**texts, **{path_of(name): head.text for name, head in heads.items()}}


def _fall_back(bad: BadSettings, heads: Mapping[str, Release]) -> BadSettings:
    """Says which releases hold, for the file that is named may be right and another one wrong."""
    if not heads:
        return bad
    held = ", ".join(f"{path_of(name)} release {one.version}" for name, one in heads.items())
    return type(bad)(
        f"{bad.problem} These releases override the config folder: {held}.",
        remedy=f"{bad.remedy} Or go back: `hotline settings import FILE --reason WHY` releases the "
        "file that you name (`hotline settings export DIR --version N` writes an older one).",
    )
