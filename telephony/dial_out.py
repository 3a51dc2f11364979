"""A citizen is rung by us, over the trunk out, with our own number shown.

Rule: the channel's id is the attempt's, written down by the caller of `dial` before it; who answers
is a call like any other, told the story that was given with the number. What became of the others
is read from Asterisk's Hangup alone. A dialling is lost only where it is proved that nothing rings
any more: until then it is waited for, so that nobody is rung twice.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog

from kernel.errors import HotlineError
from kernel.ids import CallId, LegId, is_out
from kernel.legs import LegEnd
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony.ami_text import ActionHeaders
from telephony.errors import ActionRefused, LeaseLost
from telephony.legs import Leg, Purpose
from telephony.live_call import LiveCall
from telephony.story_teller import Story
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

NEWS_WITHIN: Final = timedelta(seconds=3)  # of an answer or an end in the last moment


class DialEnd(StrEnum):
    """What became of one dialling. The words are those of `callbacks.duty.Outcome`."""

    REACHED = "reached"  # somebody lifted the phone: a call in our hands
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    POWERED_OFF = "powered_off"
    EMPTY_NUMBER = "empty_number"
    NETWORK_FAILURE = "network_failure"
    LOST = "lost"  # over unheard: it may have rung
    NOT_DIALLED = "not_dialled"  # it is proved that no phone rang


_BY_SIP_CODE: Final = {
    "404": DialEnd.EMPTY_NUMBER,
    "410": DialEnd.EMPTY_NUMBER,
    "484": DialEnd.EMPTY_NUMBER,
    "604": DialEnd.EMPTY_NUMBER,
    "486": DialEnd.BUSY,
    "600": DialEnd.BUSY,
    "603": DialEnd.REJECTED,
    "607": DialEnd.REJECTED,
    "408": DialEnd.NO_ANSWER,
    "487": DialEnd.NO_ANSWER,
}
_BY_CAUSE: Final = {
    1: DialEnd.EMPTY_NUMBER,
    22: DialEnd.EMPTY_NUMBER,
    28: DialEnd.EMPTY_NUMBER,
    17: DialEnd.BUSY,
    18: DialEnd.POWERED_OFF,
    20: DialEnd.POWERED_OFF,
    19: DialEnd.NO_ANSWER,
    21: DialEnd.REJECTED,
}
_RANG_OUT: Final = 19


def end_of(leg: Leg) -> DialEnd:
    """Of a leg that is over. Pure. 480 is told by us for a time-out, by the far end for 关机."""
    if leg.hangup is None:  # Asterisk made no channel for it, or lost it unheard
        return DialEnd.NETWORK_FAILURE if leg.end is LegEnd.UNREACHABLE else DialEnd.LOST
    if leg.answered and not leg.dropped:  # he hung up before he was in our hands
        return DialEnd.REJECTED
    code, cause = leg.hangup.sip_code.strip(), leg.hangup.cause
    if code == "480" or cause == _RANG_OUT:
        return DialEnd.POWERED_OFF if leg.refused else DialEnd.NO_ANSWER
    if leg.dropped:
        return DialEnd.NO_ANSWER
    return _BY_SIP_CODE.get(code) or _BY_CAUSE.get(cause, DialEnd.NETWORK_FAILURE)


def _is_decided(leg: Leg) -> bool:
    return leg.there or leg.end is not None


async def farewell(call: LiveCall) -> None:
    """Nobody knows any more why he was rung."""
    call.hang_up()


class DialOut:
    """One a process, shared by people's callbacks and the survey robot."""

    def __init__(
        self, asterisk: act.Asterisk, switchboard: Switchboard, adopted: Story = farewell
    ) -> None:
        """`adopted`: what a call hears that was rung by a process before us."""
        self._adopted = adopted
        self._asterisk = asterisk
        self._switchboard = switchboard
        self._mirror = switchboard.mirror
        self._stories: dict[CallId, Story] = {}

    async def dial(
        self, attempt: str, number: PhoneNumber, story: Story, *, ring_for: timedelta
    ) -> DialEnd:
        """Rings and waits. REACHED: `story` is being told to the call `CallId(attempt)`.

        `attempt` is an `kernel.ids.out_id`. Never raises for what the telephone does; cancelled, it
        leaves the ring alone (`drop` ends it).
        """
        assert is_out(attempt), "a citizen's channel is named by out_id"
        call, leg = CallId(attempt), Leg(LegId(attempt), Purpose.CITIZEN, None)
        leg.target = number.masked()
        if not self._asterisk.is_up:
            return DialEnd.NOT_DIALLED
        self._stories = {one: told for one, told in self._stories.items() if self._lives(one)}
        self._stories[call], self._mirror.rung[call] = story, number
        self._mirror.legs.expect(leg)
        try:
            await self._asterisk.ask(self._originate(leg, number, ring_for))
        except (ActionRefused, LeaseLost) as trouble:
            log.warning("citizen not rung", attempt=attempt, why=trouble.problem)
            self._forget(leg)
            return DialEnd.NOT_DIALLED
        except HotlineError as trouble:  # it may ring all the same: what becomes of it is heard
            log.warning("dialling is of unknown outcome", attempt=attempt, why=trouble.problem)
        return await self._outcome(leg, ring_for)

    async def _outcome(self, leg: Leg, ring_for: timedelta) -> DialEnd:
        """Also of one who answered and has hung up again before we had our turn."""
        within = ring_for + NEWS_WITHIN
        while not await self._switchboard.until(lambda: _is_decided(leg), within):
            log.warning("a ring has not ended in time", attempt=leg.id, seen=bool(leg.ami_name))
            self.drop(leg.id)
            self._switchboard.lookout.soon()
            within = NEWS_WITHIN
        if leg.there:
            return DialEnd.REACHED
        if not leg.ami_name:
            self.give_up(leg.id)
        self._forget(leg)
        return end_of(leg)

    def drop(self, attempt: str) -> None:
        """Ends it, whether it rings or talks."""
        leg, call = self._mirror.legs.get(attempt), self._mirror.calls.get(CallId(attempt))
        if leg is not None and leg.end is None:
            leg.dropped = True
            self._switchboard.tell(act.hangup(leg.ami_name or attempt))
        elif call is not None:
            self._mirror.parties[call.id].sent_home = True
            self._switchboard.tell(act.hangup(call.ami_name))
            self._switchboard.see_off(call.id)

    def give_up(self, attempt: str) -> None:
        """It is settled without its end having been heard: should its channel come yet, it ends."""
        self._mirror.legs.never_let_ring(LegId(attempt))

    def drop_unknown(self, attempt: str) -> None:
        """One that rings for a process that is gone."""
        self._switchboard.tell(act.hangup(attempt))

    def is_pending(self, attempt: str) -> bool:
        """Ordered by this process, its end not proved yet."""
        leg = self._mirror.legs.get(attempt)
        return leg is not None and not _is_decided(leg)

    async def is_live(self, attempt: str) -> bool:
        """Has Asterisk its channel? Raises LinkDown, AnswerOverdue."""
        shown = await self._asterisk.ask({"Action": "CoreShowChannels"})
        return any(str(item.get("uniqueid")) == attempt for item in shown.events)

    def tells(self, inbound: Story) -> Story:
        """The story of every call: the one it was dialled with, or that of a citizen's own call."""

        async def story(call: LiveCall) -> None:
            await self._story_of(call, inbound)(call)

        return story

    def _story_of(self, call: LiveCall, inbound: Story) -> Callable[[LiveCall], Awaitable[None]]:
        if not is_out(call.id):
            return inbound
        return self._stories.get(call.id, self._adopted)

    def _lives(self, call: CallId) -> bool:
        return call in self._mirror.calls or self._mirror.legs.get(call) is not None

    def _forget(self, leg: Leg) -> None:
        self._stories.pop(CallId(leg.id), None)
        self._mirror.rung.pop(CallId(leg.id), None)
        self._mirror.legs.forget(leg)

    def _originate(self, leg: Leg, number: PhoneNumber, ring_for: timedelta) -> ActionHeaders:
        trunk = self._switchboard.settings.trunk
        own = PhoneNumber.parse(trunk.own_number).national
        return act.originate(
            f"PJSIP/{number.national}@{trunk.outbound}",
            leg=leg.id,
            to=(act.CALLED, "s"),
            ring_for=ring_for,
            shows=own,
            variables={"CC_DIALLED": own},
        )
