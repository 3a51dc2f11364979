"""The accounts that must exist at start: the first administrator, or those of a demonstration."""

from collections.abc import Iterable

import structlog

from console.logins import Login, NewLogin, Passwords
from console.ports import KeepsLogins
from kernel.clock import Clock

log = structlog.get_logger()


async def ensure_logins(
    store: KeepsLogins, passwords: Passwords, clock: Clock, wanted: Iterable[NewLogin]
) -> int:
    """Add those that are missing, and change none that exists; how many were added.

    Raises Unavailable without the database.
    """
    added = 0
    for new in wanted:
        if await store.login(new.name) is not None:
            continue
        password_hash = await passwords.hash(new.password)
        login = Login(new.name, new.role, new.agent, new.third_party, password_hash)
        added += await store.add_login(login, clock.now())
    if added:
        log.info("first logins made", count=added)
    return added
