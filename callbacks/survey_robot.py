"""The survey campaign: keeps the work list, and rings as many as the trunk's share allows (G).

Rules: never dials while people wait or the answer rate is low, while the campaign is paused, or a
case that was flagged meanwhile; how a call goes on is told by whoever is plugged in as `Rings`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from callbacks.attempts import Attempt, Claim
from callbacks.duty import AttemptId, DutyKind, DutyState, Outcome
from callbacks.engine import AttemptEngine
from callbacks.facts import DutyStepped
from callbacks.ports import RevealsNumbers
from callbacks.schedule import Trunk, survey_lines
from callbacks.schedule_settings import ScheduleRules
from callbacks.survey_records import KeepsSurveys
from callbacks.surveys import Mark, SurveyList
from kernel.clock import Clock
from kernel.errors import Conflict, Unavailable
from kernel.fact import Fact
from kernel.phone import PhoneNumber

log = structlog.get_logger()

_TURN_S: Final = 1.0
_LIST_EVERY: Final = timedelta(seconds=5)
_OVERLAP: Final = timedelta(minutes=10)  # a closing that was committed late
_FIRST_LOOK: Final = timedelta(days=14)  # of a centre that never surveyed before
_SURVEYS: Final = frozenset({DutyKind.SURVEY})


class RingsForSurveys(Protocol):
    """Plugged by hotline/survey_wiring.py."""

    def next_attempt(self) -> AttemptId: ...

    async def ring(self, attempt: Attempt, claim: Claim, number: PhoneNumber) -> None:
        """Rings, asks whoever answers, settles the attempt."""

    def drop(self, attempt: AttemptId) -> None: ...

    def trunk(self) -> Trunk:
        """As it is now; `surveys` counts those that ring or talk."""


@dataclass(kw_only=True)
class Campaign:
    """What the robot works on; `rules` are renewed with each release."""

    work_list: SurveyList
    engine: AttemptEngine
    keeps: KeepsSurveys
    numbers: RevealsNumbers
    rules: ScheduleRules


class SurveyRobot:
    """Runs in the leader. `calls`: the claims of the calls that ring or talk."""

    def __init__(self, campaign: Campaign, rings: RingsForSurveys, clock: Clock) -> None:
        self._of = campaign
        self._rings = rings
        self._clock = clock
        self._mark: Mark | None = None
        self._listed_at: datetime | None = None
        self.calls: dict[AttemptId, Claim] = {}

    async def run(self, ready: Callable[[], bool] = lambda: True) -> None:
        """`ready`: whether the telephone can be used."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._look(group, ready)
                await asyncio.sleep(_TURN_S)

    async def _look(self, group: asyncio.TaskGroup, ready: Callable[[], bool]) -> None:
        try:
            await self.list_closed()
            if ready():
                await self.turn(group)
        except Unavailable as trouble:
            log.warning("surveys wait", why=str(trouble))
        except Exception:
            log.exception("the survey robot stumbled; it looks again")

    def see(self, facts: Sequence[Fact]) -> None:
        """Fits the fact feed: a survey that was withdrawn meanwhile is rung no longer (CBK-01)."""
        withdrawn = {
            fact.duty
            for fact in facts
            if isinstance(fact, DutyStepped) and fact.state is DutyState.WITHDRAWN
        }
        for attempt, claim in self.calls.items() if withdrawn else ():
            if withdrawn.issuperset(claim.ids):
                self._rings.drop(attempt)

    async def list_closed(self) -> None:
        """Puts on the work list what was closed since; page by page."""
        now = self._clock.now()
        if self._listed_at is not None and now - self._listed_at < _LIST_EVERY:
            return
        mark = self._mark or Mark((await self._of.keeps.last_closed() or now) - _FIRST_LOOK)
        while (read := await self._of.work_list.refresh(mark, now)) != mark:
            mark = read
        self._mark = Mark(mark.since - _OVERLAP)
        self._listed_at = now

    async def turn(self, group: asyncio.TaskGroup) -> int:
        """Rings whom it may ring now; how many."""
        if await self._of.keeps.paused() is not None:
            return 0
        rung = 0
        while survey_lines(self._rings.trunk(), self._of.rules) > 0:
            claim = await self._of.engine.claim_next(_SURVEYS, self._clock.now())
            if claim is None:
                break
            if (number := await self._number(claim)) is not None:
                attempt = await self._begun(claim)
                if attempt is not None:
                    self.calls[attempt.id] = claim
                    group.create_task(self._ring(attempt, claim, number), name="survey call")
                    await asyncio.sleep(0)  # it counts among the trunk's surveys from now on
                    rung += 1
        return rung

    async def _number(self, claim: Claim) -> PhoneNumber | None:
        """Asks the flags once more, then opens the number."""
        left = await self._of.work_list.withdraw_barred(claim, self._clock.now())
        if left != claim.ids:
            await self._of.engine.give_back(claim, self._clock.now())
            return None
        number = await self._of.numbers.reveal(claim.number_key)
        if number is None:
            log.error("a number is no longer kept", duties=claim.ids)
            attempt = await self._begun(claim)
            if attempt is not None:
                now, nobody = self._clock.now(), Outcome.EMPTY_NUMBER
                await self._of.engine.settle(claim, attempt.id, nobody, now)
        return number

    async def _begun(self, claim: Claim) -> Attempt | None:
        attempt = self._rings.next_attempt()
        try:
            return await self._of.engine.begin(claim, attempt, self._clock.now())
        except Conflict as why:
            log.info("survey not dialled", why=str(why), duties=claim.ids)
            await self._of.engine.give_back(claim, self._clock.now())
            return None

    async def _ring(self, attempt: Attempt, claim: Claim, number: PhoneNumber) -> None:
        try:
            await self._rings.ring(attempt, claim, number)
        except Exception:
            log.exception("survey call failed", attempt=attempt.id)
        finally:
            self.calls.pop(attempt.id, None)
