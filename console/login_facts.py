"""Who gave or took an account; passwords are in no fact."""

from dataclasses import dataclass
from typing import Final

from kernel.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAdded(Fact, kind="login-added"):
    login: str
    role: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginChanged(Fact, kind="login-changed"):
    """Another role, agent or employer; its sessions ended with it."""

    login: str
    role: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPasswordSet(Fact, kind="login-password-set"):
    """By an administrator, or by its owner (`by` is the login itself then)."""

    login: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginShut(Fact, kind="login-shut"):
    """Nobody signs in with it any more, until it gets a new password. The name stays taken."""

    login: str
    by: str


FACTS: Final[tuple[type[Fact], ...]] = (LoginAdded, LoginChanged, LoginPasswordSet, LoginShut)
