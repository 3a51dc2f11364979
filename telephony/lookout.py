"""Looks at what Asterisk really holds: after each log-in, on a surprise, and every minute or so.

Rule: that a channel is not there proves its end only if it was there. Asterisk says "queued" to an
Originate and makes its channel later, on a loaded machine seconds later; what was ordered and never
seen is over when it was missing in `UNSEEN_LOOKS` looks. Who fell back since nobody seemed to be
here, while we are, was on his way into the plain queue as we looked: another look brings him back.
Rule: of whom news came while we asked, the answer says nothing: it may be older than they are. What
else differs must last: between two steps of the dialplan a channel is shown where it is not.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from kernel.fact import Fact
from kernel.ids import CallId
from telephony import ami_actions as act
from telephony.errors import AnswerOverdue
from telephony.facts import CallFellBack
from telephony.found import Found, found_from
from telephony.mirror import Mirror
from telephony.resync import Comparison, Enter, Forget, Mend, TakeBack, compare
from telephony.settings import LifelineSettings
from telephony.unheard import note_channels, note_recorders

NOBODY_HERE: Final = "no-heartbeat"  # why a call fell back, in the dialplan's words
HEARS_AGAIN_S: Final = 0.005  # while news wait to be heard
HEARD_WITHIN_S: Final = 10.0  # who never catches up cannot judge a list
UNSEEN_LOOKS: Final = 5  # one after the other, each two or more times `second_look_after` long


class Lookout:
    """`found` keeps, by call, what was found of citizens whom we did not know before."""

    def __init__(
        self,
        asterisk: act.Exchange,
        mirror: Mirror,
        settings: LifelineSettings,
        takes_new: Callable[[], bool] = lambda: True,
    ) -> None:
        """`takes_new`: whether new calls may come to us."""
        self._takes_new = takes_new
        self._asterisk = asterisk
        self._mirror = mirror
        self._settings = settings
        self._soon = asyncio.Event()
        self._missing: Counter[str] = Counter()  # ordered and never seen: in how many looks
        self.found: dict[CallId, Found] = {}

    def soon(self) -> None:
        self._soon.set()

    def hear(self, told: Iterable[Fact]) -> None:
        fell = (fact for fact in told if isinstance(fact, CallFellBack))
        if any(fact.reason == NOBODY_HERE for fact in fell) and self._takes_new():
            self.soon()

    async def due(self) -> None:
        """When the next look is due; however many surprises, never two at once."""
        await asyncio.sleep(self._settings.second_look_after.total_seconds())
        try:
            async with asyncio.timeout(self._settings.look_every.total_seconds()):
                await self._soon.wait()
        except TimeoutError:
            return
        finally:
            self._soon.clear()

    async def look(self, *, in_step: bool = False) -> list[Mend]:
        """Two looks a second apart where something of ours is missing or differs; else one.

        `in_step`: the news are heard meanwhile. At a log-in they wait for the first look, which is
        believed. Raises LinkDown, AnswerOverdue, ActionRefused.
        """
        first = await self._compare(set(), in_step)
        differ = {_difference(mend) for mend in first.mends}
        if not first.absent and (not in_step or differ <= {None}):
            self._missing.clear()
            return self._noted(first)
        await asyncio.sleep(self._settings.second_look_after.total_seconds())
        second = await self._compare(first.absent, in_step)
        lasting = [
            one for one in second.mends if not in_step or _difference(one) in differ | {None}
        ]
        second.mends = [mend for mend in lasting if self._is_proved(mend)]
        self._missing = Counter({one: self._missing[one] for one in second.absent})
        return self._noted(second)

    def _is_proved(self, mend: Mend) -> bool:
        if not isinstance(mend, Forget) or mend.uniqueid not in self._mirror.legs.unseen():
            return True
        self._missing[mend.uniqueid] += 1
        if self._missing[mend.uniqueid] >= UNSEEN_LOOKS:
            return True
        self.soon()
        return False

    def _noted(self, comparison: Comparison) -> list[Mend]:
        self.found = {
            CallId(mend.found.uniqueid): mend.found
            for mend in comparison.mends
            if isinstance(mend, Enter | TakeBack)
        }
        return comparison.mends

    async def _compare(self, absent: set[str], in_step: bool) -> Comparison:
        self._mirror.moved = moved = set[str]()
        try:
            found = await self._listed()
            if in_step:
                await self._heard_so_far()
        finally:
            self._mirror.moved = None
        note_channels(self._mirror, found)
        note_recorders(self._mirror, found)
        return self._without(moved, compare(self._mirror, found, absent))

    def _without(self, moved: set[str], seen: Comparison) -> Comparison:
        settled = [mend for mend in seen.mends if _about(mend) not in moved]
        if len(settled) < len(seen.mends):
            self.soon()
        return Comparison(settled, seen.absent - moved)

    async def _listed(self) -> list[Found]:
        status = await self._asterisk.ask(
            {"Action": "Status", "Variables": act.OUR_VARIABLES, "AllVariables": "false"}
        )
        shown = await self._asterisk.ask({"Action": "CoreShowChannels"})
        return found_from(status.events, shown.events)

    async def _heard_so_far(self) -> None:
        """Lists overtake events; an event that came before an action is sent before its answer."""
        await self._asterisk.ask({"Action": "Ping"})
        try:
            async with asyncio.timeout(HEARD_WITHIN_S):
                while self._asterisk.backlog and self._asterisk.is_up:  # noqa: ASYNC110  # nobody tells
                    await asyncio.sleep(HEARS_AGAIN_S)
        except TimeoutError:
            raise AnswerOverdue(
                f"Asterisk's news are not heard in time: {self._asterisk.backlog} wait.",
                remedy="Look at ami_backlog in /metrics, and at the CPU; another look follows.",
            ) from None


def _difference(mend: Mend) -> tuple[str, str] | None:
    """What must last; None: certain at once."""
    if isinstance(mend, TakeBack | Forget):
        return None
    return mend.found.uniqueid, mend.found.context


def _about(mend: Mend) -> str:
    return mend.uniqueid if isinstance(mend, Forget) else mend.found.uniqueid
