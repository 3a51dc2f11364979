"""What the console needs of hand-offs to emergency lines; `hotline/desks/emergency.py` fits."""

from collections.abc import Sequence
from typing import Protocol

from cases.hand_offs import HandOffRecord
from kernel.ids import AgentNo, CallId
from telephony.emergency import HandOff, Owner
from telephony.emergency_directory import EmergencyDirectory


class RunsHandOffs(Protocol):
    """Each raises a Conflict (WrongPhase, ActionRefused) or Unavailable, and changes nothing."""

    @property
    def directory(self) -> EmergencyDirectory:
        """Whom this centre hands citizens to."""
        ...

    def of(self, call: CallId) -> HandOff | None:
        """The last one of a citizen who is on the phone."""
        ...

    async def ask(self, call: CallId, code: str, *, agent: AgentNo | None, by: str) -> HandOff: ...

    async def leave(self, call: CallId) -> None: ...

    def not_ours(self, call: CallId, owner: Owner, agent: AgentNo) -> HandOff: ...

    def let_go(self, call: CallId) -> None: ...

    def note(self, call: CallId, agent: AgentNo, receiver_no: str, incident_no: str) -> HandOff: ...

    def came_with(self, call: CallId, incident_no: str, by: str) -> None: ...

    async def page(
        self, *, code: str | None, call: CallId | None, before: str | None, limit: int
    ) -> Sequence[HandOffRecord]:
        """Newest first."""
        ...
