"""Whole numbers leave the console by the routes that say so, and by no other (C7, SEC-01)."""

import re
from typing import Any, Final

import orjson
import pytest

from cases.case import CaseEvent, CaseFile, CaseSummary, Protection, TicketFile
from cases.status import CaseStatus
from console.app import OPERATIONS
from console.routes import Operation
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo
from tests.console.house import CALL, DOCUMENT, PEOPLE, House, OpenHouse
from tests.fakes.fake_clock import MONDAY_NINE

NUMBER: Final = "13812345678"
KEY: Final = "key-5678"
CASE, TICKET = CaseId("case-1"), TicketNo("22010020261123000001")
# What an agent may see of a citizen who talks to him (C7).
OF_HIS_OWN_CALL: Final = {"own_caller_number", "ticket", "case_file", "draft"}
# Fields of answers that hold a whole telephone number, and of whom.
WHOLE: Final = {
    ("FullNumber", "number"): "the citizen's: asked for with a reason, audited",
    ("TicketForm", "contact_number"): "the form of the agent who has the call",
    ("TicketForm", "subject_phone"): "the same",
    ("UtilityDone", "number"): "a utility's",
    ("UtilityRow", "number"): "a utility's",
    ("LevelRow", "number"): "another level's",
    ("CallEmergency", "numbers"): "110 and the like",
    ("HandlerShown", "phone"): "a handler's own, to administrators",
    ("HearingShown", "phone"): "a seat's extension",
    ("SeatPlaceRow", "phone"): "a seat's extension",
    ("SeatRow", "phone"): "a seat's extension",
    ("SeatsAtRow", "without_phone"): "a count",
}


def furnish(house: House) -> None:
    """A citizen talks to agent 1001 and another call of his waits; his ticket is filed."""
    house.talk()
    house.ring(CallId("cc1-1767603600.42"), NUMBER)
    summary = CaseSummary(
        id=CASE, status=CaseStatus.PENDING_DISPATCH, opened_at=MONDAY_NINE, updated_at=MONDAY_NINE,
        region_code="220100", request_type="complaint", category_code="0101010101",
        title="路灯不亮", urgency="normal", protection=Protection(), tickets=(TICKET,),
        calls=(CALL,), caller_tags=(),
    )  # fmt: skip
    ticket = TicketFile(
        ticket_no=TICKET, ticket_key=TicketKey("key"), case_id=CASE, nth=1, parent_ticket_no=None,
        submitted_at=MONDAY_NINE, call=CALL, agent=AgentNo("1001"), region_code="220100",
        request_type="complaint", category_code="0101010101", title="路灯不亮", urgency="normal",
        protection=Protection(), caller_tags=(), frame={}, said={},
        personal={"caller_number": f"+86{NUMBER}", "contact_number": f"+86{NUMBER}"},
    )  # fmt: skip
    event = CaseEvent(n=1, at=MONDAY_NINE, kind="ticket-filed", by="1001", body={"nth": 1})
    house.cases.files[CASE] = CaseFile(summary=summary, tickets=(ticket,), events=(event,))
    house.cases.tickets[TICKET] = ticket


def path_of(operation: Operation) -> str:
    known = {"call": CALL, "case": CASE, "no": TICKET if "ticket" in operation.path else "1001"}
    return re.sub(r"{(\w+)}", lambda part: str(known.get(part[1], "x")), operation.path)


@pytest.mark.parametrize("person", PEOPLE)
async def test_sec_01_no_list_and_no_page_of_anybody_holds_a_whole_number(
    house: OpenHouse, person: str
) -> None:
    furnish(house.inside)
    visitor = await house.signed_in(person)
    own = OF_HIS_OWN_CALL if PEOPLE[person][1] == "1001" else set()
    asked = [op for op in OPERATIONS if op.method == "GET" and op.name not in {"live", *own}]
    good = 0

    for operation in asked:
        answer = await visitor.ask("GET", path_of(operation))
        text = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
        good += answer.status == 200
        assert NUMBER.encode() not in text, f"{person}: {operation.path}"
        assert KEY.encode() not in text, f"{person}: {operation.path}"
    assert good >= 3


@pytest.mark.parametrize("person", ["agent", "colleague", "contractor", "supervisor"])
async def test_sec_01_the_live_channel_holds_masked_numbers_only(
    house: OpenHouse, person: str
) -> None:
    inside = house.inside
    inside.talk()
    visitor = await house.signed_in(person)

    async with visitor.client.ws_connect("/api/live") as socket:
        told = [await socket.receive_str(timeout=5)]
        inside.seat(2)
        inside.seat(3)
        inside.ring(CallId("cc1-1767603600.42"), NUMBER)
        inside.live.flush()
        told.append(await socket.receive_str(timeout=5))

    assert [text for text in told if NUMBER in text or KEY in text] == []
    sees = "138****5678" in "".join(told)
    assert sees is (person in ("supervisor", "colleague")), "the colleague by his own offer"


def test_sec_01_each_field_that_may_hold_a_whole_number_is_known() -> None:
    """A new one is looked at, and entered above or masked."""
    sent = {name for operation in each_answer() for name in refs_in(operation)}
    schemas = DOCUMENT["components"]["schemas"]
    found = {
        (name.rpartition("__")[2], field)
        for name in sent
        for field, shape in schemas[name].get("properties", {}).items()
        if re.search(r"phone|number(?!_key)|mobile", field) and shape.get("type") != "boolean"
    }

    assert found == set(WHOLE)


def each_answer() -> list[Any]:
    methods = [method for path in DOCUMENT["paths"].values() for method in path.values()]
    return [
        reply for one in methods for code, reply in one["responses"].items() if code.startswith("2")
    ]


def refs_in(value: Any, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names of all schemas that a value of this shape may hold."""
    if isinstance(value, list):
        return known.union(*(refs_in(one, known) for one in value))
    if not isinstance(value, dict):
        return known
    name = str(value.get("$ref", "")).rpartition("/")[2]
    if name and name not in known:
        known = refs_in(DOCUMENT["components"]["schemas"][name], known | {name})
    return known.union(*(refs_in(one, known) for one in value.values()))
