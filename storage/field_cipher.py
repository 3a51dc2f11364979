"""Personal data at rest: AES-256-GCM per field, and a blind index to find a value again (SEC-01).

A sealed value is version, key id, nonce, ciphertext. It is bound to table, column and row: a value
moved to another row does not open. The blind index is HMAC-SHA256 under a key of its own, which is
as secret as the others: phone numbers can be enumerated by whoever holds it.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.errors import BadSettings, HotlineError

FIELD_KEYS: Final = "HOTLINE_FIELD_KEYS"  # "1:<base64>" or "1:<base64>,2:<base64>"; newest seals
FIELD_KEY: Final = "HOTLINE_FIELD_KEY"  # "<base64>": a site with one key may write it so; id 1
INDEX_KEY: Final = "HOTLINE_INDEX_KEY"  # "<base64>"
MAKE_KEY: Final = "head -c 32 /dev/urandom | base64"

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION: Final = 1
_HEAD_BYTES: Final = 3  # version, key id (2 bytes)


class SealBroken(HotlineError):
    """A stored value does not open: moved, damaged, or sealed with a key we do not have."""

    code = "seal-broken"


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """`sealing` by key id (1 to 65535); the highest id seals, all of them open. Never printed."""

    sealing: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "FieldKeys":
        """Raises BadSettings that names the variable and the command that makes a key."""
        sealing: dict[int, bytes] = {}
        for entry in _entries(environment):
            number, colon, text = entry.strip().partition(":")
            if not colon or not number.isascii() or not number.isdigit() or int(number) > 0xFFFF:
                raise _bad(FIELD_KEYS, "has an entry without a key id (1 to 65535) and a colon")
            if int(number) in sealing or int(number) == 0:
                raise _bad(FIELD_KEYS, f"names key id {int(number)} twice, or it is 0")
            sealing[int(number)] = _key(FIELD_KEYS, text)
        index = _key(INDEX_KEY, _required(environment, INDEX_KEY).strip())
        if index in sealing.values():
            raise _bad(INDEX_KEY, "is the same key as one in " + FIELD_KEYS)
        return cls(sealing=sealing, index=index)

    @classmethod
    def new_environment(cls) -> dict[str, str]:
        """Fresh keys, as the environment wants them: for a private instance and for tests."""
        fresh = [base64.b64encode(os.urandom(_KEY_BYTES)).decode() for _ in range(2)]
        return {FIELD_KEYS: f"1:{fresh[0]}", INDEX_KEY: fresh[1]}


class FieldCipher:
    """Seals and opens single text fields."""

    def __init__(self, keys: FieldKeys) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in keys.sealing.items()}
        self._newest = max(self._ciphers)
        self._index_key = keys.index

    def seal(self, text: str, *, table: str, column: str, row: object) -> bytes:
        """31 bytes longer than the text's UTF-8; other bytes each time."""
        head = bytes([_VERSION]) + self._newest.to_bytes(2, "big")
        nonce = os.urandom(_NONCE_BYTES)
        bound = _bound(head, table, column, row)
        return head + nonce + self._ciphers[self._newest].encrypt(nonce, text.encode(), bound)

    def open(self, sealed: bytes, *, table: str, column: str, row: object) -> str:
        """The text again. Raises SealBroken."""
        place = f"{table}.{column} of row {row}"
        if len(sealed) < _HEAD_BYTES + _NONCE_BYTES + 16 or sealed[0] != _VERSION:
            raise _broken(place, "it is not a sealed value")
        cipher = self._ciphers.get(key_id(sealed))
        if cipher is None:
            raise _broken(place, f"key {key_id(sealed)} is not in {FIELD_KEYS}")
        head, rest = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
        nonce, body = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, body, _bound(head, table, column, row)).decode()
        except InvalidTag:
            raise _broken(place, "it was changed, moved, or sealed with another key") from None

    def is_stale(self, sealed: bytes) -> bool:
        """Sealed with an older key: seal it again when the row is written next."""
        return key_id(sealed) != self._newest

    def blind(self, what: str, value: str) -> bytes:
        """32 bytes: equal for equal values of one `what` ("phone", "id-no"). Normalise first."""
        return hmac.digest(self._index_key, f"{what}\x00{value}".encode(), "sha256")


def key_id(sealed: bytes) -> int:
    return int.from_bytes(sealed[1:_HEAD_BYTES], "big")


def _bound(head: bytes, table: str, column: str, row: object) -> bytes:
    return head + "\x00".join((table, column, str(row))).encode()


def _entries(environment: Mapping[str, str]) -> list[str]:
    if not environment.get(FIELD_KEYS, "").strip() and environment.get(FIELD_KEY, "").strip():
        return ["1:" + environment[FIELD_KEY].strip()]
    return _required(environment, FIELD_KEYS).split(",")


def _required(environment: Mapping[str, str], name: str) -> str:
    text = environment.get(name, "").strip()
    if not text:
        raise _bad(name, "is not set")
    return text


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _bad(name, "holds a key that is not base64") from None
    if len(key) != _KEY_BYTES:
        raise _bad(name, f"holds a key of {len(key)} bytes instead of {_KEY_BYTES}")
    return key


def _bad(name: str, what: str) -> BadSettings:
    form = '"1:<key>"' if name == FIELD_KEYS else '"<key>"'
    return BadSettings(
        f"The environment variable {name} {what}.",
        remedy=f"Set it to {form}; `{MAKE_KEY}` makes a key. Keep it as safe as the database.",
    )


def _broken(place: str, why: str) -> SealBroken:
    return SealBroken(
        f"The sealed value {place} cannot be opened: {why}.",
        remedy=f"Put the key it was sealed with back into {FIELD_KEYS}, or restore the row.",
    )
