"""All settings of one site, put together from each package's own small class.

`config/site.toml` first, the environment over it (addresses and secrets); files of structure
(queues, menus, phrases, catalogue) are read by the packages that own them. A wrong key stops the
start.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from cases.hand_off_settings import HandOffSettings
from cases.settings import WebhookSettings
from console.settings import ConsoleSettings
from figures.level_quarters import LevelSettings
from intake.words import AcceptLevel
from kernel.settings_file import checked, read_toml
from storage.settings import DatabaseSettings, JournalSettings, ValkeySettings
from telephony.settings import (
    AmiSettings,
    LifelineSettings,
    RecordingSettings,
    SipPulseSettings,
    TelephonySettings,
    TrunkSettings,
    WebPhoneSettings,
)

# environment variable -> (table, key) of site.toml
ENVIRONMENT: Final = {
    "HOTLINE_DATABASE_DSN": ("database", "dsn"),
    "HOTLINE_VALKEY_URL": ("valkey", "url"),
    "HOTLINE_AMI_HOST": ("ami", "host"),
    "HOTLINE_AMI_PORT": ("ami", "port"),
    "HOTLINE_AMI_USER": ("ami", "username"),
    "HOTLINE_AMI_SECRET": ("ami", "secret"),
    "HOTLINE_ARI_PORT": ("web_phones", "port"),
    "HOTLINE_ARI_SECRET": ("web_phones", "secret"),
    "HOTLINE_ARI_MEDIA_ADDRESS": ("web_phones", "media_address"),
    "HOTLINE_SIP_HOST": ("sip_pulse", "host"),
    "HOTLINE_SIP_PORT": ("sip_pulse", "port"),
    "HOTLINE_CONSOLE_HOST": ("console", "host"),
    "HOTLINE_CONSOLE_PORT": ("console", "port"),
    "HOTLINE_METRICS_TOKEN": ("console", "metrics_token"),
    "HOTLINE_FIRST_ADMINISTRATOR": ("console", "first_administrator"),
    "HOTLINE_RECORDINGS_DIR": ("recordings", "directory"),
    "HOTLINE_WEBHOOK_SECRET": ("webhook", "secret"),
    "HOTLINE_LEVEL_SECRET": ("levels", "secret"),
    "HOTLINE_HAND_OFF_SECRET": ("hand_off", "secret"),
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SiteSettings(_Frozen):
    """Who we are. `region_code` is GB/T 2260, `home_area` completes local numbers."""

    name_zh: str
    name_en: str
    region_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    accept_level: AcceptLevel = AcceptLevel.CITY
    home_area: Annotated[str, Field(pattern=r"^(0\d{2,3})?$")] = ""
    hotline_numbers: tuple[str, ...] = ("12345",)
    site_sounds: str = ""


class Settings(_Frozen):
    site: SiteSettings
    database: DatabaseSettings = DatabaseSettings()
    valkey: ValkeySettings = ValkeySettings()
    journal: JournalSettings = JournalSettings()
    ami: AmiSettings = AmiSettings()
    lifeline: LifelineSettings = LifelineSettings()
    sip_pulse: SipPulseSettings = SipPulseSettings()
    web_phones: WebPhoneSettings = WebPhoneSettings()
    recordings: RecordingSettings = RecordingSettings()
    trunk: TrunkSettings = TrunkSettings()
    console: ConsoleSettings = ConsoleSettings()
    webhook: WebhookSettings = WebhookSettings()
    levels: LevelSettings = LevelSettings()
    hand_off: HandOffSettings = HandOffSettings()
    overflow_targets: dict[str, str] = {}  # name in queues.yaml -> number to dial

    @property
    def telephony(self) -> TelephonySettings:
        return TelephonySettings(
            ami=self.ami,
            lifeline=self.lifeline,
            recording=self.recordings,
            trunk=self.trunk.model_copy(update={"home_area": self.site.home_area}),
        )


def load_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Raises BadSettings with file (or environment), key, value and remedy."""
    file = folder / "site.toml"
    found = read_toml(file)
    taken = []
    for name, value in (os.environ if environment is None else environment).items():
        if name in ENVIRONMENT and value:
            table, key = ENVIRONMENT[name]
            inner = found.setdefault(table, {})
            if isinstance(inner, dict):
                inner[key] = value
                taken.append(name)
    source = f"{file} and the environment ({', '.join(sorted(taken))})" if taken else file
    return checked(source, found, Settings)
