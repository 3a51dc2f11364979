"""What a story asks when a citizen comes in: by which line, and to whom at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from acd.happenings import SeatWanted
from figures.counts import day_of
from hotline.rule_files import RuleFiles
from hotline.sparing import Patience, Sparing
from intake.known_callers import NOBODY, KnownCaller
from intake.measures import Measures
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.ids import NumberKey
from telephony.facts import WayIn
from telephony.handed import Handed
from telephony.levels import Levels
from telephony.lines import Arrival, Entrance, Lines
from telephony.live_call import LiveCall
from telephony.menu import MenuAnswer, Menus
from telephony.passed_on import CameFromLevel, LevelAsked, LevelReason

log = structlog.get_logger(__name__)

LOOK_UP_WITHIN: Final = timedelta(milliseconds=300)  # he hears nothing meanwhile


@dataclass(frozen=True, slots=True)
class Onward:
    """Where the dialplan sends him; `carries` what the other level is told, `facts` come first."""

    context: str
    number: str
    carries: str = ""
    facts: tuple[LevelAsked, ...] = ()


@dataclass(kw_only=True)
class Entrances:
    """A database that is slow or away costs nobody his call: he is then like any other caller."""

    lines: Lines
    menus: Menus
    levels: Levels
    look_up: Callable[[NumberKey], Awaitable[KnownCaller]]
    clock: Clock
    measures: Measures = field(default_factory=Measures)  # of supervisors, against numbers (MAL-01)
    announcement: str = ""

    def use(self, rules: RuleFiles) -> None:
        """For whoever comes in from now on: a menu that is heard goes on as it was."""
        self.lines, self.menus, self.levels = rules.lines, rules.menus, rules.levels
        self.announcement = rules.malicious.measure.announcement

    async def of(self, call: LiveCall) -> Entrance:
        handed = Handed.decode(call.party.handed)
        if handed is not None and call.dialled not in self.lines.emergency_numbers:
            return self._handed_over(handed, self.lines.line_of(call.dialled))
        known = NOBODY
        if not self.lines.is_straight(call.dialled):
            known = await self._known(call.caller_key)
        area = f"0{call.caller.area}" if call.caller.area else ""
        arrival = Arrival(
            dialled=call.dialled,
            today=day_of(self.clock.now()),
            lists=known.lists,
            area=area,
            language=known.language,
            home=self.levels.home_of(call.party.trunk, call.dialled, area),
        )
        found = self.lines.entrance(arrival, self.menus)
        straight = self.lines.is_straight(call.dialled)
        if straight or not self.measures.announces(call.caller_key, self.clock.now()):
            return found
        return replace(found, say=(*found.say, self.announcement))

    def _handed_over(self, handed: Handed, line: str) -> Entrance:
        """He has heard a menu already: to a person at once, or back to his city (NAV-05)."""
        back = None if self.levels.takes(handed) else self.levels.back(handed)
        answer = self.levels.incoming.answer("") if back is None else None
        why = f"{'line' if handed.level in self.lines.lines else 'level'}:{handed.level}"
        return Entrance(line=line, why=why, answer=answer, to_level=back, handed=handed)

    def measured(self, wanted: SeatWanted, call: LiveCall) -> SeatWanted:
        """Later in line while a supervisor's measure says so; not once he comes back (MAL-01)."""
        if wanted.again or self.lines.is_straight(call.dialled):
            return wanted
        return replace(wanted, lowered=self.measures.lowers(call.caller_key, self.clock.now()))

    def onward(self, call: LiveCall, taken: Entrance, answer: MenuAnswer | None) -> Onward | None:
        """Where outside he is passed on to; None: he stands in line here."""
        if taken.pass_on is not None:
            return Onward("level", taken.pass_on, f"{call.id}^^")
        sending, how = taken.to_level, "rule"
        if answer is not None and answer.level not in ("", self.levels.own):
            sending, how = self.levels.sending(answer.level, LevelReason.PROVINCE), "key"
        if sending is None:
            return None
        asked = LevelAsked(
            at=self.clock.now(),
            call=call.id,
            level=sending.level,
            reason=sending.reason,
            ticket_no=sending.ticket_no,
            how=how,
            agent=None,
        )
        return Onward("level", sending.number, sending.carried(call.id), (asked,))

    async def _known(self, key: NumberKey | None) -> KnownCaller:
        if key is None:
            return NOBODY
        try:
            async with asyncio.timeout(LOOK_UP_WITHIN.total_seconds()):
                return await self.look_up(key)
        except (TimeoutError, Unavailable) as trouble:
            log.warning("a caller was not looked up", why=repr(trouble))
            return NOBODY


def entrances_of(
    rules: RuleFiles, look_up: Callable[[NumberKey], Awaitable[KnownCaller]], clock: Clock
) -> Entrances:
    return Entrances(
        lines=rules.lines,
        menus=rules.menus,
        levels=rules.levels,
        look_up=look_up,
        clock=clock,
        announcement=rules.malicious.measure.announcement,
    )


def sparing(
    look_up: Callable[[NumberKey], Awaitable[KnownCaller]], clock: Clock
) -> Callable[[NumberKey], Awaitable[KnownCaller]]:
    """So that a slow database is not brought down by those who wait for it."""
    return Sparing(look_up, clock, Patience(LOOK_UP_WITHIN * 0.45), NOBODY)


def way_in(
    call: LiveCall, taken: Entrance, answer: MenuAnswer | None, at: datetime
) -> list[WayIn | CameFromLevel]:
    """How he came in, for the journal: agents see it, reports count it (MRG-08, NAV-02)."""
    came = WayIn(
        at=at,
        call=call.id,
        caller_key=call.caller_key,
        line=taken.line,
        why=taken.why,
        queue=answer.queue if answer is not None else "",
        language=answer.language if answer is not None and taken.menu is not None else "",
    )
    handed = taken.handed
    if handed is None:
        return [came]
    from_level = CameFromLevel(
        at=at,
        call=call.id,
        level=handed.level,
        reason=handed.reason,
        ticket_no=handed.ticket_no,
        their_call=handed.their_call,
        taken=taken.to_level is None,
        home=handed.home or None,
    )
    return [came, from_level]


async def nobody_known(_key: NumberKey) -> KnownCaller:
    """For a site without lists, and for what is told again from a capture."""
    return NOBODY
