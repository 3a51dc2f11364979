"""What an agent may do with the call at his seat: the console's port onto call control.

Rule: the floor says whose call it is; Asterisk says what can be done with it. What he asked for is
written down before it is done (StepAsked); what became of it, other facts say.
"""

from collections.abc import Mapping
from itertools import count
from typing import Protocol, TypedDict, Unpack

from acd.desk import AcdDesk
from acd.errors import ColleagueNotFree, ColleagueNotSignedIn
from acd.facts import SeatLent
from acd.happenings import LegEnded, LendSeat
from acd.policy import QueuePolicies
from acd.seat import Activity, Presence
from console.errors import NotYourCall
from console.ports import OwnSeats
from hotline.places_in_line import place_in_queue, place_with_colleague
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, Epoch, LegId, QueueName, Skill
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony.call_control import AmiCallControl
from telephony.emergency_directory import EmergencyDirectory
from telephony.lines import Lines
from telephony.moves import Target
from telephony.own_seats import CallData, peer_of
from telephony.peer import Peer
from telephony.place import Place
from telephony.steps_asked import Step, StepAsked
from telephony.switchboard import Switchboard


class Asked(TypedDict, total=False):
    """As in StepAsked."""

    leg: LegId
    to: str
    to_agent: AgentNo
    needs: dict[Skill, int]
    reason: str


Somebody = PhoneNumber | Peer | AgentNo  # a number, a centre outside, or a colleague by 工号


class NamesPlaces(Protocol):
    """Where a call may be sent; `hotline/rule_files.py: RuleFiles` fits by shape."""

    @property
    def policies(self) -> QueuePolicies: ...

    @property
    def lines(self) -> Lines: ...

    @property
    def emergency(self) -> EmergencyDirectory: ...


class Contacts:
    """Fits `console/ports.py: ControlsCalls`."""

    def __init__(
        self,
        desk: AcdDesk,
        control: AmiCallControl,
        switchboard: Switchboard,
        rules: NamesPlaces,
        epoch: Epoch,
    ) -> None:
        self._desk = desk
        self._control = control
        self._switchboard = switchboard
        self._rules = rules
        # Third parties' legs: beside those that the floor mints, never the same id.
        self._legs = (LegId(f"{epoch}-c{n:06}") for n in count(1))

    def use(self, rules: NamesPlaces) -> None:
        self._rules = rules

    async def hold(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.hold(call)

    async def resume(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.resume(call)

    async def transfer(
        self, agent: AgentNo, call: CallId, to: PhoneNumber | Peer, why: str = ""
    ) -> None:
        """Out of the house, without asking first."""
        self._demand(agent, call)
        self._ask(agent, call, Step.TRANSFER, to=to.masked(), reason=why)
        await self._control.blind_transfer(call, to)

    async def hand_to(self, agent: AgentNo, call: CallId, to: AgentNo, why: str = "") -> None:
        """To a colleague by 工号, without asking first: he is rung as for any call, before all
        others; if he does not take it, the citizen comes back to the agent.

        Raises ColleagueNotSignedIn, ColleagueNotFree.
        """
        self._demand(agent, call)
        self._demand_free(to, agent)
        self._ask(agent, call, Step.HAND_TO, to_agent=to, reason=why)
        await self._stand_in_line(call, place_with_colleague(self._place(call), to, agent))

    async def to_own_seats(self, agent: AgentNo, call: CallId, to: OwnSeats, why: str = "") -> None:
        """To a line with seats of its own, with the data of the call (MRG-03, MRG-04).

        Raises UnknownLine, and what a transfer or a consultation raises.
        """
        self._demand(agent, call)
        number = self._rules.lines.own_seats(to.line)
        queue = self._place(call).queue
        peer = peer_of(to.line, number, CallData(call, queue, to.ticket_no))
        if to.asks_first:
            await self.consult(agent, call, peer, why)
        else:
            await self.transfer(agent, call, peer, why)

    async def consult(self, agent: AgentNo, call: CallId, to: Somebody, why: str = "") -> None:
        """Raises PartyNotReached, and for a colleague what `acd/lending.py` does."""
        self._demand(agent, call)
        leg, target = await self._bring_in(agent, call, to, Step.CONSULT, why)
        try:
            await self._control.consult(call, leg, target)
        except HotlineError:
            self._give_back(leg)
            raise

    async def complete_consult(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.complete_transfer(call)

    async def cancel_consult(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.cancel_consult(call)

    async def three_way(
        self, agent: AgentNo, call: CallId, to: Somebody | None, why: str = ""
    ) -> None:
        """`to` None: with the one who is consulted, who comes in any case."""
        self._demand(agent, call)
        if to is None or self._control.has_consulted(call):
            await self._control.three_way(call, next(self._legs), None)
            return
        leg, target = await self._bring_in(agent, call, to, Step.THREE_WAY, why)
        try:
            await self._control.three_way(call, leg, target)
        except HotlineError:
            self._give_back(leg)
            raise

    async def leave_conference(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.leave_conference(call)

    async def part_with(self, agent: AgentNo, call: CallId, leg: LegId) -> None:
        """A third party has to go. Raises NoSuchParty."""
        self._demand(agent, call)
        self._ask(agent, call, Step.PART_WITH, leg=leg)
        await self._control.part_with(call, leg)

    async def emergency(self, agent: AgentNo, call: CallId, short_code: str) -> None:
        self._demand(agent, call)
        await self._control.send_emergency(call, self._rules.emergency.line(short_code))

    async def to_line(
        self,
        agent: AgentNo,
        call: CallId,
        queue: QueueName | None,
        skills: Mapping[Skill, int],
        why: str = "",
    ) -> None:
        """Into a queue or to a skill, with his age; the agent wraps up.

        Raises UnknownQueue, UnknownSkill.
        """
        self._demand(agent, call)
        known = self._rules.policies, self._desk.known_skills()
        place = place_in_queue(self._place(call), queue, skills, agent, known)
        self._ask(agent, call, Step.TO_LINE, to=place.queue, needs=dict(skills), reason=why)
        await self._stand_in_line(call, place)

    async def back_to_line(self, agent: AgentNo, call: CallId, queue: QueueName) -> None:
        await self.to_line(agent, call, queue, {})

    async def hang_up(self, agent: AgentNo, call: CallId) -> None:
        self._demand(agent, call)
        await self._control.hang_up(call)

    # ---- within

    async def _bring_in(
        self, agent: AgentNo, call: CallId, to: Somebody, step: Step, why: str
    ) -> tuple[LegId, Target]:
        """The leg under which he will be rung; a colleague's seat is lent first."""
        if not isinstance(to, str):
            leg, target = next(self._legs), to
            self._ask(agent, call, step, leg=leg, to=to.masked(), reason=why)
            return leg, target
        facts = await self._desk.order(LendSeat(to, call, agent))
        lent = next(fact for fact in facts if isinstance(fact, SeatLent))
        self._ask(agent, call, step, leg=lent.leg, to_agent=to, reason=why)
        return lent.leg, lent.phone

    def _give_back(self, leg: LegId) -> None:
        """It was never rung, or in vain: the telephone may have nothing to tell of it."""
        if any(seat.lent_leg == leg for seat in self._desk.snapshot().seats):
            self._desk.tell(LegEnded(leg, LegEnd.FAILED))

    async def _stand_in_line(self, call: CallId, place: Place) -> None:
        """His story puts him there. If Asterisk does not move him, he has the place he had."""
        live = self._switchboard.calls[call]
        before = self._place(call)
        live.remember(place)
        try:
            await self._control.back_to_line(call)
        except HotlineError:
            live.remember(before)
            raise

    def _place(self, call: CallId) -> Place:
        live = self._switchboard.calls[call]
        return live.place or Place(self._rules.policies.default_queue, live.arrived_at)

    def _ask(self, agent: AgentNo, call: CallId, step: Step, **more: Unpack[Asked]) -> None:
        now = self._desk.snapshot().at
        asked = StepAsked(at=now, call=call, agent=agent, step=step, **more)
        self._switchboard.ears.write([asked])

    def _demand_free(self, colleague: AgentNo, agent: AgentNo) -> None:
        seat = self._desk.snapshot().seat_of(colleague)
        if seat is None or seat.presence is Presence.SIGNED_OUT:
            raise ColleagueNotSignedIn(
                f"Agent {colleague} is not signed in.", remedy="Ask somebody else, or use a queue."
            )
        free = seat.presence is Presence.AVAILABLE and seat.is_at_rest and seat.reachable
        if not free or colleague == agent:
            raise ColleagueNotFree(
                f"Agent {colleague} is {seat.presence}, {seat.activity}, or his phone is busy.",
                remedy="Consult him, try again when he is free, or use a queue.",
            )

    def _demand(self, agent: AgentNo, call: CallId) -> None:
        seat = next((s for s in self._desk.snapshot().seats if s.agent == agent), None)
        if seat is None or seat.call != call or seat.activity is not Activity.TALKING:
            raise NotYourCall(
                f"Agent {agent} does not talk on call {call}.",
                remedy="Load the floor: the call has ended or is with somebody else.",
            )
        if call not in self._switchboard.calls:
            raise NotYourCall(f"Call {call} has ended.", remedy="Load the floor again.")
