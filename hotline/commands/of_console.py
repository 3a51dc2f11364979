"""One question to the console of a running instance, asked as its supervisor."""

import os
from pathlib import Path
from typing import Any

import aiohttp

from hotline.commands.board import BoardLoginRefused, ConsoleAway, from_endpoints
from hotline.private.instance import instance

_WITHIN = aiohttp.ClientTimeout(total=30)


async def console_answer(name: str, path: str) -> dict[str, Any]:
    """What GET `path` answers. Raises NoInstance, ConsoleAway, BoardLoginRefused."""
    root = os.environ.get("HOTLINE_INSTANCE_DIR", "") or instance(name).root
    address = from_endpoints(Path(root) / "endpoints.json")
    jar = aiohttp.CookieJar(unsafe=True)  # the address may be a number
    try:
        async with aiohttp.ClientSession(address.url, cookie_jar=jar, timeout=_WITHIN) as session:
            form = {"name": address.user, "password": address.password}
            await _asked(session, "POST", "/api/login", form)
            return await _asked(session, "GET", path)
    except (aiohttp.ClientError, OSError) as err:
        raise ConsoleAway(
            f"The console does not answer ({type(err).__name__}).",
            remedy="Start it with ./dev run, or name another --instance.",
        ) from err


async def _asked(
    session: aiohttp.ClientSession, method: str, path: str, form: dict[str, str] | None = None
) -> dict[str, Any]:
    async with session.request(method, path, json=form) as answer:
        found: dict[str, Any] = await answer.json()
        if answer.status == 200:
            return found
        raise BoardLoginRefused(
            f"{path}: {answer.status} {found.get('code', '')}: {found.get('problem', '')}",
            remedy=str(found.get("remedy", "Look at hotline.log.")),
        )
