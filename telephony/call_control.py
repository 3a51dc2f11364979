"""Call control: what desk and console ask of Asterisk. Fits `acd/ports.py: RingsSeats` by shape.

Every leg is named before Asterisk hears of it, so that what becomes of it comes to the one
listener. Answer to speech needs none of us: the dialplan's [deliver] joins the seat to its caller.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from kernel.errors import HotlineError, Unavailable
from kernel.ids import CallId, Extension, LegId, epoch_of, is_out
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony.ami_text import ActionHeaders
from telephony.call import Command, Phase
from telephony.emergency_directory import EmergencyLine
from telephony.errors import WrongPhase
from telephony.legs import Leg, Purpose
from telephony.moves import MOVES_WITHIN, Target, not_moved, third_party
from telephony.spoken import Sound
from telephony.switchboard import Switchboard
from telephony.transfers import Transfers

log = structlog.get_logger(__name__)

NOT_SENT_FAILS_AFTER_S: Final = 1.0
# What phones understand as "answer by yourself": both spellings are in the field.
AUTO_ANSWER: Final = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:hotline>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://hotline>;info=alert-autoanswer;delay=0",
}


class AmiCallControl(Transfers):
    def __init__(self, asterisk: act.Asterisk, switchboard: Switchboard) -> None:
        super().__init__(asterisk, switchboard)
        self._sound_path = switchboard.ears.sound_path
        self._greetings: dict[Extension, str] = {}

    # ---- for the desk: both return at once, news comes to `on_leg`

    def greet_with(self, phone: Extension, greeting: str) -> None:
        """The sound ("工号 1001 为您服务", `telephony/greetings.py`) its callers hear on connect.

        Set at sign-in; the empty string takes it away.
        """
        self._greetings[phone] = greeting

    def ring(
        self,
        leg: LegId,
        phone: Extension,
        caller: CallId,
        *,
        ring_for: timedelta,
        auto_answer: bool,
        whisper: Sequence[str] = (),
    ) -> None:
        """Ring a seat for a caller under this leg id; never raises: a failure is a LegEnded.

        For a citizen whom we have still to ring the seat comes first: it waits for him aside.
        """
        call = self._mirror.calls.get(caller)
        if call is None and is_out(caller):
            self._ring_ahead(leg, phone, caller, ring_for, auto_answer)
            return
        known = Leg(leg, Purpose.SEAT, caller, by_itself=auto_answer)
        self._mirror.legs.expect(known)
        if call is None or call.phase not in (Phase.IN_HAND, Phase.AFTER_CALL):
            self._fail_soon(known, LegEnd.NOT_JOINED)
            return
        if call.phase is Phase.AFTER_CALL:  # a ring that we gave up was answered in that moment
            self._switchboard.tell(act.redirect(call.ami_name, act.ROOM))
        variables = self._on_the_leg(leg, phone, call.ami_name, whisper)
        if auto_answer:
            variables |= AUTO_ANSWER
        headers = act.originate(
            f"PJSIP/{self._mirror.phones.endpoint(phone)}",
            leg=leg,
            to=(act.DELIVER, "s"),
            ring_for=ring_for,
            shows=self._shown_to_seat(caller),
            variables=variables,
        )
        self._ring_seat(known, headers)

    # ---- for agents: each returns when Asterisk has done it; the others are in transfers.py

    async def send_emergency(self, call: CallId, line: EmergencyLine) -> None:
        """To 110, 119, 120 or 122 (EMG-01); a failure brings him back into the line (I8)."""
        told = {act.RING_FOR: str(line.ring_for_s)}
        await self._moves.send(call, "emergency", line.code, told)

    async def three_way(self, call: CallId, leg: LegId, to: Target | None) -> None:
        """Citizen, agent and a third party in one conference; `to` None: who is consulted.

        Whoever is rung answers first: until then, and if he does not, the two talk on as they do.
        Raises PartyNotReached.
        """
        self._moves.with_seat(call, Command.CONFER)
        consulted = self._mirror.legs.consulted(call)
        if consulted is None and to is None:
            raise WrongPhase(f"Nobody is consulted in call {call}.", remedy="Name the third party.")
        try:
            if consulted is None and to is not None:
                third, room = third_party(leg, Purpose.CONFERENCE, call, to), conference_of(call)
                await self._moves.reach(third, to, ("confleg", room), lambda: bool(third.room))
            await self._come_together(call, None if consulted is None else consulted.ami_name)
        except HotlineError:
            self.drop(leg)  # whom he answered for has gone meanwhile
            raise

    async def _come_together(self, call: CallId, consulted: str | None) -> None:
        await self._moves.settled(call)
        known, seat = self._moves.with_seat(call, Command.CONFER)
        if known.phase is not Phase.CONFERENCE:
            await self._confer(known.ami_name, seat.ami_name, consulted, conference_of(call))
            await self._moves.await_phase(call, Phase.CONFERENCE)
        if not await self._switchboard.until(lambda: bool(seat.room), MOVES_WITHIN):
            raise not_moved(call, "the conference")

    async def _confer(self, citizen: str, seat: str, consulted: str | None, room: str) -> None:
        """Those who talk with each other are parted in one action: neither falls through at their
        bridge's end. The citizen of a consultation is alone with his music."""
        if consulted is None:
            pair = act.redirect_both(citizen, ("conf", room), seat, ("confleg", room))
            await self._asterisk.ask(pair)
            return
        pair = act.redirect_both(seat, ("confleg", room), consulted, ("confleg", room))
        await self._asterisk.ask(pair)
        await self._asterisk.ask(act.redirect(citizen, "conf", room))

    async def leave_conference(self, call: CallId) -> None:
        """The agent goes; citizen and third party talk on."""
        seat = self._mirror.legs.seat(call)
        if seat is None or not seat.room:
            raise WrongPhase(
                f"No seat is in a conference with call {call}.", remedy="Look at the call again."
            )
        await self._asterisk.ask(act.hangup(seat.ami_name))

    async def hang_up(self, call: CallId) -> None:
        known = self._moves.known(call)
        self._mirror.parties[call].sent_home = True
        await self._asterisk.ask(act.hangup(known.ami_name))
        self._switchboard.see_off(call)

    # ---- within

    def _ring_ahead(
        self, leg: LegId, phone: Extension, caller: CallId, ring_for: timedelta, auto: bool
    ) -> None:
        """The leg's answer is the agent's; `telephony/ahead.py` brings the citizen to him."""
        known = Leg(leg, Purpose.AHEAD, caller)
        self._mirror.legs.expect(known)
        headers = act.originate(
            f"PJSIP/{self._mirror.phones.endpoint(phone)}",
            leg=leg,
            to=(act.AGENT_ROOM, "s"),
            ring_for=ring_for,
            shows=PhoneNumber.parse(self._switchboard.settings.trunk.own_number).national,
            variables={
                **self._on_the_leg(leg, phone, "", ()),
                **(AUTO_ANSWER if auto else {}),
            },
        )
        self._tell_all(known, [], headers)

    def _ring_seat(self, leg: Leg, ring: ActionHeaders) -> None:
        """At once; one that answers by itself when the citizen's last sound has begun (ADR 0030):
        whoever answers by hand takes longer than that."""
        assert leg.caller is not None, "a seat rings for a caller"
        name = self._mirror.calls[leg.caller].ami_name
        live = self._switchboard.calls.get(leg.caller)
        recorded = self._switchboard.settings.recording.enabled
        first = [act.record(name, leg.id)] if recorded else []
        pause = live.begins_for() if leg.by_itself and live else 0.0
        if pause:
            asyncio.get_running_loop().call_later(pause, self._ring_later, leg, first, ring)
        else:
            self._tell_all(leg, first, ring)

    def _ring_later(self, leg: Leg, before: list[ActionHeaders], ring: ActionHeaders) -> None:
        """Unless it was withdrawn meanwhile: it would answer before we could hang it up."""
        if leg.dropped:
            self._switchboard.leg_failed(leg, LegEnd.DROPPED)
        else:
            self._tell_all(leg, before, ring)

    def _tell_all(self, leg: Leg, before: list[ActionHeaders], ring: ActionHeaders) -> None:
        try:
            for headers in before:
                self._asterisk.tell(headers)
            self._asterisk.tell(ring, refused=lambda why: self._fail_soon(leg, LegEnd.FAILED))
        except Unavailable as trouble:
            log.warning("seat not rung", leg=leg.id, why=trouble.problem)
            # Not at once: with the link down every caller would be tried at every seat in a moment,
            # and be barred from all of them when it is back.
            later = asyncio.get_running_loop().call_later
            later(NOT_SENT_FAILS_AFTER_S, self._switchboard.leg_failed, leg, LegEnd.FAILED)

    def _on_the_leg(
        self, leg: LegId, phone: Extension, caller_name: str, whisper: Sequence[str]
    ) -> dict[str, str]:
        """What [deliver] reads on the seat's leg (asterisk/extensions.conf.j2)."""
        variables = {
            "CC_CALLER": caller_name,
            "CC_LEGEPOCH": str(epoch_of(leg)),
            "CC_SEAT": "1",
            "CC_WHISPER": "&".join(self._sound_path(Sound(sound)) for sound in whisper),
            "CC_GREETING": self._greetings.get(phone, ""),
        }
        return {name: value for name, value in variables.items() if value}

    def _shown_to_seat(self, caller: CallId) -> str:
        number = self._mirror.parties[caller].caller
        return number.national if not number.is_withheld else "anonymous"

    def _fail_soon(self, leg: Leg, why: LegEnd) -> None:
        """Not from within the desk's own call: news never comes back into the one who asks."""
        asyncio.get_running_loop().call_soon(self._switchboard.leg_failed, leg, why)


def conference_of(call: CallId) -> str:
    """A dialplan extension of figures only, one for each call."""
    return "".join(figure for figure in call if figure.isdigit())
