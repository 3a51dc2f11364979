"""Who is to work when (排班), and how that compares with who is needed and who is here (SEAT-03).

Pure. Rule: a shift counts in a half hour that it covers whole; its break, if it has one, does not
count. A night shift belongs to the day on which it begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

from acd.forecast import HALF_HOURS
from kernel.ids import AgentNo

HALF_HOUR: Final = timedelta(minutes=30)
# China has had no daylight saving since 1991
CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One agent's duty. Times are aware. `name`: 早班; `leader`: 值班长 of this shift."""

    day: date
    agent: AgentNo
    start: datetime
    end: datetime
    break_start: datetime | None = None
    break_end: datetime | None = None
    name: str = ""
    leader: bool = False

    def covers(self, start: datetime, end: datetime) -> bool:
        if start < self.start or end > self.end:
            return False
        if self.break_start is None or self.break_end is None:
            return True
        return end <= self.break_start or start >= self.break_end

    def holds(self, now: datetime) -> bool:
        """He is to be here now; in his break he is."""
        return self.start <= now < self.end

    def overlaps(self, other: "Shift") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed:
    """One half hour. `rostered` None: no roster was entered; `signed_in` None: not now."""

    start: datetime
    needed: int
    rostered: int | None = None
    signed_in: int | None = None
    calls: float = 0.0

    @property
    def here(self) -> int | None:
        """Whom we have: those signed in where it is known, else those rostered."""
        return self.signed_in if self.signed_in is not None else self.rostered

    @property
    def gap(self) -> int | None:
        """Missing seats; below 0: more than needed. None: nobody knows."""
        return None if self.here is None else self.needed - self.here

    @property
    def end(self) -> datetime:
        return self.start + HALF_HOUR


def rostered_at(shifts: Iterable[Shift], start: datetime) -> int:
    """Agents who work through the half hour that begins there; each once."""
    return len({shift.agent for shift in shifts if shift.covers(start, start + HALF_HOUR)})


def staffed_day(
    midnight: datetime,
    needed: Sequence[int],
    shifts: Sequence[Shift] | None,
    calls: Sequence[float] = (0.0,) * HALF_HOURS,
) -> list[Staffed]:
    """The 48 half hours from midnight; `shifts` None: no roster was entered for the day."""
    starts = [midnight + n * HALF_HOUR for n in range(HALF_HOURS)]
    return [
        Staffed(
            start=start,
            needed=needed[n],
            rostered=None if shifts is None else rostered_at(shifts, start),
            calls=calls[n],
        )
        for n, start in enumerate(starts)
    ]


@dataclass(frozen=True, slots=True)
class RollCall:
    """The roster against who is signed in at this moment; work numbers in order."""

    due: tuple[AgentNo, ...]  # to be here by the roster
    missing: tuple[AgentNo, ...]  # due, not signed in
    extra: tuple[AgentNo, ...]  # signed in, not due
    leaders: tuple[AgentNo, ...]  # leaders of the shifts that run
    leader_here: bool

    @property
    def without_leader(self) -> bool:
        """Somebody is due, and no leader of a running shift is signed in."""
        return bool(self.due) and not self.leader_here


def roll_call(shifts: Iterable[Shift], signed_in: Iterable[AgentNo], now: datetime) -> RollCall:
    running = [shift for shift in shifts if shift.holds(now)]
    due, here = {shift.agent for shift in running}, set(signed_in)
    leaders = {shift.agent for shift in running if shift.leader}
    return RollCall(
        due=tuple(sorted(due)),
        missing=tuple(sorted(due - here)),
        extra=tuple(sorted(here - due)),
        leaders=tuple(sorted(leaders)),
        leader_here=bool(leaders & here),
    )


def gap_zh(staffed: Staffed) -> str:
    """缺口，一句话。"""
    parts = [f"需 {staffed.needed} 席"]
    if staffed.rostered is not None:
        parts.append(f"排班 {staffed.rostered} 人")
    if staffed.signed_in is not None:
        parts.append(f"签入 {staffed.signed_in} 人")
    return "，".join([*parts, _verdict(staffed.gap, ("未排班", "缺 {} 人", "富余 {} 人", "正好"))])


def gap_en(staffed: Staffed) -> str:
    """The gap in a sentence."""
    parts = [f"{staffed.needed} seats needed"]
    if staffed.rostered is not None:
        parts.append(f"{staffed.rostered} rostered")
    if staffed.signed_in is not None:
        parts.append(f"{staffed.signed_in} signed in")
    words = ("no roster", "{} short", "{} to spare", "just enough")
    return ", ".join(parts) + ": " + _verdict(staffed.gap, words)


def _verdict(gap: int | None, words: tuple[str, str, str, str]) -> str:
    if gap is None:
        return words[0]
    if gap > 0:
        return words[1].format(gap)
    return words[2].format(-gap) if gap < 0 else words[3]
