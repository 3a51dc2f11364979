"""Whether and where an SMS is asked for once a citizen was not reached: `sms` of callbacks.yaml."""

from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ZERO = timedelta(0)


class SmsSettings(BaseModel):
    """`send: off`: what would be sent is only listed as `skipped`. `send: webhook`: each is posted
    to `url`, signed with HOTLINE_SMS_SECRET; without TLS only to this machine (SEC-04).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    send: Literal["off", "webhook"] = "off"
    url: str = ""
    secret: SecretStr | None = None  # never in the file: HOTLINE_SMS_SECRET
    answer_within: timedelta = Field(default=timedelta(seconds=10), gt=_ZERO)
    retry_first: timedelta = Field(default=timedelta(seconds=10), gt=_ZERO)
    retry_at_most: timedelta = Field(default=timedelta(minutes=30), gt=_ZERO)
    give_up_after: timedelta = Field(default=timedelta(days=2), gt=_ZERO)
    claim_for: timedelta = Field(default=timedelta(minutes=2), gt=_ZERO)
    batch: int = Field(default=20, ge=1, le=200)
    poll_every: timedelta = Field(default=timedelta(seconds=5), gt=_ZERO)

    @model_validator(mode="before")
    @classmethod
    def _off_is_a_word(cls, value: object) -> object:
        # YAML reads a bare `off` as false
        if isinstance(value, dict) and value.get("send") is False:
            return value | {"send": "off"}
        return value

    @model_validator(mode="after")
    def _safe(self) -> "SmsSettings":
        if self.send == "off":
            return self
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("url must be an https:// address when send is webhook")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("url must begin with https:// (a number is personal data)")
        if self.secret is not None and len(self.secret.get_secret_value()) < 16:
            raise ValueError("HOTLINE_SMS_SECRET must hold at least 16 characters")
        if self.claim_for <= self.answer_within:
            raise ValueError("claim_for must be longer than answer_within")
        return self
