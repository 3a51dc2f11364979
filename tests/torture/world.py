"""Floor, desk, journal and exchange together, on a clock of its own.

Moves are tolerant: one that does not fit (an answer on a leg that is gone) does nothing, so that a
trace of moves stays legal when some are left out. After each move the invariants are looked at.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from acd import facts as f
from acd import happenings as h
from acd.floor import Floor
from acd.surge_happenings import OverflowReached
from kernel.ids import CallId, Extension
from tests.fakes.fake_clock import FakeClock
from tests.torture.exchange import SWITCH, Exchange, Where
from tests.torture.floor_laws import check_convergence, check_floor
from tests.torture.life import Death, Killed, Life, Point
from tests.torture.moves import Move
from tests.torture.owed import Owed
from tests.torture.recounted import check_figures
from tests.torture.resync import told_after_a_gap
from tests.torture.scenes import Scene
from tests.torture.sleep import Sleep
from tests.torture.stories import SENT_AWAY, Stories
from tests.torture.violation import Violation, demand


class World:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clock = FakeClock()
        self.exchange = Exchange()
        self.life = Life(scene.policies, scene.directory, self.exchange, self.clock)
        self.life.as_json = scene.by_the_book
        self.stories = Stories()
        self.owed = Owed(self)
        self.sleep = Sleep(self)
        self.wishes: dict[CallId, h.SeatWanted] = {}  # as the stories and the channels know them
        self.met: set[CallId] = set()  # whose stories may be of this life
        self.dead = False
        self.turns = 0
        self._deaf_since = self.clock.now()
        self._looked_at = 0
        self._heard = 0  # facts of the journal that the stories have heard of

    @property
    def laws(self) -> Any:
        return self.life.laws

    @property
    def deaf(self) -> bool:
        """Nobody hears what the exchange says."""
        return self.dead or self.life.is_cut

    def do(self, move: Move) -> None:
        if self.sleep.keeps(move):
            self.sleep.keep(move)
            return
        name, given = move
        places = (self, self.exchange, self.owed, self.sleep)
        deed = next(place for place in places if hasattr(place, name))
        getattr(deed, name)(*given)

    # ---- time ------------------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        """Deadline by deadline, of the floor's and of the rings."""
        until = self.clock.now() + timedelta(seconds=seconds)
        for _ in range(100_000):
            first = self._first_due()
            if first is None or first > until:
                self._advance_to(until)
                return
            self._advance_to(max(first, self.clock.now()))
            self._what_is_due()
        raise Violation("I4", f"a deadline stays due at {self.clock.now()}")

    def _first_due(self) -> datetime | None:
        ring = self.exchange.next_due()
        floor = self._due()
        if ring is None or floor is None:
            return floor if ring is None else ring
        return min(ring, floor)

    def _due(self) -> datetime | None:
        return None if self.deaf or self.sleep.asleep else self.life.desk._due()

    def _advance_to(self, moment: datetime) -> None:
        self.clock.advance((moment - self.clock.now()).total_seconds())
        if self.deaf and self.clock.now() - self._deaf_since >= SWITCH:
            for call in list(self.exchange.calls):
                self.exchange.fall_back(call)

    def _what_is_due(self) -> None:
        now = self.clock.now()
        self.exchange.time_passed(now)
        due = self._due()
        if due is not None and due <= now:
            self.take_turn()

    # ---- what the desk hears ---------------------------------------------------------------------

    def ask(self, wanted: h.SeatWanted) -> None:
        """A call rings in, or one that is here comes back: its story asks for a seat."""
        if wanted.call not in self.wishes:
            self.exchange.calls[wanted.call] = Where.LINE
        self.exchange.back_to_line(wanted.call)
        self.wishes.setdefault(wanted.call, wanted)
        if not self.deaf:
            self.met.add(wanted.call)
            self.do(("ask_late", (wanted, self.life.epoch)))

    def ask_late(self, wanted: h.SeatWanted, epoch: int) -> None:
        """A story of this life asks although its call may have left, or asked before."""
        if not self.dead and epoch == self.life.epoch and wanted.call in self.met:
            self._story_asks(wanted)
            self.take_turn()

    def _story_asks(self, wanted: h.SeatWanted) -> None:
        self.stories.wait(wanted.call, self.life.desk.wait_for_seat(wanted))

    def hear(self, happening: h.Report) -> None:
        if self.deaf:
            return
        self.life.desk.tell(happening)
        alive = self.take_turn()
        if alive and isinstance(happening, h.CallerLeft):
            self.laws.hung_up(happening.call)

    def order(self, command: h.Command) -> None:
        if self.dead:
            return
        try:
            self.life.order(command)
        except Killed:
            self._die()
        else:
            self._after_turn()

    def take_turn(self) -> bool:
        """Whether we lived through it."""
        try:
            self.life.turn()
        except Killed:
            self._die()
            return False
        self._after_turn()
        return True

    def _after_turn(self) -> None:
        """Stories act on what they hear; the invariants are looked at."""
        journal = self.life.journal
        for fact in journal[self._heard :]:
            if isinstance(fact, f.CallSentOver) and fact.call[-1] in "02468":  # some are answered
                self.exchange.news.append(OverflowReached(fact.call))
            if isinstance(fact, SENT_AWAY) and not self.life.is_cut:
                self.exchange.sent_home(fact.call)
            if isinstance(fact, f.CallbackTurn):
                self.owed.is_his_turn(fact.call)
            self.stories.see(fact)
        self._heard = len(journal)
        self.turns += 1
        if self.turns - self._looked_at >= self.scene.look_every:
            self.look()

    # ---- what goes wrong -------------------------------------------------------------------------

    def die_at(self, point: Point, after: int) -> None:
        """The next turn that writes something is our last."""
        if not self.dead:
            self.life.death = Death(point, after)

    def survive(self) -> None:
        """The death that was to come does not."""
        self.life.death = None

    def die_now(self) -> None:
        """Between two turns: what lived and what is folded must be the same (I10)."""
        if self.dead:
            return
        self._same_as(self.life.recovered())
        self._die()

    def _die(self) -> None:
        if not self.deaf:
            self._deaf_since = self.clock.now()
        self.dead = True
        self.sleep.is_over()
        self.life.death = None

    def cut(self) -> None:
        """The link breaks: nothing is heard of the exchange, nothing told to it, until `mend`."""
        if not self.deaf:
            self.life.is_cut = True
            self.life.goes_deaf()
            self._deaf_since = self.clock.now()

    def exchange_dies(self) -> None:
        """And all calls with it; it is up again at once, the link later (`mend`)."""
        self.cut()
        self.exchange.dies()

    def mend(self) -> None:
        if self.life.is_cut and not self.dead:
            self.life.is_cut = False
            self.resync()

    def rise(self) -> None:
        """The next process: floor from the journal, then what the exchange really holds."""
        if not self.dead:
            return
        self.dead = False
        self.life.begin()
        self.life.goes_deaf()
        self.stories, self.met = Stories(), set()
        self.owed.give_up()
        self._heard = len(self.life.journal)
        self.resync()

    def resync(self) -> None:
        """As after a log-in: all that was missed (telephony/resync.py), then that this was all."""
        if self.deaf:
            return
        self.life.goes_deaf()
        self.exchange.news.clear()
        self.met |= set(self.exchange.calls)
        told = told_after_a_gap(self.life.desk.snapshot(), self.exchange, self.laws, self.wishes)
        told += [h.PhoneSeen(p, p not in self.exchange.away) for p in self._phones()]
        for happening in told:
            if isinstance(happening, h.SeatWanted):
                self._story_asks(happening)
            else:
                self.life.desk.tell(happening)
        if not self.take_turn():
            return
        self.life.deaf = False
        self.life.desk.tell(h.CaughtUp())
        if not self.take_turn():
            return
        for happening in told:
            if isinstance(happening, h.CallerLeft):
                self.laws.hung_up(happening.call)
        self.exchange.records_read()
        if self._those_parted_ask({each.call for each in told if isinstance(each, h.SeatWanted)}):
            check_convergence(self.life.desk.snapshot(), self.exchange)
            self.look()

    def _those_parted_ask(self, asked: set[CallId]) -> bool:
        """A ring that was given up had been answered: the desk parts the two, and the caller is in
        our hands again only after we looked. His story sees its leg end, and asks like the others.
        """
        here = [c for c, where in self.exchange.calls.items() if where is Where.LINE]
        parted = [call for call in here if call not in asked]
        for call in parted:
            self._story_asks(self.wishes[call])
        return self.take_turn() if parted else True

    def check_gone(self, call: CallId) -> None:
        """I2, asked by hand: breaks when the floor still has him."""
        self.laws.hung_up(call)

    def _phones(self) -> list[Extension]:
        return [seat.phone for seat in self.scene.directory.seats.values() if seat.phone]

    # ---- what must hold --------------------------------------------------------------------------

    def look(self) -> None:
        """I4, I5, I9 over the whole floor."""
        if not self.dead:
            self._looked_at = self.turns
            check_floor(self.life.floor, self.laws, self.clock.now())

    def _same_as(self, floor: Floor) -> None:
        same = self.life.floor.contents() == floor.contents()
        demand(same, "I10", "the floor made of what was written is another one")

    def quiesce(self) -> None:
        """All hang up, the last wrap-up ends: every call has one fate, nothing is left."""
        self.life.death = None
        self.sleep.thaw()
        self.rise()
        self.mend()
        self.owed.give_up()
        for call in list(self.exchange.calls):
            self.exchange.citizen_hangs_up(call)
        self.resync()
        self.rise()
        self.resync()
        self.wait(120)
        self.look()
        self._same_as(self.life.folded())
        laws = self.laws
        demand(laws.in_progress == 0, "I9", f"{sorted(laws.asked.keys() - laws.fates)} open")
        if self.scene.by_the_book:
            check_figures(self.life.journal)
        left = [*laws.legs, *laws.line, *self.exchange.legs]
        demand(not left, "I4", f"{left} are left when all is quiet")

    def said(self) -> Sequence[h.Report]:
        """The news since the last time."""
        news, self.exchange.news = self.exchange.news, []
        return news
