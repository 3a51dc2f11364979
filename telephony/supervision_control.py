"""What a supervisor may do with a conversation (E2): hear it, speak to the agent or to both, take
it over, end it. Each returns when Asterisk has done it.

Hearing is the dialplan's [listen] on a leg of our own that enters no bridge: citizen and agent are
not touched, and whoever hears goes on doing so without us.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import structlog

from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import CallId, Epoch, Extension, LegId
from telephony import ami_actions as act
from telephony import facts
from telephony.ami_text import ActionHeaders
from telephony.call import Call, Phase
from telephony.call_control import AUTO_ANSWER, AmiCallControl
from telephony.errors import NoSuchParty, PartyNotReached, WrongPhase
from telephony.legs import Leg, Purpose
from telephony.moves import ANSWER_AFTER_RING, MOVES_WITHIN, Moves, not_moved
from telephony.supervision import TAKEN_OVER, over
from telephony.supervision_facts import Mode, SupervisionStarted
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

HEARD: Final = frozenset({Phase.TALKING, Phase.HELD, Phase.CONFERENCE})
OF_TWO: Final = frozenset({Phase.TALKING, Phase.HELD})
# The seat has another far end from now on: who hears it begins anew (ADR 0014).
ANEW: Final = (facts.ConsultStarted, facts.CallResumed, facts.ConferenceJoined)


class Beep(StrEnum):
    """Who hears a tone when a supervisor begins to listen."""

    NONE = "none"
    AGENT = "agent"
    BOTH = "both"


class SupervisionControl:
    """One a process. `see` is an onlooker of every fact."""

    def __init__(
        self,
        control: AmiCallControl,
        asterisk: act.Asterisk,
        switchboard: Switchboard,
        *,
        epoch: Epoch,
        beep: Beep,
    ) -> None:
        self._control = control
        self._asterisk = asterisk
        self._switchboard = switchboard
        self._mirror = switchboard.mirror
        self._moves = Moves(asterisk, switchboard)
        self._epoch = epoch
        self.beep = beep  # whoever begins to listen from now on

    @property
    def _clock(self) -> Clock:
        return self._switchboard.clock

    def listeners(self) -> list[Leg]:
        """All who hear a conversation now, or are being rung for it."""
        return [leg for leg in self._mirror.legs if leg.purpose is Purpose.LISTEN]

    def demand_heard(self, call: CallId, mode: Mode) -> Leg:
        """The seat's leg that can be heard so now. Raises WrongPhase, NoSuchCall."""
        fitting = OF_TWO if mode is Mode.BARGE else HEARD
        return self._seat(call, mode, fitting)[1]

    def demand_taken(self, call: CallId) -> None:
        """Raises WrongPhase, NoSuchCall where the call cannot be taken over now."""
        self._seat(call, SAID_TAKE_OVER, OF_TWO)

    def demand_listener(self, call: CallId, leg: LegId) -> Leg:
        """Raises NoSuchParty."""
        found = self._mirror.legs.get(leg)
        if found is None or found.caller != call or found.purpose is not Purpose.LISTEN:
            raise NoSuchParty(
                f"Nobody listens to call {call} on leg {leg}.", remedy="Load its parties again."
            )
        return found

    async def listen(
        self, call: CallId, leg: LegId, phone: Extension, mode: Mode, *, auto_answer: bool
    ) -> None:
        """Ring the supervisor's phone and let him hear. Raises PartyNotReached, WrongPhase."""
        known, seat = self._seat(call, mode, OF_TWO if mode is Mode.BARGE else HEARD)
        listener = Leg(leg, Purpose.LISTEN, call, target=phone, watches=seat.id)
        self._mirror.legs.expect(listener)
        await self._asterisk.ask(self._ring(listener, phone, known, mode, auto_answer))
        within = self._moves.trunk.ring_outside_for + ANSWER_AFTER_RING
        await self._switchboard.until(
            lambda: bool(listener.mode) or listener.end is not None, within
        )
        if listener.end is not None or not listener.mode:
            self._drop(listener)
            raise PartyNotReached(
                f"The supervisor's phone {phone} was not reached ({listener.end or 'no news'}), or "
                "the conversation is over.",
                remedy="Look whether it rings, then try again.",
            )

    async def switch(self, call: CallId, leg: LegId, mode: Mode) -> None:
        """To another mode without hanging up. Raises NoSuchParty, WrongPhase."""
        listener = self.demand_listener(call, leg)
        self.demand_heard(call, mode)
        await self._asterisk.ask(act.set_variable(listener.ami_name, "CC_MODE", mode))
        self._hear_anew(listener)
        switched = await self._switchboard.until(
            lambda: listener.mode == mode or listener.end is not None, MOVES_WITHIN
        )
        if not switched:
            raise not_moved(call, mode)

    async def stop(self, call: CallId, leg: LegId) -> None:
        """Agent and citizen talk on. Raises NoSuchParty."""
        listener = self.demand_listener(call, leg)
        self._drop(listener)
        await self._switchboard.until(lambda: listener.end is not None, MOVES_WITHIN)

    async def take_over(self, call: CallId, leg: LegId, phone: Extension, *, lent: bool) -> None:
        """The citizen goes to the supervisor, the agent is freed. Who listens is there already.

        `lent`: the phone is that of a seat that the floor lends for it. Raises PartyNotReached,
        WrongPhase; then the agent has the citizen as before.
        """
        self._seat(call, SAID_TAKE_OVER, OF_TWO)
        supervisor = self._mirror.legs.get(leg)
        if supervisor is None:
            supervisor = Leg(leg, Purpose.CONSULT, call, target=phone, lent=lent)
            where = (act.AGENT_ROOM, "s")
            fresh = supervisor
            await self._moves.reach(fresh, phone, where, lambda: fresh.aside, AUTO_ANSWER)
        else:
            await self._aside(supervisor, lent)
        try:
            await self._hand_over(call, supervisor)
        except HotlineError:
            self._drop(supervisor)
            seat = self._mirror.legs.seat(call)
            if seat is not None and self._moves.phase(call) is Phase.HELD:
                await self._control.resume(call)
            raise

    async def hang_up(self, call: CallId) -> None:
        """By force (强拆). Raises WrongPhase for one whom no seat has, NoSuchCall."""
        self._seat(call, SAID_HANG_UP, HEARD)
        await self._control.hang_up(call)

    def see(self, told: Iterable[Fact]) -> None:
        """Fits the fact feed."""
        for fact in told:
            if isinstance(fact, SupervisionStarted):
                self._sound_beep(fact)
            elif isinstance(fact, ANEW):
                together = not isinstance(fact, facts.ConferenceJoined)
                self._all_hear_anew(fact.call, of_two=together)

    def end_the_lost(self) -> None:
        """Listeners whose conversation has ended unheard."""
        for leg in self.listeners():
            if leg.mode and (leg.watches is None or self._mirror.legs.get(leg.watches) is None):
                self._drop(leg)

    # ---- within

    async def _hand_over(self, call: CallId, supervisor: Leg) -> None:
        if self._moves.phase(call) is Phase.TALKING:
            await self._control.hold(call)
        known, seat = self._seat(call, SAID_TAKE_OVER, frozenset({Phase.HELD}))
        if supervisor.end is not None:
            raise PartyNotReached(
                "The supervisor has hung up.", remedy="The agent has the citizen again."
            )
        if (
            supervisor.lent
        ):  # from now on a seat of ours like any other, also for who comes after us
            for name, value in (("CC_SEAT", "1"), ("CC_THIRD", "seat")):
                await self._asterisk.ask(act.set_variable(supervisor.ami_name, name, value))
        await self._moves.join(known.ami_name, supervisor.ami_name)
        await self._moves.await_phase(call, Phase.TALKING)
        self._switchboard.tell(act.hangup(seat.ami_name))

    async def _aside(self, listener: Leg, lent: bool) -> None:
        """Who listens becomes a third party that waits for the citizen."""
        self._switchboard.ears.write(
            [
                fact
                for fact in over(listener, TAKEN_OVER, self._clock.now())
                if isinstance(fact, Fact)
            ]
        )
        listener.purpose, listener.lent, listener.mode = Purpose.CONSULT, lent, ""
        listener.joined, listener.watches = False, None
        third = "consult/lent" if lent else "consult"
        await self._asterisk.ask(act.set_variable(listener.ami_name, "CC_THIRD", third))
        await self._asterisk.ask(act.redirect(listener.ami_name, act.AGENT_ROOM))
        await self._switchboard.until(
            lambda: listener.aside or listener.end is not None, MOVES_WITHIN
        )

    def _seat(self, call: CallId, what: str, fitting: frozenset[Phase]) -> tuple[Call, Leg]:
        known, seat = self._moves.known(call), self._mirror.legs.seat(call)
        if seat is None or known.phase not in fitting:
            phases = ", ".join(sorted(fitting))
            raise WrongPhase(
                f"Call {call} is {known.phase}, with {seat.id if seat else 'no seat'}: {what} does "
                "not fit.",
                remedy=f"It can be done while a seat has it, and it is {phases}.",
            )
        return known, seat

    def _ring(
        self, listener: Leg, phone: Extension, citizen: Call, mode: Mode, auto_answer: bool
    ) -> ActionHeaders:
        assert listener.watches is not None, "a listener hears a seat's leg"
        return act.originate(
            f"PJSIP/{self._mirror.phones.endpoint(phone)}",
            leg=listener.id,
            to=(act.LISTEN, "s"),
            ring_for=self._moves.trunk.ring_outside_for,
            shows=self._switchboard.settings.trunk.own_number,
            variables={
                "CC_CALLER": citizen.ami_name,
                "CC_THIRD": LISTENS,
                "CC_SPIED": listener.watches,
                "CC_MODE": mode,
                "CC_LEGEPOCH": str(self._epoch),
                **(AUTO_ANSWER if auto_answer else {}),
            },
        )

    def _all_hear_anew(self, call: CallId, *, of_two: bool) -> None:
        """In a conference nobody can be spoken to but the agent: a barge becomes a whisper."""
        for leg in self._mirror.legs.of(call, Purpose.LISTEN):
            if leg.mode == Mode.BARGE and not of_two:
                self._switchboard.tell(act.set_variable(leg.ami_name, "CC_MODE", Mode.WHISPER))
            if leg.mode:
                self._hear_anew(leg)

    def _hear_anew(self, listener: Leg) -> None:
        """Also one of an older epoch: he is ours now."""
        epoch = act.set_variable(listener.ami_name, "CC_LEGEPOCH", str(self._epoch))
        self._switchboard.tell(epoch)
        self._switchboard.tell(act.redirect(listener.ami_name, act.LISTEN))

    def _drop(self, leg: Leg) -> None:
        leg.dropped = not leg.joined
        self._switchboard.tell(act.hangup(leg.ami_name or leg.id))

    def _sound_beep(self, begun: SupervisionStarted) -> None:
        listener = self._mirror.legs.get(begun.leg)
        if self.beep is Beep.NONE or listener is None or listener.watches is None:
            return
        mode = Mode.WHISPER if self.beep is Beep.AGENT else Mode.BARGE
        beep = act.originate(
            "Local/s@beep/n",
            leg=begun.leg,
            to=("beeped", "s"),
            ring_for=ANSWER_AFTER_RING,
            shows=self._switchboard.settings.trunk.own_number,
            variables={"CC_SPIED": listener.watches, "CC_MODE": mode},
        )
        self._switchboard.tell({k: v for k, v in beep.items() if k != "ChannelId"})


LISTENS: Final = "listen"  # a listener's CC_THIRD (telephony/known_legs.py)
SAID_TAKE_OVER: Final = "take_over"
SAID_HANG_UP: Final = "hang_up"
