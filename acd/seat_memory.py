"""How each fact about a seat, its agent or its phone changes the floor's memory."""

from collections.abc import Callable
from typing import Any, Final

from acd import facts as f
from acd.alarms import ForSeat, SeatAlarm
from acd.memory import FloorMemory
from acd.seat import Activity, Cue, Declaration, Presence, Seat
from kernel.fact import Fact


def signed_in(memory: FloorMemory, fact: f.AgentSignedIn) -> None:
    seat = Seat(
        id=fact.seat,
        phone=fact.phone,
        agent=fact.agent,
        skills=fact.skills,
        signature=memory.signatures.of_seat(fact.skills),
        auto_answer=fact.auto_answer,
        presence=Presence.SIGNED_OUT,
        presence_since=fact.at,
        activity=Activity.IDLE,
        activity_since=fact.at,
        idle_since=fact.at,
        reachable=fact.phone not in memory.unreachable,
    )
    memory.sit_down(seat)
    memory.declare(seat, Declaration.SIGN_IN, fact.at)


def signed_out(memory: FloorMemory, fact: f.AgentSignedOut) -> None:
    """The seat stays his until a conversation that is going on has ended."""
    seat = memory.seats[fact.seat]
    memory.declare(seat, Declaration.SIGN_OUT, fact.at)
    memory.standing.wishes.pop(fact.agent, None)
    _clear_pause(seat)
    if seat.activity is Activity.IDLE:
        memory.vacate(seat)


def available(memory: FloorMemory, fact: f.AgentAvailable) -> None:
    seat = memory.seats[fact.seat]
    seat.idle_since = fact.at
    _clear_pause(seat)
    memory.declare(seat, Declaration.GO_AVAILABLE, fact.at)


def paused(memory: FloorMemory, fact: f.AgentPaused) -> None:
    seat = memory.seats[fact.seat]
    memory.declare(seat, Declaration.PAUSE, fact.at)
    memory.standing.wishes.pop(fact.agent, None)
    seat.pause_reason, seat.pause_by, seat.pause_overrun = fact.reason, fact.by, False
    _set_break(memory, seat, fact)


def break_began(memory: FloorMemory, fact: f.BreakBegan) -> None:
    _set_break(memory, memory.seats[fact.seat], fact)


def _set_break(memory: FloorMemory, seat: Seat, fact: f.AgentPaused | f.BreakBegan) -> None:
    seat.pause_until = fact.until
    if fact.until is not None:
        memory.alarms.set(ForSeat(SeatAlarm.BREAK, fact.until, seat))


def break_overrun(memory: FloorMemory, fact: f.BreakOverrun) -> None:
    memory.seats[fact.seat].pause_overrun = True


def _clear_pause(seat: Seat) -> None:
    seat.pause_reason = seat.pause_by = seat.pause_until = None
    seat.pause_overrun = False


def wrap_up_started(memory: FloorMemory, fact: f.WrapUpStarted) -> None:
    seat = memory.seats[fact.seat]
    seat.wrap_up_extensions = 0
    memory.wrap_up_until(seat, fact.until)


def wrap_up_extended(memory: FloorMemory, fact: f.WrapUpExtended) -> None:
    seat = memory.seats[fact.seat]
    seat.wrap_up_extensions += 1
    memory.wrap_up_until(seat, fact.until)


def wrap_up_ended(memory: FloorMemory, fact: f.WrapUpEnded) -> None:
    seat = memory.seats[fact.seat]
    if seat.rung_at is not None:
        memory.measured.held(fact.at - seat.rung_at)
    seat.call = seat.queue = seat.rung_at = seat.wrap_up_until = None
    seat.idle_since = fact.at
    memory.step(seat, Cue.WRAP_UP_DONE, fact.at)
    if seat.presence is Presence.SIGNED_OUT:
        memory.vacate(seat)


def skills_changed(memory: FloorMemory, fact: f.AgentSkillsChanged) -> None:
    seat = memory.seats[fact.seat]
    if seat in memory.idle:
        memory.idle.remove(seat)  # from the row of its old skills
    seat.skills = fact.skills
    seat.signature = memory.signatures.of_seat(fact.skills)
    memory.refresh(seat)


def mode_changed(memory: FloorMemory, fact: f.SeatModeChanged) -> None:
    memory.seats[fact.seat].auto_answer = fact.auto_answer


def reachability(memory: FloorMemory, fact: f.PhoneReachability) -> None:
    if fact.reachable:
        memory.unreachable.discard(fact.extension)
    else:
        memory.unreachable.add(fact.extension)
    seat = memory.phones.get(fact.extension)
    if seat is not None:
        seat.reachable = fact.reachable
        seat.idle_since = fact.at
        memory.refresh(seat)


def directory_changed(memory: FloorMemory, fact: f.DirectoryChanged) -> None:
    """Reference material: what it means for those signed in, AgentSkillsChanged tells."""


SEAT_FACTS: Final[dict[type[Fact], Callable[[FloorMemory, Any], None]]] = {
    f.AgentSignedIn: signed_in,
    f.AgentSignedOut: signed_out,
    f.AgentAvailable: available,
    f.AgentPaused: paused,
    f.BreakBegan: break_began,
    f.BreakOverrun: break_overrun,
    f.WrapUpStarted: wrap_up_started,
    f.WrapUpExtended: wrap_up_extended,
    f.WrapUpEnded: wrap_up_ended,
    f.AgentSkillsChanged: skills_changed,
    f.SeatModeChanged: mode_changed,
    f.PhoneReachability: reachability,
    f.DirectoryChanged: directory_changed,
}
