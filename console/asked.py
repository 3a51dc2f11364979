"""One request on its way to a handler: who asks, from where, with which collaborators."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from console.collaborators import Console
from console.errors import (
    NoAgentBehindLogin,
    NotSignedIn,
    ThirdPartyStaff,
    VersionMissing,
    WrongRole,
)
from console.logins import ANSWERING, SCOPES, Login, Scope, Session, scopes_of
from kernel.ids import AgentNo

CONSOLE: Final = web.AppKey("console", Console)


@dataclass(frozen=True, slots=True)
class Asked:
    """What each handler gets first."""

    request: web.Request
    console: Console
    session: Session | None

    @property
    def login(self) -> Login:
        """Who asks. Raises NotSignedIn."""
        if self.session is None:
            raise NotSignedIn("No valid session comes with the request.", remedy="Sign in.")
        return self.session.login

    @property
    def agent(self) -> AgentNo:
        """The agent behind the login. Raises NoAgentBehindLogin."""
        if self.login.agent is None:
            raise NoAgentBehindLogin(
                f"The login {self.login.name!r} belongs to no agent.",
                remedy="Sign in with an agent's login, or set its 工号.",
            )
        return self.login.agent

    @property
    def scopes(self) -> frozenset[Scope]:
        """GOV-01: a contractor's agent stays one even if the account forgot to say so."""
        login = self.login
        third_party = login.third_party or self.console.floor.is_third_party(login.agent)
        return scopes_of(login.role, third_party=third_party)

    @property
    def version_text(self) -> str:
        """The version to change, as If-Match names it. Raises VersionMissing."""
        text = self.request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if not text:
            raise _version_missing()
        return text

    @property
    def version(self) -> int:
        """The same, where versions are counted. Raises VersionMissing."""
        text = self.version_text
        if not text.isascii() or not text.isdecimal() or len(text) > 9:
            raise _version_missing()
        return int(text)

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    def demand(self, scope: Scope) -> None:
        """Raises WrongRole, or ThirdPartyStaff when only the employer stands in the way."""
        if self.may(scope):
            return
        if scope in SCOPES[self.login.role] and scope not in ANSWERING:
            raise ThirdPartyStaff(
                f"{scope} is not open to staff of a contractor (GOV-01).",
                remedy="Ask an employee of the centre.",
            )
        raise WrongRole(
            f"The role {self.login.role} does not include {scope}.",
            remedy="Ask a supervisor or an administrator.",
        )


async def session_of(request: web.Request, console: Console) -> Session | None:
    """The session whose cookie came along, if it is still good."""
    token = request.cookies.get(console.settings.cookie)
    return await console.logins.sessions.find(token) if token else None


def _version_missing() -> VersionMissing:
    return VersionMissing(
        "If-Match does not name the version to change.",
        remedy="Load it, then send its version in If-Match.",
    )
