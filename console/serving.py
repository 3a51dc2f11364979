"""From an Operation to what aiohttp calls: session, scope, query and body, handler, answer."""

from collections.abc import Iterable
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ValidationError

from console import errors
from console.asked import CONSOLE, Asked, session_of
from console.routes import Operation
from intake.field_errors import from_validation
from kernel.errors import BadInput

Model = TypeVar("Model", bound=BaseModel)


def mount(app: web.Application, operations: Iterable[Operation]) -> None:
    """Adds each operation to the app's router."""
    for operation in operations:
        app.router.add_route(operation.method, operation.path, _serve(operation))


def _serve(operation: Operation) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        asked = await _admit(operation, request)
        given: dict[str, Any] = dict(request.match_info)
        if operation.query is not None:
            given["query"] = _validated(operation.query, dict(request.query))
        if operation.body is not None and not operation.reads_itself:
            given["body"] = await _body(operation.body, request)
        answer = await operation.handler(asked, **given)
        if isinstance(answer, web.StreamResponse):
            return answer
        if answer is None:
            return web.Response(status=204)
        return web.Response(
            body=answer.model_dump_json().encode(),
            status=operation.status,
            content_type="application/json",
        )

    return serve


async def _admit(operation: Operation, request: web.Request) -> Asked:
    """Before anything of the request is read. Raises NotSignedIn, WrongRole, ThirdPartyStaff."""
    console = request.app[CONSOLE]
    if operation.public:
        return Asked(request, console, None)
    asked = Asked(request, console, await session_of(request, console))
    _ = asked.login  # refuses who has no session
    if operation.scope is not None:
        asked.demand(operation.scope)
    return asked


async def read_json(request: web.Request) -> bytes:
    """The body, fit to be validated. Raises WrongMediaType, BadForm."""
    if request.content_type != "application/json":
        raise errors.WrongMediaType(
            f"The body is {request.content_type}.", remedy="Send application/json."
        )
    raw = await request.read()
    if b"\\u0000" in raw:
        # PostgreSQL's text cannot hold it, and no citizen says it.
        raise errors.BadForm("A text holds the character NUL.", remedy="Remove it.")
    return raw


async def _body(model: type[Model], request: web.Request) -> Model:
    try:
        return model.model_validate_json(await read_json(request))
    except ValidationError as err:
        raise bad_form(err) from None  # its message would quote what was typed


def _validated(model: type[Model], given: dict[str, str]) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as err:
        raise bad_form(err) from None


def bad_form(err: ValidationError) -> BadInput:
    """MalformedJson, TextTooLong or BadForm; what was typed is not repeated in it."""
    kinds = {found["type"] for found in err.errors(include_input=False, include_url=False)}
    if "json_invalid" in kinds:
        return errors.MalformedJson("The body is not JSON.", remedy="Send valid JSON in UTF-8.")
    fields = from_validation(err).fields[:50]
    named = ", ".join(field.field for field in fields)
    leaf = errors.TextTooLong if "string_too_long" in kinds else errors.BadForm
    return leaf(f"These fields are not right: {named}.", remedy="Correct them.", fields=fields)
