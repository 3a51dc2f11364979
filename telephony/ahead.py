"""A seat that is there before its citizen (agent first): what it hears, and how he comes to it.

Rule: the seat waits in [agentroom]; once the citizen has answered and is in our hands it goes to
[deliver] for him, and from then on is a seat's leg like any other: hold, transfer, hang-up know it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from kernel.ids import CallId, LegId
from telephony import ami_actions as act
from telephony.legs import Leg, Purpose
from telephony.live_call import LiveCall
from telephony.moves import MOVES_WITHIN
from telephony.spoken import Sound
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

SAID_WITHIN: Final = timedelta(seconds=2)  # the longest sound that a whisper holds


class SeatAhead:
    """One a process. `telephony.call_control` rings the seat, this does the rest."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._mirror = switchboard.mirror

    def is_there(self, leg: LegId) -> bool:
        return self._leg(leg) is not None

    async def gone(self, leg: LegId) -> None:
        """Until the agent has hung up."""
        while self.is_there(leg):
            await self._switchboard.until(lambda: not self.is_there(leg), MOVES_WITHIN)

    def tell(self, leg: LegId, sounds: Sequence[Sound]) -> None:
        """Whispered to the agent one after the other, then music until the citizen is there."""
        known = self._leg(leg)
        if known is None:
            return
        paths = [act.stream(self._switchboard.ears.sound_path(sound), "") for sound in sounds]
        for n, command in enumerate([*paths, act.MUSIC_ON]):
            self._switchboard.tell(act.agi(known.ami_name, command, f"{leg}/{n}"))

    async def say(self, leg: LegId, sounds: Sequence[Sound]) -> None:
        """To the agent alone; returns about when he has heard it."""
        self.tell(leg, sounds)
        await self._switchboard.until(lambda: not self.is_there(leg), SAID_WITHIN * len(sounds))

    async def join(self, call: LiveCall, leg: LegId) -> bool:
        """The citizen, whom we have in hand, with the seat. False: one of them has left."""
        seat, citizen = self._leg(leg), self._mirror.calls.get(call.id)
        if seat is None or citizen is None:
            return False
        if self._switchboard.settings.recording.enabled:
            self._switchboard.tell(act.record(citizen.ami_name, leg))
        if seat.purpose is Purpose.AHEAD:  # the floor's own; of others it knows nothing
            seat.purpose = Purpose.SEAT
        seat.aside = False  # on its way: not left over
        for headers in (
            act.set_variable(seat.ami_name, "CC_CALLER", citizen.ami_name),
            act.set_switch(seat.ami_name, timedelta()),
            act.redirect(seat.ami_name, act.DELIVER),
        ):
            self._switchboard.tell(headers)
        decided = await self._switchboard.until(
            lambda: self._together(call.id, leg) is not None, MOVES_WITHIN
        )
        if decided and self._together(call.id, leg):
            return True
        log.warning("citizen and seat not joined", call_id=call.id, leg=leg)
        self.drop(leg)
        return False

    def drop(self, leg: LegId) -> None:
        """Nobody is there for the agent."""
        known = self._leg(leg)
        if known is not None:
            self._switchboard.tell(act.hangup(known.ami_name or leg))

    def _together(self, call: CallId, leg: LegId) -> bool | None:
        """Also when it is over again: then the story hears it from its call. None: not yet."""
        known, seat = self._mirror.calls.get(call), self._leg(leg)
        if known is None or known.where == act.AFTER_CALL:
            return True
        if seat is None:
            return False
        return True if seat.bridge and seat.bridge == known.bridge else None

    def _leg(self, leg: LegId) -> Leg | None:
        known = self._mirror.legs.get(leg)
        return known if known is not None and known.end is None else None
