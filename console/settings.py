"""What a site may set about its console: addresses, sessions, limits, recordings."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class PasswordCost(BaseModel):
    """Work of one argon2id hash (RFC 9106). Tests use a cheap one; a site keeps the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passes: Annotated[int, Field(ge=1, le=10)] = 3
    memory_kib: Annotated[int, Field(ge=8, le=1_048_576)] = 65_536
    lanes: Annotated[int, Field(ge=1, le=16)] = 4


class ConsoleSettings(BaseModel):
    """`public_origins` are the addresses in the browser's bar, such as https://12345.example.gov.cn.

    Empty means: the origin must be the host that was asked. `metrics_token` comes from the
    environment; empty means that /metrics answers the loopback only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    tls: bool = False
    public_origins: tuple[str, ...] = ()
    session_hours: Annotated[int, Field(ge=1, le=72)] = 12
    wall_session_days: Annotated[int, Field(ge=1, le=366)] = 30  # of a screen in the hall
    password: PasswordCost = PasswordCost()
    metrics_token: SecretStr = SecretStr("")
    first_administrator: SecretStr = SecretStr("")  # password of the account "administrator"
    max_body_bytes: Annotated[int, Field(ge=1024)] = 262_144
    live_every_ms: Annotated[int, Field(ge=50, le=5_000)] = 250
    live_backlog: Annotated[int, Field(ge=4, le=4_096)] = 64
    home_area: Annotated[str, Field(pattern=r"^(0\d{2,3})?$")] = (
        ""  # "0431": completes local numbers
    )
    recordings_kept_days: Annotated[int, Field(ge=30)] = 1_095

    @property
    def session_lasts(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def wall_session_lasts(self) -> timedelta:
        return timedelta(days=self.wall_session_days)

    @property
    def live_every(self) -> timedelta:
        return timedelta(milliseconds=self.live_every_ms)

    @property
    def recordings_kept_for(self) -> timedelta:
        """Default three years; never below the 30 days of a licensed call centre (B7)."""
        return timedelta(days=self.recordings_kept_days)

    @property
    def cookie(self) -> str:
        """With TLS `__Host-`: the browser takes it only from this host, and only over TLS."""
        return "__Host-hotline" if self.tls else "hotline"
