"""Levels and utilities as the console shows them, and what it needs to hand a call to one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from console.figures_shown import Figure
from intake.branch_door import Signed
from intake.ticket import TicketForm
from kernel.ids import AgentNo, CallId
from telephony.passed_on import LevelReason
from telephony.utilities import Wanted


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class LevelRow(_Shown):
    """`reasons`: why a call of ours may go there; empty: none goes."""

    level: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None
    region_code: str | None
    number: str | None
    own: bool
    reasons: list[LevelReason]


class LevelsShown(_Shown):
    """`navigation`: the province's release of the menus ("": none); `tree`: the mark of ours."""

    navigation: str
    tree: str
    levels: list[LevelRow]


class PassedRow(_Shown):
    """So many calls went `out` to, or came `in` from, a level; or went out to a utility."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    direction: str
    kind: str
    target: str
    reason: str
    district: str
    result: str
    calls: int


class LevelFigures(_Shown):
    """One level: its own calls, and those with all levels below it (NAV-06)."""

    level: str
    parent: str | None
    own: dict[str, int]
    with_below: dict[str, int]
    figures: list[Figure]  # of `with_below`


class LevelReport(_Shown):
    passed: list[PassedRow]
    levels: list[LevelFigures]


class UtilityRow(_Shown):
    """Who serves that district. `open_now` False: `instead` is rung, or an urgent ticket opened."""

    utility: str
    name_zh: str
    name_en: str
    district: str
    number: str
    round_the_clock: bool
    open_now: bool
    instead: str | None


class UtilityDone(_Shown):
    """`done`: "transferring" (a failure brings him back to his agent) or "ticket".

    A ticket: `form` is the urgent one to complete and submit, `version` that of the saved draft;
    None: it could not be saved now, keep it in the browser.
    """

    done: str
    number: str | None = None
    tell_zh: str
    tell_en: str
    form: TicketForm | None = None
    version: int | None = None


class TakesQuarters(Protocol):
    """`hotline/level_feed.py: QuarterDoor` fits by shape."""

    async def take(self, level: str, signed: Signed) -> int:
        """How many were kept. Raises BadSignature, BadForm, NoQuarter, Unavailable."""
        ...


class HandsToLevels(Protocol):
    """`hotline/desks/levels.py: LevelDesk` fits by shape."""

    @property
    def door(self) -> TakesQuarters: ...

    def directory(self) -> LevelsShown: ...

    async def hand_over(
        self,
        agent: AgentNo,
        call: CallId,
        to: tuple[str, LevelReason, str],
        *,
        asks_first: bool,
    ) -> None:
        """`to`: level, reason, the city's ticket number or "". Raises UnknownLevel, WrongReason,
        TicketNeeded, and what a transfer raises."""
        ...

    async def report(self, start: datetime, end: datetime) -> LevelReport:
        """Raises Unavailable."""
        ...


class HandsToUtilities(Protocol):
    """`hotline/desks/utilities.py: UtilityDesk` fits by shape."""

    def directory(self, district: str) -> Sequence[UtilityRow]: ...

    async def hand_over(
        self, agent: AgentNo, call: CallId, utility: str, district: str, *, how: Wanted
    ) -> UtilityDone:
        """Raises UnknownUtility, WrongTicketStep, and what a transfer raises."""
        ...
