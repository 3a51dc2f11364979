"""A call handed to another level of the province by its agent; what was handed, out and in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from acd.ports import WritesFacts
from console import levels_shown as shown
from console.figures_shown import Figure
from figures.counts import Counts
from figures.definitions import measure_queue
from figures.level_roll_up import RolledUp, rolled_up
from figures.passed_on_store import Passed
from hotline.level_feed import QuarterDoor
from hotline.rule_files import RuleFiles
from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId
from kernel.phone import PhoneNumber
from telephony.levels import Levels, Sending
from telephony.live_call import LiveCall
from telephony.navigation import tree_of
from telephony.passed_on import LevelAsked, LevelReason, PassingRefused
from telephony.peer import Peer


class HandsOn(Protocol):
    """`hotline/desks/contacts.py: Contacts` fits by shape."""

    async def transfer(self, agent: AgentNo, call: CallId, to: PhoneNumber | Peer) -> None: ...

    async def consult(self, agent: AgentNo, call: CallId, to: PhoneNumber | Peer) -> None: ...


class CountsPassed(Protocol):
    """`figures/passed_on_store.py: PassedOnStore` fits by shape."""

    async def report(self, start: datetime, end: datetime) -> Sequence[Passed]: ...

    async def counts_of_sites(self, start: datetime, end: datetime) -> Mapping[str, Counts]: ...


@dataclass(slots=True, kw_only=True)
class LevelDesk:
    """Fits `console/levels_shown.py: HandsToLevels`. `tree` marks the menus in use (NAV-04)."""

    levels: Levels
    tree: str
    contacts: HandsOn
    calls: Mapping[CallId, LiveCall]
    store: CountsPassed
    write: WritesFacts
    clock: Clock
    door: QuarterDoor

    def use(self, rules: RuleFiles) -> None:
        self.tree = tree_of(rules.menus)

    async def hand_over(
        self,
        agent: AgentNo,
        call: CallId,
        to: tuple[str, LevelReason, str],
        *,
        asks_first: bool,
    ) -> None:
        """NAV-02. Raises UnknownLevel, WrongReason, TicketNeeded, and what a transfer raises."""
        sending = self.levels.sending(*to)
        peer = self._peer(call, sending)
        asked = LevelAsked(
            at=self.clock.now(),
            call=call,
            level=sending.level,
            reason=sending.reason,
            ticket_no=sending.ticket_no,
            how="consult" if asks_first else "blind",
            agent=agent,
        )
        self.write([asked])
        try:
            if asks_first:
                await self.contacts.consult(agent, call, peer)
            else:
                await self.contacts.transfer(agent, call, peer)
        except HotlineError as trouble:
            self.write([PassingRefused(at=self.clock.now(), call=call, why=trouble.code)])
            raise

    def _peer(self, call: CallId, sending: Sending) -> Peer:
        live = self.calls.get(call)
        known = live is not None and not live.caller.is_withheld
        return Peer(
            name=sending.level,
            number=sending.number,
            trunk=sending.trunk,
            shows=live.caller.national if live is not None and known else "",
            headers=sending.headers(call),
            carried=sending.carried(call),
        )

    def directory(self) -> shown.LevelsShown:
        release = self.levels.navigation
        return shown.LevelsShown(
            navigation=release.version if release is not None else "",
            tree=self.tree,
            levels=[
                shown.LevelRow(
                    level=name,
                    kind=level.kind.value,
                    name_zh=level.name_zh,
                    name_en=level.name_en,
                    parent=level.parent,
                    region_code=level.region_code,
                    number=level.number,
                    own=name == self.levels.own,
                    reasons=sorted(self.levels.reasons(name)),
                )
                for name, level in self.levels.levels.items()
            ],
        )

    async def report(self, start: datetime, end: datetime) -> shown.LevelReport:
        """Raises Unavailable."""
        by_site = await self.store.counts_of_sites(start, end)
        levels = self.levels.levels
        own = {
            name: by_site[level.region_code]
            for name, level in levels.items()
            if level.region_code is not None and level.region_code in by_site
        }
        sums = rolled_up({name: self.levels.below(name) for name in levels}, own)
        passed = await self.store.report(start, end)
        return shown.LevelReport(
            passed=[_passed(row, row.target in levels) for row in passed],
            levels=[_figures(name, levels[name].parent, found) for name, found in sums.items()],
        )


def _passed(row: Passed, of_a_level: bool) -> shown.PassedRow:
    """A line with seats of its own hands calls over as a level does, and is none."""
    found = shown.PassedRow.model_validate(row)
    is_line = row.kind == "level" and not of_a_level
    return found.model_copy(update={"kind": "line"}) if is_line else found


def _figures(name: str, parent: str | None, found: RolledUp) -> shown.LevelFigures:
    return shown.LevelFigures(
        level=name,
        parent=parent,
        own=asdict(found.own),
        with_below=asdict(found.with_below),
        figures=[
            Figure(id=one.definition.id, queue=None, value=one.value, n=one.ratio.n)
            for one in measure_queue(found.with_below)
        ],
    )
