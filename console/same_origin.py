"""No other site may act through a visitor's cookie, and no page may be framed or sniffed.

A browser always says where a state-changing request or a WebSocket comes from (Origin,
Sec-Fetch-Site); WebSockets are not covered by CORS, so they are checked here as well. A client that
sends neither is no browser and carries no stolen cookie.
"""

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from console.errors import ForeignOrigin

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}


def is_foreign(request: web.Request, public_origins: tuple[str, ...]) -> bool:
    """True when the browser says that another site sent this."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    if public_origins:
        return origin not in public_origins
    return urlsplit(origin).netloc.lower() != request.host.lower()


def same_origin(public_origins: tuple[str, ...]) -> Middleware:
    """Refuses what a foreign site sends, before anything is read of it."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        opens_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        acts = request.method not in SAFE_METHODS or opens_socket
        if acts and is_foreign(request, public_origins):
            raise ForeignOrigin(
                "The request comes from the page of another site.",
                remedy="Open the console's own address.",
            )
        return await handler(request)

    return check


async def security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put on every response, error or not; a handler's own value stands."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall("Server", None)
    if request.secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
