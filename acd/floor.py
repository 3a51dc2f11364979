"""Line and seats together: happenings in, facts out. No I/O, no clock of its own.

    floor.take(happening, now)   what follows from it; each fact is applied at once
    floor.apply(fact)            recovery calls nothing else
    floor.next_deadline()        when to send TimePassed if nothing else happens first

The decisions stand in offers.py (rings), entry.py (joining, limits, relaxation), departures.py
(fates), announcements.py and seat_orders.py (people); what facts change, in call_memory.py and
seat_memory.py.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from acd import (
    breaks,
    callback_orders,
    departures,
    entry,
    lending,
    line_orders,
    minimums,
    offers,
    overflow,
    reference,
    seat_orders,
    surge_memory,
    surge_orders,
)
from acd import facts as f
from acd import happenings as h
from acd.alarms import Alarm, ForBreaks, ForCaller, ForSeat, SeatAlarm
from acd.contents import contents_of
from acd.directory import Directory
from acd.image import FloorImage, image_of, put_back
from acd.memory import FloorMemory
from acd.order_happenings import MoveCaller, PrioritiseCaller
from acd.policy import QueuePolicies
from acd.seat import Activity, Seat
from acd.standing import Standing
from acd.surge_happenings import OverflowReached
from acd.turn import Surprise, Turn, remember
from acd.view import FloorView
from acd.viewing import view_of
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, QueueName, Skill


class Floor:
    """Same happenings, same times: same facts. Leg ids begin with `epoch`, this life of ours."""

    def __init__(self, policies: QueuePolicies, directory: Directory, epoch: Epoch) -> None:
        self._memory = FloorMemory(policies, directory, epoch)
        self._surprises: list[Surprise] = []
        self.surprises: Counter[str] = Counter()  # by what; for /metrics

    def take(self, happening: h.Happening, now: datetime) -> list[Fact]:
        """The facts that follow. Raises an error of `acd/errors.py` for a refused command only."""
        turn = Turn(self._memory, now)
        if isinstance(happening, h.TimePassed):
            self._time_passed(turn)
        else:
            _decide(turn, happening)
            offers.match(turn)
        minimums.after(turn, anyway=isinstance(happening, h.PolicyLoaded | h.TimePassed))
        self._surprises += turn.surprises
        self.surprises.update(surprise.what for surprise in turn.surprises)
        return turn.facts

    def apply(self, fact: Fact) -> None:
        """The only thing that changes the floor. Facts of other packages change nothing."""
        remember(self._memory, fact)

    def next_deadline(self) -> datetime | None:
        return self._memory.next_due()

    def contents(self) -> dict[str, object]:
        """For comparing two floors: the one that lived and the one folded from its facts."""
        return contents_of(self._memory)

    def image(self) -> FloorImage:
        return image_of(self._memory)

    def put_back(self, image: FloorImage) -> None:
        """Only into an empty floor; the facts after the image are applied to it as ever."""
        put_back(self._memory, image)

    def view(self, now: datetime) -> FloorView:
        return view_of(self._memory, now)

    def calls_here(self) -> list[CallId]:
        """In line, being rung back, rung for, talking, sent over, or in the plain queue."""
        return [caller.call for caller in self._memory.callers.values() if caller.is_here]

    def talking_with(self, call: CallId) -> Seat | None:
        caller = self._memory.callers.get(call)
        seat = caller.seat if caller is not None else None
        return seat if seat is not None and seat.activity is Activity.TALKING else None

    def last_agent_of(self, call: CallId) -> AgentNo | None:
        """Of those who have this call at their seat, who began last with what he does."""
        seats = [seat for seat in self._memory.seats.values() if seat.call == call]
        return max(seats, key=_had_last).agent if seats else None

    @property
    def standing(self) -> Standing:
        """Surge plans, incidents, wishes: to be read, never changed."""
        return self._memory.standing

    def line_of(self, queues: Collection[QueueName]) -> tuple[int, datetime | None]:
        """How many wait in these queues (none named: in all), and when the first of them asked."""
        asked = [
            caller.asked_at
            for caller in self._memory.line
            if caller.duty is None and (not queues or caller.queue in queues)
        ]
        return len(asked), min(asked, default=None)

    def known_skills(self) -> frozenset[Skill]:
        directory, queues = self._memory.directory, self._memory.policies.queues.values()
        of_people = (agent.skills for agent in directory.agents.values())
        return frozenset(directory.skills).union(*of_people, *(queue.needs for queue in queues))

    def take_surprises(self) -> list[Surprise]:
        """Those since the last time, for the log."""
        found, self._surprises = self._surprises, []
        return found

    def _time_passed(self, turn: Turn) -> None:
        """All that is due, then who waits by old rules, but no more than the budget: what is left
        stays due."""
        memory = self._memory
        memory.outdated_at = turn.now
        for _ in range(turn.policies.time_budget):
            alarm = memory.alarms.pop_due(turn.now)
            if alarm is None:
                if not memory.renew_next():
                    return
            elif not isinstance(alarm, ForCaller) or not memory.renew(alarm.caller):
                _ring_out(turn, alarm)
                offers.match(turn)


def _had_last(seat: Seat) -> tuple[bool, datetime]:
    return seat.activity is Activity.TALKING, seat.activity_since


def _ring_out(turn: Turn, alarm: Alarm) -> None:
    if isinstance(alarm, ForSeat):
        _seat_alarm(turn, alarm)
    elif isinstance(alarm, ForBreaks):
        surge_memory.look_at_next_hour(turn.memory, alarm.wish, turn.now)
    else:
        entry.caller_alarm(turn, alarm)


def _seat_alarm(turn: Turn, alarm: ForSeat) -> None:
    match alarm.kind:
        case SeatAlarm.RING_LIMIT:
            offers.ring_limit(turn, alarm.seat)
        case SeatAlarm.WRAP_UP:
            offers.end_wrap_up(turn, alarm.seat, f.Who.SYSTEM)
        case SeatAlarm.BREAK:
            breaks.overrun(turn, alarm.seat)


def _decide(turn: Turn, happening: h.Command | h.Report) -> None:  # noqa: C901 - one line a kind
    match happening:
        case h.SeatWanted():
            entry.seat_wanted(turn, happening)
        case h.CallerLeft():
            departures.caller_left(turn, happening.call)
        case h.CallWithdrawn():
            departures.withdrawn(turn, happening.call, happening.why)
        case h.AnsweredInFallback():
            departures.answered_in_fallback(turn, happening.call)
        case h.LivedInFallback():
            departures.lived_in_fallback(turn, happening)
        case h.CallbackTaken():
            departures.callback_taken(turn, happening.call)
        case h.CallbackWanted():
            callback_orders.wanted(turn, happening)
        case h.CallbackOver():
            callback_orders.over(turn, happening)
        case h.LegAnswered() if happening.leg in turn.memory.lent:
            lending.answered(turn, happening.leg)
        case h.LegEnded() if happening.leg in turn.memory.lent:
            lending.ended(turn, happening.leg)
        case h.LegAnswered():
            offers.leg_answered(turn, happening.leg, happening.at)
        case h.LegEnded():
            offers.leg_ended(turn, happening.leg, happening.why, happening.talked)
        case OverflowReached():
            overflow.reached(turn, happening.call)
        case h.PhoneSeen():
            reference.phone_seen(turn, happening.extension, happening.reachable)
        case h.WentDeaf():
            turn.memory.deaf = True
        case h.CaughtUp():
            entry.caught_up(turn)
        case h.TimePassed():
            pass
        case _:
            _obey(turn, happening)


def _obey(turn: Turn, command: h.Command) -> None:  # noqa: C901 - one line a kind
    match command:
        case h.BlockCall():
            departures.block(turn, command)
        case h.CallBack():
            callback_orders.by_hand(turn, command)
        case h.LendSeat():
            lending.lend(turn, command)
        case MoveCaller() | PrioritiseCaller():
            line_orders.obey(turn, command)
        case h.SignIn():
            seat_orders.sign_in(turn, command.agent, command.seat)
        case h.SignOut():
            seat_orders.sign_out(turn, command.agent)
        case h.GoAvailable():
            seat_orders.go_available(turn, command.agent)
        case h.Pause():
            seat_orders.pause(turn, command.agent, command.reason)
        case h.FinishWrapUp():
            seat_orders.finish_wrap_up(turn, command.agent)
        case h.ExtendWrapUp():
            seat_orders.extend_wrap_up(turn, command.agent)
        case h.SupervisorForces():
            seat_orders.force(turn, command)
        case h.PolicyLoaded():
            surge_memory.load(turn.memory, command.policies, turn.now)
        case h.DirectoryLoaded():
            reference.directory_loaded(turn, command.directory, command.change)
        case _:
            surge_orders.obey(turn, command)
