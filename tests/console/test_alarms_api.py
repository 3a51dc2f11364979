"""Alarms reach every screen: the list, the live channel, /readyz and the board in the terminal."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from console.alarms_shown import AlarmRow
from hotline.commands.board import Address, FloorBoard, drawn, messages
from tests.console.house import PASSWORD, open_house
from tests.fakes.fake_clock import MONDAY_NINE

FULL = AlarmRow(
    name="disk-full", since=MONDAY_NINE, severity="critical", text_zh="磁盘已满",
    text_en="The disk is full", remedy_zh="释放空间", remedy_en="Free space", why="x",
)  # fmt: skip


async def test_a_standing_alarm_is_listed_and_named_where_machines_look(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        agent = await house.signed_in("supervisor")
        assert (await agent.ask("GET", "/api/alarms")).body == {"alarms": []}
        house.inside.health.standing.append(FULL)

        assert (await agent.ask("GET", "/api/alarms")).body["alarms"][0]["name"] == "disk-full"
        assert (await agent.ask("GET", "/readyz")).body["alarms"] == ["disk-full"]
        stranger = await house.visitor()
        assert (await stranger.ask("GET", "/api/alarms")).status == 401


async def test_the_live_channel_and_the_board_show_it_with_its_remedy(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.health.standing.append(FULL)
        house.inside.live.flush()
        address = Address(str(house.server.make_url("")).rstrip("/"), "supervisor", PASSWORD)
        board = FloorBoard()
        channel = messages(address, board)
        await anext(channel)
        await channel.aclose()

    paper = StringIO()
    Console(width=160, file=paper).print(drawn(board, MONDAY_NINE))
    assert "磁盘已满" in paper.getvalue()
    assert "Free space" in paper.getvalue()
