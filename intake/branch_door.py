"""How a branch centre shows who it is, and what it may not tell. Pure.

Rule: each request is signed over its moment, its purpose and its body, so that none of them can be
changed or used elsewhere; the same signed words heard twice change nothing, because every row has
the branch's own id.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import StringConstraints

from cases.webhook import signature
from kernel.errors import NotAllowed, NotFound

BranchId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,64}$")]  # its own, for ever
WorkNo = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{0,20}$")]
WINDOW: Final = timedelta(minutes=5)  # a request that is older or younger is not heard
AHEAD: Final = timedelta(seconds=60)  # so much may a branch's clock run before ours


class BadSignature(NotAllowed):
    """The line, its key, the moment or the words: which of them is not told."""

    code = "bad-signature"


class LineWithoutSeats(NotFound):
    """Only a line with seats of its own has anything to tell."""

    code = "line-without-seats"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request as it came. `purpose`: LINE/calls or LINE/tickets; `timestamp`: unix seconds."""

    purpose: str
    timestamp: str
    signature: str
    body: bytes = field(repr=False)


def check_signature(sent: Signed, secrets: Iterable[bytes], now: datetime) -> None:
    """Raises BadSignature. Two secrets may be valid: a key is replaced while it is in use."""
    fits = [
        hmac.compare_digest(
            signature(secret, sent.timestamp, sent.purpose, sent.body).encode(),
            sent.signature.encode(),
        )
        for secret in secrets
    ]
    if not _is_near(sent.timestamp, now) or not any(fits):
        raise BadSignature(
            f"The request for {sent.purpose} is not signed, or not as it should be.",
            remedy="Sign timestamp.LINE/calls.body with the branch's key; set the clock by NTP.",
        )


def _is_near(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(int(timestamp) - now.timestamp()) <= WINDOW.total_seconds()
