"""Callbacks in line and being made, as rows for the screen; GET /api/duties/ID tells all of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from kernel.ids import CallId, NumberKey


class CallbackRow(BaseModel):
    """`caller` is masked. `place`: by_age, spare, ringing (a seat), dialling (the citizen) or
    talking; `calls`: those of the citizen that were not answered, the oldest first.
    """

    model_config = ConfigDict(frozen=True)

    duty: str
    kind: str
    call: str
    caller: str
    queue: str
    asked_at: datetime
    last_missed_at: datetime
    due_at: datetime
    urgent: bool
    place: str
    seat: str | None
    agent: str | None
    calls: tuple[str, ...]


class ShowsCallbacks(Protocol):
    """`hotline/owed/duty_desk.py: DutyDesk` fits."""

    def shown(self) -> Sequence[CallbackRow]:
        """Those in line and being made, the oldest first."""
        ...

    def behind(self, call: CallId) -> tuple[CallbackRow, NumberKey | None] | None:
        """The callback that goes by this call, and whose number it is."""
        ...


class NoCallbacks:
    """Where nobody calls back."""

    def shown(self) -> Sequence[CallbackRow]:
        return ()

    def behind(self, call: CallId) -> None:
        return None
