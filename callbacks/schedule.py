"""When a number may be rung next, and what one call takes on. Pure.

Each rule moves the moment later or leaves it; the moment that no rule moves is the answer. The
night block binds all but urgent calls; windows, lunch, caps and the trunk's share bind surveys only
(G): missed and promised callbacks matter most on the bad days.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from callbacks.duty import Duty, DutyKind
from callbacks.schedule_settings import ScheduleRules, Span
from callbacks.workdays import Calendar

_DAYS_AHEAD: Final = 60  # longer than any holiday
_DAY: Final = timedelta(days=1)


class Rule(StrEnum):
    """What held a call back, for the console."""

    FREE = "free"
    READY = "ready"  # its own time has not come: a retry, an hour after closing
    OUTSTANDING = "outstanding"  # the number is being rung already
    NIGHT = "night"
    LUNCH = "lunch"
    WINDOW = "window"
    GAP = "gap"
    DAY_CAP = "day_cap"
    SPREAD = "spread"  # the last try waits for another day or part of the day
    STOPPED = "stopped"
    EXHAUSTED = "exhausted"
    NO_WINDOW = "no_window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the rules look at. `tries`: this duty's dialled attempts that count as tries; `rung`:
    all attempts at the number over all duties that may have rung it. `fresh_until`: PeopleRules.
    """

    kind: DutyKind
    urgent: bool = False
    ready_at: datetime | None = None
    tries: tuple[datetime, ...] = ()
    rung: tuple[datetime, ...] = ()
    busy_until: datetime | None = None  # the number's outstanding attempt or claim
    stopped: bool = False
    fresh_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """Not before `at` (UTC); `rule` moved it last. `provisional`: of an uncertified year."""

    at: datetime
    rule: Rule
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Never:
    rule: Rule


@dataclass(frozen=True, slots=True)
class _Day:
    ask: Ask
    rules: ScheduleRules
    calendar: Calendar
    zone: ZoneInfo

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def part(self, moment: datetime) -> int:
        """Which part of its day: 0, 1, 2 ..."""
        return sum(start <= moment.time() for start in self.rules.day_parts) - 1

    def at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self.zone)


def earliest(ask: Ask, now: datetime, rules: ScheduleRules, calendar: Calendar) -> Slot | Never:
    """The first moment from `now` on at which it may be dialled; `now` itself: at once."""
    if ask.kind is DutyKind.SURVEY and ask.stopped:
        return Never(Rule.STOPPED)
    if is_exhausted(ask, rules):
        return Never(Rule.EXHAUSTED)
    day = _Day(ask, rules, calendar, ZoneInfo(rules.zone))
    binding = _SURVEY if ask.kind is DutyKind.SURVEY else _PEOPLE
    moment, why, horizon = day.local(now), Rule.FREE, now + _DAYS_AHEAD * _DAY
    moved = True
    while moved:
        moved = False
        for name, rule in binding:
            later = rule(day, moment)
            if later > moment:
                moment, why, moved = later, name, True
        if moment > max(horizon, *_later_than_now(ask, horizon)):
            return Never(Rule.NO_WINDOW)
    provisional = ask.kind is DutyKind.SURVEY and calendar.is_provisional(moment.date())
    return Slot(moment.astimezone(now.tzinfo), why, provisional)


def _later_than_now(ask: Ask, horizon: datetime) -> tuple[datetime, ...]:
    return (horizon, *(_DAYS_AHEAD * _DAY + one for one in (ask.ready_at, *ask.rung) if one))


def is_exhausted(ask: Ask, rules: ScheduleRules) -> bool:
    """All tries are made, over as many days and parts of the day as asked."""
    if ask.kind is DutyKind.SURVEY:
        return len(ask.tries) >= rules.survey.tries
    return len(ask.tries) >= rules.people.tries and not _missing_part(ask, rules)


def _missing_part(ask: Ask, rules: ScheduleRules) -> bool:
    zone = ZoneInfo(rules.zone)
    day = _Day(ask, rules, Calendar(), zone)
    local = [day.local(one) for one in ask.tries]
    return len({(one.date(), day.part(one)) for one in local}) < rules.people.parts


def _ready(day: _Day, moment: datetime) -> datetime:
    return moment if day.ask.ready_at is None else max(moment, day.local(day.ask.ready_at))


def _outstanding(day: _Day, moment: datetime) -> datetime:
    return moment if day.ask.busy_until is None else max(moment, day.local(day.ask.busy_until))


def _night(day: _Day, moment: datetime) -> datetime:
    if day.ask.urgent and day.ask.kind is not DutyKind.SURVEY:
        return moment
    fresh = day.ask.fresh_until
    people = day.ask.kind is not DutyKind.SURVEY and day.rules.people.fresh_at_night
    if people and fresh is not None and moment <= fresh:
        return moment
    return _after(day.rules.night, day, moment)


def _lunch(day: _Day, moment: datetime) -> datetime:
    return _after(day.rules.survey.lunch, day, moment)


def _after(block: Span, day: _Day, moment: datetime) -> datetime:
    """Its end when the moment lies inside."""
    if not block.holds(moment.time()):
        return moment
    crosses = block.until <= block.first and moment.time() >= block.first
    return day.at(moment.date() + (_DAY if crosses else timedelta(0)), block.until)


def _window(day: _Day, moment: datetime) -> datetime:
    for n in range(_DAYS_AHEAD):
        date_ = moment.date() + n * _DAY
        for window in sorted(
            day.rules.survey.windows[day.calendar.kind(date_)], key=lambda one: one.first
        ):
            opens, closes = day.at(date_, window.first), day.at(date_, window.until)
            if moment < closes:
                return max(moment, opens)
    return moment + (_DAYS_AHEAD + 1) * _DAY


def _gap(day: _Day, moment: datetime) -> datetime:
    rung = [day.local(one) for one in day.ask.rung]
    return max([moment, *(one + day.rules.survey.gap for one in rung)])


def _day_cap(day: _Day, moment: datetime) -> datetime:
    same = sum(day.local(one).date() == moment.date() for one in day.ask.rung)
    return moment if same < day.rules.survey.per_day else day.at(moment.date() + _DAY, time(0))


def _survey_spread(day: _Day, moment: datetime) -> datetime:
    """The tries lie on enough days and in enough parts of the day: those left must suffice."""
    survey = day.rules.survey
    tried = [day.local(one) for one in day.ask.tries]
    left = survey.tries - len(tried)
    days, parts = {one.date() for one in tried}, {day.part(one) for one in tried}
    if survey.days - len(days) >= left and moment.date() in days:
        return day.at(moment.date() + _DAY, time(0))
    if survey.parts - len(parts) >= left and day.part(moment) in parts:
        return _next_part(day, moment)
    return moment


def _people_spread(day: _Day, moment: datetime) -> datetime:
    people = day.rules.people
    parts = {(one.date(), day.part(one)) for one in map(day.local, day.ask.tries)}
    left = max(people.tries - len(day.ask.tries), 1)
    if people.parts - len(parts) >= left and (moment.date(), day.part(moment)) in parts:
        return _next_part(day, moment)
    return moment


def _next_part(day: _Day, moment: datetime) -> datetime:
    parts = day.rules.day_parts
    n = day.part(moment) + 1
    if n < len(parts):
        return day.at(moment.date(), parts[n])
    return day.at(moment.date() + _DAY, time(0))


_PEOPLE: Final[tuple[tuple[Rule, Callable[[_Day, datetime], datetime]], ...]] = (
    (Rule.READY, _ready),
    (Rule.OUTSTANDING, _outstanding),
    (Rule.SPREAD, _people_spread),
    (Rule.NIGHT, _night),
)
_SURVEY: Final[tuple[tuple[Rule, Callable[[_Day, datetime], datetime]], ...]] = (
    (Rule.READY, _ready),
    (Rule.OUTSTANDING, _outstanding),
    (Rule.GAP, _gap),
    (Rule.DAY_CAP, _day_cap),
    (Rule.SPREAD, _survey_spread),
    (Rule.NIGHT, _night),
    (Rule.LUNCH, _lunch),
    (Rule.WINDOW, _window),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """`answer_rate` 0..1 of the running interval (D-01); None: nobody has asked yet."""

    lines: int
    free: int
    surveys: int  # survey calls that are up or being dialled
    answer_rate: float | None
    longest_wait: timedelta


def survey_lines(trunk: Trunk, rules: ScheduleRules) -> int:
    """How many more surveys may be dialled now: never at the cost of an inbound answer (G)."""
    survey = rules.survey
    if trunk.answer_rate is not None and trunk.answer_rate < survey.answer_rate_at_least:
        return 0
    if trunk.longest_wait > survey.wait_at_most:
        return 0
    share = int(trunk.lines * survey.trunk_share + 1e-9)
    return max(0, min(share - trunk.surveys, trunk.free))


def bundle(
    duties: Iterable[Duty], rules: ScheduleRules
) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    """Surveys of one number: those that one call takes, and the rest, which get an SMS (G)."""
    ordered = sorted(duties, key=lambda duty: (duty.due_at, duty.id))
    most = rules.survey.cases_per_call
    return tuple(ordered[:most]), tuple(ordered[most:])


def in_order(duties: Sequence[Duty], now: datetime, rules: ScheduleRules) -> tuple[Duty, ...]:
    """As people work them off: urgent, then what is near its due time, then by age (I5)."""
    near = now + rules.people.near_due

    def rank(duty: Duty) -> tuple[bool, bool, datetime, str]:
        return not duty.urgent, duty.due_at > near, duty.opened_at, duty.id

    return tuple(sorted(duties, key=rank))


def takes_its_place(duty: Duty, now: datetime, rules: ScheduleRules) -> bool:
    """May it take a seat by its age (promised, urgent or near due), or only one that nobody else
    could use? Never before an older waiting caller, in either case (I5).
    """
    if duty.kind is DutyKind.PROMISED or duty.urgent:
        return True
    return duty.due_at - now <= rules.people.near_due


def fresh_until(
    kind: DutyKind, last_missed_at: datetime, due_within: timedelta, day: tuple[time, time, str]
) -> datetime | None:
    """Until when a call missed by day (A16: from, until, zone) may be rung back in the evening."""
    if kind not in (DutyKind.MISSED, DutyKind.PROMISED):
        return None
    first, until, zone = day
    by_day = first <= last_missed_at.astimezone(ZoneInfo(zone)).time() <= until
    return last_missed_at + due_within if by_day else None
