"""What telephony must be told: where Asterisk is, how long we wait for it, where recordings lie."""

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from kernel.settings_file import moved

FROZEN = ConfigDict(frozen=True, extra="forbid")


class AmiSettings(BaseModel):
    """The one AMI connection. Durations are seconds (or ISO-8601) in files, `timedelta` here."""

    model_config = FROZEN

    host: str = "127.0.0.1"
    port: int = Field(default=5038, ge=1, le=65535)
    username: str = "hotline"
    secret: SecretStr = SecretStr("")
    connect_within: timedelta = timedelta(seconds=5)
    boot_within: timedelta = timedelta(seconds=30)  # from log-in to FullyBooted
    ask_within: timedelta = timedelta(seconds=5)
    ping_every: timedelta = timedelta(seconds=5)
    ping_within: timedelta = timedelta(seconds=3)
    first_retry_after: timedelta = timedelta(milliseconds=200)
    last_retry_after: timedelta = timedelta(seconds=5)
    settled_after: timedelta = timedelta(seconds=10)  # a link that fell sooner keeps its long pause


class LifelineSettings(BaseModel):
    """Heartbeat and dead man's switch (measured: renewed every 4 s, switch 15 s).

    A beat older than 3 s lets another process take the lead (architecture §5).
    """

    model_config = FROZEN

    beat_every: timedelta = Field(default=timedelta(seconds=1), le=timedelta(seconds=1))
    every: timedelta = timedelta(seconds=4)
    switch: timedelta = timedelta(seconds=15)  # `switch_s` of asterisk/extensions.conf.j2
    look_every: timedelta = timedelta(seconds=60)  # our picture compared with Asterisk's
    second_look_after: timedelta = timedelta(seconds=1)


class SipPulseSettings(BaseModel):
    """Where Asterisk's SIP side is asked whether it lives; no port: it is not asked."""

    model_config = FROZEN

    host: str = "127.0.0.1"
    port: int | None = Field(default=None, ge=1, le=65535)
    every: timedelta = timedelta(seconds=5)
    within: timedelta = timedelta(seconds=2)


class WebPhoneSettings(BaseModel):
    """Softphones in pages: Asterisk's HTTP server on the loopback; no port: there are none.

    `media_address`: where Asterisk's audio is, if not where it says by itself (one machine alone).
    """

    model_config = FROZEN

    host: str = "127.0.0.1"
    port: int | None = Field(default=None, ge=1, le=65535)
    user: str = "hotline"
    secret: SecretStr = SecretStr("")
    media_address: str = ""
    ask_within: timedelta = timedelta(seconds=3)


class RecordingSettings(BaseModel):
    """Where Asterisk writes recordings, as we see that directory; `enabled` off records none.

    `voices_apart`: each voice in a file of its own too, for quality inspection, until it was heard.
    """

    model_config = FROZEN

    enabled: bool = True
    voices_apart: bool = False
    directory: Path = Path("var/recordings")
    settle_within: timedelta = timedelta(seconds=10)  # from hang-up to a closed file


class TrunkSettings(BaseModel):
    """The ways in and out: endpoint names of pjsip.conf, the home area code of local numbers.

    `emergency`: the short codes that Asterisk's own configuration lists; what a centre decides
    about them stands in config/emergency.yaml.
    """

    model_config = FROZEN

    outbound: str = "trunk-out"
    home_area: str = ""
    own_number: str = "12345"  # shown to those we ring
    emergency: tuple[str, ...] = ("110", "119", "120", "122")
    second: str = ""  # for emergency lines that the first does not reach; empty: there is none
    ring_outside_for: timedelta = timedelta(seconds=30)

    @model_validator(mode="before")
    @classmethod
    def _moved(cls, found: object) -> object:
        if isinstance(found, dict) and "emergency_ring_for" in found:
            raise moved(
                "emergency_ring_for",
                "write each number, with its ring_for_s, into config/emergency.yaml (or 设置)",
            )
        return found


class TelephonySettings(BaseModel):
    """All of it, as the switchboard and call control are handed it."""

    model_config = FROZEN

    ami: AmiSettings = AmiSettings()
    lifeline: LifelineSettings = LifelineSettings()
    recording: RecordingSettings = RecordingSettings()
    trunk: TrunkSettings = TrunkSettings()
