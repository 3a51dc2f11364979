"""bench feed: the live board for 300 and 1,700 clients, in process: a floor at work, our LiveFeed.

A frame is what one change of the floor costs once for all; a fan-out hands its bytes to every
client. The baseline is what a naive feed does: the whole board encoded anew for each client.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from acd.directory import Directory
from acd.view import FloorView
from bench.floor_people import Case, people
from bench.floor_run import FloorAtWork
from bench.report import Report
from bench.timing import Steps, median
from console.calls_view import CallsView
from console.live_clients import Audience, LiveClient
from console.live_feed import LiveFeed, LiveSources
from console.ports import KeepsDirectory, KnowsCallers, RunsFloor
from console.settings import ConsoleSettings
from kernel.clock import SystemClock
from kernel.fact import Fact
from kernel.ids import AgentNo

SUPERVISORS_SHARE: Final = 20  # one client in so many
WAITING: Final = 100
CALLS_A_SECOND: Final = 50


@dataclass(frozen=True, slots=True)
class Kept:
    directory: Directory


class ShownFloor:
    """A floor at work with the live feed behind it, as in hotline/wiring.py."""

    def __init__(self, seats: int) -> None:
        centre = people(Case(seats, 8))
        self.calls = CallsView()
        self.feed: LiveFeed | None = None
        self.at_work = FloorAtWork(centre, self.hear)
        self.at_work.staff(centre)
        self.at_work.fill(WAITING)
        sources = LiveSources(
            floor=cast(RunsFloor, self),
            directory=cast(KeepsDirectory, Kept(centre.directory)),
            calls=self.calls,
            callers=cast(KnowsCallers, None),  # offers are not looked up here
        )
        self.feed = LiveFeed(sources, SystemClock(), ConsoleSettings())

    def hear(self, facts: list[Fact]) -> None:
        self.calls.see(facts)
        if self.feed is not None:
            self.feed.see(facts)

    def snapshot(self) -> FloorView:
        return self.at_work.floor.view(self.at_work.now)

    def pass_quarter_second(self) -> None:
        for _ in range(CALLS_A_SECOND // 4):
            self.at_work.round()
        self.at_work.let_pass(timedelta(milliseconds=250))


def run(quick: bool) -> Report:
    report = Report()
    rows, fan_outs = [], []
    for clients in (300, 1_700):
        row, fan_out = _measure(clients, frames=20 if quick else 100)
        rows.append(row)
        fan_outs.append(fan_out)
    report.add(
        f"The floor four times a second at {CALLS_A_SECOND} calls/s, as many seats as clients",
        (
            "clients",
            "frames",
            "frame p50 ms",
            "p99",
            "delta kB",
            "snapshot kB",
            "fan-out p50 ms",
            "take us/client",
            "whole us/client+frame",
            "% of a core",
            "naive ms",
            "naive/ours",
        ),
        rows,
    )
    report.bar("1,700 clients: no frame > 20 ms of CPU, p99", fan_outs[-1], 20, "ms")
    report.notes.append(
        "frame: view of the floor, rows, difference, JSON, for both audiences, and the fan-out."
        " take: one client's sender takes its bytes; writing to its socket is not in it."
        " naive: the whole board as JSON, once for each client."
    )
    return report


def _measure(clients: int, frames: int) -> tuple[tuple[float, ...], float]:
    shown = ShownFloor(seats=clients)
    feed = shown.feed
    assert feed is not None, "the floor is shown from here on"
    watching = [_join(feed, n) for n in range(clients)]
    sizes = [len(_take_all(feed, client)) for client in watching]
    flush, fan_out, take, deltas = Steps(), Steps(), Steps(), []
    for _ in range(frames):
        shown.pass_quarter_second()
        flush.time(feed.flush)
        took = time.thread_time_ns()
        deltas.append(sum(len(_take_all(feed, client)) for client in watching) / clients)
        take.cpu.append((time.thread_time_ns() - took) / 1000)
        fan_out.time(_fan_out, feed)
        for client in watching:
            _take_all(feed, client)
    naive_ms = _naive_ms(feed, min(clients, 50)) * clients
    whole_us = median(flush.cpu) + median(take.cpu)
    row = (
        clients,
        frames,
        flush.pcpu(0.5) / 1000,
        flush.pcpu(0.99) / 1000,
        median(deltas) / 1000,
        max(sizes) / 1000,
        fan_out.pcpu(0.5) / 1000,
        median(take.cpu) / clients,
        whole_us / clients,
        whole_us / 250_000 * 100,
        naive_ms,
        naive_ms / (whole_us / 1000),
    )
    return row, flush.pcpu(0.99) / 1000


def _join(feed: LiveFeed, n: int) -> LiveClient:
    audience = Audience.AGENTS if n % SUPERVISORS_SHARE else Audience.SUPERVISORS
    return feed.join(audience, AgentNo(f"{n:05d}"), b"")


def _take_all(feed: LiveFeed, client: LiveClient) -> bytes:
    """What the client's sender would write now."""
    taken = []
    while (message := client.take(lambda: feed.snapshot(client.audience))) is not None:
        taken.append(message)
    return b"".join(taken)


def _fan_out(feed: LiveFeed) -> None:
    """A frame that is encoded already, to everybody."""
    for audience in Audience:
        feed.clients.broadcast(audience, b"{}")


def _naive_ms(feed: LiveFeed, clients: int) -> float:
    """CPU a client, of a feed that encodes the whole board for each."""
    began = time.thread_time()
    for _ in range(clients):
        feed.snapshot(Audience.AGENTS)
    return (time.thread_time() - began) * 1000 / clients
