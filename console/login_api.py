"""Sign in to the console, sign out, and who am I."""

from datetime import datetime
from typing import Annotated

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from console.asked import Asked
from console.errors import TooManyAttempts, WrongNameOrPassword
from console.facts import LoginClosed, LoginOpened
from console.logins import Login, Session
from console.routes import Routes
from console.sessions import key_of
from kernel.errors import Unavailable

log = structlog.get_logger()
routes = Routes("login")


class LoginForm(BaseModel):
    """The password never shows in a repr or an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=256)]


class Me(BaseModel):
    """`scopes` say what this login may do; third-party staff have the answering ones (GOV-01)."""

    model_config = ConfigDict(frozen=True)

    name: str
    role: str
    agent: str | None
    agent_name: str | None
    seat: str | None
    third_party: bool
    scopes: list[str]
    expires_at: datetime


@routes.post(
    "/api/login",
    public=True,
    answer=Me,
    errors=(WrongNameOrPassword, TooManyAttempts, Unavailable),
)
async def login(asked: Asked, body: LoginForm) -> web.Response:
    """Open a session; the cookie comes with the answer."""
    found = await _checked(asked, body)
    token, session = await asked.console.logins.sessions.open(found)
    asked.console.write(
        [LoginOpened(at=session.opened_at, login=found.name, role=found.role.value)]
    )
    me = _me(Asked(asked.request, asked.console, session))
    response = web.Response(body=me.model_dump_json().encode(), content_type="application/json")
    _set_cookie(asked, response, token, session)
    return response


@routes.post("/api/logout")
async def logout(asked: Asked) -> None:
    """Close the session, here and in its live channels."""
    token = asked.request.cookies[asked.console.settings.cookie]
    await asked.console.logins.sessions.close(token)
    asked.console.floor.live.clients.close_session(key_of(token))
    asked.console.softphones.end_session(key_of(token))
    now = asked.console.clock.now()
    asked.console.write([LoginClosed(at=now, login=asked.login.name)])


@routes.get("/api/me")
async def me(asked: Asked) -> Me:
    """The login behind the session, its scopes, and the seat its agent sits at."""
    return _me(asked)


async def _checked(asked: Asked, form: LoginForm) -> Login:
    """Raises WrongNameOrPassword, the same for an unknown name, in the same time."""
    logins, now = asked.console.logins, asked.console.clock.now()
    address = asked.request.remote or ""
    password = form.password.get_secret_value()
    logins.brake.check(form.name, address, now)
    found = await logins.store.login(form.name)
    if found is None:
        await logins.passwords.waste(password)
    elif await logins.passwords.fits(found.password_hash, password):
        logins.brake.passed(form.name, address)
        return found
    logins.brake.failed(form.name, address, now)
    log.warning("login refused")
    raise WrongNameOrPassword(
        "Name or password is wrong.", remedy="Type both again; look at the caps lock."
    )


def _me(asked: Asked) -> Me:
    login, floor = asked.login, asked.console.floor
    assert asked.session is not None, "a login comes with its session"
    agent = floor.directory.directory.agents.get(login.agent) if login.agent else None
    seat = floor.floor.snapshot().seat_of(login.agent) if login.agent else None
    return Me(
        name=login.name,
        role=login.role.value,
        agent=login.agent,
        agent_name=agent.name if agent else None,
        seat=seat.seat if seat else None,
        third_party=login.third_party or floor.is_third_party(login.agent),
        scopes=sorted(asked.scopes),
        expires_at=asked.session.expires_at,
    )


def _set_cookie(asked: Asked, response: web.Response, token: str, session: Session) -> None:
    settings = asked.console.settings
    response.set_cookie(
        settings.cookie,
        token,
        max_age=int((session.expires_at - session.opened_at).total_seconds()),
        httponly=True,
        secure=settings.tls,
        samesite="Lax",
        path="/",
    )
