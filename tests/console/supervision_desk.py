"""A desk of supervisors in memory: what was asked of it, and refusals on demand."""

from collections.abc import Sequence
from typing import Any

from console.alarms_shown import AlarmRow
from console.errors import NoSuchAlarm
from console.supervision_port import Hearing, Supervisor
from kernel.errors import HotlineError
from kernel.ids import CallId, Extension, LegId, QueueName
from telephony.supervision_facts import Mode
from tests.console.fakes import FakeHealth


class FakeSupervision:
    """Fits Supervises. `refuses` is raised by the next act."""

    def __init__(self, health: FakeHealth) -> None:
        self.beeps = False
        self.asked: list[tuple[Any, ...]] = []
        self.refuses: HotlineError | None = None
        self._health = health
        self._hearing: dict[LegId, Hearing] = {}

    def _take(self, *asked: Any) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.asked.append(asked)

    def hearing(self) -> Sequence[Hearing]:
        return list(self._hearing.values())

    async def listen(
        self, by: Supervisor, call: CallId, mode: Mode, phone: Extension | None, reason: str
    ) -> Hearing:
        self._take("listen", by, call, mode, phone, reason)
        leg = LegId(f"7-s{len(self._hearing) + 1:06}")
        found = Hearing(call=call, leg=leg, phone=phone or Extension("8004"), mode=mode)
        self._hearing[leg] = found
        return found

    async def switch(
        self, by: Supervisor, call: CallId, leg: LegId, mode: Mode, reason: str
    ) -> Hearing:
        self._take("switch", by, call, leg, mode, reason)
        return Hearing(call=call, leg=leg, phone=Extension("8004"), mode=mode)

    async def stop(self, by: Supervisor, call: CallId, leg: LegId, reason: str) -> None:
        self._take("stop", by, call, leg, reason)

    async def take_over(
        self, by: Supervisor, call: CallId, where: LegId | Extension | None, reason: str
    ) -> None:
        self._take("take_over", by, call, where, reason)

    async def hang_up(self, by: Supervisor, call: CallId, reason: str) -> None:
        self._take("hang_up", by, call, reason)

    async def move(self, by: Supervisor, call: CallId, queue: QueueName, reason: str) -> None:
        self._take("move", by, call, queue, reason)

    async def prioritise(self, by: Supervisor, call: CallId, priority: int, reason: str) -> None:
        self._take("prioritise", by, call, priority, reason)

    def acknowledge(self, by: Supervisor, alarm: str, note: str) -> AlarmRow:
        for row in self._health.standing:
            if row.name == alarm:
                self._take("acknowledge", by, alarm, note)
                return row.model_copy(update={"acknowledged_by": by.login})
        raise NoSuchAlarm(f"No alarm {alarm!r} stands.", remedy="Load the alarms again.")
