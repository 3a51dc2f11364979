"""The floor as others see it: frozen, made on request. Times are UTC; no personal data."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from acd.seat import Activity, Presence
from acd.seat_facts import Who
from acd.surge_facts import BreakWished
from kernel.ids import (
    AgentNo,
    CallId,
    DutyId,
    Extension,
    LegId,
    PauseReason,
    QueueName,
    SeatId,
    Skill,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    seat: SeatId
    phone: Extension
    reachable: bool
    agent: AgentNo
    presence: Presence
    presence_since: datetime
    activity: Activity
    activity_since: datetime
    auto_answer: bool
    skills: dict[Skill, int]
    pause_reason: PauseReason | None
    pause_by: Who | None
    pause_until: datetime | None
    pause_overrun: bool
    wrap_up_until: datetime | None
    call: CallId | None  # while ringing, talking and in wrap-up
    leg: LegId | None
    queue: QueueName | None
    lent_leg: LegId | None = None  # busy with a colleague's call
    lent_to: CallId | None = None

    @property
    def is_at_rest(self) -> bool:
        """Nothing rings or talks on its phone, as far as the floor knows."""
        return self.activity is Activity.IDLE and self.lent_leg is None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingView:
    """A caller in line or being offered. `position` 1 is next; 0 while a seat rings for him."""

    call: CallId
    queue: QueueName
    asked_at: datetime
    priority: int
    position: int
    needs: dict[Skill, int]
    stage: int
    ringing_at: SeatId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackView:
    """A call that we owe, while it stands in line or is being made. `seat`: rings or talks."""

    call: CallId
    duty: DutyId
    queue: QueueName
    asked_at: datetime
    by_age: bool
    dialling: bool  # the citizen is being rung before any seat
    seat: SeatId | None
    agent: AgentNo | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    queue: QueueName
    waiting: int
    ringing: int
    talking: int
    longest_wait: timedelta
    seats_signed_in: int  # with the skills this queue asks for
    seats_idle: int  # ... that could take a call now


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorView:
    at: datetime
    seats: tuple[SeatView, ...]  # of signed-in agents, by seat
    waiting: tuple[WaitingView, ...]  # in order of their turn
    queues: tuple[QueueView, ...]
    callbacks: tuple[CallbackView, ...] = ()  # the oldest first
    wishes: tuple[BreakWished, ...] = ()  # breaks that wait, in the order of their turn
    away: int = 0  # calls at other centres by overflow

    def seat_of(self, agent: AgentNo) -> SeatView | None:
        return next((seat for seat in self.seats if seat.agent == agent), None)

    def seat_with(self, call: CallId) -> SeatView | None:
        """Who has it; of several, who does not wrap it up (a colleague has taken over)."""
        having = [seat for seat in self.seats if seat.call == call]
        return next((s for s in having if s.activity is not Activity.WRAP_UP), None) or (
            having[0] if having else None
        )
