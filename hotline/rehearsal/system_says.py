"""What the system says of the rehearsal: its calls, tickets and duties as the API gave them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SystemCall:
    """One call as the console shows it. `waited` in seconds; None for what is not known there."""

    call: str
    sip_call_id: str
    caller: str  # masked
    fate: str | None
    asked_at: datetime | None
    waited: float | None
    seat: str | None
    ended_at: datetime | None
    recording_s: float | None
    tickets: tuple[str, ...]
    agents: tuple[str, ...] = ()  # who talked, in order


@dataclass(frozen=True, slots=True)
class SystemTicket:
    """A filed ticket: its number, its call, the caller as shown, and the case that holds it."""

    ticket_no: str
    call: str | None
    caller: str  # masked; "withheld"
    case_id: str


@dataclass(frozen=True, slots=True)
class SystemDuty:
    """A call we owe: which missed calls it stands for, and how it stands."""

    duty: str
    calls: tuple[str, ...]  # call ids, first to last
    state: str  # new, self_resolved, uncallable ...


@dataclass(frozen=True, slots=True)
class SystemSays:
    calls: tuple[SystemCall, ...]
    tickets: tuple[SystemTicket, ...]
    cases: tuple[str, ...]
    duties: tuple[SystemDuty, ...]
