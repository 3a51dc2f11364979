"""The view of recent calls: who talked last with a caller."""

from dataclasses import replace
from datetime import timedelta

from acd.facts import SeatAnswered
from console.calls_view import CallsView
from kernel.ids import AgentNo, CallId, LegId, NumberKey, QueueName, SeatId
from telephony.facts import CallArrived, StageEntered, WayIn
from tests.fakes.fake_clock import MONDAY_NINE

ZHANG = NumberKey("zhang")


def arrived(n: int, key: NumberKey | None = ZHANG) -> CallArrived:
    return CallArrived(
        at=MONDAY_NINE + timedelta(seconds=n), call=CallId(f"call-{n}"), sip_call_id=f"sip-{n}",
        dialled="12345", caller="138****5678", caller_key=key, trunk="trunk",
    )  # fmt: skip


def answered(n: int, agent: str) -> SeatAnswered:
    return SeatAnswered(
        at=MONDAY_NINE + timedelta(minutes=n), leg=LegId(f"1-{n}"), seat=SeatId("S8001"),
        agent=AgentNo(agent), call=CallId(f"call-{n}"), queue=QueueName("general"),
        waited=timedelta(seconds=3), again=False,
    )  # fmt: skip


def test_a_caller_is_known_to_the_agent_of_his_last_answered_call() -> None:
    view = CallsView()

    view.see([arrived(1), arrived(2), arrived(3)])
    view.see([answered(2, "1002"), answered(1, "1001")])  # the older one was answered later

    assert view.last_agent_of(ZHANG) == "1002"
    assert view.last_agent_of(NumberKey("li")) is None
    assert view.last_agent_of(None) is None


def test_after_a_transfer_the_caller_is_known_to_the_agent_who_talked_last() -> None:
    view = CallsView()

    view.see([arrived(1), answered(1, "1001"), answered(1, "1002")])

    assert view.last_agent_of(ZHANG) == "1002"


def test_whom_the_view_has_forgotten_nobody_knows() -> None:
    view = CallsView(room=1)
    view.see([arrived(1), answered(1, "1001")])

    view.see([arrived(2, NumberKey("li"))])

    assert view.last_agent_of(ZHANG) is None


def test_a_card_whose_caller_is_learned_later_is_found_and_forgotten_under_him() -> None:
    view = CallsView(room=1)

    view.see([answered(1, "1001"), arrived(1)])

    assert view.last_agent_of(ZHANG) == "1001"
    view.see([arrived(2, None)])
    assert view.last_agent_of(ZHANG) is None


def test_cards_that_were_put_back_know_their_agents() -> None:
    before, after = CallsView(), CallsView()
    before.see([arrived(1), answered(1, "1001")])

    after.put_back(before.cards())

    assert after.last_agent_of(ZHANG) == "1001"


def test_a_citizen_whom_we_rang_has_a_card_only_once_he_is_there() -> None:
    """Agent first: an agent who waited in vain leaves no call that lives for ever."""
    view, out = CallsView(), CallId("out-7-000001")
    waits = replace(answered(1, "1001"), call=out, again=True)
    view.see([waits])
    assert (view.find(out), view.live_calls()) == (None, 0)

    talking = StageEntered(
        at=MONDAY_NINE, call=out, stage="talking", detail={"agent": "1001", "queue": "general"}
    )
    view.see([replace(arrived(1), call=out), talking])

    card = view.find(out)
    assert card is not None
    assert (card.agents, card.fate, card.caller) == (("1001",), "answered", "138****5678")
    assert view.last_agent_of(ZHANG) == "1001"


def test_a_card_tells_by_which_line_he_came_and_why_he_is_where_he_is() -> None:
    """MRG-01, SPC-03: the agent sees it before the first word."""
    view = CallsView()
    way = WayIn(
        at=MONDAY_NINE, call=CallId("call-1"), caller_key=ZHANG, line="labour", why="list:elderly",
        queue="elderly", language="mandarin",
    )  # fmt: skip

    view.see([arrived(1), way])

    card = view.find(CallId("call-1"))
    assert card is not None
    assert (card.line, card.way) == ("labour", "list:elderly")
