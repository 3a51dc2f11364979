"""A copy of the floor in Valkey once a second, for boards of other processes; best effort."""

import asyncio
from typing import Final

import orjson

from acd.desk import AcdDesk
from kernel.fact import plain
from storage.valkey import FloorCopy

EVERY_S: Final = 1.0


async def copy_floor(desk: AcdDesk, copy: FloorCopy) -> None:
    """For ever; Valkey's troubles stay its own."""
    number = 0
    while True:
        number += 1
        view = orjson.dumps(desk.snapshot(), default=plain, option=orjson.OPT_UTC_Z)
        await copy.publish(number, view)
        await asyncio.sleep(EVERY_S)
