"""The live channel's frames, pace and outboxes, without a socket and without waiting."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import orjson
from pydantic import BaseModel

from console.live_board import LiveBoard, Pace
from console.live_clients import STIRRED_AT_ONCE, Audience, LiveClient, LiveClients
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


def test_all_who_join_between_two_changes_are_sent_the_same_snapshot() -> None:
    board = LiveBoard()
    board.change(shown(S1="idle"), MONDAY_NINE)

    first = board.snapshot(MONDAY_NINE)
    second = board.snapshot(MONDAY_NINE + EVERY)
    board.change(shown(S1="ringing"), MONDAY_NINE + EVERY)
    third = orjson.loads(board.snapshot(MONDAY_NINE + EVERY))

    assert second is first
    assert (third["seq"], third["seats"][0]["activity"]) == (2, "ringing")


async def test_a_fan_out_wakes_a_few_at_a_time_and_all_in_the_end() -> None:
    clients = LiveClients()
    listeners = [client() for _ in range(3 * STIRRED_AT_ONCE)]
    for listener in listeners:
        clients.join(listener)
        listener.take(lambda: b"snapshot")
    woken: list[int] = []

    async def listen(n: int) -> None:
        await listeners[n].stirred()
        woken.append(n)

    async def look() -> list[int]:
        seen = []
        while len(woken) < len(listeners):
            await asyncio.sleep(0)
            seen.append(len(woken))
        return seen

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for n in range(len(listeners)):
            group.create_task(listen(n))
        await asyncio.sleep(0)
        clients.broadcast(Audience.AGENTS, b"delta")
        looking = group.create_task(look())
        await clients.stir()

    steps = [after - before for before, after in pairwise([0, *looking.result()])]
    assert max(steps) <= STIRRED_AT_ONCE
    assert all(one.take(lambda: b"snapshot") == b"delta" for one in listeners)
