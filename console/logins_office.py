"""Gives, changes and shuts accounts (SEC-06); whoever is touched has no open session afterwards
(but for him who changes his own password, there where he does).

An account is never erased: its name stands in the journal, and nobody else may get it. Shut means
that it has no password. A change names what it was made from, and the store compares: two
administrators never overwrite one another unseen.
"""

import secrets
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from acd.errors import ChangedMeanwhile, UnknownWorkNumber
from console import login_facts as facts
from console.asked import Asked
from console.errors import LoginTaken, NoSuchLogin, OwnLogin, WrongNameOrPassword
from console.logins import Login, Role
from console.sessions import key_of
from kernel.ids import AgentNo

SHUT: Final = ""  # fits no password
_EASY: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike: it is read out and typed
_PASSWORD_LENGTH: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an administrator says of an account."""

    role: Role
    agent: AgentNo | None
    third_party: bool


def version_of(login: Login) -> str:
    """Changes with all that can be changed; says nothing of the password."""
    parts = (login.role.value, login.agent or "", str(login.third_party), login.password_hash)
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


def is_shut(login: Login) -> bool:
    return login.password_hash == SHUT


async def add(asked: Asked, name: str, wish: Wish) -> tuple[Login, str]:
    """The account and its first password, which is kept nowhere. Raises LoginTaken,
    UnknownWorkNumber."""
    _check_agent(asked, wish.agent)
    logins, now = asked.console.logins, asked.console.clock.now()
    password = new_password()
    password_hash = await logins.passwords.hash(password)
    login = Login(name, wish.role, wish.agent, wish.third_party, password_hash)
    if not await logins.store.add_login(login, now):
        raise LoginTaken(f"There is a login {name!r} already.", remedy="Choose another name.")
    by = asked.login.name
    asked.console.write([facts.LoginAdded(at=now, login=name, role=wish.role.value, by=by)])
    return login, password


async def change(asked: Asked, name: str, wish: Wish, version: str) -> Login:
    """Raises NoSuchLogin, OwnLogin, ChangedMeanwhile, UnknownWorkNumber."""
    _check_agent(asked, wish.agent)
    old = await _others(asked, name)
    new = replace(old, role=wish.role, agent=wish.agent, third_party=wish.third_party)
    await _swap(asked, old, new, version)
    now, by = asked.console.clock.now(), asked.login.name
    asked.console.write([facts.LoginChanged(at=now, login=name, role=wish.role.value, by=by)])
    return new


async def reset(asked: Asked, name: str, version: str) -> tuple[Login, str]:
    """A new password, also for one that was shut. Raises NoSuchLogin, OwnLogin,
    ChangedMeanwhile."""
    old, password = await _others(asked, name), new_password()
    new = replace(old, password_hash=await asked.console.logins.passwords.hash(password))
    await _swap(asked, old, new, version)
    now, by = asked.console.clock.now(), asked.login.name
    asked.console.write([facts.LoginPasswordSet(at=now, login=name, by=by)])
    return new, password


async def shut(asked: Asked, name: str, version: str) -> Login:
    """Raises NoSuchLogin, OwnLogin, ChangedMeanwhile."""
    old = await _others(asked, name)
    new = replace(old, password_hash=SHUT)
    await _swap(asked, old, new, version)
    now, by = asked.console.clock.now(), asked.login.name
    asked.console.write([facts.LoginShut(at=now, login=name, by=by)])
    return new


async def change_own_password(asked: Asked, present: str, wanted: str) -> None:
    """Raises WrongNameOrPassword, TooManyAttempts, ChangedMeanwhile. Only the session of
    whoever asks goes on: he may be in the middle of a call."""
    console, name = asked.console, asked.login.name
    logins, address, now = console.logins, asked.request.remote or "", console.clock.now()
    logins.brake.check(name, address, now)
    old = await _known(asked, name)
    if not await logins.passwords.fits(old.password_hash, present):
        logins.brake.failed(name, address, now)
        raise WrongNameOrPassword("The present password is wrong.", remedy="Type it again.")
    new = replace(old, password_hash=await logins.passwords.hash(wanted))
    own = key_of(asked.request.cookies[console.settings.cookie])
    await _swap(asked, old, new, version_of(old), but=own)
    console.write([facts.LoginPasswordSet(at=now, login=name, by=name)])


def new_password() -> str:
    """About 79 bits, in groups that can be read out."""
    letters = "".join(secrets.choice(_EASY) for _ in range(_PASSWORD_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _PASSWORD_LENGTH, 4))


async def _known(asked: Asked, name: str) -> Login:
    found = await asked.console.logins.store.login(name)
    if found is None:
        raise NoSuchLogin(f"There is no login {name!r}.", remedy="Choose one from the list.")
    return found


async def _others(asked: Asked, name: str) -> Login:
    """So that no administrator locks himself out."""
    if name == asked.login.name:
        raise OwnLogin(
            "Nobody changes or shuts his own login.",
            remedy="Ask another administrator; change your own password by your name.",
        )
    return await _known(asked, name)


async def _swap(
    asked: Asked, old: Login, new: Login, version: str, but: bytes | None = None
) -> None:
    """The change, and the end of every session that was opened before it, but for one."""
    console = asked.console
    if version_of(old) != version or not await console.logins.store.change_login(old, new):
        raise ChangedMeanwhile(
            f"The login {old.name!r} was changed meanwhile.", remedy="Load it again."
        )
    for key in await console.logins.sessions.close_all_of(old.name, but=but):
        console.floor.live.clients.close_session(key)
        console.softphones.end_session(key)


def _check_agent(asked: Asked, agent: AgentNo | None) -> None:
    if agent is not None and agent not in asked.console.floor.directory.directory.agents:
        raise UnknownWorkNumber(
            f"There is no agent {agent!r}.", remedy="Add the agent first, then the login."
        )
