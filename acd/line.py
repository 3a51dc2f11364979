"""The callers in line: one heap per call signature, ordered by `turn_at` (arrival less boost).

All callers age alike, so the order inside a heap never changes, and a seat that becomes free looks
at the heads, which are kept in order, until one fits it. Entries die by their version: a dead head
is taken off at once, the others are swept when most are dead.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from acd.facts import AnnouncementDue
from acd.matching import Heads, Signatures
from acd.seat import Seat
from acd.surge_facts import CallSentOver
from kernel.ids import AgentNo, CallId, DutyId, QueueName, SeatId, Skill

SWEEP_FROM = 64


@dataclass(slots=True, eq=False)
class Caller:
    """A call that asked for a person. Changed by `FloorMemory.apply` alone."""

    call: CallId
    queue: QueueName
    asked: dict[Skill, int]
    needs: dict[Skill, int]
    signature: int
    priority: int
    asked_at: datetime
    queued_at: datetime  # joined this queue: stages, announcements and limits count from here
    turn_at: datetime
    n: int
    stage: int = 0
    waiting: bool = False
    held_for: AgentNo | None = None  # waits for this agent until held_until
    held_until: datetime | None = None
    seat: Seat | None = None  # the one that rings for him or talks with him
    in_fallback: bool = False
    back_to: AgentNo | None = None  # who handed him to a colleague by number, and has him back
    settled_at: datetime | None = None  # when he met his fate
    excluded: dict[SeatId, datetime] = field(default_factory=dict)
    been_in: tuple[QueueName, ...] = ()
    announced: AnnouncementDue | None = None
    callback_offered_at: datetime | None = None
    duty: DutyId | None = (
        None  # set: a callback; acd/callback_facts.py says what the next three are
    )
    spare_until: datetime | None = None
    citizen_first: bool = False
    turn_given: bool = False  # the citizen is being rung
    stays: bool = False  # came by overflow: never sent over again
    lowered: bool = False  # by a supervisor's measure, until somebody had him or orders otherwise
    away: CallSentOver | None = None  # at another centre, ringing or talking
    been_over: tuple[str, ...] = ()  # targets that were tried for him
    look_over_at: datetime | None = None  # when he may be sent over; no state
    version: int = 0  # of his entry in a heap
    spell: int = 0  # of one stretch of waiting; alarms of an older one are dead

    @property
    def is_here(self) -> bool:
        """His hang-up would still change something."""
        in_line = self.waiting or self.in_fallback or self.turn_given
        return in_line or self.seat is not None or self.away is not None

    def next_spell(self) -> None:
        """The deadlines that are set for him are dead from now on."""
        self.spell += 1


Place = tuple[datetime, int, Caller]  # turn_at, n, he
Entry = tuple[datetime, int, Caller, int]  # turn_at, n, which no other has, he, his version


def _is_live(entry: Entry) -> bool:
    return entry[2].version == entry[3]


def _take_off(order: list[Place], caller: Caller) -> Place:
    n = bisect_left(order, (caller.turn_at, caller.n))
    assert order[n][2] is caller, "a waiting caller stands in the line exactly once"
    return order.pop(n)


class Line:
    def __init__(self, signatures: Signatures) -> None:
        self._signatures = signatures
        self._heaps: dict[int, list[Entry]] = {}
        self._live: Counter[int] = Counter()
        self._heads = Heads()
        self._held: dict[AgentNo, list[Entry]] = {}
        self._order: list[Place] = []
        self._alike: dict[int, list[Place]] = {}  # the same, by signature
        self.in_queue: Counter[QueueName] = Counter()

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Caller]:
        """In order of their turn."""
        return (caller for _, _, caller in self._order)

    def add(self, caller: Caller, head_start: timedelta = timedelta()) -> None:
        """`head_start` counts at the seat of the agent he is held for."""
        caller.waiting = True
        place = (caller.turn_at, caller.n, caller)
        insort(self._order, place)
        insort(self._alike.setdefault(caller.signature, []), place)
        if caller.duty is None:
            self.in_queue[caller.queue] += 1
        self._push(caller, head_start)

    def remove(self, caller: Caller) -> None:
        caller.waiting = False
        caller.next_spell()
        _take_off(self._order, caller)
        _take_off(self._alike[caller.signature], caller)
        if caller.duty is None:
            self.in_queue[caller.queue] -= 1
        self._drop(caller)

    def release(self, caller: Caller) -> None:
        """He no longer waits for one agent alone."""
        self._drop(caller)
        caller.held_for = caller.held_until = None
        self._push(caller, timedelta())

    def relax(self, caller: Caller, signature: int) -> None:
        """Among those of another signature, with his age; who waits for one agent goes on so."""
        place = _take_off(self._alike[caller.signature], caller)
        insort(self._alike.setdefault(signature, []), place)
        if caller.held_for is not None:
            caller.signature = signature
            return
        self._drop(caller)
        caller.signature = signature
        self._push(caller, timedelta())

    def ahead_of(self, caller: Caller) -> int:
        """Callers with an earlier turn, whatever they need."""
        return bisect_left(self._order, (caller.turn_at, caller.n))

    def alike_ahead_of(self, caller: Caller) -> int:
        """Those of them who need the same."""
        return bisect_left(self._alike.get(caller.signature, ()), (caller.turn_at, caller.n))

    def could_use(self, seat: Seat) -> bool:
        """Is there anybody whom this seat may serve, also one who is held or excluded now?"""
        if any(self._signatures.may_take(seat.signature, head[2]) for head in self._heads):
            return True
        held = (entry[2] for heap in self._held.values() for entry in heap)
        return any(self._signatures.may_take(seat.signature, one.signature) for one in held)

    def best_for(self, seat: Seat, now: datetime) -> Caller | None:
        """Who comes next at this seat: earliest turn among all it may serve."""
        best = self._best_of_heads(seat, now)
        held = _first(self._held.get(seat.agent, []), seat, now)
        if held is not None and (best is None or held < best):
            able = self._signatures.may_take(seat.signature, held[2].signature)
            best = held if able else best
        return best[2] if best is not None else None

    def first_alike(self, caller: Caller, seat: Seat, now: datetime) -> Caller:
        """Who comes first at this seat of those with his signature; mostly he himself."""
        if caller.held_for is not None:
            return caller
        entry = _first(self._heaps[caller.signature], seat, now)
        return caller if entry is None else entry[2]

    def _best_of_heads(self, seat: Seat, now: datetime) -> Entry | None:
        """Mostly the first head that fits; one that excludes this seat must not hide the rest."""
        best: Entry | None = None
        takes = self._signatures.takes(seat.signature)
        for since, n, signature in self._heads:
            if not takes[signature]:
                continue
            if best is not None and best[:2] <= (since, n):
                break
            entry = _first(self._heaps[signature], seat, now)
            if entry is not None and (best is None or entry < best):
                best = entry
        return best

    def _push(self, caller: Caller, head_start: timedelta) -> None:
        if caller.held_for is not None:
            held = (caller.turn_at - head_start, caller.n, caller, caller.version)
            heappush(self._held.setdefault(caller.held_for, []), held)
            return
        entry = (caller.turn_at, caller.n, caller, caller.version)
        heap = self._heaps.setdefault(caller.signature, [])
        heappush(heap, entry)
        self._live[caller.signature] += 1
        if heap[0] is entry:
            self._heads.put(caller.signature, caller.turn_at, caller.n)

    def _drop(self, caller: Caller) -> None:
        caller.version += 1
        if caller.held_for is not None:
            held = [entry for entry in self._held[caller.held_for] if _is_live(entry)]
            heapify(held)
            self._held[caller.held_for] = held
            return
        signature = caller.signature
        left = self._live[signature] = self._live[signature] - 1
        heap = self._heaps[signature]
        if left == 0:
            heap.clear()
            self._heads.drop(signature)
            return
        if len(heap) > SWEEP_FROM and len(heap) > 2 * left:
            heap[:] = [entry for entry in heap if _is_live(entry)]
            heapify(heap)
        while not _is_live(heap[0]):
            heappop(heap)
        self._heads.put(signature, *heap[0][:2])


def _first(heap: list[Entry], seat: Seat, now: datetime) -> Entry | None:
    """First live entry that does not exclude this seat; an excluded head must not hide the rest."""
    passed: list[Entry] = []
    found: Entry | None = None
    while heap:
        entry = heap[0]
        if not _is_live(entry):
            heappop(heap)
            continue
        until = entry[2].excluded.get(seat.id)
        if until is None or until <= now:
            found = entry
            break
        passed.append(heappop(heap))
    for entry in passed:
        heappush(heap, entry)
    return found
