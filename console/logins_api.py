"""Accounts: who may sign in, as what. A password is shown once, when it is made."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from acd import errors as acd
from console import errors, logins_office
from console.asked import Asked
from console.logins import Login, Role, Scope
from console.logins_office import Wish
from console.routes import Routes
from kernel.errors import Unavailable
from kernel.ids import AgentNo

routes = Routes("login")

Name = Annotated[str, StringConstraints(pattern=r"^[\w.@-]{1,64}$")]
_CHANGE_ERRORS = (
    errors.NoSuchLogin,
    errors.OwnLogin,
    errors.VersionMissing,
    acd.ChangedMeanwhile,
    Unavailable,
)


class LoginWish(BaseModel):
    """`third_party`: staff of a contractor, whatever the role (GOV-01)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    agent: Annotated[str, StringConstraints(pattern=r"^[\w:.-]{1,40}$")] | None = None
    third_party: bool = False

    def wish(self) -> Wish:
        agent = AgentNo(self.agent) if self.agent else None
        return Wish(role=self.role, agent=agent, third_party=self.third_party)


class NewLoginForm(LoginWish):
    name: Name


class PasswordChange(BaseModel):
    """Neither shows in a repr or an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    present: Annotated[SecretStr, Field(min_length=1, max_length=256)]
    wanted: Annotated[SecretStr, Field(min_length=12, max_length=256)]


class LoginRow(BaseModel):
    """`shut`: nobody signs in with it. `version` goes into If-Match."""

    name: str
    role: Role
    agent: str | None
    third_party: bool
    shut: bool
    version: str


class LoginRows(BaseModel):
    logins: list[LoginRow]


class LoginWithPassword(BaseModel):
    """`password` is told here and never again; only its hash is kept."""

    login: LoginRow
    password: str


@routes.get("/api/logins", scope=Scope.EDIT_LOGINS, errors=(Unavailable,))
async def login_rows(asked: Asked) -> LoginRows:
    """All accounts, by name."""
    found = await asked.console.logins.store.all_logins()
    return LoginRows(logins=[_row(login) for login in found])


@routes.post(
    "/api/logins",
    scope=Scope.EDIT_LOGINS,
    status=201,
    errors=(errors.LoginTaken, acd.UnknownWorkNumber, Unavailable),
)
async def add_login(asked: Asked, body: NewLoginForm) -> LoginWithPassword:
    """A new account with a password made for it."""
    login, password = await logins_office.add(asked, body.name, body.wish())
    return LoginWithPassword(login=_row(login), password=password)


@routes.put(
    "/api/logins/{name}",
    scope=Scope.EDIT_LOGINS,
    errors=(*_CHANGE_ERRORS, acd.UnknownWorkNumber),
)
async def change_login(asked: Asked, name: str, body: LoginWish) -> LoginRow:
    """Another role or agent; If-Match names the version. Its sessions end."""
    return _row(await logins_office.change(asked, name, body.wish(), asked.version_text))


@routes.post("/api/logins/{name}/password", scope=Scope.EDIT_LOGINS, errors=_CHANGE_ERRORS)
async def reset_password(asked: Asked, name: str) -> LoginWithPassword:
    """A new password made for it, also when it was shut; If-Match names the version."""
    login, password = await logins_office.reset(asked, name, asked.version_text)
    return LoginWithPassword(login=_row(login), password=password)


@routes.post("/api/logins/{name}/shut", scope=Scope.EDIT_LOGINS, errors=_CHANGE_ERRORS)
async def shut_login(asked: Asked, name: str) -> LoginRow:
    """Nobody signs in with it any more; If-Match names the version. Its sessions end."""
    return _row(await logins_office.shut(asked, name, asked.version_text))


@routes.post(
    "/api/me/password",
    errors=(
        errors.WrongNameOrPassword,
        errors.TooManyAttempts,
        errors.NoSuchLogin,
        acd.ChangedMeanwhile,
        Unavailable,
    ),
)
async def change_own_password(asked: Asked, body: PasswordChange) -> None:
    """A new password for whoever asks; his other sessions end."""
    present, wanted = body.present.get_secret_value(), body.wanted.get_secret_value()
    await logins_office.change_own_password(asked, present, wanted)


def _row(login: Login) -> LoginRow:
    return LoginRow(
        name=login.name,
        role=login.role,
        agent=login.agent,
        third_party=login.third_party,
        shut=logins_office.is_shut(login),
        version=logins_office.version_of(login),
    )
