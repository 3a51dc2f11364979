"""Calls, their control, numbers, forms and tickets."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from cases.case import Protection, TicketFile
from console.calls_view import CallsView, CallsWanted
from intake.facts import TicketFiled
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo
from telephony.facts import CallArrived, CallHungUp, HungUpBy
from tests.console.house import CALL, OpenHouse
from tests.fakes.fake_clock import MONDAY_NINE

TICKET = TicketNo("22010020261123000001")


def arrived(n: int) -> CallArrived:
    return CallArrived(
        at=MONDAY_NINE + timedelta(seconds=n), call=CallId(f"call-{n}"), sip_call_id=f"sip-{n}",
        dialled="12345", caller="138****5678", caller_key=None, trunk="trunk",
    )  # fmt: skip


def test_pages_of_calls_are_newest_first_and_join_without_a_gap() -> None:
    view = CallsView()
    view.see([arrived(n) for n in range(5)])

    first = view.page(CallsWanted(limit=2))
    second = view.page(CallsWanted(limit=9, before=first[-1].call))

    assert [card.call for card in first + second] == [f"call-{n}" for n in (4, 3, 2, 1, 0)]


def test_the_view_forgets_the_oldest_calls_first() -> None:
    view = CallsView(room=3)

    view.see([arrived(n) for n in range(10)])

    assert [card.call for card in view.page(CallsWanted())] == ["call-9", "call-8", "call-7"]


async def test_the_card_of_a_call_tells_its_wait_its_agent_and_its_end(house: OpenHouse) -> None:
    house.inside.talk()
    hung_up = CallHungUp(at=house.inside.clock.now(), call=CALL, by=HungUpBy.CITIZEN, cause=16)
    house.inside.journal.write([hung_up])
    agent = await house.signed_in("agent")

    found = (await agent.ask("GET", "/api/calls?live=false")).body["calls"]

    assert [call["call"] for call in found] == [CALL]
    assert (found[0]["fate"], found[0]["waited_s"]) == ("answered", 3.0)
    assert (found[0]["agents"], found[0]["hung_up_by"]) == (["1001"], "citizen")


async def test_an_agent_sees_his_own_calls_and_a_supervisor_all(house: OpenHouse) -> None:
    house.inside.talk()
    colleague, chief = await house.signed_in("colleague"), await house.signed_in("supervisor")

    assert (await colleague.ask("GET", "/api/calls")).body["calls"] == []
    assert (await colleague.ask("GET", f"/api/calls/{CALL}")).body["code"] == "not-your-call"
    shown = (await chief.ask("GET", "/api/calls")).body
    assert (len(shown["calls"]), shown["of_newest"]) == (1, 20_000)


async def test_the_life_of_a_call_holds_its_facts_but_no_number_key(house: OpenHouse) -> None:
    house.inside.talk()
    chief = await house.signed_in("supervisor")

    life = (await chief.ask("GET", f"/api/calls/{CALL}")).body
    house.inside.journal.is_away = True
    without = (await chief.ask("GET", f"/api/calls/{CALL}")).body

    kinds = [fact["kind"] for fact in life["trace"]]
    first = life["trace"][0]
    assert first["told_zh"] == "来电 138****5678 拨打 12345, 中继 trunk"
    assert first["told_en"] == "138****5678 rang 12345 by trunk"
    assert kinds[:2] == ["call-arrived", "call-queued"]
    assert "key-5678" not in str(life)
    assert without["trace"] is None


@pytest.mark.parametrize(
    ("verb", "body", "asked"),
    [
        ("hold", None, ("hold",)),
        ("resume", None, ("resume",)),
        ("transfer", {"to": "0431-8876 5432"}, ("transfer", "+8643188765432")),
        ("consult", {"to": "88765432"}, ("consult", "+8643188765432")),
        ("consult/complete", None, ("complete_consult",)),
        ("consult/cancel", None, ("cancel_consult",)),
        ("three-way", {"to": "13912345678"}, ("three_way", "+8613912345678")),
        ("leave-conference", None, ("leave_conference",)),
        ("emergency", {"code": "110"}, ("emergency", "110")),
        ("back-to-line", {"queue": "elderly"}, ("back_to_line", "elderly")),
        ("hang-up", None, ("hang_up",)),
    ],
)
async def test_an_agent_controls_the_call_he_has(
    house: OpenHouse, verb: str, body: object, asked: tuple[str, ...]
) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")

    answer = await agent.ask("POST", f"/api/calls/{CALL}/{verb}", body)

    name, *rest = asked
    assert answer.status == 204
    assert house.inside.control.asked == [(name, "1001", CALL, *rest)]


async def test_nobody_controls_the_call_of_another(house: OpenHouse) -> None:
    house.inside.talk()
    colleague = await house.signed_in("colleague")

    answer = await colleague.ask("POST", f"/api/calls/{CALL}/hang-up")

    assert (answer.status, answer.body["code"]) == (403, "not-your-call")
    assert house.inside.control.asked == []


@pytest.mark.parametrize("to", ["12ab", "anonymous", "1\r\nAction: Originate"])
async def test_what_is_no_number_is_not_dialled(house: OpenHouse, to: str) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")

    answer = await agent.ask("POST", f"/api/calls/{CALL}/transfer", {"to": to})

    assert (answer.status, answer.body["code"]) == (422, "bad-phone-number")


async def test_the_agent_in_the_call_sees_the_whole_number_and_a_colleague_none(
    house: OpenHouse,
) -> None:
    """C7."""
    house.inside.talk()
    agent, colleague = await house.signed_in("agent"), await house.signed_in("colleague")

    own = await agent.ask("GET", f"/api/calls/{CALL}/number")
    other = await colleague.ask("GET", f"/api/calls/{CALL}/number")

    assert own.body["number"] == "13812345678"
    assert other.body["code"] == "not-your-call"


async def test_a_supervisor_reveals_a_number_for_a_reason_that_is_written_down(
    house: OpenHouse,
) -> None:
    """SEC-01: permission, reason, audit line."""
    house.inside.talk()
    chief = await house.signed_in("supervisor")
    path = f"/api/calls/{CALL}/number/reveal"

    without = await chief.ask("POST", path, {})
    shown = await chief.ask("POST", path, {"why": "dispute"})

    fact = house.inside.journal.facts[-1]
    assert without.status == 422
    assert shown.body["number"] == "13812345678"
    assert (fact.kind, getattr(fact, "why", "")) == ("number-revealed", "dispute")


async def test_a_form_is_saved_as_it_is_typed_and_filed_once(house: OpenHouse) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")
    form = {"title": "路灯不亮", "content": "人民大街路灯不亮"}

    opened = await agent.ask("GET", f"/api/drafts/{CALL}")
    saved = await agent.ask("PUT", f"/api/drafts/{CALL}", form, headers={"If-Match": '"0"'})
    nonsense = await agent.ask("PUT", f"/api/drafts/{CALL}", form, headers={"If-Match": '"x"'})
    first = await agent.ask("POST", "/api/tickets", {"call": CALL, "form": form})
    second = await agent.ask("POST", "/api/tickets", {"call": CALL, "form": form})

    assert (opened.body["version"], saved.body["version"]) == (0, 1)
    assert saved.body["form"]["title"] == "路灯不亮"
    assert (nonsense.status, nonsense.body["code"]) == (428, "version-missing")
    assert (first.status, first.body["again"], second.body["again"]) == (201, False, True)
    assert first.body["ticket_no"] == second.body["ticket_no"]


async def test_over_long_text_is_named_with_its_field(house: OpenHouse) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")

    answer = await agent.ask("PUT", f"/api/drafts/{CALL}", {"title": "长" * 81})

    assert answer.body["code"] == "text-too-long"
    assert answer.body["fields"][0]["field"] == "title"
    assert answer.body["fields"][0]["problem"] == "文字过长。"


async def test_the_form_of_another_agents_call_stays_closed(house: OpenHouse) -> None:
    house.inside.talk()
    colleague = await house.signed_in("colleague")

    assert (await colleague.ask("GET", f"/api/drafts/{CALL}")).body["code"] == "not-your-call"


def filed() -> TicketFile:
    return TicketFile(
        ticket_no=TICKET, ticket_key=TicketKey("key"), case_id=CaseId("case-1"), nth=1,
        parent_ticket_no=None, submitted_at=MONDAY_NINE, call=CALL, agent=AgentNo("1001"),
        region_code="220100", request_type="complaint", category_code="0101010101",
        title="路灯不亮", urgency="normal", protection=Protection(), caller_tags=(), frame={},
        said={}, personal={"caller_name": "王小明", "caller_number": "+8613812345678"},
    )  # fmt: skip


async def test_a_ticket_is_whole_for_its_agent_in_the_call_and_masked_for_others(
    house: OpenHouse,
) -> None:
    house.inside.talk()
    house.inside.cases.tickets[TICKET] = filed()
    agent, chief = await house.signed_in("agent"), await house.signed_in("supervisor")

    own = (await agent.ask("GET", f"/api/tickets/{TICKET}")).body
    other = (await chief.ask("GET", f"/api/tickets/{TICKET}")).body

    assert own["personal"]["caller_name"] == "王小明"
    assert other["personal"] == {"caller_name": "王**", "caller_number": "138****5678"}
    assert other["needs_reveal"] == ["caller_name", "caller_number"]


async def test_a_reveal_shows_the_named_fields_only_and_needs_a_reason(house: OpenHouse) -> None:
    house.inside.cases.tickets[TICKET] = filed()
    chief = await house.signed_in("supervisor")
    path = f"/api/tickets/{TICKET}/reveal"

    without = await chief.ask("POST", path, {"fields": ["caller_name"], "reason": ""})
    shown = await chief.ask("POST", path, {"fields": ["caller_name"], "reason": "核实投诉"})

    assert without.body["code"] == "reveal-needs-reason"
    assert shown.body["personal"] == {"caller_name": "王小明", "caller_number": "138****5678"}
    assert house.inside.cases.revealed == [(TICKET, "supervisor", "核实投诉")]


async def test_a_filed_ticket_stands_once_on_the_card_of_its_call(house: OpenHouse) -> None:
    """After a crash the fact may stand twice in the journal."""
    house.inside.talk()
    fact = TicketFiled(
        at=MONDAY_NINE, call=CALL, ticket_no=TICKET, ticket_key=TicketKey("key"),
        case=CaseId("case-1"), agent=AgentNo("1001"),
    )  # fmt: skip

    house.inside.journal.write([fact, fact])

    card = house.inside.calls.find(CALL)
    assert card is not None
    assert card.tickets == (TICKET,)


async def test_lists_of_cases_duties_and_figures_answer_as_documented(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    span = "from=2026-11-23T00:00:00Z&to=2026-11-23T01:00:00Z"

    for path in (
        "/api/cases?limit=10",
        "/api/duties?state=open",
        "/api/figures/live",
        f"/api/figures/intervals?{span}",
        "/api/figures/definitions",
        "/api/staffing",
    ):
        assert (await chief.ask("GET", path)).status == 200
    assert (await chief.ask("GET", "/api/cases?limit=900")).body["code"] == "bad-form"
    assert (await chief.ask("GET", "/api/cases/none")).body["code"] == "unknown-case"


async def test_calls_are_searched_by_what_is_shown_of_the_number_queue_and_time(
    house: OpenHouse,
) -> None:
    house.inside.ring()
    house.inside.ring(CallId("cc1-1767603600.42"), "13900009999")
    chief = await house.signed_in("supervisor")
    now = house.inside.clock.now()
    later = quote((now + timedelta(hours=1)).isoformat())

    async def found(query: str) -> list[str]:
        answer = await chief.ask("GET", f"/api/calls?{query}")
        return [call["caller"] for call in answer.body["calls"]]

    assert await found("number=5678") == ["138****5678"]
    assert await found("number=1234") == [], "nobody finds out what is masked"
    assert len(await found(f"queue=general&until={later}")) == 2
    assert await found("queue=elderly") == await found(f"since={later}") == []
    assert await found("recorded=true") == []
