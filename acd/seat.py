"""One seat with its agent: presence is declared, activity is shown by the phone: two facts.

Every legal step stands in a table. A pair that is missing there cannot happen: `step` raises
ImpossibleStep, and nothing has changed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from acd.seat_facts import Who
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason, QueueName, SeatId, Skill


class Presence(StrEnum):
    """What the agent declared."""

    SIGNED_OUT = "signed_out"  # 签出
    AVAILABLE = "available"  # 示闲
    PAUSED = "paused"  # 小休


class Activity(StrEnum):
    """What the telephone shows."""

    IDLE = "idle"  # 空闲
    RINGING = "ringing"  # 振铃
    TALKING = "talking"  # 通话
    WRAP_UP = "wrap_up"  # 话后


class Cue(StrEnum):
    RING = "ring"
    ANSWER = "answer"
    NO_ANSWER = "no_answer"  # the ring ended without a conversation, whatever the reason
    CALLER_LEFT = "caller_left"  # we withdrew the ring
    HANG_UP = "hang_up"
    WRAP_UP_DONE = "wrap_up_done"
    TAKE_OVER = "take_over"  # a colleague whom he was lent to left the citizen to him


class Declaration(StrEnum):
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    GO_AVAILABLE = "go_available"
    PAUSE = "pause"


STEPS: Final[dict[tuple[Activity, Cue], Activity]] = {
    (Activity.IDLE, Cue.RING): Activity.RINGING,
    (Activity.RINGING, Cue.ANSWER): Activity.TALKING,
    (Activity.RINGING, Cue.NO_ANSWER): Activity.IDLE,
    (Activity.RINGING, Cue.CALLER_LEFT): Activity.IDLE,
    (Activity.TALKING, Cue.HANG_UP): Activity.WRAP_UP,
    (Activity.WRAP_UP, Cue.WRAP_UP_DONE): Activity.IDLE,
    (Activity.IDLE, Cue.TAKE_OVER): Activity.TALKING,
}
# Signing in makes nobody available: the agent starts paused (reason "signed_in").
PRESENCE_STEPS: Final[dict[tuple[Presence, Declaration], Presence]] = {
    (Presence.SIGNED_OUT, Declaration.SIGN_IN): Presence.PAUSED,
    (Presence.PAUSED, Declaration.GO_AVAILABLE): Presence.AVAILABLE,
    (Presence.PAUSED, Declaration.PAUSE): Presence.PAUSED,
    (Presence.PAUSED, Declaration.SIGN_OUT): Presence.SIGNED_OUT,
    (Presence.AVAILABLE, Declaration.PAUSE): Presence.PAUSED,
    (Presence.AVAILABLE, Declaration.SIGN_OUT): Presence.SIGNED_OUT,
}

SIGNED_IN: Final = PauseReason("signed_in")
NO_ANSWER: Final = PauseReason("no_answer")
PHONE_BUSY: Final = PauseReason("phone_busy")
REJECTED: Final = PauseReason("rejected")
FORCED: Final = PauseReason("forced")
# 心理调适 after a hard call (HR-02): no limit and no minimum stands in its way.
WELLBEING: Final = PauseReason("wellbeing")
# Reasons the system gives; an agent cannot choose them.
SYSTEM_REASONS: Final = frozenset({SIGNED_IN, NO_ANSWER, PHONE_BUSY, REJECTED, FORCED})


class ImpossibleStep(AssertionError):
    """A fault of ours: the floor was told a fact that cannot follow from its state."""


S = TypeVar("S", Presence, Activity)
C = TypeVar("C", Cue, Declaration)


def step(table: dict[tuple[S, C], S], state: S, cue: C) -> S:
    """The state after the cue. Raises ImpossibleStep for a pair that is not in the table."""
    after = table.get((state, cue))
    if after is None:
        raise ImpossibleStep(f"a seat that is {state} cannot {cue}")
    return after


@dataclass(slots=True, eq=False)
class Seat:
    """A seat at which somebody is signed in. Changed by `FloorMemory.apply` alone."""

    id: SeatId
    phone: Extension
    agent: AgentNo
    skills: dict[Skill, int]
    signature: int
    auto_answer: bool
    presence: Presence
    presence_since: datetime
    activity: Activity
    activity_since: datetime
    idle_since: datetime
    reachable: bool
    pause_reason: PauseReason | None = SIGNED_IN
    pause_by: Who | None = Who.SYSTEM
    pause_until: datetime | None = None
    pause_overrun: bool = False
    call: CallId | None = None
    leg: LegId | None = None
    queue: QueueName | None = None
    rung_at: datetime | None = None
    ring_deadline: datetime | None = None
    wrap_up_until: datetime | None = None
    wrap_up_extensions: int = 0
    lent_leg: LegId | None = None  # his phone is busy with a colleague's call (acd/lending.py)
    lent_to: CallId | None = None

    @property
    def offerable(self) -> bool:
        """May be rung now (I3)."""
        return self.presence is Presence.AVAILABLE and self.is_at_rest and self.reachable

    @property
    def is_at_rest(self) -> bool:
        """Nothing rings or talks on its phone, as far as the floor knows."""
        return self.activity is Activity.IDLE and self.lent_leg is None
