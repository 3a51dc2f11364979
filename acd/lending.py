"""A seat lent to a colleague's call: reserved while its phone is busy there (SPC-04).

Rule: from the order until the leg's end the line does not ring that phone. The telephone says when
the colleague has the citizen for himself (LegAnswered of the loan's leg), and then the conversation
is his as if the line had given it to him, but for the fate, which the call has already (I9).
"""

from acd import facts as f
from acd import offers
from acd.errors import ColleagueNotFree, ColleagueNotSignedIn, WrongState
from acd.experts import main_unit
from acd.happenings import LendSeat
from acd.line import Caller
from acd.seat import Activity, Presence, Seat
from acd.seat_orders import known_agent
from acd.turn import Turn
from kernel.ids import AgentNo, LegId, leg_id


def lend(turn: Turn, order: LendSeat) -> None:
    """In a break too: whoever answers there wants to. Raises WrongState unless `by` talks on the
    call, UnknownWorkNumber, ColleagueNotSignedIn, ColleagueNotFree, TelephoneNotInStep."""
    offers.check_in_step(turn)
    asking = turn.memory.agents.get(order.by)
    if asking is None or asking.call != order.call or asking.activity is not Activity.TALKING:
        raise WrongState(
            f"Agent {order.by} does not talk on call {order.call}.", remedy="Load the floor again."
        )
    seat = colleague(turn, order.agent, order.by)
    expert_of = main_unit(seat.skills) if order.leg is None else None  # not asked: he takes over
    where = turn.memory.directory.seats.get(seat.id)
    turn.note(
        f.SeatLent(
            at=turn.now,
            leg=order.leg or leg_id(turn.memory.epoch, turn.memory.rung + 1),
            seat=seat.id,
            agent=seat.agent,
            phone=seat.phone,
            call=order.call,
            by=order.by,
            expert_of=expert_of,
            place=where.place if expert_of is not None and where is not None else None,
        )
    )


def colleague(turn: Turn, agent: AgentNo, by: AgentNo) -> Seat:
    """The seat of an agent who may be asked now. Raises as `lend` does."""
    known_agent(turn, agent)
    seat = turn.memory.agents.get(agent)
    if seat is None or seat.presence is Presence.SIGNED_OUT:
        raise ColleagueNotSignedIn(
            f"Agent {agent} is not signed in.", remedy="Ask somebody else, or use the queue."
        )
    if agent == by or not seat.is_at_rest or not seat.reachable:
        raise ColleagueNotFree(
            f"Agent {agent} at seat {seat.id} is busy ({seat.activity}), or his phone is away.",
            remedy="Try again when he is free, ask somebody else, or use the queue.",
        )
    return seat


def answered(turn: Turn, leg: LegId) -> None:
    """The lent seat and the citizen are alone with each other: the conversation is his."""
    seat = turn.memory.lent[leg]
    assert seat.lent_to is not None, "a loan is for a call"
    caller = turn.memory.callers.get(seat.lent_to)
    if caller is None or _is_in_line(caller):
        turn.surprise("a colleague took over a call that nobody had", leg)
        return
    if caller.seat is not None:
        offers.end_talk(turn, caller.seat)
    turn.note(
        f.SeatAnswered(
            at=turn.now,
            leg=leg,
            seat=seat.id,
            agent=seat.agent,
            call=caller.call,
            queue=caller.queue,
            waited=turn.waited(caller),
            again=True,
        )
    )


def _is_in_line(caller: Caller) -> bool:
    rung_for = caller.seat is not None and caller.seat.activity is Activity.RINGING
    return caller.waiting or caller.in_fallback or rung_for


def ended(turn: Turn, leg: LegId) -> None:
    """He was not reached, or has hung up: the line may ring him again."""
    seat = turn.memory.lent[leg]
    end_loan(turn, seat)
    turn.freed.append(seat)


def end_loan(turn: Turn, seat: Seat) -> None:
    assert seat.lent_leg is not None and seat.lent_to is not None, "only a lent seat is given back"
    turn.note(
        f.LoanEnded(
            at=turn.now, leg=seat.lent_leg, seat=seat.id, agent=seat.agent, call=seat.lent_to
        )
    )
