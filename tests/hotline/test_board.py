"""The board in the terminal: folds the live channel, draws it, asks again when a number is
missing."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from console.live_clients import Audience
from hotline.commands.board import Address, FloorBoard, NoInstance, drawn, from_endpoints, messages
from kernel.ids import CallId
from tests.console.house import PASSWORD, open_house
from tests.fakes.fake_clock import MONDAY_NINE


def delta(seq: int, **sections: object) -> dict[str, object]:
    return {"type": "delta", "seq": seq, "gone": {}, **sections}


SNAPSHOT = {"type": "snapshot", "seq": 4, "seats": [{"seat": "S001"}], "queues": [], "waiting": []}


def test_a_delta_changes_rows_and_takes_away_those_that_left() -> None:
    board = FloorBoard()
    board.take(SNAPSHOT)

    followed = board.take(delta(5, seats=[{"seat": "S002"}]) | {"gone": {"seats": ["S001"]}})

    assert followed
    assert board.rows("seats") == [{"seat": "S002"}]


def test_a_missing_number_asks_for_a_snapshot_and_changes_nothing() -> None:
    board = FloorBoard()
    board.take(SNAPSHOT)

    assert not board.take(delta(6, seats=[{"seat": "S002"}]))
    assert board.rows("seats") == [{"seat": "S001"}]


async def test_the_board_shows_a_real_floor_with_masked_callers(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        house.inside.ring(CallId("second"), caller="13987654321")
        house.inside.live.flush()
        address = Address(str(house.server.make_url("")).rstrip("/"), "supervisor", PASSWORD)
        board = FloorBoard()

        channel = messages(address, board)
        await anext(channel)
        await channel.aclose()

    paper = StringIO()
    Console(width=160, file=paper).print(drawn(board, MONDAY_NINE))
    text = paper.getvalue()
    assert "S001" in text
    assert "话务员1" in text
    assert "138****5678" in text
    assert "139****4321" in text
    assert "13812345678" not in text


async def test_callbacks_in_line_stand_on_the_board_with_masked_numbers(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        owed = house.inside.owed
        owed.stands(owed.owe(), CallId("out-7-000001"), "by_age")
        house.inside.live.flush()
        snapshot = json.loads(house.inside.live.snapshot(Audience.SUPERVISORS))

    board = FloorBoard()
    board.take(snapshot)
    paper = StringIO()
    Console(width=160, file=paper).print(drawn(board, MONDAY_NINE))
    assert "138****5678" in paper.getvalue()
    assert "by_age" in paper.getvalue()


def test_the_boards_login_comes_from_the_instances_endpoints(tmp_path: Path) -> None:
    logins = [
        {"role": "agent", "user": "1001", "password": "a"},
        {"role": "supervisor", "user": "chief", "password": "b"},
    ]
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps({"console": "http://127.0.0.1:1", "logins": logins}))

    assert from_endpoints(file) == Address("http://127.0.0.1:1", "chief", "b")
    with pytest.raises(NoInstance):
        from_endpoints(tmp_path / "none.json")
