"""The Valkey link. Rule: it holds only what can be rebuilt, so it fails fast.

redis-py's default retries keep one GET waiting for five seconds while the server is down; with one
retry and no back-off the same GET fails in a millisecond (measured on 8.1).
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from kernel.errors import BadSettings, Unavailable
from storage.settings import ValkeySettings

log = structlog.get_logger()

_HEALTH_CHECK_EVERY: Final = 15  # s


class ValkeyAway(Unavailable):
    code = "valkey-away"


@contextmanager
def valkey_faults() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as err:
        raise ValkeyAway(
            f"Valkey does not answer ({type(err).__name__}: {err}).",
            remedy="See whether it runs and is reachable at valkey.url; boards refill themselves.",
        ) from err


@asynccontextmanager
async def open_valkey(settings: ValkeySettings) -> AsyncIterator["Redis"]:
    """Connects at the first command. Use it inside `valkey_faults()`."""
    if settings.url is None:
        raise BadSettings(
            "No Valkey is named: valkey.url is empty.",
            remedy="Set valkey.url (or HOTLINE_VALKEY_URL), or start under the keeper.",
        )
    try:
        client = Redis.from_url(
            settings.url.get_secret_value(),
            socket_connect_timeout=settings.connect_within.total_seconds(),
            socket_timeout=settings.reply_within.total_seconds(),
            retry=Retry(NoBackoff(), 1),
            health_check_interval=_HEALTH_CHECK_EVERY,
            protocol=3,
        )
    except ValueError as err:
        raise BadSettings(
            f"valkey.url cannot be read: {err}.",
            remedy="Write it as redis://:password@host:port/0.",
        ) from err
    try:
        yield client
    finally:
        await client.aclose()


class FloorCopy:
    """A copy of the floor for the boards of other processes, under `floor:<site>`.

    A hash with `seq` and `view` (JSON), and the same as a message `<seq> <view>` on the channel of
    that name; a lost message is repaired by the next one.
    """

    def __init__(self, client: "Redis", site: str, settings: ValkeySettings) -> None:
        self._client = client
        self._key = f"floor:{site}"
        self._keep_ms = int(settings.keep_floor.total_seconds() * 1000)
        self.lost = 0  # publications that did not arrive, for /metrics
        self._well = True

    @property
    def is_well(self) -> bool:
        """Did the last publication arrive?"""
        return self._well

    async def publish(self, seq: int, view: bytes) -> bool:
        """Best effort: False when it did not arrive. Never raises for Valkey's troubles."""
        try:
            with valkey_faults():
                async with self._client.pipeline(transaction=True) as pipe:
                    pipe.hset(self._key, mapping={"seq": seq, "view": view})
                    pipe.pexpire(self._key, self._keep_ms)
                    pipe.publish(self._key, b"%d %b" % (seq, view))
                    await pipe.execute()
        except ValkeyAway as err:
            self.lost += 1
            if self._well:
                log.warning("boards of other processes stand still", why=str(err))
            self._well = False
            return False
        if not self._well:
            log.info("boards of other processes are fed again", lost=self.lost)
        self._well = True
        return True

    async def read(self) -> tuple[int, bytes] | None:
        """(seq, view) or None when nobody feeds it. Raises ValkeyAway."""
        with valkey_faults():
            seq, view = await self._client.hmget(self._key, ["seq", "view"])
        if not isinstance(seq, bytes) or not isinstance(view, bytes):
            return None
        return int(seq), view
