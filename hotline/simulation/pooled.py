"""The bounds: every seat can take every call, first come first served, nobody is ever away.

Without ring delay this is Erlang A on the day's own callers; with it, the best that people who pick
up a phone can do.
"""

from collections import deque
from heapq import heappop, heappush

from hotline.simulation.day import Day
from hotline.simulation.outcome import Outcome


class Pooled:
    def __init__(self, day: Day, *, rings: bool) -> None:
        self._day = day
        self._rings = rings
        self._free: deque[int] = deque()
        self._line: deque[int] = deque()
        self._events: list[tuple[float, int, int]] = []  # when, what, seat
        self._present = [False] * len(day.seats)
        self._busy = [False] * len(day.seats)
        self._outcome = Outcome.of(day)

    def live(self) -> Outcome:
        for seat, place in enumerate(self._day.seats):
            for begins, ends in place.present:
                heappush(self._events, (begins, _COMES, seat))
                heappush(self._events, (ends, _GOES, seat))
        citizens = self._day.citizens
        for n, citizen in enumerate(citizens):
            self._until(citizen.asked_s)
            self._line.append(n)
            self._serve(citizen.asked_s)
        self._until(float("inf"))
        for n in self._line:
            self._outcome.lost(n, citizens[n].patience_s)
        return self._outcome

    def _until(self, now: float) -> None:
        while self._events and self._events[0][0] <= now:
            at, what, seat = heappop(self._events)
            if what == _IS_FREE:
                self._busy[seat] = False
            else:
                self._present[seat] = what == _COMES
            if self._present[seat] and not self._busy[seat] and what != _GOES:
                self._free.append(seat)
            self._serve(at)

    def _serve(self, now: float) -> None:
        while self._line and self._free:
            seat = self._free[0]
            if not self._present[seat] or self._busy[seat]:
                self._free.popleft()
                continue
            citizen = self._line.popleft()
            one = self._day.citizens[citizen]
            if one.asked_s + one.patience_s < now:
                self._outcome.lost(citizen, one.patience_s)
                continue
            self._free.popleft()
            self._start(citizen, seat, now)

    def _start(self, citizen: int, seat: int, now: float) -> None:
        one = self._day.citizens[citizen]
        answers = now + (one.answer_s[0] if self._rings else 0.0)
        self._busy[seat] = True
        self._outcome.rings(citizen, now)
        if self._rings and one.asked_s + one.patience_s < answers:
            self._outcome.lost(citizen, one.patience_s)
            heappush(self._events, (one.asked_s + one.patience_s, _IS_FREE, seat))
            return
        self._outcome.answered(citizen, seat, answers - one.asked_s)
        self._outcome.worked(seat, answers, answers + one.service_s)
        heappush(self._events, (answers + one.service_s, _IS_FREE, seat))


_COMES, _IS_FREE, _GOES = range(3)
