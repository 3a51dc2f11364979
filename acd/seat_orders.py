"""Commands of agents and supervisors. Each is checked first; on an error nothing has changed."""

from acd import breaks, minimums, offers
from acd import facts as f
from acd.directory import Agent, Scope
from acd.errors import (
    AgentAlreadySignedIn,
    AgentNotActive,
    NoMoreExtensions,
    SeatTaken,
    SeatWithoutPhone,
    UnknownSeat,
    UnknownWorkNumber,
    WrongState,
)
from acd.happenings import ForcedTo, SupervisorForces
from acd.memory import seconds
from acd.seat import FORCED, Activity, Presence, Seat
from acd.turn import Turn
from kernel.ids import AgentNo, Extension, PauseReason, SeatId


def sign_in(turn: Turn, agent_no: AgentNo, seat_id: SeatId) -> None:
    """工号 to a seat and its phone. The agent starts paused (reason "signed_in")."""
    agent = _active_agent(turn, agent_no)
    at_work = turn.memory.agents.get(agent_no)
    if at_work is not None:
        raise AgentAlreadySignedIn(
            f"Agent {agent_no} is signed in at seat {at_work.id}.",
            remedy="Sign out there first, or ask the supervisor to sign that seat out.",
        )
    phone, auto_answer = _free_phone(turn, seat_id)
    turn.note(
        f.AgentSignedIn(
            at=turn.now,
            agent=agent_no,
            seat=seat_id,
            phone=phone,
            skills=dict(agent.skills),
            auto_answer=auto_answer,
        )
    )


def known_agent(turn: Turn, agent_no: AgentNo) -> Agent:
    """Raises UnknownWorkNumber."""
    agent = turn.memory.directory.agents.get(agent_no)
    if agent is None:
        raise UnknownWorkNumber(
            f"There is no agent with the work number {agent_no!r}.",
            remedy="Check the number, or have the agent entered in the directory.",
        )
    return agent


def _active_agent(turn: Turn, agent_no: AgentNo) -> Agent:
    agent = known_agent(turn, agent_no)
    if not agent.may(Scope.ANSWER):
        raise AgentNotActive(
            f"Agent {agent_no} is not active.", remedy="Have the agent activated in the directory."
        )
    return agent


def _free_phone(turn: Turn, seat_id: SeatId) -> tuple[Extension, bool]:
    place = turn.memory.directory.seats.get(seat_id)
    if place is None or not place.active:
        raise UnknownSeat(
            f"There is no seat {seat_id!r} in use.", remedy="Choose a seat of the directory."
        )
    if place.phone is None:
        raise SeatWithoutPhone(
            f"Seat {seat_id} has no phone.", remedy="Give the seat a phone, or choose another seat."
        )
    taken = turn.memory.seats.get(seat_id) or turn.memory.phones.get(place.phone)
    if taken is not None:
        raise SeatTaken(
            f"Agent {taken.agent} is signed in at seat {taken.id} with phone {taken.phone}.",
            remedy="Sign that seat out, or choose another seat.",
        )
    return place.phone, place.auto_answer


def seat_of(turn: Turn, agent_no: AgentNo) -> Seat:
    """Raises UnknownWorkNumber, or WrongState when the agent is not signed in."""
    seat = turn.memory.agents.get(agent_no)
    if seat is not None and seat.presence is not Presence.SIGNED_OUT:
        return seat
    if agent_no not in turn.memory.directory.agents:
        _active_agent(turn, agent_no)
    raise WrongState(f"Agent {agent_no} is not signed in.", remedy="Sign in first.")


def sign_out(turn: Turn, agent_no: AgentNo) -> None:
    seat = seat_of(turn, agent_no)
    if seat.activity is Activity.TALKING or seat.lent_leg is not None:
        raise WrongState(
            f"Agent {agent_no} is talking.",
            remedy="End the conversation first, or take a break after this call.",
        )
    _sign_out(turn, seat, f.Who.AGENT)


def _sign_out(turn: Turn, seat: Seat, by: f.Who, ordered_by: str = "", note: str = "") -> None:
    if seat.activity is Activity.RINGING:
        offers.withdraw_ring(turn, seat, f.DropReason.SEAT_SIGNED_OUT)
    if seat.activity is Activity.WRAP_UP:
        offers.end_wrap_up(turn, seat, by)
    if seat.lent_leg is not None and seat.lent_to is not None:
        turn.note(
            f.LoanEnded(
                at=turn.now, leg=seat.lent_leg, seat=seat.id, agent=seat.agent, call=seat.lent_to
            )
        )
    turn.note(
        f.AgentSignedOut(
            at=turn.now, agent=seat.agent, seat=seat.id, by=by, ordered_by=ordered_by, note=note
        )
    )


def go_available(turn: Turn, agent_no: AgentNo) -> None:
    """示闲. At a phone that was thought unreachable it also means: try it again."""
    seat = seat_of(turn, agent_no)
    if seat.presence is Presence.AVAILABLE and seat.reachable:
        raise WrongState(f"Agent {agent_no} is available already.", remedy="Nothing is to be done.")
    if not seat.reachable:
        turn.note(f.PhoneReachability(at=turn.now, extension=seat.phone, reachable=True))
    if seat.presence is Presence.PAUSED:
        _available(turn, seat, f.Who.AGENT)
    turn.freed.append(seat)


def _available(turn: Turn, seat: Seat, by: f.Who, ordered_by: str = "", note: str = "") -> None:
    turn.note(
        f.AgentAvailable(
            at=turn.now, agent=seat.agent, seat=seat.id, by=by, ordered_by=ordered_by, note=note
        )
    )


def pause(turn: Turn, agent_no: AgentNo, reason: PauseReason) -> None:
    """小休. A ring is withdrawn; in a conversation it means: break after this call.

    What would break a minimum of its skills waits (`acd/minimums.py`)."""
    seat = seat_of(turn, agent_no)
    breaks.check_reason(turn, seat, reason)
    if minimums.wish_instead(turn, seat, reason):
        return
    if seat.activity is Activity.RINGING:
        offers.withdraw_ring(turn, seat, f.DropReason.SEAT_PAUSED)
    breaks.pause(turn, seat, reason, f.Who.AGENT)


def finish_wrap_up(turn: Turn, agent_no: AgentNo) -> None:
    offers.end_wrap_up(turn, _in_wrap_up(turn, agent_no), f.Who.AGENT)


def extend_wrap_up(turn: Turn, agent_no: AgentNo) -> None:
    seat = _in_wrap_up(turn, agent_no)
    assert seat.queue is not None and seat.wrap_up_until is not None, "wrap-up follows a call"
    rule = turn.policies.of(seat.queue).wrap_up
    if seat.wrap_up_extensions >= rule.extensions:
        raise NoMoreExtensions(
            f"Agent {agent_no} has extended this wrap-up {seat.wrap_up_extensions} times.",
            remedy="Finish it, or take a break to go on with the form.",
        )
    until = seat.wrap_up_until + seconds(rule.extension_s)
    turn.note(f.WrapUpExtended(at=turn.now, seat=seat.id, agent=seat.agent, until=until))


def _in_wrap_up(turn: Turn, agent_no: AgentNo) -> Seat:
    seat = seat_of(turn, agent_no)
    if seat.activity is not Activity.WRAP_UP:
        raise WrongState(
            f"Agent {agent_no} is not in wrap-up but {seat.activity}.",
            remedy="Wrap-up begins when a conversation has ended.",
        )
    return seat


def force(turn: Turn, order: SupervisorForces) -> None:
    """强制示闲, 置忙, 签出. Written down with who ordered it and why."""
    seat = seat_of(turn, order.agent)
    said = {"ordered_by": order.by, "note": order.reason}
    match order.to:
        case ForcedTo.AVAILABLE:
            _force_available(turn, seat, order)
        case ForcedTo.PAUSED:
            if seat.activity is Activity.RINGING:
                offers.withdraw_ring(turn, seat, f.DropReason.SEAT_PAUSED)
            breaks.pause(turn, seat, FORCED, f.Who.SUPERVISOR, **said)
        case ForcedTo.SIGNED_OUT:
            _sign_out(turn, seat, f.Who.SUPERVISOR, **said)


def _force_available(turn: Turn, seat: Seat, order: SupervisorForces) -> None:
    in_wrap_up = seat.activity is Activity.WRAP_UP
    if seat.presence is Presence.AVAILABLE and not in_wrap_up:
        raise WrongState(
            f"Agent {order.agent} is available already.", remedy="Nothing is to be done."
        )
    if seat.presence is Presence.PAUSED:
        _available(turn, seat, f.Who.SUPERVISOR, ordered_by=order.by, note=order.reason)
        turn.freed.append(seat)
    if in_wrap_up:
        offers.end_wrap_up(turn, seat, f.Who.SUPERVISOR)
