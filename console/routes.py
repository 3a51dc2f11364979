"""Each route says once what it takes, gives and refuses; serving and openapi.json both read that.

    @routes.post("/api/seat/pause", scope=Scope.SIT, errors=(UnknownPauseReason,))
    async def pause(asked: Asked, body: PauseForm) -> SeatShown: ...

`body` and `query` are pydantic models, other parameters are parts of the path, the return type is a
pydantic model or None (204). A route that makes its response itself says its `answer` or its
`media`.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypedDict, TypeVar, Unpack, get_type_hints

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
    reads_itself: bool
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


class Said(TypedDict, total=False):
    """What a route may say beside its signature."""

    scope: Scope  # none: any login
    public: bool  # no login at all
    status: int
    other_statuses: tuple[int, ...]  # with the same body
    media: str  # the handler streams this
    reads: type[BaseModel]  # the handler reads this body itself, once it knows from whom it is
    answer: type[BaseModel]  # the handler builds its response itself, with this body
    errors: tuple[type[HotlineError], ...]


class Routes:
    """The routes of one module, under one heading of the document."""

    def __init__(self, group: str) -> None:
        self._group: Final = group
        self._operations: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def get(self, path: str, **said: Unpack[Said]) -> Callable[[HandlerT], HandlerT]:
        return self._add("GET", path, said)

    def post(self, path: str, **said: Unpack[Said]) -> Callable[[HandlerT], HandlerT]:
        return self._add("POST", path, said)

    def put(self, path: str, **said: Unpack[Said]) -> Callable[[HandlerT], HandlerT]:
        return self._add("PUT", path, said)

    def delete(self, path: str, **said: Unpack[Said]) -> Callable[[HandlerT], HandlerT]:
        return self._add("DELETE", path, said)

    def _add(self, method: str, path: str, said: Said) -> Callable[[HandlerT], HandlerT]:
        def note(handler: HandlerT) -> HandlerT:
            hints = get_type_hints(handler)
            media = said.get("media")
            answer = said.get("answer") or (hints["return"] if media is None else None)
            is_empty = answer is type(None)
            self._operations.append(
                Operation(
                    method=method,
                    path=path,
                    handler=handler,
                    group=self._group,
                    scope=said.get("scope"),
                    public=said.get("public", False),
                    body=said.get("reads") or hints.get("body"),
                    reads_itself="reads" in said,
                    query=hints.get("query"),
                    answer=None if is_empty else answer,
                    status=204 if is_empty else said.get("status", 200),
                    media=media,
                    other_statuses=said.get("other_statuses", ()),
                    own_errors=said.get("errors", ()),
                )
            )
            return handler

        return note
