"""The phone of who asks for a call with a citizen, where the floor rings no seat (FRD-03).

It shows our own number and waits in [agentroom] until the citizen is there; it has a limit of its
own, so that nobody waits for a citizen whom no process rings any more.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from kernel.errors import HotlineError
from kernel.ids import CallId, Epoch, LegId
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony.ami_text import ActionHeaders
from telephony.legs import Leg, Purpose
from telephony.moves import ANSWER_AFTER_RING
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

WAITS_AFTER_RING: Final = timedelta(seconds=25)  # greeting and join of the citizen included


class AskedPhone:
    """One a process. `telephony/ahead.py` brings the citizen to the leg."""

    def __init__(self, asterisk: act.Asterisk, switchboard: Switchboard, epoch: Epoch) -> None:
        self._asterisk = asterisk
        self._switchboard = switchboard
        self._epoch = epoch

    async def ring(
        self, leg: LegId, number: PhoneNumber, call: CallId, *, ring_for: timedelta
    ) -> LegEnd | None:
        """None: he is there and waits for `call`. Never raises for what the telephone does."""
        known = Leg(leg, Purpose.ASKED, call, target=number.masked())
        self._switchboard.mirror.legs.expect(known)
        try:
            await self._asterisk.ask(self._originate(leg, number, ring_for))
        except HotlineError as trouble:
            log.warning("handler not rung", leg=leg, why=trouble.problem)
            self._drop(known)
            return LegEnd.FAILED
        within = ring_for + ANSWER_AFTER_RING
        await self._switchboard.until(lambda: known.aside or known.end is not None, within)
        if known.end is not None:
            return known.end
        if not known.aside:
            self._drop(known)
            return LegEnd.NO_ANSWER
        waits = ring_for + WAITS_AFTER_RING
        self._switchboard.tell(act.set_switch(known.ami_name, waits))
        return None

    def _drop(self, leg: Leg) -> None:
        """It may come to ring all the same: then it is hung up when it is seen."""
        leg.dropped = True
        self._switchboard.tell(act.hangup(leg.ami_name or leg.id))

    def _originate(self, leg: LegId, number: PhoneNumber, ring_for: timedelta) -> ActionHeaders:
        trunk = self._switchboard.settings.trunk
        variables: Mapping[str, str] = {"CC_LEGEPOCH": str(self._epoch)}
        return act.originate(
            f"PJSIP/{number.national}@{trunk.outbound}",
            leg=leg,
            to=(act.AGENT_ROOM, "s"),
            ring_for=ring_for,
            shows=PhoneNumber.parse(trunk.own_number).national,
            variables=variables,
        )
