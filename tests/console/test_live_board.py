"""The live channel's frames, pace and outboxes, without a socket and without waiting."""

from datetime import timedelta

import orjson
from pydantic import BaseModel

from console.live_board import LiveBoard, Pace
from console.live_clients import Audience, LiveClient
from kernel.ids import AgentNo
from tests.fakes.fake_clock import MONDAY_NINE

EVERY = timedelta(milliseconds=250)


class Row(BaseModel):
    seat: str
    activity: str


def shown(**activities: str) -> dict[str, dict[str, BaseModel]]:
    return {"seats": {s: Row(seat=s, activity=a) for s, a in activities.items()}}


def test_a_delta_holds_only_what_changed_and_what_left() -> None:
    board = LiveBoard()
    board.change(shown(S1="idle", S2="idle", S3="idle"), MONDAY_NINE)

    delta = orjson.loads(board.change(shown(S1="idle", S2="ringing"), MONDAY_NINE) or b"null")

    assert delta["seats"] == [{"seat": "S2", "activity": "ringing"}]
    assert delta["gone"] == {"seats": ["S3"]}
    assert delta["seq"] == 2


def test_a_floor_at_rest_sends_nothing_and_uses_no_number() -> None:
    board = LiveBoard()
    board.change(shown(S1="idle"), MONDAY_NINE)

    assert board.change(shown(S1="idle"), MONDAY_NINE) is None
    assert board.seq == 1


def test_the_first_change_goes_at_once_and_the_next_ones_gather_for_250_ms() -> None:
    pace = Pace(EVERY)
    assert pace.due_in(MONDAY_NINE) is None
    pace.touch()
    assert pace.due_in(MONDAY_NINE) == 0
    pace.flushed(MONDAY_NINE)

    pace.touch()
    pace.touch()

    assert pace.due_in(MONDAY_NINE + timedelta(milliseconds=100)) == 0.15
    assert pace.due_in(MONDAY_NINE + EVERY) == 0


def client(backlog: int = 4) -> LiveClient:
    return LiveClient(Audience.AGENTS, AgentNo("1001"), b"session", backlog=backlog)


def test_deltas_come_in_order_after_the_snapshot() -> None:
    listener = client()
    assert listener.take(lambda: b"snapshot") == b"snapshot"

    listener.offer_delta(b"1")
    listener.offer_delta(b"2")

    assert [listener.take(lambda: b"snapshot") for _ in range(3)] == [b"1", b"2", None]


def test_a_client_that_lags_gets_a_fresh_snapshot_instead_of_its_backlog() -> None:
    listener = client(backlog=4)
    listener.take(lambda: b"old snapshot")

    for n in range(100):
        listener.offer_delta(b"%d" % n)

    assert listener.lags == 1
    assert listener.take(lambda: b"fresh snapshot") == b"fresh snapshot"
    assert listener.take(lambda: b"another") is None


def test_an_offer_outlives_the_backlog_of_a_client_that_lags() -> None:
    listener = client(backlog=4)
    listener.take(lambda: b"snapshot")
    listener.offer_own(b"offer")

    for n in range(100):
        listener.offer_delta(b"%d" % n)

    assert listener.take(lambda: b"snapshot") == b"offer"
