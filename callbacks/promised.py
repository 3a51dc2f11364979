"""Calls back that people make (missed, promised, follow-up): which of them may stand in the line
now, and with what place. What they are, `missed.py` says; when they may be dialled, `schedule.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from callbacks.attempts import Rules, rescheduled
from callbacks.duty import WAITING, Duty, DutyKind
from callbacks.ledger import history_of, put_on
from callbacks.place_store import PlaceInLine
from callbacks.ports import OpensDutyRows
from callbacks.schedule import Slot, in_order, takes_its_place
from kernel.ids import DutyId

MADE_BY_PEOPLE: Final = frozenset({DutyKind.MISSED, DutyKind.PROMISED, DutyKind.FOLLOW_UP})
_AT_MOST: Final = 300  # in line at once; the others are due later


class KnowsPlaces(Protocol):
    """`callbacks/place_store.py: PgCallbackPlaces` fits."""

    async def places(self, duties: Collection[DutyId]) -> Mapping[DutyId, PlaceInLine]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a duty stands in the line. `spare_until` None: by age at once (I5)."""

    duty: Duty
    place: PlaceInLine | None
    spare_until: datetime | None

    @property
    def asked_at(self) -> datetime:
        return self.place.asked_at if self.place is not None else self.duty.opened_at


class CallbacksByPeople:
    def __init__(self, store: OpensDutyRows, places: KnowsPlaces, rules: Rules) -> None:
        self._store = store
        self._places = places
        self._rules = rules

    async def ready(self, now: datetime) -> tuple[Duty, ...]:
        """As far as their own moment says, in the order of people's work. Raises DatabaseAway."""
        found = await self._store.ready(MADE_BY_PEOPLE, now, _AT_MOST)
        return in_order(found, now, self._rules.settings.schedule)

    async def standing(self, duties: Collection[Duty], now: datetime) -> tuple[Standing, ...]:
        """Of those, who may be dialled at this moment."""
        allowed = [duty for duty in duties if await self.may_be_made(duty.id, now)]
        places = await self._places.places([duty.id for duty in allowed]) if allowed else {}
        return tuple(self._stands(duty, places.get(duty.id), now) for duty in allowed)

    async def stands(self, duty: Duty, now: datetime) -> Standing:
        """With its place, whether or not it may be dialled."""
        return self._stands(duty, (await self._places.places([duty.id])).get(duty.id), now)

    def _stands(self, duty: Duty, place: PlaceInLine | None, now: datetime) -> Standing:
        schedule = self._rules.settings.schedule
        by_age = takes_its_place(duty, now, schedule)
        until = None if by_age else duty.due_at - schedule.people.near_due
        return Standing(duty=duty, place=place, spare_until=until)

    async def may_be_made(self, duty_id: DutyId, now: datetime) -> bool:
        """Else its next moment is written down: night, another attempt, all tries made."""
        engine = self._rules.settings.schedule.engine
        async with self._store.rows() as rows:
            for held in await rows.lock([duty_id]):
                key = held.duty.caller_key
                if key is None or held.duty.state not in WAITING:
                    return False
                history = await history_of(rows, key, (duty_id,), now, engine)
                when = self._rules.when(held.duty, history, now)
                if isinstance(when, Slot) and when.at <= now:
                    return True
                moved = rescheduled(held.duty, when, now)
                await put_on(rows, held, moved, now, engine, why=when.rule)
        return False
