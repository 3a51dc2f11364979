"""The board of a running instance, asked over its API, against two recounts."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from figures.audit_lines import QUARTER_US, Span, micros
from hotline.audit.examination import examine
from hotline.audit.places import AuditPlaces
from hotline.audit.report import Report
from hotline.audit.sources import AuditLoginRefused, Console, console_of
from hotline.private.instance import write_private
from kernel.ids import Epoch
from storage.journal import Journal
from storage.settings import JournalSettings
from tests.figures.histories import NOON, ACall, at

SPAN = Span(micros(NOON), micros(NOON) + QUARTER_US)
CALL = ACall("c1")


class ShownBoard:
    """A console that shows these counts to the administrator, and nothing to anybody else."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.open_sessions = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/login", self._login)
        app.router.add_get("/api/figures/live", self._figures)
        app.router.add_post("/api/logout", self._logout)
        return app

    async def _login(self, request: web.Request) -> web.Response:
        form: dict[str, Any] = await request.json()
        if form != {"name": "administrator", "password": "right"}:
            return web.Response(status=403)
        self.open_sessions += 1
        answer = web.Response()
        answer.set_cookie("session", "s")
        return answer

    async def _figures(self, request: web.Request) -> web.Response:
        status = 200 if request.cookies.get("session") == "s" else 401
        return web.json_response({"counts": self.counts, "figures": []}, status=status)

    async def _logout(self, request: web.Request) -> web.Response:
        self.open_sessions -= 1
        return web.Response(status=204)


@pytest.fixture
async def board() -> ShownBoard:
    return ShownBoard()


@pytest.fixture
async def url(board: ShownBoard) -> AsyncIterator[str]:
    async with TestServer(board.app(), host="127.0.0.1") as server:
        yield str(server.make_url("")).rstrip("/")


async def audited(folder: Path, console: Console) -> Report:
    journal = Journal.open(folder, Epoch(1), JournalSettings())
    journal.write([CALL.arrived(-1), CALL.queued(), CALL.answered(9)])
    await journal.close()
    places = AuditPlaces(
        journal=folder, asterisk_log=folder, console=console, dsn="", site="220100"
    )
    return await examine(places, SPAN, lambda: at(60))


async def test_a_board_that_shows_the_recount_is_right(
    board: ShownBoard, url: str, tmp_path: Path
) -> None:
    board.counts = {
        "arrived": 1, "offered": 1, "answered": 1, "answered_in_15s": 1, "waited_ms": 9000,
        "longest_wait_ms": 9000, "waiting": 0, "in_progress": 0, "longest_wait_s": 0,
    }  # fmt: skip
    report = await audited(tmp_path, Console(url, "administrator", "right"))

    assert report.differences == []
    assert ("实时看板", "the live board") in report.compared
    assert board.open_sessions == 0


async def test_a_board_that_lost_a_call_is_found(
    board: ShownBoard, url: str, tmp_path: Path
) -> None:
    board.counts = {"arrived": 1, "waiting": 1}
    report = await audited(tmp_path, Console(url, "administrator", "right"))
    told = [one.en for one in report.differences]

    assert "The live board shows answered 0, the recount 1." in told
    assert "The live board shows waiting 1, the recount 0." in told
    assert len(told) == 6


async def test_a_login_that_is_refused_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(AuditLoginRefused):
        await audited(tmp_path, Console(url, "administrator", "wrong"))


async def test_an_instance_that_does_not_answer_is_folded_afresh(tmp_path: Path) -> None:
    report = await audited(tmp_path, Console("http://127.0.0.1:1", "administrator", "right"))

    assert report.differences == []
    assert any("folded afresh" in en for _, en in report.compared)


def test_the_console_is_found_by_the_administrators_login(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.json"
    assert console_of(file) is None

    logins = [{"role": role, "user": role, "password": "p"} for role in ("agent", "administrator")]
    write_private(file, {"console": "http://127.0.0.1:9", "logins": logins})
    assert console_of(file) == Console("http://127.0.0.1:9", "administrator", "p")
