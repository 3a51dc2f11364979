"""Each route says once what it takes, gives and refuses; serving and openapi.json both read that.

    @routes.post("/api/seat/pause", scope=Scope.SIT, errors=(UnknownPauseReason,))
    async def pause(asked: Asked, body: PauseForm) -> SeatShown: ...

`body` and `query` are pydantic models, other parameters are parts of the path, the return type is a
pydantic model or None (204). A route that makes its response itself says its `answer` or its `media`.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel

from console import errors
from console.logins import ANSWERING, Scope
from kernel.errors import HotlineError, Unavailable


class RouteHandler(Protocol):
    """A coroutine function whose first parameter is `asked`."""

    __name__: str

    def __call__(self, *args: Any, **kwargs: Any) -> Awaitable[Any]:  # each has its own parameters
        ...


HandlerT = TypeVar("HandlerT", bound=Callable[..., Awaitable[Any]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method at one path."""

    method: str
    path: str
    handler: RouteHandler
    group: str
    scope: Scope | None
    public: bool
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int
    media: str | None
    other_statuses: tuple[int, ...]
    own_errors: tuple[type[HotlineError], ...]

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def summary(self) -> str:
        return (self.handler.__doc__ or self.name).strip().splitlines()[0]

    @property
    def changes_something(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def all_errors(self) -> list[type[HotlineError]]:
        """Its own and those of the way in, each once."""
        found: list[type[HotlineError]] = [errors.InternalFault]
        if not self.public:
            found += [errors.NotSignedIn, Unavailable]
        if self.scope is not None:
            found.append(errors.WrongRole)
        if self.scope is not None and self.scope not in ANSWERING:
            found.append(errors.ThirdPartyStaff)
        if self.changes_something:
            found.append(errors.ForeignOrigin)
        if self.body is not None:
            found += [errors.MalformedJson, errors.WrongMediaType, errors.BodyTooLarge]
        if self.body is not None or self.query is not None:
            found += [errors.BadForm, errors.TextTooLong]
        return list(dict.fromkeys([*self.own_errors, *found]))


class Routes:
    """The routes of one module, under one heading of the document."""

    def __init__(self, group: str) -> None:
        self._group: Final = group
        self._operations: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def get(self, path: str, **said: Any) -> Callable[[HandlerT], HandlerT]:
        return self._add("GET", path, **said)

    def post(self, path: str, **said: Any) -> Callable[[HandlerT], HandlerT]:
        return self._add("POST", path, **said)

    def put(self, path: str, **said: Any) -> Callable[[HandlerT], HandlerT]:
        return self._add("PUT", path, **said)

    def delete(self, path: str, **said: Any) -> Callable[[HandlerT], HandlerT]:
        return self._add("DELETE", path, **said)

    def _add(
        self,
        method: str,
        path: str,
        *,
        scope: Scope | None = None,
        public: bool = False,
        status: int = 200,
        media: str | None = None,
        answer: type[BaseModel] | None = None,
        other_statuses: tuple[int, ...] = (),
        errors: tuple[type[HotlineError], ...] = (),
    ) -> Callable[[HandlerT], HandlerT]:
        def note(handler: HandlerT) -> HandlerT:
            hints = get_type_hints(handler)
            given = answer or (hints["return"] if media is None else None)
            is_empty = given is type(None)
            self._operations.append(
                Operation(
                    method=method,
                    path=path,
                    handler=handler,
                    group=self._group,
                    scope=scope,
                    public=public,
                    body=hints.get("body"),
                    query=hints.get("query"),
                    answer=None if is_empty else given,
                    status=204 if is_empty else status,
                    media=media,
                    other_statuses=other_statuses,
                    own_errors=errors,
                )
            )
            return handler

        return note
