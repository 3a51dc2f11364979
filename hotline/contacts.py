"""What an agent may do with the call at his seat: the console's port onto call control.

Rule: the floor says whose call it is; Asterisk says what can be done with it.
"""

from itertools import count

from acd.desk import AcdDesk
from acd.errors import WrongState
from acd.policy import QueuePolicies
from acd.seat import Activity, Presence
from console.errors import NotYourCall
from kernel.errors import NotFound
from kernel.ids import AgentNo, CallId, Epoch, LegId, QueueName
from kernel.phone import PhoneNumber
from telephony.call_control import AmiCallControl
from telephony.peer import Peer
from telephony.place import Place
from telephony.switchboard import Switchboard


class UnknownQueue(NotFound):
    code = "unknown-queue"


class Contacts:
    """Fits `console/ports.py: ControlsCalls`."""

    def __init__(
        self,
        desk: AcdDesk,
        control: AmiCallControl,
        switchboard: Switchboard,
        policies: QueuePolicies,
        epoch: Epoch,
    ) -> None:
        self._desk = desk
        self._control = control
        self._switchboard = switchboard
        self._policies = policies
        # Third parties' legs: beside those that the floor mints, never the same id.
        self._legs = (LegId(f"{epoch}-c{n}") for n in count(1))

    async def hold(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.hold(call)

    async def resume(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.resume(call)

    async def transfer(self, agent: AgentNo, call: CallId, to: PhoneNumber | Peer) -> None:
        self._demand(agent, call)
        await self._control.blind_transfer(call, to)

    async def consult(self, agent: AgentNo, call: CallId, to: PhoneNumber | Peer) -> None:
        self._demand(agent, call)
        await self._control.consult(call, next(self._legs), to)

    async def complete_consult(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.complete_transfer(call)

    async def cancel_consult(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.cancel_consult(call)

    async def three_way(self, agent: AgentNo, call: CallId, to: PhoneNumber) -> None:
        self._demand(agent, call)
        await self._control.three_way(call, next(self._legs), to)

    async def leave_conference(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.leave_conference(call)

    async def emergency(self, agent: AgentNo, call: CallId, short_code: str) -> None:
        self._demand(agent, call)
        await self._control.send_emergency(call, short_code)

    async def back_to_line(self, agent: AgentNo, call: CallId, queue: QueueName) -> None:
        """The story puts him into that queue, with his age (`again`)."""
        self._demand(agent, call)
        if queue not in self._policies.queues:
            raise UnknownQueue(
                f"There is no queue {queue!r}.",
                remedy=f"Choose one of {', '.join(sorted(self._policies.queues))}.",
            )
        live = self._switchboard.calls[call]
        place = live.place
        asked_at = place.asked_at if place is not None else live.arrived_at
        live.remember(Place(queue, asked_at, self._policies.of(queue).priority))
        await self._control.back_to_line(call)

    async def hang_up(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.hang_up(call)

    async def dial(self, agent: AgentNo, to: PhoneNumber) -> None:
        """Only in a break: else the line could ring the phone that is dialling."""
        seat = self._desk.snapshot().seat_of(agent)
        in_break = (Presence.PAUSED, Activity.IDLE)
        if seat is None or (seat.presence, seat.activity) != in_break:
            raise WrongState(
                f"Agent {agent} is not at a seat in a break.",
                remedy="Sign in, finish the call in hand and take a break first.",
            )
        await self._control.dial_out(next(self._legs), seat.phone, to)

    def _demand(self, agent: AgentNo, call: CallId) -> None:
        seat = self._desk.snapshot().seat_with(call)
        if seat is None or seat.agent != agent or seat.activity is not Activity.TALKING:
            raise NotYourCall(
                f"Agent {agent} does not talk on call {call}.",
                remedy="Load the floor: the call has ended or is with somebody else.",
            )
        if call not in self._switchboard.calls:
            raise NotYourCall(f"Call {call} has ended.", remedy="Load the floor again.")
