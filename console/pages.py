"""The pages of console/web as built: one index for all of them, assets by their hash.

Nothing inline and nothing of another host may run there (CSP); whoever lacks a session gets the
same files, and no data: those come from the API alone.
"""

from pathlib import Path
from typing import Final

from aiohttp import web

from console.errors import NoSuchAddress

DIST: Final = Path(__file__).resolve().parent / "web" / "dist"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_PAGE: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cache-Control": "no-cache",
}
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOT_BUILT: Final = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>12345</title>
<h1>页面尚未构建</h1><p>请在项目目录运行 <code>./dev web</code>，然后刷新本页。</p>
<h1>The pages are not built</h1>
<p>Run <code>./dev web</code> in the project, then reload.</p></html>
"""
# what is no page: the API, the softphone's way to Asterisk, and what machines ask
_PAGES: Final = r"/{page:(?!api(/|$)|sip$|healthz$|readyz$|metrics$|assets/)[\w/-]*}"


def mount_pages(app: web.Application, folder: Path = DIST) -> None:
    """Adds the pages behind all other routes."""

    async def asset(request: web.Request) -> web.StreamResponse:
        return _file(folder / "assets" / request.match_info["name"], _FOR_EVER)

    async def icon(request: web.Request) -> web.StreamResponse:
        return _file(folder / "icon.svg", {"Cache-Control": "no-cache"})

    async def page(request: web.Request) -> web.StreamResponse:
        if "text/html" not in request.headers.get("Accept", ""):
            raise _nothing_here()
        index = folder / "index.html"
        if not index.is_file():
            return web.Response(text=_NOT_BUILT, content_type="text/html", status=503)
        return web.FileResponse(index, headers=_PAGE)

    app.router.add_get(r"/assets/{name:[\w.-]+}", asset)
    app.router.add_get("/icon.svg", icon)
    app.router.add_get(_PAGES, page)


def _file(path: Path, headers: dict[str, str]) -> web.StreamResponse:
    if not path.is_file() or path.suffix == ".gz":
        raise _nothing_here()
    return web.FileResponse(path, headers=headers)


def _nothing_here() -> NoSuchAddress:
    return NoSuchAddress("Nothing is at this address.", remedy="See openapi.json.")
