"""Accounts and sessions in PostgreSQL."""

from datetime import datetime
from typing import Final

from console.logins import Login, Role, Session
from kernel.ids import AgentNo
from storage.pool import Pool, Row

_LOGIN: Final = "select name, role, agent, third_party, password_hash from login where name = $1"
_ADD_LOGIN: Final = """
insert into login (name, role, agent, third_party, password_hash, created_at)
values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing"""
_LOGINS: Final = "select name, role, agent, third_party, password_hash from login order by name"
_CHANGE_LOGIN: Final = """
update login set role = $6, agent = $7, third_party = $8, password_hash = $9
where name = $1 and role = $2 and agent is not distinct from $3 and third_party = $4
    and password_hash = $5"""
_DROP_SESSIONS: Final = """
delete from login_session where login = $1 and key is distinct from $2"""
_SAVE_SESSION: Final = """
insert into login_session (key, login, opened_at, expires_at) values ($1, $2, $3, $4)"""
_SESSION: Final = """
select l.name, l.role, l.agent, l.third_party, l.password_hash, s.opened_at, s.expires_at
from login_session s join login l on l.name = s.login where s.key = $1"""


class PgLogins:
    """Fits `console/ports.py: KeepsLogins`. Each method raises Unavailable without the database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def login(self, name: str) -> Login | None:
        row = await self._pool.fetchrow(_LOGIN, name)
        return _login(row) if row else None

    async def all_logins(self) -> list[Login]:
        """All, by name."""
        return [_login(row) for row in await self._pool.fetch(_LOGINS)]

    async def change_login(self, old: Login, new: Login) -> bool:
        """False when it is not as `old` says any more."""
        was = (old.role.value, old.agent, old.third_party, old.password_hash)
        will = (new.role.value, new.agent, new.third_party, new.password_hash)
        done = await self._pool.execute(_CHANGE_LOGIN, old.name, *was, *will)
        return done.endswith(" 1")

    async def add_login(self, login: Login, at: datetime) -> bool:
        """False when the name exists: nothing is changed then, least of all its password."""
        done = await self._pool.execute(
            _ADD_LOGIN,
            login.name,
            login.role.value,
            login.agent,
            login.third_party,
            login.password_hash,
            at,
        )
        return done.endswith(" 1")

    async def save_session(
        self, key: bytes, login: str, opened_at: datetime, expires_at: datetime
    ) -> None:
        await self._pool.execute(_SAVE_SESSION, key, login, opened_at, expires_at)

    async def session(self, key: bytes) -> Session | None:
        row = await self._pool.fetchrow(_SESSION, key)
        return Session(_login(row), row["opened_at"], row["expires_at"]) if row else None

    async def drop_session(self, key: bytes) -> None:
        await self._pool.execute("delete from login_session where key = $1", key)

    async def drop_sessions_of(self, login: str, but: bytes | None) -> None:
        await self._pool.execute(_DROP_SESSIONS, login, but)

    async def drop_expired_sessions(self, now: datetime) -> None:
        await self._pool.execute("delete from login_session where expires_at <= $1", now)


def _login(row: Row) -> Login:
    return Login(
        name=row["name"],
        role=Role(row["role"]),
        agent=AgentNo(row["agent"]) if row["agent"] else None,
        third_party=row["third_party"],
        password_hash=row["password_hash"],
    )
