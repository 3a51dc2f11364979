"""Moves of a call that has a seat: each asks Asterisk and waits for the news that it is so."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from kernel.ids import CallId, Extension, LegId
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony.call import Call, Command, Phase, permit
from telephony.company import are_alone
from telephony.errors import ActionRefused, NoSuchCall, PartyNotReached, WrongPhase
from telephony.legs import Leg, Purpose
from telephony.peer import Peer
from telephony.stamps import moment
from telephony.switchboard import Switchboard

MOVES_WITHIN: Final = timedelta(seconds=3)  # from an action to Asterisk's news of it
ANSWER_AFTER_RING: Final = timedelta(seconds=2)  # the news of an answer in the last moment
NO_SWITCH: Final = timedelta()
NOTHING: Final[Mapping[str, str]] = {}
# Whom it has just joined, Asterisk may hang up when he is moved at once (22.10.1; 1 in 240).
SETTLED_AFTER: Final = timedelta(seconds=0.5)

Target = PhoneNumber | Extension | Peer


class Moves:
    def __init__(self, asterisk: act.Asterisk, switchboard: Switchboard) -> None:
        self._asterisk = asterisk
        self._switchboard = switchboard
        self._mirror = switchboard.mirror
        self.trunk = switchboard.settings.trunk

    def known(self, call: CallId) -> Call:
        known = self._mirror.calls.get(call)
        if known is None:
            raise NoSuchCall(f"Call {call} is over.", remedy="The citizen has hung up.")
        return known

    def with_seat(self, call: CallId, command: Command) -> tuple[Call, Leg]:
        known = self.known(call)
        permit(known, command)
        seat = self._mirror.legs.seat(call)
        if seat is None:
            raise WrongPhase(f"No seat has call {call}.", remedy="Look at the call again.")
        return known, seat

    def demand_two(self, call: CallId, seat: Leg) -> None:
        """Raises WrongPhase while others are in the conference with them."""
        if self.phase(call) is Phase.CONFERENCE and not are_alone(self._mirror.legs, seat):
            raise WrongPhase(
                f"Others are in the conference of call {call}.",
                remedy="Part with them first; then the two can be held and asked about as ever.",
            )

    async def settled(self, call: CallId) -> None:
        """Until he and his seat have been together for a moment; the dialplan wrote down since
        when. Asked before every Redirect of one who talks, or whom a seat has just taken."""
        if self.phase(call) is Phase.IN_HAND:
            await self._joined_if_taken(self.known(call))
        seat = self._mirror.legs.seat(call)
        if seat is None or seat.room or self.phase(call) is not Phase.TALKING:
            return
        said = await self._asterisk.ask(act.get_variable(seat.ami_name, "CC_AT"))
        since = moment(str(said.headers.get("value", "")))
        if since is not None:
            left = SETTLED_AFTER - (self._switchboard.clock.now() - since)
            await asyncio.sleep(min(max(left, timedelta()), SETTLED_AFTER).total_seconds())

    async def _joined_if_taken(self, known: Call) -> None:
        """A seat answered and takes him just now: the dialplan has said so on his channel."""
        said = await self._asterisk.ask(act.get_variable(known.ami_name, "CC_STATE"))
        if said.headers.get("value") == "talked":
            await self._switchboard.until(
                lambda: self.phase(known.id) is not Phase.IN_HAND, MOVES_WITHIN
            )

    async def send(
        self, call: CallId, context: str, exten: str, told: Mapping[str, str] = NOTHING
    ) -> None:
        """`told`: variables of his channel, for the dialplan.

        Raises ActionRefused, before he is touched, for a number the dialplan lacks: Redirect hangs
        up whom it cannot place."""
        known = self.known(call)
        permit(known, Command.SEND_AWAY)
        found = await self._asterisk.ask(act.whether_dialplan_has(context, exten))
        if found.headers.get("value") != "1":
            raise ActionRefused(
                f"Asterisk's dialplan has no {exten} in [{context}].",
                remedy="Render it anew (hotline render-asterisk) and reload it; the citizen is "
                "still with the agent.",
            )
        await self.settled(call)
        party = self._mirror.parties[call]
        for name, value in told.items():
            await self._asterisk.ask(act.set_variable(known.ami_name, name, value))
        before = party.times_away  # a busy line may have sent him back before we look
        await self._asterisk.ask(act.redirect(known.ami_name, context, exten))
        if not await self._switchboard.until(lambda: party.times_away > before, MOVES_WITHIN):
            raise not_moved(call, exten)
        self.free_aside(call)

    def free_aside(self, call: CallId) -> None:
        """A seat that had him on hold has nobody now; one that talked is freed by the dialplan."""
        third = Purpose.CONSULT, Purpose.CONFERENCE, Purpose.EMERGENCY
        for leg in self._mirror.legs.of(call, Purpose.SEAT, *third):
            if leg.aside or leg.room or leg.purpose is Purpose.CONSULT:
                self._switchboard.tell(act.hangup(leg.ami_name or leg.id))

    async def join(self, one: str, other: str) -> None:
        for name in (one, other):
            await self._asterisk.ask(act.set_switch(name, NO_SWITCH))
        await self._asterisk.ask(act.bridge(one, other))

    async def reach(
        self,
        leg: Leg,
        to: Target,
        where: tuple[str, str],
        there: Callable[[], bool],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Ring somebody and wait until he is where he shall be. Raises PartyNotReached."""
        ring_for = self.trunk.ring_outside_for
        dial, shows, carried = self._rung(to)
        citizen = self._mirror.calls.get(leg.caller) if leg.caller is not None else None
        if citizen is not None:  # read back after a restart (telephony/resync.py)
            carried = {
                **carried,
                "CC_CALLER": citizen.ami_name,
                "CC_THIRD": f"{leg.purpose}{'/lent' if leg.lent else ''}",
            }
        self._mirror.legs.expect(leg)
        await self._asterisk.ask(
            act.originate(
                dial,
                leg=leg.id,
                to=where,
                ring_for=ring_for,
                shows=shows,
                variables={**(variables or {}), **carried},
            )
        )
        within = ring_for + ANSWER_AFTER_RING
        came = await self._switchboard.until(lambda: there() or leg.end is not None, within)
        if not came or leg.end is not None:
            leg.dropped = True
            self._switchboard.tell(act.hangup(leg.ami_name or leg.id))
            raise PartyNotReached(
                f"{leg.target or 'The phone'} was not reached ({leg.end or 'no news'}).",
                remedy="Try again, or another number.",
            )

    def _rung(self, to: Target) -> tuple[str, str, Mapping[str, str]]:
        """By which endpoint, from which number, and what the INVITE carries."""
        own = PhoneNumber.parse(self.trunk.own_number).national
        match to:
            case Peer():
                via = to.trunk or self.trunk.outbound
                return f"PJSIP/{to.number}@{via}", to.shows or own, to.variables
            case PhoneNumber():
                return f"PJSIP/{to.national}@{self.trunk.outbound}", own, {}
            case _:
                return f"PJSIP/{self._mirror.phones.endpoint(to)}", own, {}

    def phase(self, call: CallId) -> Phase:
        known = self._mirror.calls.get(call)
        return Phase.GONE if known is None else known.phase

    async def await_phase(self, call: CallId, phase: Phase) -> None:
        done = (phase, Phase.GONE)
        if not await self._switchboard.until(lambda: self.phase(call) in done, MOVES_WITHIN):
            raise not_moved(call, phase)
        self.known(call)


def third_party(leg: LegId, purpose: Purpose, call: CallId, to: Target) -> Leg:
    """Somebody whom the agent brings in; an extension is a colleague's, lent by the floor."""
    if isinstance(to, str):
        return Leg(leg, purpose, call, target=to, lent=True)
    return Leg(leg, purpose, call, target=to.masked())


def not_moved(call: CallId, where: str) -> ActionRefused:
    return ActionRefused(
        f"Call {call} has not reached {where} in time.", remedy="Look at the call again."
    )
