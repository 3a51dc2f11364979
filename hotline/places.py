"""Where things lie: the folder of settings, the instance's folder, the sounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.settings import Settings
from telephony.sound_files import SoundFiles
from telephony.spoken import Sound

PROJECT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`asterisk`: what a private Asterisk may read, or the folder shared with a site's own."""

    config: Path
    instance: Path
    asterisk: Path
    shipped_sounds: Path = PROJECT / "asterisk" / "sounds"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Places":
        instance = Path(environment.get("HOTLINE_INSTANCE_DIR") or PROJECT / "var" / "main")
        return cls(
            config=Path(environment.get("HOTLINE_CONFIG_DIR") or PROJECT / "config"),
            instance=instance,
            asterisk=Path(environment.get("HOTLINE_ASTERISK_RUN_DIR") or instance / "asterisk"),
        )

    @property
    def journal(self) -> Path:
        return self.instance / "journal"

    @property
    def evidence(self) -> Path:
        """What citizens answered a survey, as sound."""
        return self.instance / "evidence"

    @property
    def greetings(self) -> Path:
        """Joined at sign-in, played by Asterisk: it must be able to read them."""
        return self.asterisk / "greetings"

    def site_sounds(self, settings: Settings) -> Path | None:
        return Path(settings.site.site_sounds) if settings.site.site_sounds else None

    def sound_path(self, settings: Settings, sounds: SoundFiles) -> Callable[[Sound], str]:
        """What Asterisk is told: a site's own file by its path, a shipped one by its name."""
        site = self.site_sounds(settings)

        def path(sound: Sound) -> str:
            found = sounds.files.get(sound)
            if site is not None and found is not None and found.path.is_relative_to(site):
                return sounds.path_of(sound)
            return sound

        return path
