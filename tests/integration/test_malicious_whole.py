"""A measure in a whole hotline, whose leader ends and begins anew (MAL-01). Asterisk is away."""

import asyncio
import base64
import secrets
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hotline import cli
from tests.free_port import free_port
from tests.integration.hours import at_night
from tests.integration.servers import RunningAsterisk
from tests.integration.standby_site import CHIEF, Member, Site, ask, own_database, sign_in

pytestmark = pytest.mark.integration
KEY, WITHIN_S = "a" * 64, 60.0
PATH = f"/api/suspects/{KEY}/measure"


@pytest.fixture
async def site(
    postgres_dsn: str, valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    async with own_database(postgres_dsn) as dsn:
        told = {
            "HOTLINE_INSTANCE": "site",
            "HOTLINE_CONFIG_DIR": str(at_night(tmp_path)),
            "HOTLINE_DATABASE_DSN": dsn,
            "HOTLINE_VALKEY_URL": valkey_url,
            "HOTLINE_AMI_HOST": "127.0.0.1",
            "HOTLINE_AMI_PORT": str(free_port()),  # nobody listens there
            "HOTLINE_AMI_USER": "hotline",
            "HOTLINE_AMI_SECRET": secrets.token_hex(16),
            "HOTLINE_RECORDINGS_DIR": str(tmp_path),
            "HOTLINE_ASTERISK_RUN_DIR": str(tmp_path),
            "HOTLINE_FIELD_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "HOTLINE_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        assert await asyncio.to_thread(cli.main, ["migrate"]) == 0
        away: Any = None
        asterisk: RunningAsterisk = away
        found = Site(asterisk, tmp_path, told)
        try:
            yield found
        finally:
            found.stop()


async def leads(member: Member) -> str:
    """The chief's cookie, once it leads."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            answer = await ask(member, "GET", "/readyz")
            if answer is not None and "desk" in answer[1].get("dependencies", {}):
                return await sign_in(member, CHIEF)
            await asyncio.sleep(0.1)


async def stands(member: Member, cookie: str, count: int) -> list[Any]:
    """Until so many measures stand; which."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            answer = await ask(member, "GET", "/api/suspects", cookie=cookie)
            if answer is not None and len(answer[1]["measures"]) == count:
                found: list[Any] = answer[1]["measures"]
                return found
            await asyncio.sleep(0.1)


async def test_mal_01_a_measure_outlives_the_process_that_took_it(site: Site) -> None:
    first = site.start("first", "one")
    cookie = await leads(first)
    database = await asyncpg.connect(site.told["HOTLINE_DATABASE_DSN"])
    rang = "insert into caller_call values ('c1', $1, '138****0000', now(), 0, false)"
    await database.execute(rang, KEY)
    await database.close()
    until = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    form = {"what": "announcement", "until": until, "reason": "辱骂话务员"}

    taken = await ask(first, "POST", PATH, cookie=cookie, body=form)
    first.send(signal.SIGTERM)
    await first.has_ended()
    second = site.start("second", "one")
    cookie = await leads(second)
    (stood,) = await stands(second, cookie, 1)
    ended = await ask(second, "DELETE", PATH, cookie=cookie)
    left = await stands(second, cookie, 0)

    assert taken is not None and taken[0] == 200
    assert stood == taken[1]
    assert (ended, left) == ((204, None), [])
