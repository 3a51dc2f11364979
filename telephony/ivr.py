"""Plays a menu to a caller and takes his keys; what they mean is `telephony/menu.py`'s."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol

from telephony.menu import Menu, MenuAnswer
from telephony.spoken import Sound

BETWEEN_KEYS: Final = timedelta(seconds=3)


class Asks(Protocol):
    """What a menu needs of a call; `LiveCall` fits by shape."""

    async def collect(
        self,
        sounds: Sequence[Sound],
        *,
        digits: int,
        first_within: timedelta,
        between: timedelta,
        ends: str = "#",
    ) -> str: ...

    def forget_keys(self) -> None: ...


class Says(Protocol):
    """The phrase book; `Phrases` fits by shape."""

    def say(self, *keys: str) -> list[Sound]: ...


async def run_menu(call: Asks, menu: Menu, phrases: Says) -> MenuAnswer:
    """Ask until the menu has its answer: at most two questions, any key stops them."""
    pressed = ""
    sounds = phrases.say(*menu.say)
    while True:
        key = await call.collect(
            sounds, digits=1, first_within=menu.first_within, between=BETWEEN_KEYS, ends=""
        )
        pressed = pressed + key if key else ""
        answer = menu.after(pressed)
        if answer is not None:
            call.forget_keys()
            return answer
        sounds = phrases.say(menu.wrong_key, menu.say[-1])
