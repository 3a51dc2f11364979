"""Hold, consultation and transfers of a call that has a seat: what call control asks for agents.

Each returns when Asterisk has done it, and raises where a third party was not reached.
"""

import asyncio

from kernel.errors import Unavailable
from kernel.ids import CallId, LegId
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony.call import Call, Command, Phase, permit
from telephony.errors import NoSuchParty, WrongPhase
from telephony.legs import Leg, Purpose
from telephony.moves import MOVES_WITHIN, Moves, Target, not_moved, third_party
from telephony.peer import Peer
from telephony.switchboard import Switchboard


class Transfers:
    def __init__(self, asterisk: act.Asterisk, switchboard: Switchboard) -> None:
        self._asterisk = asterisk
        self._switchboard = switchboard
        self._mirror = switchboard.mirror
        self._moves = Moves(asterisk, switchboard)
        self._asking: dict[
            CallId, asyncio.Event
        ] = {}  # third parties who are being rung, from here

    # ---- for the desk: returns at once

    def drop(self, leg: LegId) -> None:
        """Hang the leg up, whether it rings, talks or is gone already.

        A seat that talks was given up by the desk before it answered, and its caller waits: he
        comes back into our hands, not to his after-call.
        """
        known = self._mirror.legs.get(leg)
        if known is None:
            return
        known.dropped = not known.joined
        call = self._mirror.calls.get(known.caller) if known.caller is not None else None
        talks = known.joined and known.purpose is Purpose.SEAT and bool(known.bridge)
        if talks and call is not None and call.bridge == known.bridge:
            self._switchboard.tell(act.redirect(call.ami_name, act.ROOM))
        self._switchboard.tell(act.hangup(known.ami_name or leg))

    # ---- for agents

    async def hold(self, call: CallId) -> None:
        """Music for the citizen; the seat is put aside. Two who are left alone in a conference come
        out of it so, and talk in a plain bridge again afterwards."""
        self._moves.with_seat(call, Command.HOLD)
        await self._moves.settled(call)
        known, seat = self._moves.with_seat(call, Command.HOLD)
        self._moves.demand_two(call, seat)
        self._mirror.legs.on_the_move.add(call)
        try:
            await self._part(known, seat)
        finally:
            self._mirror.legs.on_the_move.discard(call)

    async def _part(self, known: Call, seat: Leg) -> None:
        await self._asterisk.ask(
            act.redirect_both(known.ami_name, (act.HELD, "s"), seat.ami_name, (act.AGENT_ROOM, "s"))
        )
        await self._moves.await_phase(known.id, Phase.HELD)
        await self._switchboard.until(lambda: seat.aside or seat.end is not None, MOVES_WITHIN)

    async def resume(self, call: CallId) -> None:
        known, seat = self._moves.with_seat(call, Command.RESUME)
        await self._moves.join(known.ami_name, seat.ami_name)
        await self._moves.await_phase(call, Phase.TALKING)

    async def blind_transfer(self, call: CallId, to: PhoneNumber | Peer) -> None:
        """Send the citizen to a number of the allow-list, or to another level of the province,
        which is told who comes (NAV-02); the seat is free at once.

        If nobody answers there he comes back into the line (`TransferFailed`, story in "room").
        """
        if isinstance(to, PhoneNumber):
            await self._moves.send(call, "sent", to.national)
            return
        await self._moves.send(call, "level", to.number, {"CC_CARRY": to.carried})

    async def back_to_line(self, call: CallId) -> None:
        """The citizen waits again, wherever his story puts him; the seat is free."""
        known = self._moves.known(call)
        permit(known, Command.BACK_TO_LINE)
        await self._moves.settled(call)
        await self._asterisk.ask(act.redirect(known.ami_name, act.ROOM))
        await self._moves.await_phase(call, Phase.IN_HAND)
        self._moves.free_aside(call)

    async def consult(self, call: CallId, leg: LegId, to: Target) -> None:
        """Hold the citizen and bring the agent together with a third party.

        Raises PartyNotReached; then the agent has the citizen back.
        """
        known, _ = self._moves.with_seat(call, Command.CONSULT)
        if known.phase is not Phase.HELD:
            await self.hold(call)
        known, seat = self._moves.with_seat(call, Command.RESUME)
        third = third_party(leg, Purpose.CONSULT, call, to)
        over = self._asking[call] = asyncio.Event()
        try:
            await self._moves.reach(third, to, (act.AGENT_ROOM, "s"), lambda: third.aside)
            await self._moves.join(seat.ami_name, third.ami_name)
        except Unavailable:
            self.drop(leg)
            if self._moves.known(call).phase is Phase.HELD and seat.end is None:
                await self.resume(call)
            raise
        finally:
            over.set()
            del self._asking[call]
        if not await self._switchboard.until(lambda: third.joined, MOVES_WITHIN):
            raise not_moved(call, "the consultation")

    def has_consulted(self, call: CallId) -> bool:
        """Somebody is asked about this call just now."""
        third = self._mirror.legs.consulted(call)
        return third is not None and third.joined

    async def part_with(self, call: CallId, leg: LegId) -> None:
        """A third party is sent away; the others go on. Raises NoSuchParty."""
        permit(self._moves.known(call), Command.PART_WITH)
        third = self._mirror.legs.get(leg)
        ours = third is not None and third.caller == call
        if third is None or not ours or third.purpose not in (Purpose.CONSULT, Purpose.CONFERENCE):
            raise NoSuchParty(
                f"Leg {leg} is no third party of call {call}.", remedy="Load its parties again."
            )
        if third.purpose is Purpose.CONSULT:
            await self.cancel_consult(call)
            return
        self.drop(leg)
        await self._switchboard.until(lambda: third.end is not None, MOVES_WITHIN)

    async def cancel_consult(self, call: CallId) -> None:
        """The third party goes, whether he talks or is still rung; the agent has the citizen back.

        While he is rung `consult` takes the citizen back itself: two who did so at once would put
        each other's bridge apart.
        """
        permit(self._moves.known(call), Command.CANCEL_CONSULT)
        third = self._mirror.legs.consulted(call)
        if third is not None:
            self.drop(third.id)
            await self._switchboard.until(lambda: third.end is not None, MOVES_WITHIN)
        if (asking := self._asking.get(call)) is not None:
            await asking.wait()
        if self._moves.known(call).phase is not Phase.HELD:
            return
        seat = self._mirror.legs.seat(call)
        if third is not None and seat is not None:
            await self._switchboard.until(lambda: seat.aside, MOVES_WITHIN)
        await self.resume(call)

    async def complete_transfer(self, call: CallId) -> None:
        """Join the citizen with the consulted party; the seat is free."""
        known, seat = self._moves.with_seat(call, Command.COMPLETE_TRANSFER)
        third = self._mirror.legs.consulted(call)
        if third is None or not third.joined:
            raise WrongPhase(
                f"Nobody is consulted in call {call}.", remedy="Consult the third party first."
            )
        if third.lent:  # from now on a seat of ours like any other, also for who comes after us
            for name, value in (("CC_SEAT", "1"), ("CC_THIRD", "")):
                await self._asterisk.ask(act.set_variable(third.ami_name, name, value))
        await self._moves.join(known.ami_name, third.ami_name)
        await self._moves.await_phase(call, Phase.TALKING)
        self._switchboard.tell(act.hangup(seat.ami_name))
