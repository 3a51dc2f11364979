"""Hand-offs to emergency lines, as agents and supervisors ask for them (EMG-01, B6).

One action: the citizen, and the agent who is with him, go into a conference; our leg to the
emergency line stands in it from the start and plays ringing there. All that follows is the
dialplan's ([conf], [farleg], [farend]): it rings, again by the second trunk, joins, gives back,
without us.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Final

import structlog

from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, LegId
from telephony import ami_actions as act
from telephony import emergency_facts as facts
from telephony import emergency_kept as kept
from telephony.ami_text import ActionHeaders
from telephony.call import Call, Command, Phase, permit
from telephony.emergency import Command as Step
from telephony.emergency import Cue, HandOff, Owner, State
from telephony.emergency import permit as permit_step
from telephony.emergency_directory import EmergencyLine
from telephony.errors import ActionRefused, NoSuchCall, WrongPhase
from telephony.legs import Leg, Purpose
from telephony.mirror import TOLD_A_STORY
from telephony.moves import MOVES_WITHIN, Moves
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

COMES_OUT_WITHIN: Final = timedelta(seconds=1)
OUR_END_WITHIN: Final = timedelta(seconds=5)  # our leg answers by itself


class EmergencyControl:
    """One a process. `see` is an onlooker of the journal: it keeps each step on the channel."""

    def __init__(
        self, asterisk: act.Asterisk, switchboard: Switchboard, clock: Clock, epoch: Epoch
    ) -> None:
        self._asterisk = asterisk
        self._switchboard = switchboard
        self._moves = Moves(asterisk, switchboard)
        self._mirror = switchboard.mirror
        self._book = switchboard.mirror.hand_offs
        self._clock = clock
        self._ids = (LegId(f"{epoch}-e{n:06}") for n in count(1))

    def of(self, call: CallId) -> HandOff | None:
        """The last one of a citizen who is on the phone."""
        return self._book.of(call)

    async def ask(
        self,
        call: CallId,
        line: EmergencyLine,
        *,
        agent: AgentNo | None,
        by: str,
        in_line: bool = False,
    ) -> HandOff:
        """Ring the emergency line for him; returns when he hears it, long before it is answered.

        `in_line`: he waits for a person. Raises WrongPhase, ActionRefused, NoSuchCall, Unavailable.
        """
        asked_at = self._clock.now()
        self._permitted(call)
        await self._demand_number(line.code)
        await self._moves.settled(call)
        known = self._permitted(call)  # the key may have been pressed twice
        seat = self._mirror.legs.seat(call)
        hand_off = HandOff(
            id=next(self._ids),
            call=call,
            code=line.code,
            agent=agent if seat is not None else None,
            asked_at=asked_at,
            state=State.ASKED if seat is not None else State.ASKED_ALONE,
        )
        self._begin(hand_off, by, in_line)
        await self._bring_together(known, seat, hand_off)
        leg = Leg(LegId(hand_off.id), Purpose.EMERGENCY, call, hand_off.code)
        self._mirror.legs.expect(leg)
        self._switchboard.tell(self._originate(known, leg, line.ring_for_s))
        await self._switchboard.until(lambda: bool(leg.room) or leg.end is not None, MOVES_WITHIN)
        return self._book.of(call) or hand_off

    async def leave(self, call: CallId) -> None:
        """The agent goes; citizen and emergency line talk on, or it rings on for him."""
        permit_step(self._open(call), Step.LEAVE)
        seat = self._mirror.legs.seat(call)
        if seat is None or not seat.room:
            raise WrongPhase(f"No seat is with call {call}.", remedy="Look at the call again.")
        await self._asterisk.ask(act.hangup(seat.ami_name))

    def not_ours(self, call: CallId, owner: Owner, agent: AgentNo) -> HandOff:
        """The far end says that it is not theirs: what was agreed is recorded (B6, steps 2 to 4).

        Kept by us, the emergency line is let go; agent and citizen stay together.
        """
        hand_off = self._open(call)
        permit_step(hand_off, Step.NOT_OURS)
        self._book.not_ours(call, owner)
        self._write(
            facts.HandOffNotOurs(
                at=self._clock.now(),
                call=call,
                hand_off=hand_off.id,
                agent=agent,
                owner=owner,
                keeper=owner.keeper,
            )
        )
        if owner.keeper == "us":
            self.let_go(call)
        return self._book.of(call) or hand_off

    def let_go(self, call: CallId) -> None:
        """The emergency line is hung up, whether it rings or talks; the agent has the citizen."""
        hand_off = self._open(call)
        permit_step(hand_off, Step.LET_GO)
        leg = self._mirror.legs.get(hand_off.id)
        if leg is not None:
            self._switchboard.tell(act.hangup(leg.ami_name or leg.id))

    def note(self, call: CallId, agent: AgentNo, receiver_no: str, incident_no: str) -> HandOff:
        """The receiver's own 工号 and their incident's number, as the agent was told them."""
        hand_off = self._book.of(call)
        if hand_off is None:
            raise _none(call)
        self._write(
            facts.HandOffNoted(
                at=self._clock.now(),
                call=call,
                hand_off=hand_off.id,
                agent=agent,
                receiver_no=receiver_no,
                incident_no=incident_no,
            )
        )
        return hand_off

    def see(self, told: Iterable[Fact]) -> None:
        """Fits the fact feed: how far it came stands on the citizen's channel (it survives us)."""
        for fact in told:
            if not isinstance(fact, facts.FACTS):
                continue
            call = CallId(getattr(fact, "call", ""))
            hand_off, known = self._book.of(call), self._mirror.calls.get(call)
            if hand_off is not None and known is not None:
                self._keep(known, hand_off)
            if isinstance(fact, facts.HandOffFailed | facts.HandOffEnded):
                later = asyncio.get_running_loop().call_later
                later(COMES_OUT_WITHIN.total_seconds(), self._bring_out, call)

    # ---- within

    def _bring_out(self, call: CallId) -> None:
        """Who came in the moment the last other went is not let out by ConfBridge (22.10.1)."""
        known = self._mirror.calls.get(call)
        if known is None or known.phase is not Phase.CONFERENCE:
            return
        if not self._mirror.legs.left_in(room_of(call)) and self._book.open_of(call) is None:
            log.warning("left alone after a hand-off", call_id=call)
            self._switchboard.tell(act.redirect(known.ami_name, act.HAND_BACK))

    def _permitted(self, call: CallId) -> Call:
        known = self._mirror.calls.get(call)
        if known is None:
            raise NoSuchCall(f"Call {call} is over.", remedy="The citizen has hung up.")
        permit(known, Command.HAND_OFF)
        going_on = self._book.open_of(call)
        if going_on is not None:
            raise WrongPhase(
                f"{going_on.code} is being rung for call {call}.",
                remedy="Let that one go first, or wait for it.",
            )
        return known

    async def _demand_number(self, code: str) -> None:
        """Before he is touched: a dialplan that was rendered without it would leave him alone."""
        found = await self._asterisk.ask(act.whether_dialplan_has(act.HAND_OFF, code))
        if found.headers.get("value") != "1":
            raise ActionRefused(
                f"Asterisk's dialplan has no {code} in [{act.HAND_OFF}].",
                remedy="Render it anew (hotline render-asterisk) and reload it; the citizen is "
                "where he was.",
            )

    def _begin(self, hand_off: HandOff, by: str, in_line: bool) -> None:
        """Written before it is done."""
        self._book.put(hand_off)
        self._write(
            facts.HandOffAsked(
                at=hand_off.asked_at,
                call=hand_off.call,
                hand_off=hand_off.id,
                code=hand_off.code,
                agent=hand_off.agent,
                by=by,
                out_of_line=in_line,
            )
        )

    async def _bring_together(self, known: Call, seat: Leg | None, hand_off: HandOff) -> None:
        room = room_of(known.id)
        if known.phase in TOLD_A_STORY:  # whose last word may be a hang-up
            self._switchboard.stories.end(known.id)
        third = self._mirror.legs.consulted(known.id)
        self._switchboard.tell(act.set_variable(known.ami_name, kept.FAR, "here"))
        self._keep(known, hand_off)
        if seat is not None and seat.room == room:
            return  # together already: an earlier one failed, or three talk
        try:
            await self._into_company(known, seat, room)
        except HotlineError as trouble:
            self._lost(known.id, trouble.problem)
            raise
        if third is not None:  # who was consulted has nobody to talk with any more
            self._switchboard.tell(act.hangup(third.ami_name or third.id))

    async def _into_company(self, known: Call, seat: Leg | None, room: str) -> None:
        alone = act.redirect(known.ami_name, "conf", room)
        if seat is None:
            await self._asterisk.ask(alone)
            return
        to, seats_to = ("conf", room), ("confleg", room)
        try:
            await self._asterisk.ask(act.redirect_both(known.ami_name, to, seat.ami_name, seats_to))
        except ActionRefused:  # the agent has hung up in this moment: Asterisk moves neither
            await self._asterisk.ask(alone)

    def _originate(self, known: Call, leg: Leg, ring_for_s: int) -> ActionHeaders:
        return {
            **act.originate(
                f"Local/{leg.target}@{act.HAND_OFF}/n",
                leg=leg.id,
                to=(act.FAR_LEG, room_of(known.id)),
                ring_for=OUR_END_WITHIN,
                shows=self._switchboard.settings.trunk.own_number,
                variables={
                    "CC_CALLER": known.ami_name,
                    "CC_HANDOFF": leg.id,
                    act.RING_FOR: str(ring_for_s),
                },
            ),
            "OtherChannelId": f"{leg.id}b",
        }

    def _lost(self, call: CallId, why: str) -> None:
        told = self._book.step(call, Cue.FAR_GONE, self._clock.now(), why="not dialled")
        log.error("emergency line not rung", call_id=call, why=why)
        self._switchboard.ears.write(told)

    def _open(self, call: CallId) -> HandOff:
        found = self._book.open_of(call)
        if found is None:
            raise _none(call)
        return found

    def _keep(self, known: Call, hand_off: HandOff) -> None:
        kept_so = act.set_variable(known.ami_name, kept.VARIABLE, kept.encode(hand_off))
        self._switchboard.tell(kept_so)

    def _write(self, fact: Fact) -> None:
        self._switchboard.ears.write([fact])


def room_of(call: CallId) -> str:
    """A dialplan extension of figures only, one for each call."""
    return "".join(figure for figure in call if figure.isdigit())


def _none(call: CallId) -> WrongPhase:
    return WrongPhase(
        f"No emergency line is rung for call {call}.", remedy="Look at the call again."
    )
