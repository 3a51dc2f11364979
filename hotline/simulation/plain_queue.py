"""Asterisk's app_queue, emulated from its source: what a site has without us.

One queue per kind of caller; who has a rare skill stands in the common queue with penalty 1; queues
of rare skills weigh more, and send a caller to the common one after a while (unless his skill is a
must). A waiting caller looks every second whether it is his turn (RECHECK), rings one member up to
15 s, sleeps `retry` seconds after a ring in vain, and looks again. Looks that would change nothing
are left out: after each change those whose turn it now is are given their next look. `bench
queue-emulation` sets it beside the real one.
"""

import math
from dataclasses import dataclass
from typing import Final

from hotline.simulation.agenda import Agenda
from hotline.simulation.day import FOREVER_S, Day, Kind
from hotline.simulation.outcome import Fate, Outcome
from hotline.simulation.plain_members import LeastRecent, Order, RoundRobin

RECHECK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Of queues.conf. Default: `retry` 5 s, no autopause; well tuned: 1 s, autopause."""

    strategy: str = "leastrecent"
    retry_s: float = 5.0
    autopause: bool = False
    timeout_s: float = 15.0


DEFAULT: Final = QueueSettings()
ROUND_ROBIN: Final = QueueSettings(strategy="rrmemory")
TUNED: Final = QueueSettings(retry_s=1.0, autopause=True)


class _Queue:
    def __init__(self, order: Order, weight: int) -> None:
        self.order = order
        self.weight = weight
        self.available = 0
        self.callers: list[int] = []
        self.penalty: dict[int, int] = {}  # member -> penalty


class PlainQueue:
    def __init__(self, day: Day, settings: QueueSettings = DEFAULT) -> None:
        self._day = day
        self._settings = settings
        self._agenda = Agenda()
        self._outcome = Outcome.of(day)
        self._common = _common(day)
        self._queues = [self._make(n, kind) for n, kind in enumerate(day.kinds)]
        self._queues_of: list[list[int]] = [[] for _ in day.seats]
        self._join_members()
        calls, seats = len(day.citizens), len(day.seats)
        self._present = [False] * seats
        self._free = [True] * seats  # neither rung nor talking, nor paused
        self._open = [False] * seats  # may be rung
        self._hung_up_at = [-1e5] * seats
        self._queue_of = [citizen.kind for citizen in day.citizens]
        self._pending = [False] * calls
        self._looks_from = [FOREVER_S] * calls  # his looks are at this moment and whole seconds on
        self._look_is_set = [False] * calls
        self._attempts = [0] * calls
        self._rung: dict[int, tuple[int, float]] = {}  # caller -> seat, since

    def live(self) -> Outcome:
        for seat, place in enumerate(self._day.seats):
            for begins, ends in place.present:
                self._agenda.at(begins, self._set_present, seat, True)
                if ends < FOREVER_S:
                    self._agenda.at(ends, self._set_present, seat, False)
        for n, citizen in enumerate(self._day.citizens):
            self._agenda.at(citizen.asked_s, self._arrive, n)
        while self._agenda.step():
            pass
        return self._outcome

    # ---- queues and members

    def _make(self, n: int, kind: Kind) -> _Queue:
        order: Order = RoundRobin() if self._settings.strategy == "rrmemory" else LeastRecent()
        return _Queue(order, 0 if n == self._common else 1)

    def _join_members(self) -> None:
        for seat, place in enumerate(self._day.seats):
            skills = place.skills
            fit = [
                n
                for n, kind in enumerate(self._day.kinds)
                if all(skills.get(skill, 0) >= level for skill, level in kind.needs.items())
            ]
            self._queues_of[seat] = fit
            for n in fit:
                self._queues[n].penalty[seat] = int(n == self._common and len(fit) > 1)

    def _set_present(self, seat: int, value: bool) -> None:
        self._present[seat] = value
        self._update(seat)

    def _set_free(self, seat: int, value: bool = True) -> None:
        self._free[seat] = value
        self._update(seat)

    def _update(self, seat: int) -> None:
        is_open = self._free[seat] and self._present[seat]
        if is_open == self._open[seat]:
            return
        self._open[seat] = is_open
        for n in self._queues_of[seat]:
            queue = self._queues[n]
            queue.available += 1 if is_open else -1
            if is_open:
                queue.order.add(seat, queue.penalty[seat], self._hung_up_at[seat])
                self._wake(queue)
            else:
                queue.order.drop(seat)

    def _outweighed(self, seat: int, queue: _Queue) -> bool:
        """A heavier queue of this member has as many callers as members that may be rung."""
        for n in self._queues_of[seat]:
            other = self._queues[n]
            crowded = len(other.callers) >= max(1, other.available)
            if other.weight > queue.weight and crowded:
                return True
        return False

    # ---- callers

    def _arrive(self, caller: int) -> None:
        citizen = self._day.citizens[caller]
        self._agenda.at(citizen.asked_s + citizen.patience_s, self._abandon, caller)
        queue = self._queue_of[caller]
        if queue != self._common and not self._is_must(queue):
            self._agenda.at(citizen.asked_s + self._day.overflow_s, self._overflow, caller)
        self._join(caller, queue)

    def _is_must(self, queue: int) -> bool:
        kind = self._day.kinds[queue]
        rules = self._day.rules.of(kind.queue)
        return any(rules.is_must(skill) for skill in kind.needs)

    def _join(self, caller: int, n: int) -> None:
        self._queue_of[caller] = n
        callers, citizens = self._queues[n].callers, self._day.citizens
        place = len(callers)
        while place and citizens[callers[place - 1]].priority < citizens[caller].priority:
            place -= 1
        callers.insert(place, caller)
        self._looks_from[caller] = self._agenda.now
        self._look(caller)

    def _leave(self, caller: int) -> None:
        queue = self._queues[self._queue_of[caller]]
        queue.callers.remove(caller)
        self._wake(queue)

    def _overflow(self, caller: int) -> None:
        at_rest = self._outcome.fate[caller] is Fate.UNRESOLVED and not self._pending[caller]
        if at_rest and self._queue_of[caller] != self._common:
            self._leave(caller)
            self._join(caller, self._common)

    def _abandon(self, caller: int) -> None:
        if self._outcome.fate[caller] is not Fate.UNRESOLVED:
            return
        self._outcome.lost(caller, self._day.citizens[caller].patience_s)
        self._stop_ringing(caller)
        self._leave(caller)

    def _stop_ringing(self, caller: int) -> None:
        rung = self._rung.pop(caller, None)
        if rung is not None:
            self._outcome.wasted_s += self._agenda.now - rung[1]
            self._set_free(rung[0])

    # ---- whose turn it is

    def _wake(self, queue: _Queue) -> None:
        """Those whose turn it is by now look at their next full second."""
        left = queue.available
        for caller in queue.callers:
            if left <= 0:
                return
            if not self._pending[caller]:
                left -= 1
                self._set_look(caller)

    def _set_look(self, caller: int) -> None:
        if self._look_is_set[caller]:
            return
        self._look_is_set[caller] = True
        since = self._agenda.now - self._looks_from[caller]
        steps = max(0, math.ceil(since / RECHECK_S))
        self._agenda.at(self._looks_from[caller] + steps * RECHECK_S, self._look_as_set, caller)

    def _look_as_set(self, caller: int) -> None:
        if self._look_is_set[caller]:
            self._look_is_set[caller] = False
            self._look(caller)

    def _look(self, caller: int) -> None:
        waits = self._outcome.fate[caller] is Fate.UNRESOLVED and not self._pending[caller]
        if waits and self._agenda.now >= self._looks_from[caller] and self._is_his_turn(caller):
            self._try(caller)

    def _is_his_turn(self, caller: int) -> bool:
        """Callers ahead who ring nobody must be fewer than the members that may be rung."""
        queue = self._queues[self._queue_of[caller]]
        left = queue.available
        for other in queue.callers:
            if left <= 0:
                return False
            if other == caller:
                return True
            left -= not self._pending[other]
        raise AssertionError("a waiting caller stands in his queue")

    # ---- rings

    def _try(self, caller: int) -> None:
        queue = self._queues[self._queue_of[caller]]
        now = self._agenda.now
        seat = queue.order.pick(lambda one: self._outweighed(one, queue))
        if seat is None:
            self._sleep(caller)
            return
        draw = self._attempts[caller]
        self._attempts[caller] += 1
        self._pending[caller] = True
        self._rung[caller] = seat, now
        self._outcome.rings(caller, now)
        self._set_free(seat, False)
        self._wake(queue)  # he is pending: one more may look
        citizen = self._day.citizens[caller]
        after = citizen.answer_s[draw % len(citizen.answer_s)]
        ignored = citizen.unanswered[draw % len(citizen.unanswered)]
        away = self._day.seats[seat].away_until(now) is not None
        if ignored or away or after >= self._settings.timeout_s:
            self._agenda.at(now + self._settings.timeout_s, self._in_vain, caller, draw)
        else:
            self._agenda.at(now + after, self._answer, caller, draw)

    def _is_stale(self, caller: int, draw: int) -> bool:
        return caller not in self._rung or self._attempts[caller] != draw + 1

    def _in_vain(self, caller: int, draw: int) -> None:
        if self._is_stale(caller, draw):
            return
        seat, now = self._rung[caller][0], self._agenda.now
        self._pending[caller] = False
        self._look_is_set[caller] = False
        self._looks_from[caller] = FOREVER_S
        self._stop_ringing(caller)
        if self._settings.autopause:
            self._set_free(seat, False)
            away = self._day.seats[seat].away_until(now) or 0.0
            self._agenda.at(max(away, now + self._day.back_after_s), self._set_free, seat)
        self._sleep(caller)

    def _sleep(self, caller: int) -> None:
        """After the sleep he looks at once; one who is due for the common queue goes there."""
        now, citizen = self._agenda.now, self._day.citizens[caller]
        queue = self._queue_of[caller]
        self._looks_from[caller] = now + self._settings.retry_s
        overdue = now - citizen.asked_s >= self._day.overflow_s
        if queue != self._common and overdue and not self._is_must(queue):
            self._leave(caller)
            self._join(caller, self._common)
            return
        self._look_is_set[caller] = False
        self._set_look(caller)

    def _answer(self, caller: int, draw: int) -> None:
        if self._is_stale(caller, draw):
            return
        seat = self._rung.pop(caller)[0]
        now, citizen = self._agenda.now, self._day.citizens[caller]
        self._outcome.answered(caller, seat, now - citizen.asked_s)
        self._outcome.worked(seat, now, now + citizen.service_s)
        self._leave(caller)
        self._agenda.at(now + citizen.talk_s, self._hang_up, seat)
        self._agenda.at(now + citizen.service_s, self._set_free, seat)

    def _hang_up(self, seat: int) -> None:
        self._hung_up_at[seat] = self._agenda.now


def _common(day: Day) -> int:
    """The queue into which the others overflow."""
    default = day.rules.default_queue
    return next((n for n, kind in enumerate(day.kinds) if kind.queue == default), 0)
