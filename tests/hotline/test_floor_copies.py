"""A copy of the floor goes out every second, numbered, for the boards of other processes."""

from typing import Any

import orjson

from hotline.floor_copies import copy_floor
from tests.fakes.virtual_time import at_once
from tests.stories.stage import open_house


class Copies:
    def __init__(self) -> None:
        self.published: list[tuple[int, dict[str, Any]]] = []

    async def publish(self, number: int, view: bytes) -> bool:
        self.published.append((number, orjson.loads(view)))
        return False  # Valkey is away: nobody minds


def test_the_floor_is_copied_once_a_second_with_who_waits() -> None:
    async def story() -> None:
        async with open_house() as house:
            copies = Copies()
            sink: Any = copies
            copying = house.group.create_task(copy_floor(house.desk, sink))
            await house.staff(1)
            house.rings_up()
            await house.passes(9.5)
            copying.cancel()

            assert [number for number, _ in copies.published] == list(range(1, 11))
            last = copies.published[-1][1]
            assert [seat["agent"] for seat in last["seats"]] == ["1001"]
            assert [waits["call"] for waits in last["waiting"]] == ["c1"]
            assert "13800000001" not in orjson.dumps(last).decode()

    at_once(story())
