"""Calls that were refused for want of room, counted as they are told.

Who is refused (503) has never been in our hands: his arrival and his hang-up are told in one
breath, and the cause says why. 34 is our dialplan's (citizens beyond their room), 42 is that of
Asterisk's own limits (`maxcalls`, `maxload`).
"""

from collections.abc import Sequence
from typing import Final

from kernel.fact import Fact
from telephony.facts import CallArrived, CallHungUp

NO_ROOM: Final = frozenset({34, 42})


class Refusals:
    """`see` is an onlooker of every fact; `count` only grows."""

    def __init__(self) -> None:
        self.count = 0

    def see(self, facts: Sequence[Fact]) -> None:
        arrived = {fact.call for fact in facts if isinstance(fact, CallArrived)}
        if arrived:
            self.count += sum(
                isinstance(fact, CallHungUp) and fact.call in arrived and fact.cause in NO_ROOM
                for fact in facts
            )
