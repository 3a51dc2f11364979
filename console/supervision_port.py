"""What the console needs for supervisors (E2): conversations, the line, alarms.

`hotline/desks/supervision.py: SupervisionDesk` fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from console.alarms_shown import AlarmRow
from kernel.ids import AgentNo, CallId, Extension, LegId, QueueName
from telephony.supervision_facts import Mode


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who asks: the login, and his 工号 if he has one."""

    login: str
    agent: AgentNo | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Somebody hears a conversation, or his phone rings for it (`mode` None)."""

    call: CallId
    leg: LegId
    phone: Extension
    mode: Mode | None


class Supervises(Protocol):
    """Each act needs a reason and is written down before it is done. Raises a Conflict, NotFound or
    Unavailable, and then nothing has changed for the two who talk."""

    @property
    def beeps(self) -> bool:
        """Whether agents are told that somebody listens."""
        ...

    def hearing(self) -> Sequence[Hearing]: ...

    async def listen(
        self, by: Supervisor, call: CallId, mode: Mode, phone: Extension | None, reason: str
    ) -> Hearing: ...

    async def switch(
        self, by: Supervisor, call: CallId, leg: LegId, mode: Mode, reason: str
    ) -> Hearing: ...

    async def stop(self, by: Supervisor, call: CallId, leg: LegId, reason: str) -> None: ...

    async def take_over(
        self, by: Supervisor, call: CallId, where: LegId | Extension | None, reason: str
    ) -> None:
        """`where`: the leg on which he listens, or a phone; None: the phone of his own seat."""
        ...

    async def hang_up(self, by: Supervisor, call: CallId, reason: str) -> None: ...

    async def move(self, by: Supervisor, call: CallId, queue: QueueName, reason: str) -> None: ...

    async def prioritise(
        self, by: Supervisor, call: CallId, priority: int, reason: str
    ) -> None: ...

    def acknowledge(self, by: Supervisor, alarm: str, note: str) -> AlarmRow:
        """Raises NoSuchAlarm."""
        ...
