"""The day on the product's own floor (`acd/floor.py`), by a site's rules, with its directory.

People do what the day says: a seat's agent answers the ring, or lets it ring and is paused by the
floor until he is back; he ends his wrap-up himself; a citizen leaves when his patience is over.
"""

from datetime import UTC, datetime, timedelta

from acd import facts as f
from acd import happenings as h
from acd.announcements import estimate_of
from acd.directory import Agent, Directory, EmployerKind, Grade, SeatPlace
from acd.floor import Floor
from acd.wait_estimate import WaitEstimate
from hotline.simulation.agenda import Agenda
from hotline.simulation.day import FOREVER_S, Day
from hotline.simulation.outcome import Fate, Guess, Outcome
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, Extension, LegId, SeatId
from kernel.legs import LegEnd


class WatchedFloor(Floor):
    """The floor with its estimate as it is before it is rounded for people."""

    def estimate(self, told: f.AnnouncementDue) -> WaitEstimate | None:
        caller = self._memory.callers[told.call]
        return estimate_of(self._memory, caller, told.at, told.position)


class FloorDay:
    """`watched`: citizens whose wait is estimated; they should be patient ones."""

    def __init__(self, day: Day, watched: frozenset[int] = frozenset()) -> None:
        self._day = day
        self._floor = WatchedFloor(day.rules, directory_of(day), Epoch(1))
        self._begins = day.begins.astimezone(UTC)
        self._agenda = Agenda()
        self._outcome = Outcome.of(day)
        self._attempts = [0] * len(day.citizens)
        self._ringing: dict[LegId, int] = {}  # the citizen it rings for
        self._busy: dict[AgentNo, CallId] = {}  # with whom he talks, or whose call he wraps up
        self._leaving: set[AgentNo] = set()  # their shift is over
        self._paused: set[AgentNo] = set()  # for a ring that he let ring
        self._estimates = _Estimates(watched)

    def live(self) -> Outcome:
        for seat, place in enumerate(self._day.seats):
            for begins, ends in place.present:
                self._agenda.at(begins, self._sit_down, seat)
                if ends < FOREVER_S:
                    self._agenda.at(ends, self._go_home, seat)
        for n, citizen in enumerate(self._day.citizens):
            self._agenda.at(citizen.asked_s, self._ask, n)
        while (when := self._agenda.next_at()) is not None:
            if not self._is_due_before(when):
                self._agenda.step()
        self._outcome.guesses = self._estimates.guesses
        return self._outcome

    # ---- people

    def _sit_down(self, seat: int) -> None:
        agent = _agent(seat)
        if agent in self._leaving:  # he has not yet left from his shift before
            self._leaving.discard(agent)
            return
        self._take(h.SignIn(agent, _seat(seat)))
        self._take(h.GoAvailable(agent))

    def _go_home(self, seat: int) -> None:
        """After his conversation and what he writes of it."""
        agent = _agent(seat)
        self._paused.discard(agent)
        if agent in self._busy:
            self._leaving.add(agent)
        else:
            self._take(h.SignOut(agent))

    def _ask(self, n: int) -> None:
        citizen = self._day.citizens[n]
        kind = self._day.kinds[citizen.kind]
        self._agenda.at(citizen.asked_s + citizen.patience_s, self._lose_patience, n)
        wanted = h.SeatWanted(
            call=CallId(str(n)),
            queue=kind.queue,
            needs=dict(kind.needs),
            priority=citizen.priority,
            asked_at=self._clock(self._agenda.now),
        )
        self._take(wanted)

    def _lose_patience(self, n: int) -> None:
        if self._outcome.fate[n] is Fate.UNRESOLVED:
            self._take(h.CallerLeft(CallId(str(n))))

    def _answer(self, leg: LegId) -> None:
        if leg in self._ringing:  # not withdrawn meanwhile
            self._take(h.LegAnswered(leg))

    def _let_ring(self, leg: LegId) -> None:
        if leg in self._ringing:
            self._take(h.LegEnded(leg, LegEnd.NO_ANSWER))

    def _finish(self, agent: AgentNo, call: CallId) -> None:
        if self._busy.get(agent) != call:
            return
        over = agent in self._leaving
        self._leaving.discard(agent)
        self._take(h.SignOut(agent) if over else h.FinishWrapUp(agent))

    def _come_back(self, agent: AgentNo) -> None:
        if agent in self._paused:
            self._paused.discard(agent)
            self._take(h.GoAvailable(agent))

    # ---- the floor

    def _take(self, happening: h.Happening) -> None:
        now = self._agenda.now
        for fact in self._floor.take(happening, self._clock(now)):
            self._look(fact, now)

    def _is_due_before(self, until: float) -> bool:
        """One deadline of the floor, as the desk hands them to it; who acts on it comes next."""
        due = self._floor.next_deadline()
        if due is None or due > self._clock(until):
            return False
        now = (due - self._begins).total_seconds()
        for fact in self._floor.take(h.TimePassed(), due):
            self._look(fact, now)
        return True

    def _look(self, fact: Fact, now: float) -> None:
        match fact:
            case f.SeatRung():
                self._rung(fact, now)
            case f.SeatAnswered():
                self._answered(fact, now)
            case f.TalkEnded():
                self._talked(fact, now)
            case f.WrapUpEnded():
                self._busy.pop(fact.agent, None)
            case f.SeatLetItRing() | f.LegDropped():
                self._not_answered(fact, now)
            case f.AgentPaused() if fact.by is f.Who.SYSTEM:
                self._is_paused(fact.agent, now)
            case f.CallAbandoned():
                self._outcome.lost(int(fact.call), fact.waited.total_seconds())
            case f.CallFailed() | f.CallOverflowed():
                self._outcome.lost(int(fact.call), fact.waited.total_seconds(), Fate.REFUSED)
            case f.AnnouncementDue() if fact.reason is f.AnnounceReason.ENTRY:
                self._told(fact)
            case _:
                return  # of no account here

    def _rung(self, rung: f.SeatRung, now: float) -> None:
        n, seat = int(rung.call), _number(rung.seat)
        citizen, attempt = self._day.citizens[n], self._attempts[n]
        self._attempts[n] += 1
        self._ringing[rung.leg] = n
        self._estimates.rings(n, now)
        self._outcome.rings(n, now)
        draw = attempt % len(citizen.answer_s)
        after = citizen.answer_s[draw]
        ignored = citizen.unanswered[draw] or after >= rung.ring_for_s
        if ignored or self._day.seats[seat].away_until(now) is not None:
            self._agenda.at(now + rung.ring_for_s, self._let_ring, rung.leg)
        else:
            self._agenda.at(now + after, self._answer, rung.leg)

    def _answered(self, fact: f.SeatAnswered, now: float) -> None:
        n = self._ringing.pop(fact.leg)
        self._busy[fact.agent] = fact.call
        citizen = self._day.citizens[n]
        self._outcome.answered(n, _number(fact.seat), fact.waited.total_seconds())
        self._estimates.enters(n, citizen.asked_s, (fact.queue, citizen.priority))
        self._agenda.at(now + citizen.talk_s, self._take, h.LegEnded(fact.leg, LegEnd.HUNG_UP))

    def _talked(self, fact: f.TalkEnded, now: float) -> None:
        citizen = self._day.citizens[int(fact.call)]
        since = now - citizen.talk_s
        self._outcome.worked(_number(fact.seat), since, now + citizen.wrap_up_s)
        self._agenda.at(now + citizen.wrap_up_s, self._finish, fact.agent, fact.call)

    def _not_answered(self, fact: f.SeatLetItRing | f.LegDropped, now: float) -> None:
        if self._ringing.pop(fact.leg, None) is not None:
            rang_at = self._estimates.rang_at.get(int(fact.call or 0), now)
            self._outcome.wasted_s += now - rang_at

    def _is_paused(self, agent: AgentNo, now: float) -> None:
        away = self._day.seats[int(agent)].away_until(now)
        self._paused.add(agent)
        self._agenda.at(max(away or 0.0, now + self._day.back_after_s), self._come_back, agent)

    def _told(self, fact: f.AnnouncementDue) -> None:
        n = int(fact.call)
        if self._estimates.is_watched(n):
            kind = self._day.kinds[self._day.citizens[n].kind]
            alike = (kind.queue, self._day.citizens[n].priority)
            self._estimates.note(n, self._floor.estimate(fact), alike)

    def _clock(self, now: float) -> datetime:
        return self._begins + timedelta(seconds=now)


class _Estimates:
    """What was estimated for those who are watched, beside the wait of who was served last."""

    def __init__(self, watched: frozenset[int]) -> None:
        self._watched = watched
        self._noted: dict[int, tuple[WaitEstimate, float, float]] = {}
        self._last: dict[tuple[str, int], float] = {}
        self._last_of_all = 0.0
        self.rang_at: dict[int, float] = {}
        self.guesses: list[Guess] = []

    def is_watched(self, n: int) -> bool:
        return n in self._watched

    def rings(self, n: int, now: float) -> None:
        self.rang_at[n] = now

    def note(self, n: int, estimate: WaitEstimate | None, alike: tuple[str, int]) -> None:
        if estimate is not None:
            self._noted[n] = estimate, self._last.get(alike, 0.0), self._last_of_all

    def enters(self, n: int, asked_s: float, alike: tuple[str, int]) -> None:
        waited = self.rang_at.pop(n) - asked_s
        if waited > 0:
            self._last[alike] = self._last_of_all = waited
        noted = self._noted.pop(n, None)
        if noted is not None:
            estimate, last_alike, last = noted
            low, high = estimate.interval_s()
            self.guesses.append(Guess(estimate.mean_s, low, high, last_alike, last, waited))


def directory_of(day: Day) -> Directory:
    """Everybody of the day in a directory as a site has it."""
    agents = {_agent(n): _person(n, day) for n in range(len(day.seats))}
    seats = {
        _seat(n): SeatPlace(id=_seat(n), phone=Extension(str(80_000 + n)), district="")
        for n in range(len(day.seats))
    }
    return Directory(agents=agents, seats=seats, skills={})


def _person(n: int, day: Day) -> Agent:
    return Agent(
        no=_agent(n),
        name="",
        employer_kind=EmployerKind.OWN,
        grade=Grade.FOUR,
        district="",
        skills=dict(day.seats[n].skills),
    )


def _agent(seat: int) -> AgentNo:
    return AgentNo(str(seat))


def _seat(seat: int) -> SeatId:
    return SeatId(str(seat))


def _number(seat: SeatId) -> int:
    return int(seat)
