"""What the floor remembers: seats, callers, the line, deadlines. Changed by facts alone
(`acd/remember.py`). Policies and directory are reference material, handed to it, no part of it.
"""

from collections import Counter, OrderedDict
from datetime import datetime, timedelta
from typing import Final

from acd.alarms import Alarms, CallerAlarm, ForCaller, ForSeat, SeatAlarm
from acd.directory import Directory
from acd.line import Caller, Line
from acd.matching import IdleSeats, Signatures
from acd.policy import QueuePolicies, QueuePolicy
from acd.seat import PRESENCE_STEPS, STEPS, Cue, Declaration, Presence, Seat, step
from acd.standing import Standing
from acd.view import SeatView
from acd.wait_estimate import Measured
from kernel.ids import AgentNo, CallId, Epoch, Extension, LegId, SeatId, epoch_of

FORGET_AFTER: Final = timedelta(hours=12)  # a settled call may come back to the line until then
GONE_FOR: Final = timedelta(minutes=10)  # a story that is slow to end may still ask until then


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


class FloorMemory:
    def __init__(self, policies: QueuePolicies, directory: Directory, epoch: Epoch) -> None:
        self.policies = policies  # in force: those of the file, amended by surge plans
        self.base_policies = policies
        self.standing = Standing()
        self.directory = directory
        self.epoch = epoch
        self.signatures = Signatures(policies.spare_specialists.costs)
        self.idle = IdleSeats(self.signatures)
        self.line = Line(self.signatures)
        self.spare = Line(self.signatures)  # callbacks; acd/callback_line.py says which
        self.first = Line(self.signatures)
        self.alarms = Alarms()
        self.seats: dict[SeatId, Seat] = {}  # with somebody signed in
        self.agents: dict[AgentNo, Seat] = {}
        self.phones: dict[Extension, Seat] = {}
        self.unreachable: set[Extension] = set()
        self.legs: dict[LegId, Seat] = {}  # legs that ring or talk now
        self.lent: dict[LegId, Seat] = {}  # legs of seats that are lent to a colleague's call
        self.callers: dict[CallId, Caller] = {}
        self.owed: dict[CallId, Caller] = {}  # callbacks in line, at a seat, or being dialled
        self.settled: OrderedDict[CallId, datetime] = OrderedDict()
        self.gone: OrderedDict[CallId, datetime] = OrderedDict()  # hung up lately; no state
        self.asked = 0
        self.rung = 0  # legs of this epoch
        estimate = policies.estimate
        self.measured = Measured.starting_with(
            estimate.holding_s, estimate.patience_s, estimate.weight_of_start
        )
        self.seat_views: dict[SeatId, SeatView] = {}  # of seats unchanged since; no state
        self.deaf = False  # nobody is rung now; no state: each life begins with a look
        self.came_meanwhile: dict[CallId, None] = {}  # into the line while we were deaf; no state
        self.outdated: dict[Caller, None] = {}  # the last goes first; no state (`obey`)
        self.outdated_at: datetime | None = None
        self._serving: dict[SeatId, int] = {}  # available at a reachable phone: their signatures
        self._serving_alike: Counter[int] = Counter()
        self._able: dict[int, int] = {}  # by signature of calls, until a seat comes or goes

    def policy_of(self, caller: Caller) -> QueuePolicy:
        return self.policies.of(caller.queue)

    def minted(self, leg: LegId) -> None:
        """A leg id is never used twice in an epoch. A supervisor's ("7-s000001") is not ours."""
        n = leg.rpartition("-")[2]
        if epoch_of(leg) == self.epoch and n.isdigit():
            self.rung = max(self.rung, int(n))

    def has_rung(self, leg: LegId) -> bool:
        """Ordered by us, by a leader before us, or by somebody beside the floor ("7-r000001")."""
        epoch, n = epoch_of(leg), leg.rpartition("-")[2]
        return (
            epoch < self.epoch or not n.isdigit() or (epoch == self.epoch and int(n) <= self.rung)
        )

    # ---- seats -----------------------------------------------------------------------------------

    def refresh(self, seat: Seat) -> None:
        """Into or out of the idle seats and those who serve, as its state now says."""
        if seat.offerable != (seat in self.idle):
            if seat.offerable:
                self.idle.add(seat)
            else:
                self.idle.remove(seat)
        serves = seat.presence is Presence.AVAILABLE and seat.reachable
        if self._serving.get(seat.id) != (seat.signature if serves else None):
            self._count(seat, serves=serves)

    def _count(self, seat: Seat, *, serves: bool) -> None:
        before = self._serving.pop(seat.id, None)
        if before is not None:
            self._serving_alike[before] -= 1
        if serves:
            self._serving[seat.id] = seat.signature
            self._serving_alike[seat.signature] += 1
        self._able.clear()

    @property
    def serving(self) -> int:
        """Seats that are available at a reachable phone, busy ones included."""
        return len(self._serving)

    def able(self, call: int) -> int:
        """Those of them that may take a call of this signature."""
        known = self._able.get(call)
        if known is None:
            takes = self.signatures.seats_for[call]
            alike = self._serving_alike.items()
            known = self._able[call] = sum(n for seat, n in alike if takes >> seat & 1)
        return known

    def step(self, seat: Seat, cue: Cue, at: datetime) -> None:
        seat.activity = step(STEPS, seat.activity, cue)
        seat.activity_since = at
        self.refresh(seat)

    def declare(self, seat: Seat, declaration: Declaration, at: datetime) -> None:
        seat.presence = step(PRESENCE_STEPS, seat.presence, declaration)
        seat.presence_since = at
        self.refresh(seat)

    def wrap_up_until(self, seat: Seat, until: datetime) -> None:
        if seat.wrap_up_until != until:
            seat.wrap_up_until = until
            self.alarms.set(ForSeat(SeatAlarm.WRAP_UP, until, seat))

    def sit_down(self, seat: Seat) -> None:
        self.seats[seat.id] = self.agents[seat.agent] = self.phones[seat.phone] = seat

    def vacate(self, seat: Seat) -> None:
        del self.seats[seat.id], self.agents[seat.agent], self.phones[seat.phone]

    # ---- callers ---------------------------------------------------------------------------------

    def line_of(self, caller: Caller) -> Line:
        if caller.spare_until is not None:
            return self.spare
        return self.first if caller.citizen_first else self.line

    def line_up(self, caller: Caller) -> None:
        """Into the line; every deadline of waiting is set."""
        self.outdated.pop(caller, None)
        if caller.duty is not None:
            self._line_up_owed(caller)
            return
        self.line.add(caller, seconds(self.policy_of(caller).sticky_head_start_s))
        self._set_deadlines(caller)

    def obey(self, policies: QueuePolicies, at: datetime) -> None:
        """Where it changes a deadline, who waits has his set anew, a few in each turn
        (`Floor._time_passed`): all of 10,000 at once would stop the loop. Until then those by the
        old rules are not acted on."""
        before, self.policies = self.policies, policies
        waiting = [*self.line, *self.spare, *self.first]
        changed = {
            queue
            for queue in {caller.queue for caller in waiting}
            if before.of(queue).deadlines != policies.of(queue).deadlines
        }
        outdated = [one for one in waiting if one.queue in changed or one in self.outdated]
        self.outdated = dict.fromkeys(reversed(outdated))
        self.outdated_at = at

    def renew(self, caller: Caller) -> bool:
        """Whether his deadlines were those of old rules: they are dead now, his place is as it was,
        and those of the rules in force are set."""
        if caller not in self.outdated:
            return False
        del self.outdated[caller]
        self._look_anew(caller)
        return True

    def renew_next(self) -> bool:
        """Who is next of those whose deadlines are by old rules; False: there is none."""
        while self.outdated:
            caller, _ = self.outdated.popitem()
            if caller.waiting:
                self._look_anew(caller)
                return True
        return False

    def next_due(self) -> datetime | None:
        """The next deadline, or since when some have to be set anew."""
        since = self.outdated_at if self.outdated else None
        moments = (self.alarms.next_due(), since)
        return min((at for at in moments if at is not None), default=None)

    def _look_anew(self, caller: Caller) -> None:
        caller.next_spell()
        if caller.duty is None:
            self._set_deadlines(caller)
        else:
            self._set_owed_deadlines(caller)

    def _set_deadlines(self, caller: Caller) -> None:
        policy = self.policy_of(caller)
        told = caller.announced.at if caller.announced else caller.queued_at
        self._set(caller, CallerAlarm.TOO_LONG, caller.queued_at + seconds(policy.max_wait_s))
        gap = seconds(policy.announcements.at_most_every_s)
        self._set(caller, CallerAlarm.ANNOUNCE, told + gap)
        if caller.held_until is not None:
            self._set(caller, CallerAlarm.GRACE, caller.held_until)
        for until in caller.excluded.values():
            self._set(caller, CallerAlarm.EXCLUSION, until)
        self.set_relaxation(caller)
        self.set_callback_offer(caller)
        self.set_overflow(caller)

    def _line_up_owed(self, caller: Caller) -> None:
        """Nobody listens to announcements, and no limit of the queue binds what we owe."""
        self.line_of(caller).add(caller)
        self._set_owed_deadlines(caller)

    def _set_owed_deadlines(self, caller: Caller) -> None:
        if caller.spare_until is not None:
            self._set(caller, CallerAlarm.DUE, caller.spare_until)
        for until in caller.excluded.values():
            self._set(caller, CallerAlarm.EXCLUSION, until)
        self.set_relaxation(caller)

    def set_relaxation(self, caller: Caller) -> None:
        stages = self.policy_of(caller).relaxation
        if caller.stage < len(stages):
            due = caller.queued_at + seconds(stages[caller.stage].after_s)
            self._set(caller, CallerAlarm.RELAX, due)

    def set_callback_offer(self, caller: Caller) -> None:
        offer = self.policy_of(caller).callback
        if offer is None:
            return
        offered = caller.callback_offered_at
        if offered is None:
            self._set(caller, CallerAlarm.CALLBACK, caller.queued_at + seconds(offer.after_s))
        else:
            self._set(caller, CallerAlarm.CALLBACK, offered + seconds(offer.again_every_s))

    def set_overflow(self, caller: Caller) -> None:
        after = self.policy_of(caller).overflow_after_s
        caller.look_over_at = None if after is None else caller.queued_at + seconds(after)
        if caller.look_over_at is not None:
            self._set(caller, CallerAlarm.OVERFLOW, caller.look_over_at)

    def _set(self, caller: Caller, kind: CallerAlarm, due: datetime) -> None:
        offered_at = caller.callback_offered_at
        self.alarms.set(ForCaller(kind, due, caller, caller.spell, caller.stage, offered_at))

    def leave_line(self, caller: Caller) -> None:
        if caller.waiting:
            self.line_of(caller).remove(caller)
        caller.held_for = caller.held_until = None

    def settle(self, caller: Caller, at: datetime) -> None:
        """He met his fate. Kept for a while, because he may come back to the line."""
        if caller.settled_at is None:
            caller.settled_at = at
            self.settled[caller.call] = at

    def hung_up(self, call: CallId, at: datetime) -> None:
        """He is not coming back, whatever his story may still say (I2)."""
        self.gone.setdefault(call, at)
        while at - next(iter(self.gone.values())) >= GONE_FOR:
            self.gone.popitem(last=False)

    def forget_old(self, at: datetime) -> None:
        while self.settled:
            call, settled_at = next(iter(self.settled.items()))
            if at - settled_at < FORGET_AFTER:
                return
            del self.settled[call]
            caller = self.callers[call]
            if caller.is_here:
                self.settled[call] = at  # looked at again later
            else:
                del self.callers[call]
