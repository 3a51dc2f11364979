"""The live channel's frames, pace and outboxes, without a socket and without waiting."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import orjson
import pytest
from pydantic import BaseModel

from console.alarms_shown import AlarmRow
from console.callbacks_shown import CallbackRow
from console.floor_shown import QueueRow, SeatRow, WaitingRow
from console.live_board import LiveBoard, Pace, Row
from console.live_clients import (
    STIRRED_AT_ONCE,
    Audience,
    Deltas,
    LiveClient,
    LiveClients,
    Message,
)
from kernel.ids import AgentNo
from tests.fakes.fake_clock import MONDAY_NINE

EVERY = timedelta(milliseconds=250)


def shown(**activities: str) -> dict[str, dict[str, Row]]:
    return {"seats": {s: {"seat": s, "activity": a} for s, a in activities.items()}}


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


class EveryKind(BaseModel):
    """What the rows of `console/floor_shown.py` and its neighbours are made of."""

    id: str
    since: datetime
    until: datetime | None
    skills: dict[str, int]
    calls: tuple[str, ...]
    lent: bool


@pytest.mark.parametrize("microseconds", [0, 7, 120_000])
def test_a_row_goes_out_as_it_is_answered_over_http(microseconds: int) -> None:
    since = MONDAY_NINE + timedelta(microseconds=microseconds)
    row = EveryKind(
        id="S1", since=since, until=None, skills={"dialect:dongbei": 2}, calls=("a", "b"), lent=True
    )
    board = LiveBoard()

    delta = orjson.loads(board.change({"seats": {"S1": vars(row)}}, MONDAY_NINE) or b"null")
    snapshot = orjson.loads(board.snapshot(MONDAY_NINE))

    assert delta["seats"] == snapshot["seats"] == [orjson.loads(row.model_dump_json())]


def parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from parts(inner)


@pytest.mark.parametrize("row", [SeatRow, WaitingRow, QueueRow, AlarmRow, CallbackRow])
def test_a_row_holds_no_other_row(row: type[BaseModel]) -> None:
    """That one would have to be written by pydantic."""
    inner = [part for field in row.model_fields.values() for part in parts(field.annotation)]

    assert not [part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)]


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


def client(deltas: Deltas) -> LiveClient:
    return LiveClient(Audience.AGENTS, AgentNo("1001"), b"session", deltas)


def test_deltas_come_in_order_after_the_snapshot() -> None:
    deltas = Deltas(4)
    listener = client(deltas)
    assert listener.take(lambda: b"snapshot") == b"snapshot"

    deltas.add(Message.of(b"1"))
    deltas.add(Message.of(b"2"))

    assert [listener.take(lambda: b"snapshot") for _ in range(3)] == [b"1", b"2", None]


def test_a_client_that_lags_gets_a_fresh_snapshot_instead_of_its_backlog() -> None:
    deltas = Deltas(4)
    listener = client(deltas)
    listener.take(lambda: b"old snapshot")

    for n in range(100):
        deltas.add(Message.of(b"%d" % n))

    assert listener.take(lambda: b"fresh snapshot") == b"fresh snapshot"
    assert listener.lags == 1
    assert listener.take(lambda: b"another") is None


def test_a_client_keeps_up_as_long_as_no_more_waits_than_is_kept() -> None:
    deltas = Deltas(4)
    deltas.add(Message.of(b"before he came"))
    listener = client(deltas)
    listener.take(lambda: b"snapshot")

    for n in range(4):
        deltas.add(Message.of(b"%d" % n))

    assert [listener.take(lambda: b"fresh") for _ in range(5)] == [b"0", b"1", b"2", b"3", None]
    assert listener.lags == 0


def test_a_client_that_lags_is_sent_nothing_straight_before_its_fresh_snapshot() -> None:
    deltas = Deltas(4)
    listener, pipe = on_pipe(deltas)
    for n in range(5):
        deltas.add(Message.of(b"%d" % n))

    listener.stir()

    assert pipe.written == []
    assert listener.take(lambda: b"fresh snapshot") == b"fresh snapshot"


def test_an_offer_outlives_the_backlog_of_a_client_that_lags() -> None:
    deltas = Deltas(4)
    listener = client(deltas)
    listener.take(lambda: b"snapshot")
    listener.offer_own(b"offer")

    for n in range(100):
        deltas.add(Message.of(b"%d" % n))

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


class Pipe:
    """A socket of which the test says whether all has left that was written."""

    def __init__(self) -> None:
        self.clear = True
        self.written: list[bytes] = []

    def write(self, frame: bytes) -> bool:
        if self.clear:
            self.written.append(frame)
        return self.clear


def on_pipe(deltas: Deltas) -> tuple[LiveClient, Pipe]:
    """A client that has its snapshot."""
    listener, pipe = client(deltas), Pipe()
    listener.take(lambda: b"snapshot")
    listener.way = pipe
    return listener, pipe


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_delta_goes_over_the_wire_as_one_whole_frame_of_text(size: int, head: bytes) -> None:
    """RFC 6455 5.2: FIN, opcode 1, no mask, the length in one of three forms."""
    assert Message.of(b"x" * size).frame == head + b"x" * size


def test_deltas_go_straight_onto_a_socket_that_is_clear() -> None:
    deltas = Deltas(4)
    listener, pipe = on_pipe(deltas)
    first, second = Message.of(b"1"), Message.of(b"2")
    deltas.add(first)
    deltas.add(second)

    listener.stir()

    assert pipe.written == [first.frame, second.frame]
    assert listener.take(lambda: b"snapshot") is None


def test_what_a_socket_does_not_take_at_once_is_left_to_its_sender() -> None:
    deltas = Deltas(4)
    listener, pipe = on_pipe(deltas)
    pipe.clear = False
    deltas.add(Message.of(b"1"))

    listener.stir()

    assert pipe.written == []
    assert listener.take(lambda: b"snapshot") == b"1"


def test_what_is_meant_for_the_agent_alone_goes_at_once() -> None:
    deltas = Deltas(4)
    listener, pipe = on_pipe(deltas)
    deltas.add(Message.of(b"1"))

    listener.offer_own(b"offer")

    assert pipe.written == [Message.of(b"offer").frame]
    assert listener.take(lambda: b"snapshot") == b"1"


def test_nothing_goes_past_what_is_meant_for_the_agent_alone() -> None:
    deltas = Deltas(4)
    listener, pipe = on_pipe(deltas)
    pipe.clear = False
    listener.offer_own(b"offer")
    pipe.clear = True
    listener.offer_own(b"caller-known")
    deltas.add(Message.of(b"1"))

    listener.stir()

    assert pipe.written == []
    waits = [listener.take(lambda: b"snapshot") for _ in range(3)]
    assert waits == [b"offer", b"caller-known", b"1"]


def test_nothing_goes_straight_before_the_snapshot_or_to_a_window_that_is_closed() -> None:
    deltas = Deltas(4)
    late, first = on_pipe(deltas)
    late.ask_snapshot()
    closed, second = on_pipe(deltas)
    deltas.add(Message.of(b"1"))
    closed.close()

    late.stir()
    closed.stir()

    assert (first.written, second.written) == ([], [])


async def test_a_fan_out_wakes_a_few_at_a_time_and_all_in_the_end() -> None:
    clients = LiveClients(backlog=4)
    listeners = [client(clients.deltas[Audience.AGENTS]) for _ in range(3 * STIRRED_AT_ONCE)]
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
