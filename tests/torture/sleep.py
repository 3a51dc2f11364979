"""SIGSTOP, later SIGCONT: the world goes on while our process does not.

When it wakes, its deadlines are long past and all that was said meanwhile is still to be read; the
worst order is this one: the desk's turn comes first.
"""

from typing import TYPE_CHECKING, Final

from acd.happenings import LegAnswered
from acd.waking import OVERSLEPT
from tests.torture.moves import Move

if TYPE_CHECKING:
    from tests.torture.world import World

# What needs our process. Whoever does one of these waits for it.
OURS: Final = frozenset(
    {
        "hear",
        "order",
        "ask_late",
        "resync",
        "cut",
        "exchange_dies",
        "owe",
        "owe_by_hand",
        "not_owed",
        "citizen_answers",
    }
)


class Sleep:
    """`freeze` and `thaw` are moves of the world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.asleep = False
        self._unread: list[Move] = []

    def freeze(self) -> None:
        self.asleep = not self._world.deaf

    def keeps(self, move: Move) -> bool:
        """Also that a citizen leaves who has answered us unread: one after the other."""
        name, given = move
        follows = name == "citizen_hangs_up" and ("citizen_answers", given) in self._unread
        return self.asleep and (name in OURS or follows)

    def keep(self, move: Move) -> None:
        """To be read after the sleep."""
        self._unread.append(move)
        name, given = move
        if name == "hear" and isinstance(given[0], LegAnswered):
            self._world.exchange.unread.add(given[0].leg)

    def thaw(self) -> None:
        if not self.asleep:
            return
        self.asleep = False
        world = self._world
        if world.life.desk.late < OVERSLEPT:
            world.exchange.unread.clear()  # no later than in a busy loop: nobody can tell
        world.take_turn()
        world.exchange.unread.clear()
        unread, self._unread = self._unread, []
        for move in unread:  # people's orders among them: those may cut whoever has just answered
            world.do(move)

    def is_over(self) -> None:
        """Killed in its sleep."""
        self.asleep = False
        self._unread.clear()
        self._world.exchange.unread.clear()
