"""The floor as rows for the screen. What an audience may not see is left out here and nowhere else.

Agents see seats and queues; who waits, and whose number it is, only supervisors see, and masked
(C7). A wall sees what each seat does and nobody's name. Rows hold moments, no durations, so that a
floor at rest sends no delta.
"""

from datetime import datetime
from itertools import compress
from operator import is_not
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict

from acd.directory import Directory
from acd.view import FloorView, QueueView, SeatView, WaitingView
from console.alarms_shown import AlarmRow
from console.callbacks_shown import CallbackRow
from console.live_board import Row, Rows, Shown
from console.live_clients import Audience
from kernel.ids import CallId, Skill


class MasksCallers(Protocol):
    def masked_caller(self, call: CallId) -> str:
        """138****5678, "withheld", or "" for a call that is not known."""
        ...


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class SeatRow(_Frozen):
    """A seat whose agent is signed in; `caller` is masked, and empty for agents.

    `lent`: its phone is busy with a colleague's conversation (consulted, third in a conference);
    `call` names that one then. For a wall agent, names, phone, skills, reason and call are empty
    too.
    """

    seat: str
    phone: str
    reachable: bool
    agent: str
    agent_name: str
    presence: str
    presence_since: datetime
    activity: str
    activity_since: datetime
    auto_answer: bool
    skills: dict[Skill, int]
    pause_reason: str | None
    pause_by: str | None
    pause_until: datetime | None
    pause_overrun: bool
    wrap_up_until: datetime | None
    call: str | None
    queue: str | None
    lent: bool = False
    caller: str = ""


class WaitingRow(_Frozen):
    """A caller in line; position 0 while a seat rings for him."""

    call: str
    queue: str
    asked_at: datetime
    priority: int
    position: int
    needs: dict[Skill, int]
    stage: int
    ringing_at: str | None
    caller: str


class QueueRow(_Frozen):
    """`longest_since`: when the caller who waits longest asked; None when nobody waits."""

    queue: str
    waiting: int
    ringing: int
    talking: int
    longest_since: datetime | None
    seats_signed_in: int
    seats_idle: int


class FloorSnapshot(_Frozen):
    """GET /api/floor, and the first message of the live channel (there with `type`)."""

    seq: int
    at: datetime
    seats: list[SeatRow]
    queues: list[QueueRow]
    waiting: list[WaitingRow] = []
    alarms: list[AlarmRow] = []
    callbacks: list[CallbackRow] = []


# What a row says of a person or a call, as a wall has it.
_NOBODYS: Final[dict[str, object]] = {
    "phone": "",
    "agent": "",
    "agent_name": "",
    "skills": {},
    "pause_reason": None,
    "pause_by": None,
    "call": None,
}


class FloorShown:
    """The sections of the board for one audience. A seat that has not changed keeps its row."""

    def __init__(self, audience: Audience) -> None:
        self._whole = audience is Audience.SUPERVISORS
        self._nameless = audience is Audience.WALLS
        self._seen: tuple[SeatView, ...] = ()
        self._rows: dict[str, Row] = {}  # of those, in their order
        self._directory: Directory | None = None

    def of(self, view: FloorView, directory: Directory, callers: MasksCallers) -> Shown:
        oldest: dict[str, datetime] = {}
        for waiting in view.waiting:
            known = oldest.get(waiting.queue, waiting.asked_at)
            oldest[waiting.queue] = min(known, waiting.asked_at)
        shown: dict[str, Rows] = {
            "seats": self._seats(view, directory, callers),
            "queues": {q.queue: _queue(q, oldest.get(q.queue)) for q in view.queues},
        }
        if self._whole:
            shown["waiting"] = {w.call: _waiting(w, callers) for w in view.waiting}
        return shown

    def _seats(self, view: FloorView, directory: Directory, callers: MasksCallers) -> Rows:
        """A dictionary of its own each time: the board compares it with the one before."""
        if directory is not self._directory:
            self._seen, self._rows = (), {}
        changed = _changed(self._seen, view.seats)
        if changed is not None:
            rows = self._rows | {one.seat: self._row(one, directory, callers) for one in changed}
        else:  # seats came or went
            known = dict(zip(map(id, self._seen), self._rows.values(), strict=True))
            rows = {
                one.seat: known.get(id(one)) or self._row(one, directory, callers)
                for one in view.seats
            }
        self._seen, self._rows, self._directory = view.seats, rows, directory
        return rows

    def _row(self, seat: SeatView, directory: Directory, callers: MasksCallers) -> Row:
        row = _seat(seat, directory, callers if self._whole else None)
        return row | _NOBODYS if self._nameless else row


def _changed(before: tuple[SeatView, ...], seats: tuple[SeatView, ...]) -> list[SeatView] | None:
    """Of the same seats in the same order; None when they are not the same."""
    if len(before) != len(seats):
        return None
    pairs = list(compress(zip(before, seats, strict=True), map(is_not, before, seats)))
    return [now for _, now in pairs] if all(a.seat == b.seat for a, b in pairs) else None


def seat_row(seat: SeatView, directory: Directory, callers: MasksCallers | None) -> SeatRow:
    return SeatRow.model_validate(_seat(seat, directory, callers))


def _seat(seat: SeatView, directory: Directory, callers: MasksCallers | None) -> dict[str, object]:
    """The fields of a SeatRow."""
    agent = directory.agents.get(seat.agent)
    call = seat.call or seat.lent_to
    return {
        "seat": seat.seat,
        "phone": seat.phone,
        "reachable": seat.reachable,
        "agent": seat.agent,
        "agent_name": agent.name if agent else "",
        "presence": seat.presence.value,
        "presence_since": seat.presence_since,
        "activity": seat.activity.value,
        "activity_since": seat.activity_since,
        "auto_answer": seat.auto_answer,
        "skills": seat.skills,
        "pause_reason": seat.pause_reason,
        "pause_by": seat.pause_by.value if seat.pause_by else None,
        "pause_until": seat.pause_until,
        "pause_overrun": seat.pause_overrun,
        "wrap_up_until": seat.wrap_up_until,
        "call": call,
        "queue": seat.queue,
        "lent": seat.lent_leg is not None,
        "caller": callers.masked_caller(call) if callers and call else "",
    }


def _waiting(waiting: WaitingView, callers: MasksCallers) -> Row:
    """The fields of a WaitingRow."""
    return {
        "call": waiting.call,
        "queue": waiting.queue,
        "asked_at": waiting.asked_at,
        "priority": waiting.priority,
        "position": waiting.position,
        "needs": waiting.needs,
        "stage": waiting.stage,
        "ringing_at": waiting.ringing_at,
        "caller": callers.masked_caller(waiting.call),
    }


def _queue(queue: QueueView, longest_since: datetime | None) -> Row:
    """The fields of a QueueRow."""
    return {
        "queue": queue.queue,
        "waiting": queue.waiting,
        "ringing": queue.ringing,
        "talking": queue.talking,
        "longest_since": longest_since,
        "seats_signed_in": queue.seats_signed_in,
        "seats_idle": queue.seats_idle,
    }
