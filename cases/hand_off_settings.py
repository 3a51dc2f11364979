"""Which emergency line's own system is told of a hand-off: table `hand_off` of site.toml."""

from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ShortCode = Annotated[str, Field(pattern=r"^[0-9]{3,6}$")]


class HandOffSettings(BaseModel):
    """`receivers`: emergency number -> its system's address; one without is not told.

    `secret` comes from HOTLINE_HAND_OFF_SECRET and signs each message; without TLS only to this
    machine (SEC-04). Durations in seconds or ISO 8601.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    receivers: dict[ShortCode, str] = {}
    secret: SecretStr | None = None
    answer_within: timedelta = Field(default=timedelta(seconds=5), gt=timedelta(0))
    retry_first: timedelta = Field(default=timedelta(seconds=1), gt=timedelta(0))
    retry_at_most: timedelta = timedelta(seconds=30)
    give_up_after: timedelta = timedelta(minutes=10)  # then nobody reads it in time any more
    claim_for: timedelta = timedelta(seconds=60)  # a relay that died lets go after this
    batch: int = Field(default=20, ge=1, le=200)
    poll_every: timedelta = Field(default=timedelta(seconds=1), gt=timedelta(0))

    @model_validator(mode="after")
    def _safe(self) -> "HandOffSettings":
        for code, url in self.receivers.items():
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(f"receivers.{code} must be an https:// address")
            if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
                raise ValueError(f"receivers.{code} must begin with https:// (personal data)")
        if self.receivers and (self.secret is None or len(self.secret.get_secret_value()) < 16):
            raise ValueError("HOTLINE_HAND_OFF_SECRET must hold at least 16 characters")
        if self.claim_for <= self.answer_within:
            raise ValueError("claim_for must be longer than answer_within")
        return self
