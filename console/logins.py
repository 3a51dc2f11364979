"""Who may do what: roles, scopes, passwords, and the brake on guessing them.

Third-party staff keep the answering scopes whatever their role says (GOV-01). Hashing costs a
quarter of a second of CPU and 64 MB, so it runs in a thread and only two at a time.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from console.errors import TooManyAttempts
from console.settings import PasswordCost
from kernel.ids import AgentNo


class Role(StrEnum):
    AGENT = "agent"  # 话务员
    SUPERVISOR = "supervisor"  # 班长
    ADMINISTRATOR = "administrator"  # 管理员
    HANDLER = "handler"  # 承办人, of a unit outside the centre
    WALL = "wall"  # 大屏: a screen in the hall, nobody's


class Scope(StrEnum):
    """What a route asks for. `answering` ones are all that third-party staff may have."""

    SIT = "sit"  # sign in at a seat, pause, wrap up
    TALK = "talk"  # hold, transfer and the like on one's own call
    WATCH_FLOOR = "watch-floor"
    WATCH_WALL = "watch-wall"  # seats, queues and counts of the day: no call, no name
    FILE_TICKETS = "file-tickets"  # drafts, submission, look-ups beside the call
    HEAR_OWN = "hear-own"  # recordings of one's own calls
    READ_CASES = "read-cases"  # the case list: handling is not answering
    READ_CALLS = "read-calls"  # everybody's calls
    READ_DUTIES = "read-duties"
    READ_FIGURES = "read-figures"
    HEAR_ALL = "hear-all"
    REVEAL = "reveal"  # a caller's full number, audited (SEC-01)
    FORCE_SEATS = "force-seats"
    HOLD_RECORDINGS = "hold-recordings"
    EDIT_DIRECTORY = "edit-directory"
    EDIT_SETTINGS = "edit-settings"  # queues, menus, phrases, calendars ... (hotline/releases)
    EDIT_LOGINS = "edit-logins"  # accounts: give, change, reset, shut (SEC-06)
    RUN_SURVEYS = "run-surveys"  # pause, judge, hear the reasons
    MOVE_CASES = "move-cases"  # dispatch, close, flag
    PLAN_STAFF = "plan-staff"  # needed, rostered, here; shifts, ratio, forecasts
    SUPERVISE = "supervise"  # hear conversations, speak into them, take them over (E2)
    SPEAK_ON_CASES = "speak-on-cases"  # with a citizen, both numbers hidden (FRD-03)


ANSWERING: Final = frozenset(
    {
        Scope.SIT,
        Scope.TALK,
        Scope.WATCH_FLOOR,
        Scope.WATCH_WALL,
        Scope.FILE_TICKETS,
        Scope.HEAR_OWN,
    }
)
_AGENT: Final = ANSWERING | {
    Scope.READ_CASES,
    Scope.READ_DUTIES,
    Scope.READ_FIGURES,
    Scope.SPEAK_ON_CASES,
}
_SUPERVISOR: Final = _AGENT | {
    Scope.READ_CALLS,
    Scope.HEAR_ALL,
    Scope.REVEAL,
    Scope.FORCE_SEATS,
    Scope.PLAN_STAFF,
    Scope.HOLD_RECORDINGS,
    Scope.RUN_SURVEYS,
    Scope.MOVE_CASES,
    Scope.SUPERVISE,
}
SCOPES: Final[dict[Role, frozenset[Scope]]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: frozenset(Scope)
    - {Scope.SIT, Scope.TALK, Scope.FILE_TICKETS, Scope.SPEAK_ON_CASES, Scope.SUPERVISE},
    Role.HANDLER: frozenset({Scope.SPEAK_ON_CASES}),
    Role.WALL: frozenset({Scope.WATCH_WALL}),
}


def scopes_of(role: Role, *, third_party: bool) -> frozenset[Scope]:
    """GOV-01: 严禁将诉求办理等主体业务外包."""
    return SCOPES[role] & ANSWERING if third_party else SCOPES[role]


@dataclass(frozen=True, slots=True)
class Login:
    """An account of one responsible person (SEC-06: no shared logins), or of a screen (wall)."""

    name: str
    role: Role
    agent: AgentNo | None
    third_party: bool
    password_hash: str

    def __repr__(self) -> str:
        return f"Login({self.name}, {self.role})"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one browser; the id in its cookie is not in here."""

    login: Login
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewLogin:
    """An account that wiring wants to exist: the first administrator, or the demo logins."""

    name: str
    password: str
    role: Role
    agent: AgentNo | None = None
    third_party: bool = False

    def __repr__(self) -> str:
        return f"NewLogin({self.name}, {self.role})"


class Passwords:
    """argon2id, off the loop."""

    def __init__(self, cost: PasswordCost) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
        )
        self._room = asyncio.Semaphore(2)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password_hash: str, password: str) -> bool:
        """False for a wrong password and for a hash that is not one."""
        async with self._room:
            return await asyncio.to_thread(self._check, password_hash, password)

    async def waste(self, password: str) -> None:
        """As long as a real check takes, so that an unknown name cannot be told by the clock."""
        if self._nobody is None:
            self._nobody = await self.hash("nobody")
        await self.fits(self._nobody, password)

    def _check(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


@dataclass(slots=True)
class _Failures:
    count: int
    refuse_until: datetime


class LoginBrake:
    """Makes guessing slow: beyond `free` failures each further one doubles the wait.

    Keys are a name at an address, and an address; a name alone is no key, since anybody could
    lock a colleague out with it. What lies back longer than `forget_after` no longer counts.
    """

    longest: Final = timedelta(minutes=15)
    forget_after: Final = timedelta(hours=1)
    room: Final = 10_000

    def __init__(self) -> None:
        self._failures: dict[str, _Failures] = {}

    def check(self, name: str, address: str, now: datetime) -> None:
        """Raises TooManyAttempts while the wait for this name or this address lasts."""
        for key, _ in self._keys(name, address):
            known = self._failures.get(key)
            if known is not None and known.refuse_until > now:
                wait_s = max(1, int((known.refuse_until - now).total_seconds() + 0.999))
                raise TooManyAttempts(
                    f"Too many failed logins from here; {wait_s} s are left to wait.",
                    remedy="Wait, then try again; a supervisor can set a new password.",
                    wait_s=wait_s,
                )

    def failed(self, name: str, address: str, now: datetime) -> None:
        for key, free in self._keys(name, address):
            self._count(key, free, now)

    def passed(self, name: str, address: str) -> None:
        """A right password clears the name, not the address: others may be guessing from there."""
        self._failures.pop(self._keys(name, address)[0][0], None)

    def _count(self, key: str, free: int, now: datetime) -> None:
        known = self._failures.pop(key, None)
        if known is None or now - known.refuse_until > self.forget_after:
            known = _Failures(0, now)
        known.count += 1
        over = min(known.count - free, 20)
        wait = min(timedelta(seconds=2**over), self.longest) if over >= 0 else timedelta(0)
        known.refuse_until = now + wait
        self._failures[key] = known
        while len(self._failures) > self.room:
            self._failures.pop(next(iter(self._failures)))

    def _keys(self, name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (f"{name}@{address}", 3), (f"@{address}", 30)
