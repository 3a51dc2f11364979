"""Which seats may take which calls: signatures and bit masks, and the idle seats in their order.

A seat's signature is its {skill: level}, a call's {skill: minimum level}. Equal ones are one small
int; "may take" is one big-int mask per signature. Rows of equal signatures are compared by their
heads alone, which are kept in order: a decision costs what stands before the first that fits.
"""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from acd.seat import Seat
from kernel.ids import SeatId, Skill

Skills = Mapping[Skill, int]

FEW: Final = 16  # rows that are sooner looked at one by one than found among all heads


def fits(skills: Skills, needs: Skills) -> bool:
    return all(skills.get(skill, 0) >= level for skill, level in needs.items())


def bits(mask: int) -> Iterator[int]:
    """Positions of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


Head = tuple[datetime, int, int]  # since when, which of equal ones, signature


class Heads:
    """The first of every row, in order."""

    def __init__(self) -> None:
        self._ordered: list[Head] = []
        self._of: dict[int, Head] = {}

    def __iter__(self) -> Iterator[Head]:
        return iter(self._ordered)

    def put(self, signature: int, since: datetime, n: int = 0) -> None:
        """The row's head is now this one."""
        head = (since, n, signature)
        if self._of.get(signature) != head:
            self.drop(signature)
            self._of[signature] = head
            insort(self._ordered, head)

    def drop(self, signature: int) -> None:
        """The row is empty."""
        known = self._of.pop(signature, None)
        if known is not None:
            del self._ordered[bisect_left(self._ordered, known)]

    def among(self, mask: int) -> Iterator[Head]:
        """Those whose signature is in the mask, in order, by whichever way is the shorter."""
        if mask.bit_count() > FEW:
            return (head for head in self._ordered if mask >> head[2] & 1)
        return iter(sorted(self._of[signature] for signature in bits(mask)))


class Signatures:
    """Interned skills and needs. Only grows; an index, not state."""

    def __init__(self, scarcity: Mapping[Skill, float] | None = None) -> None:
        self._scarcity = scarcity  # None: no tiers, longest idle over all who can
        self._seat_ids: dict[frozenset[tuple[Skill, int]], int] = {}
        self._call_ids: dict[frozenset[tuple[Skill, int]], int] = {}
        self.seat_skills: list[dict[Skill, int]] = []
        self.call_needs: list[dict[Skill, int]] = []
        self.seats_for: list[int] = []  # call signature -> mask of seat signatures
        self._seats_with: dict[tuple[Skill, int], int] = {}  # at least that level -> the same
        self._tiers: dict[int, list[int]] = {}
        self._takes: dict[int, bytearray] = {}  # seat signature -> by call signature: 1 or 0

    def spare(self, scarcity: Mapping[Skill, float] | None) -> None:
        """Other costs from now on."""
        self._scarcity = scarcity
        self._tiers.clear()

    def of_seat(self, skills: Skills) -> int:
        key = frozenset(skills.items())
        known = self._seat_ids.get(key)
        if known is not None:
            return known
        new = self._seat_ids[key] = len(self.seat_skills)
        self.seat_skills.append(dict(skills))
        for (skill, level), mask in self._seats_with.items():
            if skills.get(skill, 0) >= level:
                self._seats_with[skill, level] = mask | 1 << new
        for call, needs in enumerate(self.call_needs):
            if fits(skills, needs):
                self.seats_for[call] |= 1 << new
        self._tiers.clear()
        return new

    def of_call(self, needs: Skills) -> int:
        key = frozenset(needs.items())
        known = self._call_ids.get(key)
        if known is not None:
            return known
        new = self._call_ids[key] = len(self.call_needs)
        self.call_needs.append(dict(needs))
        mask = (1 << len(self.seat_skills)) - 1
        for skill, level in needs.items():
            mask &= self._with(skill, level)
        self.seats_for.append(mask)
        for seat, row in self._takes.items():
            row.append(mask >> seat & 1)
        return new

    def _with(self, skill: Skill, level: int) -> int:
        """Mask of the seat signatures that have the skill at that level, looked through once."""
        known = self._seats_with.get((skill, level))
        if known is None:
            able = (n for n, skills in enumerate(self.seat_skills) if skills.get(skill, 0) >= level)
            known = self._seats_with[skill, level] = sum(1 << n for n in able)
        return known

    def may_take(self, seat: int, call: int) -> bool:
        return bool(self.seats_for[call] >> seat & 1)

    def takes(self, seat: int) -> bytearray:
        """By the number of each call signature whether such a seat may take it: for looking at many
        of them, one step each instead of a shift of a long number."""
        known = self._takes.get(seat)
        if known is None:
            known = self._takes[seat] = bytearray(mask >> seat & 1 for mask in self.seats_for)
        return known

    def tiers(self, call: int) -> list[int]:
        """Masks of seat signatures, cheapest first; one mask unless specialists are spared."""
        known = self._tiers.get(call)
        if known is None:
            known = self._tiers[call] = self._make_tiers(call)
        return known

    def cost(self, seat: int, call: int) -> float:
        """Scarce skills that the call does not need cost; surplus level of a needed one less."""
        assert self._scarcity is not None, "costs exist only where specialists are spared"
        needs = self.call_needs[call]
        return sum(
            -0.25 * (level - needs[skill]) if skill in needs else self._scarcity.get(skill, 0.0)
            for skill, level in self.seat_skills[seat].items()
        )

    def _make_tiers(self, call: int) -> list[int]:
        if self._scarcity is None:
            return [self.seats_for[call]]
        masks: dict[int, int] = {}
        for seat in bits(self.seats_for[call]):
            rank = round(self.cost(seat, call))
            masks[rank] = masks.get(rank, 0) | 1 << seat
        return [masks[rank] for rank in sorted(masks)]


class IdleSeats:
    """Offerable seats, one row per signature, longest idle first."""

    def __init__(self, signatures: Signatures) -> None:
        self._signatures = signatures
        self._rows: dict[int, OrderedDict[Seat, None]] = {}
        self._heads = Heads()
        self._mask = 0

    def __contains__(self, seat: Seat) -> bool:
        return seat in self._rows.get(seat.signature, ())

    def __iter__(self) -> Iterator[Seat]:
        for row in self._rows.values():
            yield from row

    def add(self, seat: Seat) -> None:
        """Into its place by `idle_since`: at the end, or near the front after a withdrawn ring."""
        row = self._rows.setdefault(seat.signature, OrderedDict())
        last = next(reversed(row), None)
        row[seat] = None
        self._mask |= 1 << seat.signature
        if last is not None and seat.idle_since < last.idle_since:
            self._put_forward(row, seat)
        self._new_head(seat.signature, row)

    @staticmethod
    def _put_forward(row: OrderedDict[Seat, None], seat: Seat) -> None:
        before = []
        for other in row:
            if other.idle_since > seat.idle_since:
                break
            before.append(other)
        row.move_to_end(seat, last=False)
        for other in reversed(before):
            row.move_to_end(other, last=False)

    def remove(self, seat: Seat) -> None:
        row = self._rows[seat.signature]
        del row[seat]
        if not row:
            self._mask &= ~(1 << seat.signature)
        self._new_head(seat.signature, row)

    def _new_head(self, signature: int, row: OrderedDict[Seat, None]) -> None:
        head = next(iter(row), None)
        if head is None:
            self._heads.drop(signature)
        else:
            self._heads.put(signature, head.idle_since)

    def longest_idle(
        self, call: int, excluded: Mapping[SeatId, datetime], now: datetime
    ) -> Seat | None:
        """The seat for a call of this signature: cheapest tier, then longest idle."""
        idle = self._mask & self._signatures.seats_for[call]
        for tier in self._signatures.tiers(call):
            best = self._best_of(idle & tier, excluded, now)
            if best is not None:
                return best
        return None

    def _best_of(
        self, signatures: int, excluded: Mapping[SeatId, datetime], now: datetime
    ) -> Seat | None:
        best: Seat | None = None
        for since, _, signature in self._heads.among(signatures):
            if best is not None and best.idle_since <= since:
                break
            seat = self._first(signature, excluded, now)
            if seat is not None and (best is None or seat.idle_since < best.idle_since):
                best = seat
        return best

    def _first(
        self, signature: int, excluded: Mapping[SeatId, datetime], now: datetime
    ) -> Seat | None:
        for seat in self._rows[signature]:
            until = excluded.get(seat.id)
            if until is None or until <= now:
                return seat
        return None
