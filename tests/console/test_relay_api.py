"""Calls about cases (FRD-03, CH-04), handlers of units, progress for agents (CH-05)."""

import pytest

from tests.console.house import OpenHouse
from tests.console.relay_desk import CALL, CASE, CODE, OWNER, SECRET_CASE, SECRET_TICKET, TICKET

OWN_NUMBER = OWNER.national


async def test_frd_03_a_handler_asks_to_speak_with_the_citizen_of_a_case(house: OpenHouse) -> None:
    handler = await house.signed_in("handler")

    begun = await handler.ask("POST", f"/api/cases/{CASE}/calls")
    now = await handler.ask("GET", f"/api/outbound-calls/{CALL}")
    told = await handler.ask("GET", f"/api/cases/{CASE}/calls")

    assert (begun.status, begun.body) == (201, {"call": CALL})
    assert (now.body["step"], now.body["outcome"]) == ("citizen", None)
    (row,) = told.body["calls"]
    assert (row["work_no"], row["outcome"], row["talked_s"]) == ("H001", "talked", 60)
    assert OWN_NUMBER not in str(told.body)
    assert house.inside.relays.asked == [("about", CASE, "handler")]


async def test_frd_03_a_handler_gets_at_nothing_else(house: OpenHouse) -> None:
    handler = await house.signed_in("handler")

    for path in ("/api/cases", "/api/floor", "/api/calls", "/api/duties", "/api/figures/live"):
        refused = await handler.ask("GET", path)
        assert (refused.status, refused.body["code"]) == (403, "wrong-role"), path


async def test_frd_03_a_confidential_case_is_refused_in_words(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    refused = await agent.ask("POST", f"/api/cases/{SECRET_CASE}/calls")

    assert (refused.status, refused.body["code"]) == (403, "may-not-be-rung")


async def test_frd_03_ones_own_call_can_be_broken_off(house: OpenHouse) -> None:
    handler = await house.signed_in("handler")

    assert (await handler.ask("POST", f"/api/outbound-calls/{CALL}/hang-up")).status == 204
    unknown = await handler.ask("POST", "/api/outbound-calls/out-7-r9/hang-up")

    assert house.inside.relays.stopped == [CALL]
    assert unknown.body["code"] == "no-such-relay"


async def test_ch_04_an_agent_dials_out_with_or_without_a_case(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    dialled = await agent.ask("POST", "/api/seat/dial", {"to": "0431-8876 5432"})
    about = await agent.ask("POST", "/api/seat/dial", {"to": OWN_NUMBER, "case": CASE})

    assert (dialled.status, about.status) == (201, 201)
    assert house.inside.relays.asked == [
        ("+8643188765432", "", "agent"),
        (OWNER.value, CASE, "agent"),
    ]


@pytest.mark.parametrize(
    ("to", "code"), [("nobody", "bad-phone-number"), ("12345", "not-dialable")]
)
async def test_ch_04_what_may_not_be_dialled_is_refused(
    house: OpenHouse, to: str, code: str
) -> None:
    agent = await house.signed_in("agent")

    assert (await agent.ask("POST", "/api/seat/dial", {"to": to})).body["code"] == code


async def test_ch_04_outbound_calls_have_figures_of_their_own(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")
    span = "from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z"

    told = await agent.ask("GET", f"/api/figures/outbound?{span}")
    longer = await agent.ask(
        "GET", "/api/figures/outbound?from=2026-01-01T00:00:00Z&to=2026-11-22T00:00:00Z"
    )

    assert told.body == {"made": 3, "talked": 2, "not_reached": 1, "talked_s": 90}
    assert longer.body["code"] == "bad-form"


async def test_frd_03_an_administrator_enters_a_handler_who_can_sign_in(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    house.inside.handlers.logins.add("zhang")
    form = {"unit": "环保局", "work_no": "H002", "phone": "13911112222", "password": "开门 12345"}

    made = await admin.ask("PUT", "/api/handlers/zhang", form)
    shown = await admin.ask("GET", "/api/handlers/zhang")
    visitor = await house.visitor()
    entered = await visitor.ask(
        "POST", "/api/login", {"name": "zhang", "password": form["password"]}
    )

    assert made.body == shown.body
    assert shown.body["phone"] == "139****2222"
    assert entered.status == 200


async def test_frd_03_a_work_number_belongs_to_one_person(house: OpenHouse) -> None:
    """MRG-06."""
    admin = await house.signed_in("administrator")
    house.inside.handlers.logins |= {"zhang", "wang"}
    form = {"unit": "环保局", "work_no": "H002", "phone": "13911112222"}

    await admin.ask("PUT", "/api/handlers/zhang", form)
    taken = await admin.ask("PUT", "/api/handlers/wang", form)
    nobody = await admin.ask("PUT", "/api/handlers/li", form)

    assert (taken.status, taken.body["code"]) == (409, "work-number-taken")
    assert nobody.body["code"] == "unknown-handler"


@pytest.mark.parametrize("given", [{"number": OWN_NUMBER}, {"code": CODE}])
async def test_ch_05_the_number_or_the_code_opens_the_progress(
    house: OpenHouse, given: dict[str, str]
) -> None:
    agent = await house.signed_in("agent")

    told = await agent.ask("POST", "/api/cases/progress", {"ticket": TICKET, **given})

    assert told.body == {
        "ticket_no": TICKET,
        "status": "dispatched",
        "unit": "环保局",
        "due_on": "2026-11-30",
        "closed_on": None,
    }


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"ticket": TICKET}, "not-the-owner"),
        ({"ticket": TICKET, "number": "13900000000"}, "not-the-owner"),
        ({"ticket": TICKET, "code": "111111"}, "wrong-query-code"),
        ({"ticket": SECRET_TICKET, "number": OWN_NUMBER}, "guarded-case"),
        ({"ticket": "22010020261121999999"}, "unknown-ticket"),
        ({"ticket": "42"}, "bad-form"),
        ({"ticket": TICKET, "number": "nobody"}, "bad-phone-number"),
    ],
)
async def test_ch_05_whoever_shows_neither_hears_nothing(
    house: OpenHouse, form: dict[str, str], code: str
) -> None:
    agent = await house.signed_in("agent")

    assert (await agent.ask("POST", "/api/cases/progress", form)).body["code"] == code
