"""The only place that knows which error is which HTTP status, and how it reads to a person.

A reply is `{code, problem, remedy}`, with `fields` for a form and `incident` for a fault of
ours. The
text comes from the table of the language asked for, Chinese first; what stands in an exception
is for the log, since it may carry values that the reader must not see.
"""

import secrets
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

import structlog
import yaml
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import BaseModel, ConfigDict

from console import errors
from console.settings_rules_port import BadRules, RuleProblem, RulesChangedMeanwhile
from intake.branch_door import BadSignature
from intake.field_errors import BadTicket, FieldError
from kernel.errors import (
    BadInput,
    BadSettings,
    Conflict,
    HotlineError,
    NotAllowed,
    NotFound,
    TimedOut,
    Unavailable,
)

log = structlog.get_logger()

_STATUS: Final[dict[type[HotlineError], int]] = {
    HotlineError: 500,
    BadSettings: 500,
    BadInput: 422,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
    TimedOut: 504,
    errors.MalformedJson: 400,
    errors.BodyTooLarge: 413,
    errors.WrongMediaType: 415,
    errors.VersionMissing: 428,
    errors.NotSignedIn: 401,
    errors.WrongNameOrPassword: 401,
    errors.TooManyAttempts: 429,
    errors.MethodNotAllowed: 405,
    errors.RecordingGone: 410,
    BadSignature: 401,
    RulesChangedMeanwhile: 412,
}
_BRANCHES: Final = (BadInput, NotAllowed, NotFound, Conflict, TimedOut, Unavailable, HotlineError)
LANGUAGES: Final = ("zh", "en")


class Problem(BaseModel):
    """The body of each reply that is not a success."""

    model_config = ConfigDict(frozen=True)

    code: str
    problem: str
    remedy: str
    fields: list[FieldError] | None = None
    incident: str | None = None
    queue: str | None = None  # of a break that waits: whose minimum is in the way
    granted_at: datetime | None = None  # ... and when it will be granted, as far as is known
    problems: list[RuleProblem] | None = None  # of a rule file that was not released


def status_of(kind: type[HotlineError]) -> int:
    """The HTTP status of an error: its own, or that of its nearest branch."""
    return next(_STATUS[known] for known in kind.__mro__ if known in _STATUS)


@cache
def texts(language: str) -> dict[str, tuple[str, str]]:
    """code -> (problem, remedy) of one language."""
    raw = files("console").joinpath(f"texts/{language}.yaml").read_text(encoding="utf-8")
    table = yaml.safe_load(raw)
    return {code: (problem, remedy) for code, (problem, remedy) in table.items()}


def language_of(accepted: str) -> str:
    """zh unless Accept-Language ranks English above Chinese."""
    ranks = {"zh": 0.0, "en": 0.0}
    for n, item in enumerate(accepted.split(",")[:10]):
        tag, _, weight = item.strip().partition(";q=")
        short = tag.strip().lower()[:2]
        if short in ranks:
            ranks[short] = max(ranks[short], _weight(weight) - n / 1000)
    return "en" if ranks["en"] > ranks["zh"] else "zh"


def _weight(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdigit() else 1.0


def problem_of(err: HotlineError, language: str) -> Problem:
    """What the person reads: the sentence of the code, or that of its branch."""
    branch = next(b for b in _BRANCHES if isinstance(err, b))
    table = texts(language)
    problem, remedy = table.get(err.code) or table[branch.code]
    found = err.fields if isinstance(err, errors.BadForm | BadTicket) else ()
    fields = [field_in(field, language) for field in found]
    waits = err if isinstance(err, errors.BreakMustWait) else None
    return Problem(
        code=err.code,
        problem=problem,
        remedy=remedy,
        fields=fields or None,
        queue=waits.queue if waits else None,
        granted_at=waits.granted_at if waits else None,
        problems=list(err.problems) if isinstance(err, BadRules) else None,
    )


def field_in(found: FieldError, language: str) -> FieldError:
    """A field's own sentence in the table's language; a rule that has none there keeps its
    English."""
    if language == "en":
        return found
    problem, remedy = texts(language).get(f"field:{found.code}", (found.problem, found.remedy))
    return FieldError(field=found.field, code=found.code, problem=problem, remedy=remedy)


def reply(err: HotlineError, request: web.Request) -> web.Response:
    """The error as a response; status and headers follow from its type."""
    language = language_of(request.headers.get("Accept-Language", ""))
    shown = problem_of(err, language)
    headers = {"Content-Language": language}
    if isinstance(err, errors.TooManyAttempts):
        headers["Retry-After"] = str(err.wait_s)
    return _respond(shown, status_of(type(err)), headers)


def _respond(shown: Problem, status: int, headers: dict[str, str]) -> web.Response:
    return web.Response(
        body=shown.model_dump_json(exclude_none=True).encode(),
        status=status,
        content_type="application/json",
        headers=headers,
    )


def _fault(request: web.Request) -> web.Response:
    """Called while an unforeseen exception is at hand: it goes to the log, its number to the
    user."""
    incident = secrets.token_hex(6)
    log.exception("request failed", incident=incident, method=request.method)
    language = language_of(request.headers.get("Accept-Language", ""))
    problem, remedy = texts(language)[errors.InternalFault.code]
    shown = Problem(
        code=errors.InternalFault.code, problem=problem, remedy=remedy, incident=incident
    )
    return _respond(shown, 500, {"Content-Language": language})


def _from_aiohttp(err: web.HTTPException, request: web.Request) -> HotlineError | None:
    """aiohttp's own refusals, in our words; None for what is no error (redirects, 304)."""
    match err.status:
        case 404:
            return errors.NoSuchAddress("Nothing is at this address.", remedy="See openapi.json.")
        case 405:
            return errors.MethodNotAllowed(
                f"{request.method} is not possible here.", remedy="See openapi.json."
            )
        case 413:
            return errors.BodyTooLarge("The body is too large.", remedy="Send less at once.")
        case status if status >= 400:
            return BadInput(f"The request was refused ({status}).", remedy="See openapi.json.")
        case _:
            return None


@web.middleware
async def _error_replies(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except HotlineError as err:
        if status_of(type(err)) >= 500:
            log.warning("request could not be served", code=err.code, why=str(err))
        return reply(err, request)
    except web.HTTPException as err:
        ours = _from_aiohttp(err, request)
        if ours is None:
            raise
        return reply(ours, request)
    except ConnectionError:
        if request.transport is not None and not request.transport.is_closing():
            return _fault(request)
        log.debug("the page left before its answer", method=request.method)
        return web.Response()  # nobody reads it
    except Exception:
        return _fault(request)


error_replies: Final[Middleware] = _error_replies
