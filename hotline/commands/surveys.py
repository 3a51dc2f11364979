"""The survey campaign (回访) in the terminal: what is due, in progress, reached, by hour; pause and
resume; a dry run says who would be rung, when, and what holds it back. Straight from the database.
"""

import argparse
import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from callbacks.attempt_store import PgAttemptStore
from callbacks.attempts import Rules
from callbacks.duty import Duty, DutyKind
from callbacks.duty_lists import Campaign, DutyPage, PgDutyLists
from callbacks.ports import ClosedCase
from callbacks.settings import load_callback_settings
from callbacks.survey_plan import Planned, SurveyPlan
from callbacks.survey_records import Pause
from callbacks.survey_store import PgCampaign
from callbacks.workdays import load_calendar
from cases.closing_store import PgCaseClosing
from config.settings import load_settings
from hotline.commands.of_instance import environment_of, show
from hotline.private.places import PROJECT
from kernel.clock import SystemClock
from kernel.ids import CaseId
from storage.pool import Pool, open_pool

_BY: Final = "command line"
_PAGE: Final = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="a running instance, var/NAME/")
    parser.add_argument("--config", type=Path, default=PROJECT / "config")
    parser.add_argument("--days", type=int, default=30, help="closed in the last so many days")
    parser.add_argument("--list", action="store_true", help="each survey with its state")
    parser.add_argument("--dry-run", type=int, metavar="N", default=0, help="the next N calls")
    still = parser.add_mutually_exclusive_group()
    still.add_argument("--pause", action="store_true", help="dial nobody until --resume")
    still.add_argument("--resume", action="store_true", help="go on dialling")
    parser.add_argument("--json", action="store_true", help="for programs")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, Unavailable."""
    seen = asyncio.run(_seen(arguments, environment_of(arguments.instance)))
    show(seen, as_json=arguments.json)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is shown."""

    campaign: Campaign
    pause: Pause | None
    surveys: Sequence[Duty]
    planned: Sequence[Planned]

    def as_json(self) -> dict[str, Any]:
        return {
            "paused_by": self.pause.by if self.pause is not None else None,
            "by_state": {state.value: n for state, n in self.campaign.by_state.items() if n},
            "by_result": self.campaign.by_result,
            "by_hour": {str(hour): list(of) for hour, of in sorted(self.campaign.by_hour.items())},
            "surveys": [_row(duty) for duty in self.surveys],
            "plan": [
                {
                    "duty": one.duty.id,
                    "at": one.at.isoformat() if one.at else None,
                    "rule": one.rule,
                }
                for one in self.planned
            ],
        }

    def lines(self) -> list[str]:
        still = f"已暂停 paused by {self.pause.by}" if self.pause is not None else "进行中 running"
        told = [f"回访 surveys: {still}"]
        states = [f"{state.value} {n}" for state, n in self.campaign.by_state.items() if n]
        told.append("  状态 states: " + (", ".join(states) or "-"))
        results = [f"{result} {n}" for result, n in sorted(self.campaign.by_result.items())]
        told.append("  结果 results: " + (", ".join(results) or "-"))
        for hour, (dialled, reached) in sorted(self.campaign.by_hour.items()):
            told.append(f"  {hour:02} 时: 拨打 dialled {dialled}, 接通 reached {reached}")
        for duty in self.surveys:
            end = f"{duty.state.value} {duty.result.value if duty.result is not None else ''}"
            told.append(f"  {duty.case}/{duty.round} {duty.caller} {end}")
        for one in self.planned:
            at = one.at.isoformat(timespec="minutes") if one.at else "-"
            told.append(f"  {at} {one.duty.caller} {one.duty.case} ({one.rule})")
        return told


def _row(duty: Duty) -> dict[str, Any]:
    return {
        "duty": duty.id,
        "case": duty.case,
        "round": duty.round,
        "caller": duty.caller,
        "state": duty.state.value,
        "result": duty.result.value if duty.result is not None else None,
    }


async def _seen(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Seen:
    settings = load_settings(arguments.config, environment)
    callbacks = load_callback_settings(arguments.config / "callbacks.yaml")
    rules = Rules(callbacks, load_calendar(arguments.config / "holidays.yaml"))
    now = SystemClock().now()
    async with open_pool(settings.database) as pool:
        still, lists = PgCampaign(pool), PgDutyLists(pool, callbacks.schedule.zone)
        if arguments.pause or arguments.resume:
            await still.pause(arguments.pause, _BY, now)
        plan = SurveyPlan(lists, PgAttemptStore(pool), _Barred(pool), rules)
        since = now - timedelta(days=arguments.days)
        return Seen(
            campaign=await lists.campaign(since, now + timedelta(seconds=1)),
            pause=await still.paused(),
            surveys=await _all(lists) if arguments.list else (),
            planned=await plan.dry_run(now, arguments.dry_run) if arguments.dry_run else (),
        )


async def _all(lists: PgDutyLists) -> list[Duty]:
    found: list[Duty] = []
    after: str | None = None
    while True:
        wanted = DutyPage(kinds=frozenset({DutyKind.SURVEY}), after=after, limit=_PAGE)
        page = await lists.page(wanted)
        found += page.duties
        after = page.next
        if after is None:
            return found


class _Barred:
    """Fits `ListsClosedCases`, as far as a dry run goes."""

    def __init__(self, pool: Pool) -> None:
        self._closing = PgCaseClosing(pool)

    async def closed(
        self, since: datetime, limit: int, behind: CaseId | None = None
    ) -> Sequence[ClosedCase]:
        return ()

    async def barred(self, cases: Collection[CaseId]) -> Mapping[CaseId, str]:
        return await self._closing.barred(cases)
