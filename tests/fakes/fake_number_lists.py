"""Number lists in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from intake.number_lists import Listed, ListState
from kernel.ids import NumberKey


@dataclass
class FakeNumberLists:
    """Fits `intake.number_lists.KeepsNumberLists`."""

    _numbers: dict[str, dict[NumberKey, str]] = field(default_factory=dict)
    _states: dict[str, ListState] = field(default_factory=dict)

    async def replace(
        self, name: str, numbers: Iterable[Listed], *, source: str, by: str, at: datetime
    ) -> int:
        given = {one.key: one.masked for one in numbers}
        self._numbers[name] = given
        self._states[name] = ListState(numbers=len(given), source=source, imported_at=at, by=by)
        return len(given)

    async def lists_of(self, key: NumberKey) -> frozenset[str]:
        return frozenset(name for name, numbers in self._numbers.items() if key in numbers)

    async def states(self) -> Mapping[str, ListState]:
        return dict(self._states)
