"""Where systems of emergency lines are told of hand-offs: table `hand_off` of site.toml."""

import re
from datetime import timedelta
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from kernel.settings_file import moved

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


class HandOffSettings(BaseModel):
    """`receivers`: a system's name -> its address; config/emergency.yaml says who tells which.

    `secret` comes from HOTLINE_HAND_OFF_SECRET and signs each message; without TLS only to this
    machine (SEC-04). Durations in seconds or ISO 8601.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    receivers: dict[str, str] = {}
    secret: SecretStr | None = None
    answer_within: timedelta = Field(default=timedelta(seconds=5), gt=timedelta(0))
    retry_first: timedelta = Field(default=timedelta(seconds=1), gt=timedelta(0))
    retry_at_most: timedelta = timedelta(seconds=30)
    give_up_after: timedelta = timedelta(minutes=10)  # then nobody reads it in time any more
    claim_for: timedelta = timedelta(seconds=60)  # a relay that died lets go after this
    batch: int = Field(default=20, ge=1, le=200)
    poll_every: timedelta = Field(default=timedelta(seconds=1), gt=timedelta(0))

    def address(self, name: str | None) -> str | None:
        return self.receivers.get(name) if name is not None else None

    @model_validator(mode="after")
    def _safe(self) -> "HandOffSettings":
        for name, url in self.receivers.items():
            if name.isdigit():
                raise moved(
                    f"receivers.{name}",
                    'give the system a name (police = "https://...") and write `tells: police` at '
                    f"{name} in config/emergency.yaml",
                )
            if not _NAME.fullmatch(name):
                raise ValueError(f"receivers.{name}: a name has small letters, figures and _")
            _demand_safe(name, urlsplit(url))
        if self.receivers and (self.secret is None or len(self.secret.get_secret_value()) < 16):
            raise ValueError("HOTLINE_HAND_OFF_SECRET must hold at least 16 characters")
        if self.claim_for <= self.answer_within:
            raise ValueError("claim_for must be longer than answer_within")
        return self


def _demand_safe(name: str, parts: SplitResult) -> None:
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"receivers.{name} must be an https:// address")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(f"receivers.{name} must begin with https:// (personal data)")
