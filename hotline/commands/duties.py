"""The calls that people make back (漏接回拨, 预约回拨) in the terminal: what is owed, by state, and
what became of them day by day (D-10). Straight from the database.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from callbacks.duty import UNSETTLED, Duty
from callbacks.duty_lists import DutyPage, MissedDay, PgDutyLists
from callbacks.promised import MADE_BY_PEOPLE
from callbacks.settings import load_callback_settings
from config.settings import load_settings
from hotline.commands.of_instance import environment_of, show
from hotline.private.places import PROJECT
from kernel.clock import SystemClock
from storage.pool import open_pool

_PAGE: Final = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="a running instance, var/NAME/")
    parser.add_argument("--config", type=Path, default=PROJECT / "config")
    parser.add_argument("--days", type=int, default=7, help="opened in the last so many days")
    parser.add_argument("--all", action="store_true", help="also those that are settled")
    parser.add_argument("--json", action="store_true", help="for programs")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, Unavailable."""
    seen = asyncio.run(_seen(arguments, environment_of(arguments.instance)))
    show(seen, as_json=arguments.json)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is shown. `duties` are all that were opened in the span; numbers stay masked."""

    duties: Sequence[Duty]
    days: Sequence[MissedDay]
    settled_too: bool

    @property
    def listed(self) -> Sequence[Duty]:
        return [one for one in self.duties if self.settled_too or one.state in UNSETTLED]

    def as_json(self) -> dict[str, Any]:
        return {
            "by_state": dict(sorted(Counter(one.state.value for one in self.duties).items())),
            "by_kind": dict(sorted(Counter(one.kind.value for one in self.duties).items())),
            "duties": [_row(one) for one in self.listed],
            "days": [_day(one) for one in self.days],
        }

    def lines(self) -> list[str]:
        states = Counter(one.state.value for one in self.duties)
        told = [
            "回拨 callbacks: " + (", ".join(f"{s} {n}" for s, n in sorted(states.items())) or "-")
        ]
        for duty in self.listed:
            due = duty.due_at.isoformat(timespec="minutes")
            ready = duty.ready_at.isoformat(timespec="minutes") if duty.ready_at else "-"
            urgent = " 紧急 urgent" if duty.urgent else ""
            told.append(
                f"  {due} {duty.caller} {duty.kind.value} {duty.state.value}"
                f" 可拨 ready {ready}{urgent}"
            )
        for day in self.days:
            told.append(
                f"{day.day} 漏接 missed {day.duties} (应回 owed {day.owed}),"
                f" 已回 called back {_share(day.called_back_share)},"
                f" 及时 in time {_share(day.in_time_share)},"
                f" 接通 reached {_share(day.reached_share)},"
                f" 多次未接通 exhausted {day.exhausted}"
            )
        return told


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _row(duty: Duty) -> dict[str, Any]:
    return {
        "duty": duty.id,
        "kind": duty.kind.value,
        "state": duty.state.value,
        "caller": duty.caller,
        "due_at": duty.due_at.isoformat(),
        "urgent": duty.urgent,
        "agent": duty.agent,
        "calls": list(duty.calls),
    }


def _day(day: MissedDay) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "duties": day.duties,
        "calls": day.calls,
        "owed": day.owed,
        "self_resolved": day.self_resolved,
        "uncallable": day.uncallable,
        "called_back": day.called_back,
        "in_time": day.in_time,
        "reached": day.reached,
        "exhausted": day.exhausted,
        "median_delay_s": day.median_delay,
    }


async def _seen(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Seen:
    settings = load_settings(arguments.config, environment)
    zone = load_callback_settings(arguments.config / "callbacks.yaml").schedule.zone
    until = SystemClock().now() + timedelta(seconds=1)
    since = until - timedelta(days=arguments.days)
    async with open_pool(settings.database) as pool:
        lists = PgDutyLists(pool, zone)
        return Seen(
            duties=await _all(lists, since),
            days=await lists.missed(since, until),
            settled_too=arguments.all,
        )


async def _all(lists: PgDutyLists, since: datetime) -> list[Duty]:
    duties: list[Duty] = []
    after: str | None = None
    while True:
        wanted = DutyPage(kinds=MADE_BY_PEOPLE, opened_from=since, after=after, limit=_PAGE)
        page = await lists.page(wanted)
        duties += page.duties
        after = page.next
        if after is None:
            return duties
