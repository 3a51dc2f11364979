"""A day at a centre, by the seed: citizens, agents, and whatever can go wrong on the way.

Each thing that happens is one move of the world, so the trace of a day can be played again without
its citizens. News reach the desk on time, late, out of order, twice or never.
"""

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Any, Final

from acd import happenings as h
from acd.facts import Withdrawal
from kernel.ids import AgentNo, CallId, LegId, PauseReason, QueueName, SeatId, Skill
from kernel.legs import LegEnd
from tests.torture.calling_back import OWED, CallingBack
from tests.torture.exchange import Where
from tests.torture.life import Point
from tests.torture.scenes import Scene
from tests.torture.troubles import Day, Troubles
from tests.torture.world import World

QUEUES: Final = ("general",) * 6 + ("enterprise", "dialect", "elderly", "korean")
REFUSALS: Final = (LegEnd.REJECTED, LegEnd.BUSY, LegEnd.CONGESTION, LegEnd.UNREACHABLE)
REASONS: Final = ("rest", "meal", "training", "no_such_reason")
POINTS: Final = tuple(Point)
LOWERED: Final = 23  # every so many-th caller, by a supervisor (MAL-01)


class Citizens:
    """Lives one day in a world. `day` tells of it, also after a Violation."""

    def __init__(self, seed: int, scene: Scene, calls: int, troubles: Troubles) -> None:
        self.dice = Random(seed)
        self._scene = scene
        self._seats = len(scene.directory.seats)
        self._calls = calls
        self._troubles = troubles
        self.world = World(scene)
        self.day = Day([], Counter())
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._n = 0
        self._time = 0.0
        self._gap = self.dice.uniform(0.6, 1.6) * 75 / self._seats  # between two calls
        self._legs_seen: set[LegId] = set()
        self._owed = CallingBack(self)

    def live(self) -> Day:
        """Raises Violation."""
        for n in range(1, self._seats + 1):
            self.at(0, self._sign_in, n)
        self.at(1, self._ring_in)
        while self._agenda:
            self._step()
        self.do("quiesce")
        self.day.turns = self.world.turns
        self.day.fates = self.world.laws.counts
        return self.day

    def _step(self) -> None:
        time, _, what, given = heappop(self._agenda)
        if time > self._time:
            self.do("wait", time - self._time)
            self._time = time
        what(*given)
        self._listen()

    def do(self, name: str, *given: Any) -> None:
        move = (name, given)
        self.day.moves.append(move)
        self.world.do(move)

    def at(self, after: float, what: Callable[..., None], *given: Any) -> None:
        self._n += 1
        heappush(self._agenda, (self._time + after, self._n, what, given))

    def soon(self, mean: float) -> float:
        return self.dice.expovariate(1 / mean)

    # ---- the news --------------------------------------------------------------------------------

    def _listen(self) -> None:
        """What the exchange says now reaches the desk in a moment, or otherwise."""
        world = self.world
        if world.deaf:
            world.said()
        elif world.exchange.news:
            for news in world.said():
                self._send(news)
        for leg in sorted(world.exchange.legs.keys() - self._legs_seen):
            self._legs_seen.add(leg)
            self._rings(leg)
        if world.owed.turns:
            self._owed.dial(world.owed.turns)

    def _send(self, news: h.Report) -> None:
        troubles, faults, luck = self._troubles, self.day.faults, self.dice.random()
        delay = 0.001
        if luck < troubles.lost:
            faults["lost"] += 1
            return
        luck -= troubles.lost
        if luck < troubles.doubled:
            faults["doubled"] += 1
            self.at(self.soon(2), self._hear, news)
        elif luck < troubles.doubled + troubles.late:
            faults["late"] += 1
            delay = self.soon(15)
        elif luck < troubles.doubled + troubles.late + troubles.reordered:
            faults["reordered"] += 1
            delay = self.dice.uniform(0, 0.5)
        self.at(delay, self._hear, news)

    def _hear(self, news: h.Report) -> None:
        self.do("hear", news)

    # ---- citizens --------------------------------------------------------------------------------

    def _ring_in(self) -> None:
        dice = self.dice
        self.day.calls += 1
        call = CallId(f"c{self.day.calls}")
        wanted = h.SeatWanted(
            call=call,
            queue=QueueName(dice.choice(QUEUES)),
            needs={Skill("general"): 1} if dice.random() < 0.3 else {},
            priority=int(dice.random() < 0.1) * dice.randint(1, 3),
            asked_at=self.world.clock.now(),
            sticky_to=self.agent() if dice.random() < 0.1 else None,
            lowered=self.day.calls % LOWERED == 0,
        )
        self.do("ask", wanted)
        self.loses_patience_later(call)
        self._trouble(call, wanted)
        if dice.random() < OWED:
            self.at(self.soon(20), self._owed.owe)
        if self.day.calls < self._calls:
            self.at(self.soon(self._gap), self._ring_in)

    def _trouble(self, call: CallId, wanted: h.SeatWanted) -> None:
        """Once a call: what people or machines do beside answering and hanging up."""
        luck, dice = self.dice.random(), self.dice
        if luck < 0.10:
            self.at(self.soon(40), self._agent_does_something)
        elif luck < 0.13:
            self.at(self.soon(20), self.do, "hear", h.CallbackTaken(call))
        elif luck < 0.15:
            self.at(self.soon(20), self.do, "order", h.BlockCall(call, "leader", "drill"))
        elif luck < 0.16:
            why = dice.choice((Withdrawal.TRANSFERRED_AWAY, Withdrawal.FAILED))
            self.at(self.soon(20), self.do, "hear", h.CallWithdrawn(call, why))
        elif luck < 0.18:
            self.at(self.soon(15), self._story_fails, call)
        elif luck < 0.19:
            self.day.faults["wish late or doubled"] += 1
            late = min(self.soon(40), 300)
            self.at(late, self.do, "ask_late", wanted, self.world.life.epoch)
        elif luck < 0.20:
            self.at(self.soon(20), self._phone_goes)
        elif luck < 0.20 + self._troubles.died:
            self.at(self.soon(10), self._die)
        elif luck < 0.20 + self._troubles.died + self._troubles.cut:
            self.at(self.soon(10), self._cut)

    def loses_patience_later(self, call: CallId) -> None:
        self.at(self.soon(90), self._loses_patience, call)

    def _loses_patience(self, call: CallId) -> None:
        where = self.world.exchange.calls.get(call)
        if where is Where.TALK:
            self.at(self.soon(60), self._loses_patience, call)  # he is served: it may take long
        elif where is not None:
            self.do("citizen_hangs_up", call)

    def _story_fails(self, call: CallId) -> None:
        self.day.faults["story failed"] += 1
        self.do("fall_back", call)
        self.at(self.soon(20), self._in_fallback, call)

    def _in_fallback(self, call: CallId) -> None:
        if self.dice.random() < 0.5:
            self.do("answer_in_fallback", call)
        else:
            self.do("citizen_hangs_up", call)

    # ---- seats -----------------------------------------------------------------------------------

    def _rings(self, leg: LegId) -> None:
        luck = self.dice.random()
        if luck < 0.9:
            self.at(self.dice.uniform(0.5, 9), self._answer, leg)
        elif luck < 0.95:
            self.at(self.soon(3), self.do, "refuse", leg, self.dice.choice(REFUSALS))

    def _answer(self, leg: LegId) -> None:
        line = self.world.exchange.legs.get(leg)
        if line is None:
            return
        self.do("answer", leg)
        self._owed.answered(line.call)
        self.at(self.soon(50), self._over, leg, line.call)

    def _over(self, leg: LegId, call: CallId) -> None:
        if self.dice.random() < 0.5:
            self.do("citizen_hangs_up", call)
            return
        self.do("seat_hangs_up", leg)
        if self.dice.random() < 0.08:
            self.at(self.soon(3), self._asks_again, call)
        else:
            self.at(self.soon(4), self.do, "citizen_hangs_up", call)

    def _asks_again(self, call: CallId) -> None:
        if call in self.world.exchange.calls:
            now = self.world.clock.now()
            queue = QueueName(self.dice.choice(QUEUES))
            wish = h.SeatWanted(
                call=call, queue=queue, needs={}, priority=1, asked_at=now, again=True
            )
            self.do("ask", wish)

    def _goes_on(self) -> bool:
        return self.day.calls < self._calls or self.world.exchange.is_busy

    def agent(self) -> AgentNo:
        return AgentNo(str(1000 + self.dice.randint(1, self._seats)))

    def _sign_in(self, n: int) -> None:
        self.do("order", h.SignIn(AgentNo(str(1000 + n)), SeatId(f"S{n:03d}")))
        self.do("order", h.GoAvailable(AgentNo(str(1000 + n))))
        self.at(20, self._round, n)

    def _round(self, n: int) -> None:
        """Agents come back, sooner or later: from breaks, from rings they let pass, from home."""
        agent = AgentNo(str(1000 + n))
        book = self.world.laws.seats.get(SeatId(f"S{n:03d}"))
        if book is None or book.signed_out:
            self.do("order", h.SignIn(agent, SeatId(f"S{n:03d}")))
        if book is None or book.signed_out or not book.available:
            self.do("order", h.GoAvailable(agent))
        if self._goes_on():
            self.at(self.soon(60), self._round, n)

    def _agent_does_something(self) -> None:
        agent, dice = self.agent(), self.dice
        order = dice.choice(
            (
                h.Pause(agent, PauseReason(dice.choice(REASONS))),
                h.SignOut(agent),
                h.FinishWrapUp(agent),
                h.ExtendWrapUp(agent),
                h.GoAvailable(agent),
                h.SupervisorForces("leader", agent, dice.choice(tuple(h.ForcedTo)), "drill"),
            )
        )
        self.do("order", order)

    def _phone_goes(self) -> None:
        self.day.faults["phone away"] += 1
        phone = self.dice.choice([seat.phone for seat in self._scene.directory.seats.values()])
        self.do("phone", phone, False)
        self.at(self.soon(30), self.do, "phone", phone, True)

    # ---- the machine -----------------------------------------------------------------------------

    def _die(self) -> None:
        dice = self.dice
        point = dice.choice((None, *POINTS))
        self.day.faults[f"killed {point or 'between two turns'}"] += 1
        if point is None:
            self.do("die_now")
        else:
            self.do("die_at", point, dice.randint(0, 3))
        for call in list(self.world.exchange.calls):
            if dice.random() < 0.2:
                self.at(15 + self.soon(10), self._in_fallback, call)
        self.at(dice.choice((0.5, 2, 8, 30)), self.rise)

    def rise(self) -> None:
        """What is still under way from the old life will be heard in the new one, too late."""
        if self.world.life.death is not None and not self.world.dead:  # nothing was written since
            if self._goes_on():
                self.at(5, self.rise)
            else:
                self.do("survive")  # whoever is rung back yet: nobody would be there to rise
        self.do("rise")

    def _cut(self) -> None:
        dice, luck = self.dice, self.dice.random()
        if luck < 0.4:
            self._strikes("link lost and back at once", "resync")
        elif luck < 0.5:
            self._strikes("exchange killed", "exchange_dies")
            self.at(dice.choice((0.5, 1, 5)), self.do, "mend")
        elif luck < 0.65:
            self._strikes("frozen for a while", "freeze")
            self.at(dice.choice((2, 5, 8)), self.do, "thaw")
        else:
            self._strikes("link cut for a while", "cut")
            self.at(dice.choice((1, 5, 12, 40)), self.do, "mend")

    def _strikes(self, fault: str, move: str) -> None:
        self.day.faults[fault] += 1
        self.do(move)
