"""The directory and the phones change under a floor that is at work."""

from acd import facts as f
from acd.directory import Directory
from acd.seat import Seat
from acd.turn import Turn
from kernel.ids import Extension


def directory_loaded(turn: Turn, directory: Directory, change: f.DirectoryChanged | None) -> None:
    """New skills hold at once, also for a seat that is idle; a conversation goes on as it is."""
    turn.memory.directory = directory
    if change is not None:
        turn.note(change)
    for seat in list(turn.memory.seats.values()):
        _bring_up_to_date(turn, seat)


def _bring_up_to_date(turn: Turn, seat: Seat) -> None:
    agent = turn.memory.directory.agents.get(seat.agent)
    place = turn.memory.directory.seats.get(seat.id)
    if agent is not None and agent.skills != seat.skills:
        skills = dict(agent.skills)
        turn.note(f.AgentSkillsChanged(at=turn.now, agent=seat.agent, seat=seat.id, skills=skills))
        turn.freed.append(seat)
    if place is not None and place.auto_answer != seat.auto_answer:
        mode = place.auto_answer
        turn.note(f.SeatModeChanged(at=turn.now, seat=seat.id, auto_answer=mode))


def phone_seen(turn: Turn, extension: Extension, reachable: bool) -> None:
    """A phone that is away makes its seat not offerable; the seat of one that is back is tried."""
    if reachable == (extension not in turn.memory.unreachable):
        return
    turn.note(f.PhoneReachability(at=turn.now, extension=extension, reachable=reachable))
    seat = turn.memory.phones.get(extension)
    if seat is not None:
        turn.freed.append(seat)
