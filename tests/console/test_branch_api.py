"""Branch centres at the door: signed, row by row, no session; what a supervisor sees of them."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from cases.webhook import SIGNATURE_HEADER, TIME_HEADER, signature
from console.lines_port import FeedState
from tests.console.house import Answer, OpenHouse
from tests.console.line_office import SECRET

CALLS = "/api/branches/tax/calls"
AT = "2026-01-05T09:00:00+08:00"
CALL = {"id": "b-1", "as_of": AT, "asked_at": AT, "outcome": "waiting"}


async def send(
    house: OpenHouse, path: str, said: Any, *, purpose: str = "", secret: bytes = SECRET,
    ago: float = 0, **headers: str,
) -> Answer:  # fmt: skip
    """As a branch does: signed over moment, purpose and body."""
    body = orjson.dumps(said)
    moment = house.inside.clock.now() - timedelta(seconds=ago)
    timestamp = str(int(moment.timestamp()))
    purpose = purpose or path.removeprefix("/api/branches/")
    signed = {
        "Content-Type": "application/json",
        TIME_HEADER: timestamp,
        SIGNATURE_HEADER: signature(secret, timestamp, purpose, body),
        **headers,
    }
    visitor = await house.visitor()
    return await visitor.ask("POST", path, data=body, headers=signed)


async def test_mrg_05_a_branch_tells_its_calls_and_hears_what_was_taken(house: OpenHouse) -> None:
    answer = await send(house, CALLS, {"as_of": AT, "calls": [CALL]})

    assert answer.status == 200
    assert answer.body == {"taken": 1, "known": 0, "refused": []}
    assert [len(sent.rows) for sent in house.inside.lines.branches.sent] == [1]


async def test_a_branch_may_say_that_nothing_happened(house: OpenHouse) -> None:
    answer = await send(house, CALLS, {"as_of": AT, "calls": []})

    assert (answer.status, answer.body["taken"]) == (200, 0)
    assert house.inside.lines.branches.sent[0].rows == []


async def test_a_wrong_row_is_named_with_its_fields_and_does_not_stop_the_others(
    house: OpenHouse,
) -> None:
    wrong = {**CALL, "outcome": "answered", "ended_at": "yesterday"}
    untimely = {**CALL, "outcome": "answered", "answered_at": "2026-01-05T08:59:59+08:00"}
    said = {"as_of": AT, "calls": [wrong, CALL, untimely]}

    answer = await send(house, CALLS, said, **{"Accept-Language": "en"})

    assert (answer.status, answer.body["taken"]) == (200, 1)
    assert [
        (one["row"], [(error["field"], error["code"]) for error in one["errors"]])
        for one in answer.body["refused"]
    ] == [
        (0, [("ended_at", "wrong-type")]),
        (2, [("agent", "work-number-missing"), ("answered_at", "times-out-of-order")]),
    ]


async def test_what_is_wrong_is_said_in_the_language_asked_for(house: OpenHouse) -> None:
    said = {"as_of": AT, "calls": [{**CALL, "caller_number": "9"}]}

    chinese = await send(house, CALLS, said)
    english = await send(house, CALLS, said, **{"Accept-Language": "en"})

    assert chinese.body["refused"][0]["errors"][0]["problem"] == "电话号码不正确。"
    assert english.body["refused"][0]["errors"][0]["problem"] == "This is not a phone number."


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": b"another secret"},
        {"purpose": "tax/tickets"},  # a request for the one door at the other
        {"purpose": "water/calls"},
        {"ago": 301},  # heard long after it was said
        {"ago": -301},
        {SIGNATURE_HEADER: "v1=00"},
        {SIGNATURE_HEADER: "签"},
        {TIME_HEADER: "soon"},
        {TIME_HEADER: "9" * 12},
    ],
)
async def test_who_does_not_sign_rightly_is_not_let_in(
    house: OpenHouse, forged: dict[str, Any]
) -> None:
    answer = await send(house, CALLS, {"as_of": AT, "calls": [CALL]}, **forged)

    assert (answer.status, answer.body["code"]) == (401, "bad-signature")
    assert house.inside.lines.branches.sent == []


async def test_an_unknown_line_reads_like_a_wrong_signature(house: OpenHouse) -> None:
    answer = await send(house, "/api/branches/nobody/calls", {"as_of": AT, "calls": []})

    assert (answer.status, answer.body["code"]) == (401, "bad-signature")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"calls": []}, 422, "bad-form"),
        ({"as_of": "2026-01-05T09:00:00", "calls": []}, 422, "bad-form"),
        ({"as_of": AT, "calls": [CALL] * 501}, 422, "bad-form"),
        ({"as_of": AT, "calls": [{**CALL, "agent": "a\u0000"}]}, 422, "bad-form"),
    ],
)
async def test_an_envelope_that_cannot_be_read_is_refused_whole(
    house: OpenHouse, said: dict[str, Any], status: int, code: str
) -> None:
    answer = await send(house, CALLS, said)

    assert (answer.status, answer.body["code"]) == (status, code)


async def test_without_the_database_the_branch_is_told_to_send_it_again(house: OpenHouse) -> None:
    house.inside.lines.branches.is_away = True

    assert (await send(house, CALLS, {"as_of": AT, "calls": [CALL]})).status == 503


async def test_tickets_have_their_own_door(house: OpenHouse) -> None:
    path = "/api/branches/tax/tickets"
    answer = await send(house, path, {"as_of": AT, "tickets": [{"id": "t1"}]})

    assert answer.status == 200
    assert answer.body["tickets"][0]["ticket_no"] == "22010020261121000001"


async def test_mrg_05_the_supervisor_and_metrics_see_each_lag_and_who_never_told_anything(
    house: OpenHouse,
) -> None:
    supervisor = await house.signed_in("supervisor")
    never = (await supervisor.ask("GET", "/api/branches")).body["branches"]
    before = (await supervisor.ask("GET", "/metrics")).body.decode()
    late = house.inside.lines.branches.shown[0].model_copy(
        update={"state": FeedState.LATE, "lag_s": 75.0}
    )
    house.inside.lines.branches.shown = [late]
    after = (await supervisor.ask("GET", "/metrics")).body.decode()

    assert [(one["line"], one["state"], one["lag_s"]) for one in never] == [("tax", "never", None)]
    assert 'hotline_branch_told{line="tax",state="never"} 0.0' in before
    assert 'hotline_branch_lag_seconds{line="tax"}' not in before
    assert 'hotline_branch_lag_seconds{line="tax"} 75.0' in after
    assert (await (await house.visitor()).ask("GET", "/api/branches")).status == 401
