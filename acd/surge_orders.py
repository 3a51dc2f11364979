"""Commands about surge plans and incidents: each is checked first; on an error nothing changes."""

from acd import facts as f
from acd import minimums, offers
from acd import surge_happenings as h
from acd.errors import IncidentNotOpen, SurgeNotActive, SurgeStands
from acd.seat import Activity, Presence
from acd.surge_facts import (
    SYSTEM,
    IncidentCall,
    IncidentClosed,
    IncidentId,
    IncidentOpened,
    SurgeActivated,
    SurgeReturned,
)
from acd.turn import Turn


def obey(turn: Turn, command: h.SurgeCommand) -> None:
    match command:
        case h.DropBreakWish():
            minimums.drop(turn, command.agent)
        case h.GrantBreak():
            _grant(turn, command)
        case h.ActivateSurge():
            activate(turn, command)
        case h.ReturnSurge():
            give_back(turn, command)
        case h.OpenIncident():
            open_incident(turn, command)
        case h.CloseIncident():
            close_incident(turn, command)
        case h.TagCall():
            tag(turn, command)


def _grant(turn: Turn, command: h.GrantBreak) -> None:
    seat = turn.memory.agents.get(command.agent)
    wished = command.agent in turn.memory.standing.wishes
    if wished and seat is not None and seat.activity is Activity.RINGING:
        offers.withdraw_ring(turn, seat, f.DropReason.SEAT_PAUSED)
    minimums.grant_by_hand(turn, command.agent, command.by, command.why)


def activate(turn: Turn, order: h.ActivateSurge) -> None:
    """From now on the plan's rules hold, for those who wait too (SRG-01). Raises SurgeStands."""
    if order.plan in turn.memory.standing.active:
        raise SurgeStands(
            f"The surge plan {order.plan!r} stands already.", remedy="Nothing is to be done."
        )
    turn.note(
        SurgeActivated(
            at=turn.now,
            plan=order.plan,
            by=order.by,
            why=order.why,
            measures=order.measures,
            drill=order.drill,
        )
    )
    if order.measures.recall:
        _recall(turn, order)


def _recall(turn: Turn, order: h.ActivateSurge) -> None:
    """Seats in reserve, and those on a break that the plan names, are available (增加排班)."""
    by = f.Who.SYSTEM if order.by == SYSTEM else f.Who.SUPERVISOR
    for seat in list(turn.memory.seats.values()):
        if seat.presence is not Presence.PAUSED or seat.pause_reason not in order.measures.recall:
            continue
        turn.note(
            f.AgentAvailable(
                at=turn.now,
                agent=seat.agent,
                seat=seat.id,
                by=by,
                ordered_by=order.by,
                note=f"{order.plan}: {order.why}",
            )
        )
        turn.freed.append(seat)


def give_back(turn: Turn, order: h.ReturnSurge) -> None:
    """The file's rules hold again. Raises SurgeNotActive."""
    standing = turn.memory.standing.active.get(order.plan)
    if standing is None:
        raise SurgeNotActive(
            f"The surge plan {order.plan!r} does not stand.", remedy="Nothing is to be done."
        )
    turn.note(
        SurgeReturned(
            at=turn.now,
            plan=order.plan,
            by=order.by,
            why=order.why,
            stood=turn.now - standing.at,
            drill=standing.drill,
        )
    )


def open_incident(turn: Turn, order: h.OpenIncident) -> None:
    """Told again under the same id, it changes nothing."""
    if order.incident in turn.memory.standing.incidents:
        return
    turn.note(
        IncidentOpened(
            at=turn.now,
            incident=order.incident,
            about=order.about,
            title=order.title,
            areas=order.areas,
            announcement=order.announcement,
            key=order.key,
            queue=order.queue,
            by=order.by,
            why=order.why,
        )
    )


def close_incident(turn: Turn, order: h.CloseIncident) -> None:
    """Raises IncidentNotOpen."""
    known = turn.memory.standing.incidents.get(order.incident)
    if known is None or not known.is_open:
        raise _not_open(order.incident)
    calls = len(known.calls)
    turn.note(
        IncidentClosed(
            at=turn.now, incident=order.incident, by=order.by, why=order.why, calls=calls
        )
    )


def tag(turn: Turn, order: h.TagCall) -> None:
    """Also of a call that has ended; raises IncidentNotOpen for an incident that is closed."""
    known = turn.memory.standing.incidents.get(order.incident)
    if known is None or not known.is_open:
        raise _not_open(order.incident)
    if order.call not in known.calls:
        turn.note(IncidentCall(at=turn.now, call=order.call, incident=order.incident, by=order.by))


def _not_open(incident: IncidentId) -> IncidentNotOpen:
    return IncidentNotOpen(
        f"The incident {incident!r} is not open.", remedy="Look at the list of incidents."
    )
