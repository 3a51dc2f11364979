"""Whose call it is: the only rule by which an agent gets at one call and not at another's."""

from typing import TYPE_CHECKING

from console.errors import NoSuchCall, NotYourCall
from console.logins import Scope
from kernel.ids import CallId

if TYPE_CHECKING:
    from console.asked import Asked
    from console.call_card import CallCard


def has_now(asked: "Asked", call: CallId) -> bool:
    """Rings, talks or wraps up at the agent's own seat; a colleague may wrap it up beside him."""
    agent = asked.login.agent
    seat = asked.console.floor.floor.snapshot().seat_of(agent) if agent is not None else None
    return seat is not None and seat.call == call


def had(asked: "Asked", call: CallId) -> bool:
    """Has it now, or talked with this citizen before it was handed on."""
    card = asked.console.calls.view.find(call)
    return (card is not None and asked.login.agent in card.agents) or has_now(asked, call)


def is_asked_about(asked: "Asked", call: CallId) -> bool:
    """A colleague consults the agent about it, or has brought him in (SPC-04)."""
    agent = asked.login.agent
    seat = asked.console.floor.floor.snapshot().seat_of(agent) if agent is not None else None
    return seat is not None and seat.lent_to == call


def demand_now(asked: "Asked", call: CallId) -> None:
    """Raises NotYourCall unless the call is at the agent's own seat."""
    assert asked.agent, "seat work needs an agent"
    if not has_now(asked, call):
        raise NotYourCall(
            f"Agent {asked.agent} does not have call {call}.",
            remedy="Load the floor: the call has ended or is with somebody else.",
        )


def demand_had(asked: "Asked", call: CallId) -> None:
    """Raises NotYourCall unless the agent has or had the call."""
    assert asked.agent, "seat work needs an agent"
    if not had(asked, call):
        raise NotYourCall(
            f"Agent {asked.agent} has had no part in call {call}.",
            remedy="Ask the agent who talked, or a supervisor.",
        )


def demand_seen(asked: "Asked", call: CallId) -> None:
    """Raises NotYourCall unless it is one's own, or one is asked about it or may read all."""
    if not asked.may(Scope.READ_CALLS) and not is_asked_about(asked, call):
        demand_had(asked, call)


def demand_card(asked: "Asked", call: CallId) -> "CallCard":
    """Raises NoSuchCall when it is not among the recent ones."""
    card = asked.console.calls.view.find(call)
    if card is None:
        raise NoSuchCall(
            f"No call {call!r} is known.", remedy="Take its id from the list of calls."
        )
    return card
