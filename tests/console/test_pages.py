"""The built pages: one index for all, assets for ever, nothing inline or foreign may run."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from console.error_replies import error_replies
from console.pages import mount_pages
from console.same_origin import security_headers

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>12345</title>", encoding="utf-8")
    (tmp_path / "assets/index-Ab_12.js").write_text("let a = 1", encoding="utf-8")
    return tmp_path


async def ask(folder: Path, path: str, headers: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    app = web.Application(middlewares=[error_replies])
    mount_pages(app, folder)
    app.on_response_prepare.append(security_headers)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(path, headers=headers)
        return answer.status, await answer.text(), dict(answer.headers)


@pytest.mark.parametrize("path", ["/", "/desk", "/cases/C-1", "/login", "/wall"])
async def test_every_page_is_the_same_index(dist: Path, path: str) -> None:
    status, text, headers = await ask(dist, path, HTML)

    assert (status, text) == (200, "<!doctype html><title>12345</title>")
    assert headers["Cache-Control"] == "no-cache"


async def test_the_policy_allows_nothing_inline_and_no_other_host(dist: Path) -> None:
    _, _, headers = await ask(dist, "/desk", HTML)
    policy = headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "microphone=(self)" in headers["Permissions-Policy"]


async def test_a_hashed_asset_is_kept_for_ever(dist: Path) -> None:
    status, text, headers = await ask(dist, "/assets/index-Ab_12.js", {})

    assert (status, text) == (200, "let a = 1")
    assert "immutable" in headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/assets/..%2findex.html", "/api/nothing", "/index.html", "/a.js"]
)
async def test_what_is_not_there_is_not_a_page(dist: Path, path: str) -> None:
    status, _, headers = await ask(dist, path, HTML)

    assert status == 404
    assert "html" not in headers["Content-Type"]


async def test_a_machine_that_asks_for_no_page_is_told_so(dist: Path) -> None:
    status, _, _ = await ask(dist, "/desk", {"Accept": "*/*"})

    assert status == 404


async def test_unbuilt_pages_name_the_command(tmp_path: Path) -> None:
    status, text, _ = await ask(tmp_path, "/desk", HTML)

    assert status == 503
    assert "./dev web" in text
