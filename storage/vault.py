"""Who is behind a number key. The journal holds keys and masked forms only; the numbers lie here.

A number is written, sealed, to an append-only file before `keep` returns, so that it survives
kill -9 and PostgreSQL being away; then it is shipped to the table `caller_number` and leaves the
file. Rule: a number stands nowhere in clear, and its key (a keyed hash) says nothing by itself.
"""

import asyncio
import base64
import binascii
import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

import asyncpg
import orjson
import structlog

from kernel.errors import Unavailable
from kernel.ids import NumberKey
from kernel.phone import PhoneNumber
from storage.field_cipher import FieldCipher
from storage.journal import JournalUnwritable
from storage.journal_file import cut_torn_line, sync_folder, write_whole
from storage.pool import Pool
from storage.settings import JournalSettings

log = structlog.get_logger()

_FILE: Final = "numbers.jsonl"
_KNOWN_AT_MOST: Final = 20_000  # keys remembered as shipped, so that they are not written again
_AT_ONCE: Final = 1000
_SHIP: Final = """
    insert into caller_number (number_key, sealed)
    select * from unnest($1::text[], $2::bytea[]) on conflict do nothing"""
_REVEAL: Final = "select sealed from caller_number where number_key = $1"


def number_key(cipher: FieldCipher, number: PhoneNumber) -> NumberKey | None:
    """The same number always has the same key; None for a withheld one."""
    if number.is_withheld:
        return None
    return NumberKey(cipher.blind("phone", number.value).hex())


class NumberVault:
    """One per leader; `folder` is the journal's or beside it. Keep `run()` running."""

    def __init__(
        self,
        folder: Path,
        cipher: FieldCipher,
        pool: Pool,
        settings: JournalSettings,
        make_room: Callable[[], bool] = lambda: False,
    ) -> None:
        self._make_room = make_room  # on a full disk: whether it is worth to try once more
        self._path = folder / _FILE
        self._cipher = cipher
        self._pool = pool
        self._settings = settings
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._unshipped = _read(self._path)
        self._known: OrderedDict[NumberKey, None] = OrderedDict()
        self._handle = _open(self._path)
        sync_folder(folder)
        self._news = asyncio.Event()
        if self._unshipped:
            self._news.set()

    def key_of(self, number: PhoneNumber) -> NumberKey | None:
        """The number's key, without keeping it; None for a withheld one. Always the same key."""
        return number_key(self._cipher, number)

    def keep(self, number: PhoneNumber) -> NumberKey | None:
        """Written when this returns; None for a withheld number. Raises JournalUnwritable."""
        key = self.key_of(number)
        if key is None or key in self._unshipped or key in self._known:
            return key
        sealed = self._cipher.seal(number.value, **_place(key))
        line = orjson.dumps({"key": key, "sealed": base64.b64encode(sealed).decode()}) + b"\n"
        self._append(line)
        self._unshipped[key] = sealed
        self._news.set()
        return key

    async def reveal(self, key: NumberKey) -> PhoneNumber | None:
        """The number, or None when it is not (or no longer) kept. Audit who asks.

        Raises DatabaseAway, SealBroken.
        """
        sealed = self._unshipped.get(key)
        if sealed is None:
            sealed = await self._pool.fetchval(_REVEAL, key)
        if sealed is None:
            return None
        return PhoneNumber.parse(self._cipher.open(sealed, **_place(key)))

    async def run(self) -> None:
        """Syncs and ships; with PostgreSQL away it waits and tries again."""
        delay = self._settings.retry_first.total_seconds()
        while True:
            await self._news.wait()
            await asyncio.sleep(self._settings.sync_within.total_seconds() / 2)
            try:
                await self.ship()
                delay = self._settings.retry_first.total_seconds()
            except (Unavailable, asyncpg.PostgresError) as err:
                log.warning("number vault waits", why=f"{type(err).__name__}: {err}")
                self._news.set()
                await asyncio.sleep(delay)
                delay = min(delay * 2, self._settings.retry_at_most.total_seconds())

    async def ship(self) -> None:
        """Everything kept so far into PostgreSQL and out of the file. Raises Unavailable."""
        self._news.clear()
        try:
            await asyncio.to_thread(os.fdatasync, self._handle)
        except OSError as err:
            raise _unwritable(err) from err
        batch = dict(list(self._unshipped.items())[:_AT_ONCE])
        if not batch:
            return
        await self._pool.execute(_SHIP, list(batch), list(batch.values()))
        for key in batch:
            del self._unshipped[key]
            self._known[key] = None
        while len(self._known) > _KNOWN_AT_MOST:
            self._known.popitem(last=False)
        self._shorten()

    def close(self) -> None:
        os.close(self._handle)

    def _append(self, line: bytes) -> None:
        """On a full disk once more, into the room of the journal's reserve."""
        try:
            self._put(line)
        except OSError as err:
            if not self._make_room():
                raise _unwritable(err) from err
            self._put_into_room(line)

    def _put_into_room(self, line: bytes) -> None:
        try:
            self._put(line)
        except OSError as err:
            raise _unwritable(err) from err

    def _put(self, line: bytes) -> None:
        size = os.fstat(self._handle).st_size
        if os.write(self._handle, line) != len(line):
            os.ftruncate(self._handle, size)
            raise OSError("only a part could be written")

    def _shorten(self) -> None:
        """Empties the file once all is shipped; until then it is offered again after a crash."""
        if not self._unshipped:
            os.ftruncate(self._handle, 0)
            return
        self._news.set()


def _place(key: NumberKey) -> dict[str, str]:
    return {"table": "caller_number", "column": "sealed", "row": key}


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _read(path: Path) -> dict[NumberKey, bytes]:
    if not path.exists():
        return {}
    cut_torn_line(path)
    kept: dict[NumberKey, bytes] = {}
    damaged = []
    for line in path.read_bytes().splitlines():
        try:
            entry = orjson.loads(line)
            kept[NumberKey(entry["key"])] = base64.b64decode(entry["sealed"], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error):
            damaged.append(line)
    if damaged:  # one unreadable number must not stop the hotline, nor vanish
        write_whole(path.with_name("numbers.damaged"), b"\n".join(damaged) + b"\n")
        log.error("number vault has damaged lines", lines=len(damaged), kept_in="numbers.damaged")
    return kept


def _unwritable(err: OSError) -> JournalUnwritable:
    return JournalUnwritable(
        f"The number vault cannot be written: {err}.",
        remedy="Free space on the disk of var/, or mend it; then restart if it does not recover.",
    )
