"""Whether and where tickets are told to a site's own case system: table `webhook` of site.toml."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class WebhookSettings(BaseModel):
    """`url` empty: our own store is the only one. Durations in seconds or ISO 8601.

    `secret` comes from HOTLINE_WEBHOOK_SECRET and signs each request; without TLS only to this
    machine (SEC-04).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    secret: SecretStr | None = None
    answer_within: timedelta = Field(default=timedelta(seconds=10), gt=timedelta(0))
    retry_first: timedelta = Field(default=timedelta(seconds=2), gt=timedelta(0))
    retry_at_most: timedelta = timedelta(minutes=10)
    give_up_after: timedelta = timedelta(days=7)  # then a person must look: /metrics counts them
    claim_for: timedelta = timedelta(minutes=2)  # a relay that died lets go after this
    batch: int = Field(default=20, ge=1, le=200)
    poll_every: timedelta = Field(default=timedelta(seconds=1), gt=timedelta(0))

    @property
    def wanted(self) -> bool:
        return bool(self.url)

    @model_validator(mode="after")
    def _safe(self) -> "WebhookSettings":
        if not self.url:
            return self
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("url must be an https:// address")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("url must begin with https:// (tickets hold personal data)")
        if self.secret is None or len(self.secret.get_secret_value()) < 16:
            raise ValueError("HOTLINE_WEBHOOK_SECRET must hold at least 16 characters")
        if self.claim_for <= self.answer_within:
            raise ValueError("claim_for must be longer than answer_within")
        return self
