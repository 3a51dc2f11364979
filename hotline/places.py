"""Where things lie: the folder of settings, the instance's folder, the sounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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

    @property
    def uploaded_sounds(self) -> Path:
        """Of `hotline/releases`; played by Asterisk too."""
        return self.asterisk / "uploaded-sounds"

    @property
    def rules(self) -> Path:
        """A copy of the rule files in force, for processes of ours beside the leader."""
        return self.instance / "rules"

    def obeying(self) -> "Places":
        """The same, with the rule files in force instead of those of the config folder."""
        return replace(self, config=self.rules) if self.rules.is_dir() else self

    def site_sounds(self, settings: Settings) -> Path | None:
        return Path(settings.site.site_sounds) if settings.site.site_sounds else None

    def sound_path(self, sounds: Callable[[], SoundFiles]) -> Callable[[Sound], str]:
        """What Asterisk is told: a shipped file by its name, any other by its path."""

        def path(sound: Sound) -> str:
            found = sounds().files.get(sound)
            if found is None or found.path.is_relative_to(self.shipped_sounds):
                return sound
            return sounds().path_of(sound)

        return path
