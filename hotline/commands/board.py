"""Show the live floor in the terminal: queues, callers in line, seats. Over the console's API."""

import argparse
import asyncio
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from hotline.private.instance import instance
from kernel.clock import SystemClock
from kernel.errors import NotAllowed, NotFound, Unavailable

_KEYS: Final = {
    "seats": "seat",
    "queues": "queue",
    "waiting": "call",
    "callbacks": "duty",
    "alarms": "name",
}
_REFRESH_S: Final = 1.0
_CONNECT_WITHIN: Final = aiohttp.ClientTimeout(total=10)
_WORDS: Final = {
    "available": "示闲 available",
    "paused": "小休 paused",
    "signed_out": "签出 signed out",
    "idle": "空闲 idle",
    "ringing": "振铃 ringing",
    "talking": "通话 talking",
    "wrap_up": "话后 wrap-up",
}
_COLOURS: Final = {"ringing": "yellow", "talking": "green", "wrap_up": "cyan", "paused": "dim"}


class ConsoleAway(Unavailable):
    code = "console-away"


class NoInstance(NotFound):
    code = "no-instance"


class BoardLoginRefused(NotAllowed):
    code = "board-login-refused"


@dataclass(slots=True)
class FloorBoard:
    """The floor as the messages of the live channel tell it. Pure."""

    seq: int = -1
    sections: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def take(self, message: dict[str, Any]) -> bool:
        """False when a number is missing: ask for a snapshot, and take nothing until it comes."""
        if message["type"] == "snapshot":
            self.sections = {
                section: {row[key]: row for row in message.get(section, [])}
                for section, key in _KEYS.items()
            }
        elif message["type"] == "delta":
            if message["seq"] != self.seq + 1:
                return False
            self._change(message)
        else:
            return True
        self.seq = message["seq"]
        return True

    def rows(self, section: str) -> list[dict[str, Any]]:
        found = self.sections.get(section, {})
        return [found[key] for key in sorted(found)]

    def _change(self, delta: dict[str, Any]) -> None:
        for section, key in _KEYS.items():
            rows = self.sections.setdefault(section, {})
            rows.update({row[key]: row for row in delta.get(section, [])})
            for gone in delta["gone"].get(section, []):
                rows.pop(gone, None)


def drawn(board: FloorBoard, now: datetime) -> Group:
    """The three tables, alarms and callbacks if there are any. Rows hold moments; how long ago is
    counted here."""
    tables = [_queues(board, now), _waiting(board, now), _seats(board, now)]
    if board.rows("callbacks"):
        tables.insert(2, _callbacks(board, now))
    if board.rows("alarms"):
        tables.insert(0, _alarms(board, now))
    return Group(*tables)


def _alarms(board: FloorBoard, now: datetime) -> Table:
    table = Table("告警 alarm", "时长 for", "处理 what to do", style="red")
    rows = sorted(board.rows("alarms"), key=lambda r: (r["severity"] != "critical", r["since"]))
    for row in rows:
        what, remedy = (f"{row[f'{kind}_zh']}\n{row[f'{kind}_en']}" for kind in ("text", "remedy"))
        table.add_row(what, _since(row["since"], now), remedy)
    return table


def _queues(board: FloorBoard, now: datetime) -> Table:
    table = Table(
        "队列 queue", "等待 waiting", "最长 longest", "振铃 ringing", "通话 talking", "空闲 idle"
    )
    for row in board.rows("queues"):
        longest = _since(row["longest_since"], now) if row["longest_since"] else ""
        idle = f"{row['seats_idle']}/{row['seats_signed_in']}"
        table.add_row(
            row["queue"],
            str(row["waiting"]),
            longest,
            str(row["ringing"]),
            str(row["talking"]),
            idle,
        )
    return table


def _waiting(board: FloorBoard, now: datetime) -> Table:
    table = Table("位置 place", "来电 caller", "队列 queue", "已等 waited", "振铃座席 rings at")
    for row in sorted(board.rows("waiting"), key=lambda r: (r["position"], r["asked_at"])):
        place = str(row["position"]) if row["position"] else "→"
        waited = _since(row["asked_at"], now)
        table.add_row(place, row["caller"], row["queue"], waited, row["ringing_at"] or "")
    return table


def _callbacks(board: FloorBoard, now: datetime) -> Table:
    """The calls that people make back, the oldest first."""
    table = Table(
        "回拨 callback", "来电人 citizen", "队列 queue", "已过 since", "进度 place", "工号 agent"
    )
    for row in sorted(board.rows("callbacks"), key=lambda r: r["asked_at"]):
        urgent = " 紧急 urgent" if row["urgent"] else ""
        table.add_row(
            row["kind"] + urgent, row["caller"], row["queue"], _since(row["asked_at"], now),
            row["place"], row["agent"] or "",
        )  # fmt: skip
    return table


def _seats(board: FloorBoard, now: datetime) -> Table:
    table = Table("座席 seat", "工号 agent", "姓名 name", "状态 state", "时长 for", "来电 caller")
    for row in board.rows("seats"):
        is_idle = row["activity"] == "idle"
        state = row["presence"] if is_idle else row["activity"]
        since = row["presence_since"] if is_idle else row["activity_since"]
        words = _WORDS.get(state, state) + (
            f" ({row['pause_reason']})" if row["pause_reason"] else ""
        )
        style = _COLOURS.get(state, "")
        table.add_row(
            row["seat"], row["agent"], row["agent_name"], words, _since(since, now), row["caller"],
            style=style,
        )  # fmt: skip
    return table


def _since(moment: str, now: datetime) -> str:
    seconds = max(0, int((now - datetime.fromisoformat(moment)).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="name; see var/NAME/endpoints.json")
    parser.add_argument(
        "--url", help="a console elsewhere; user and password from HOTLINE_BOARD_LOGIN"
    )
    parser.add_argument("--once", action="store_true", help="print the floor once and end")


def main(arguments: argparse.Namespace) -> int:
    """Raises NoInstance, ConsoleAway, BoardLoginRefused."""
    try:
        asyncio.run(_show(_address(arguments), once=arguments.once))
    except (aiohttp.ClientError, OSError) as err:
        raise ConsoleAway(
            f"The console does not answer ({type(err).__name__}).",
            remedy="Start it with ./dev run, or name another --instance or --url.",
        ) from err
    return 0


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    user: str
    password: str = field(repr=False)


def _address(arguments: argparse.Namespace) -> Address:
    if arguments.url:
        user, _, password = os.environ.get("HOTLINE_BOARD_LOGIN", "").partition(":")
        return Address(arguments.url.rstrip("/"), user, password)
    root = os.environ.get("HOTLINE_INSTANCE_DIR", "") or instance(arguments.instance).root
    return from_endpoints(Path(root) / "endpoints.json")


def from_endpoints(file: Path) -> Address:
    """The console and its supervisor's demo login. Raises NoInstance."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except OSError as err:
        raise NoInstance(
            f"{file} cannot be read.", remedy="Start the instance with ./dev run first."
        ) from err
    login = next(one for one in known["logins"] if one["role"] == "supervisor")
    return Address(known["console"], login["user"], login["password"])


async def _show(address: Address, *, once: bool) -> None:
    screen, clock, board = Console(), SystemClock(), FloorBoard()
    if once:
        async with aclosing(messages(address, board)) as changes:
            await anext(changes)
        screen.print(drawn(board, clock.now()))
        return
    with Live(console=screen, screen=True, auto_refresh=False) as live:
        async for _ in messages(address, board):
            live.update(drawn(board, clock.now()), refresh=True)


async def messages(address: Address, board: FloorBoard) -> AsyncGenerator[None, None]:
    """Signs in, listens, and folds into `board`; yields at each change and each second."""
    jar = aiohttp.CookieJar(unsafe=True)  # the address may be a number
    async with aiohttp.ClientSession(
        address.url, cookie_jar=jar, timeout=_CONNECT_WITHIN
    ) as session:
        await _sign_in(session, address)
        async with session.ws_connect("/api/live", heartbeat=20.0) as socket:
            async for _ in _listened(socket, board):
                yield
    raise ConsoleAway("The console closed the channel.", remedy="Start the board again.")


async def _listened(
    socket: aiohttp.ClientWebSocketResponse, board: FloorBoard
) -> AsyncIterator[None]:
    """Each time there is something to draw, until the channel closes."""
    while not socket.closed:
        if await _heard(socket, board):
            yield


async def _sign_in(session: aiohttp.ClientSession, address: Address) -> None:
    form = {"name": address.user, "password": address.password}
    async with session.post("/api/login", json=form) as answer:
        if answer.status != 200:
            raise BoardLoginRefused(
                f"The console refused the login of the board ({answer.status}).",
                remedy="Check the login: endpoints.json, or HOTLINE_BOARD_LOGIN=user:password.",
            )


async def _heard(socket: aiohttp.ClientWebSocketResponse, board: FloorBoard) -> bool:
    """One message folded, or a second gone by; False while a snapshot is still to come."""
    try:
        message = await socket.receive(timeout=_REFRESH_S)
    except TimeoutError:
        return board.seq >= 0
    if message.type is aiohttp.WSMsgType.TEXT and not board.take(json.loads(message.data)):
        await socket.send_str("snapshot")
        return False
    return message.type is aiohttp.WSMsgType.TEXT
