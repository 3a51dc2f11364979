"""Calls that we owe, as their engine and their stories know them.

Agent first: a seat is rung for a citizen who is not there yet, then he is. Citizen first: when it
is his turn we ring him, and he comes into the line. What our process was dialling when it died is
looked up and never dialled again.
"""

from typing import TYPE_CHECKING

from acd.happenings import CallBack, CallbackOver, CallbackWanted, SeatWanted
from kernel.ids import AgentNo, CallId
from tests.torture.exchange import NOBODY, Where

if TYPE_CHECKING:
    from tests.torture.world import World


class Owed:
    """Its public methods are moves of the world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.turns: list[CallId] = []  # to be dialled; `citizens.py` says whether they answer

    def owe(self, wanted: CallbackWanted) -> None:
        world = self._world
        if world.dead or self._is_owed(wanted):
            return
        self._wishes(wanted)
        world.stories.wait(wanted.call, world.life.desk.wait_for_callback(wanted))
        world.take_turn()

    def owe_by_hand(self, agent: AgentNo, wanted: CallbackWanted) -> None:
        """An agent has chosen it from the list."""
        world = self._world
        if not world.dead:
            self._wishes(wanted)
            world.laws.owed.by_hand.add(wanted.call)
            world.order(CallBack(agent, wanted))
            if wanted.call not in world.laws.owed.ever:  # refused, or never written
                world.exchange.not_reached(wanted.call)

    def not_owed(self, call: CallId) -> None:
        """Settled otherwise, or the citizen did not answer; not one who is in our hands."""
        world = self._world
        if not world.dead and world.exchange.calls.get(call) in (*NOBODY, None):
            world.exchange.not_reached(call)
            world.life.desk.tell(CallbackOver(call))
            world.take_turn()

    def citizen_answers(self, call: CallId) -> None:
        """Whom we rang, citizen first: he waits as anybody does."""
        world = self._world
        if not world.deaf and world.exchange.calls.get(call) is Where.DIALLED:
            world.exchange.calls[call] = Where.LINE
            world.ask_late(world.wishes[call], world.life.epoch)

    def citizen_answers_and_leaves(self, call: CallId) -> None:
        """He has hung up before his story has asked for a seat."""
        exchange = self._world.exchange
        if not self._world.deaf and exchange.calls.get(call) is Where.DIALLED:
            exchange.calls[call] = Where.LINE
            exchange.citizen_hangs_up(call)

    def story_asks_too_late(self, call: CallId) -> None:
        world = self._world
        if call in world.wishes and call not in world.exchange.calls:
            world.ask_late(world.wishes[call], world.life.epoch)

    def give_up(self) -> None:
        """Our process died: nobody who is not there yet is dialled for the old one."""
        exchange = self._world.exchange
        for call in list(exchange.calls):
            exchange.not_reached(call)
        self.turns.clear()

    def is_his_turn(self, call: CallId) -> None:
        if self._world.exchange.calls.get(call) is Where.OWED:
            self._world.exchange.calls[call] = Where.DIALLED
            self.turns.append(call)

    def _is_owed(self, wanted: CallbackWanted) -> bool:
        """The engine holds the duty, and asks for it once (I6)."""
        return wanted.duty in self._world.laws.owed.duties.values()

    def _wishes(self, wanted: CallbackWanted) -> None:
        world, call = self._world, wanted.call
        world.exchange.calls[call] = Where.OWED
        world.wishes[call] = SeatWanted(
            call=call,
            queue=wanted.queue,
            needs=wanted.needs,
            priority=wanted.priority,
            asked_at=wanted.asked_at,
        )
