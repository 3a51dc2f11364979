"""What of the service itself is an alarm (E2.8, CH-01, SEAT-04, RPT-06): rules over what is seen.

Each rule says whether something is wrong now and why. How long it must be so, where that is a
setting, is counted here; all else the board does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from acd.seat import Activity, Presence
from acd.view import FloorView, SeatView
from figures.counts import Counts
from hotline.watch.alarm_settings import AlarmSettings

SHOWN: Final = 5  # names in a reason

Verdict = tuple[str, bool, str]  # alarm, wrong, why


@dataclass(frozen=True, slots=True)
class Cluster:
    """Tickets of one category in one district, lately."""

    category: str
    district: str
    tickets: int


@dataclass(slots=True)
class ServiceRules:
    """Remembers since when nobody was there, and since when which phone is away."""

    settings: AlarmSettings
    _nobody_since: datetime | None = None
    _away_since: dict[str, datetime] = field(default_factory=dict)

    def of_floor(self, view: FloorView, now: datetime) -> list[Verdict]:
        return [
            self._nobody(view.seats, now),
            self._longest_wait(view),
            self._long_calls(view.seats, now),
            self._phones(view.seats, now),
            self._rare_skills(view.seats),
        ]

    def of_figures(self, counts: Counts) -> Verdict:
        """接通率 of the window; `counts` are its quarters."""
        rule = self.settings.answer_rate
        answered = counts.answered + counts.fallback_answered
        settled = counts.settled
        share = answered / settled if settled else 1.0
        wrong = settled >= rule.from_calls and share < rule.below
        return "answer-rate", wrong, f"{share:.1%} of {settled} calls in {rule.over_min} min"

    def of_tickets(self, clusters: Sequence[Cluster]) -> Verdict:
        many = [one for one in clusters if one.tickets >= self.settings.burst.tickets]
        many.sort(key=lambda one: (-one.tickets, one.category, one.district))
        told = ", ".join(f"{one.category}@{one.district}: {one.tickets}" for one in many[:SHOWN])
        return "burst", bool(many), told

    def of_trunks(self, silent: Sequence[str]) -> Verdict:
        return "trunk-away", bool(silent), ", ".join(silent)

    # ---- each by its rule

    def _nobody(self, seats: Sequence[SeatView], now: datetime) -> Verdict:
        """CH-01: logged-in, unpaused agents whose phones can be reached; those who talk count."""
        there = any(_serves(seat) for seat in seats)
        self._nobody_since = None if there else self._nobody_since or now
        since = self._nobody_since
        limit = timedelta(seconds=self.settings.no_agents_s)
        return "no-agents", since is not None and now - since > limit, f"{len(seats)} signed in"

    def _longest_wait(self, view: FloorView) -> Verdict:
        longest = max((queue.longest_wait for queue in view.queues), default=timedelta())
        wrong = longest > timedelta(seconds=self.settings.longest_wait_s)
        return "wait-long", wrong, f"{longest.total_seconds():.0f} s, {len(view.waiting)} waiting"

    def _long_calls(self, seats: Sequence[SeatView], now: datetime) -> Verdict:
        limit = timedelta(minutes=self.settings.long_call_min)
        long = [
            seat.agent
            for seat in seats
            if seat.activity is Activity.TALKING and now - seat.activity_since > limit
        ]
        return "call-long", bool(long), ", ".join(long[:SHOWN])

    def _phones(self, seats: Sequence[SeatView], now: datetime) -> Verdict:
        away = {seat.phone: now for seat in seats if not seat.reachable}
        self._away_since = away | {
            phone: since for phone, since in self._away_since.items() if phone in away
        }
        limit = timedelta(seconds=self.settings.phone_away_s)
        long = sorted(phone for phone, since in self._away_since.items() if now - since >= limit)
        return "phone-away", bool(long), ", ".join(long[:SHOWN])

    def _rare_skills(self, seats: Sequence[SeatView]) -> Verdict:
        """While anybody is there at all; else another alarm says so."""
        serving = [seat for seat in seats if _serves(seat)]
        missing = [
            skill
            for skill in self.settings.rare_skills
            if serving and not any(skill in seat.skills for seat in serving)
        ]
        return "skill-empty", bool(missing), ", ".join(missing[:SHOWN])


def _serves(seat: SeatView) -> bool:
    return seat.presence is Presence.AVAILABLE and seat.reachable
