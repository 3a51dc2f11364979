"""bench feed: the live board for 300 and 1,700 clients, in process: a floor at work, our LiveFeed.

A frame is what one change of the floor costs once for all; a fan-out hands its bytes to every
client. The baseline is what a naive feed does: the whole board encoded anew for each client.
"""

import asyncio
import time
from typing import Final

from bench.feed_floor import CALLS_A_SECOND, ShownFloor, is_supervisor
from bench.feed_sockets import MOVES_EVERY_S, Served, serve
from bench.report import Report
from bench.timing import Steps, median, percentile
from console.live_clients import Audience, LiveClient
from console.live_feed import LiveFeed
from hotline.watch.collector import hold_pauses_short
from kernel.ids import AgentNo

RUNS: Final = 3


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
    served = {n: _several(n, quick) for n in (300, 1_700)}
    report.add(
        f"The same over real sockets, clients in another process; the middle of {_runs(quick)}",
        (
            "clients",
            "us/client+frame",
            "bare writes",
            "ours/bare",
            "% of a core",
            "bare",
            "MB/s",
            "step p99 ms CPU",
            "longest",
            "lost",
        ),
        [_served(clients, _middle(runs)) for clients, runs in served.items()],
    )
    most = served[1_700]
    share = _share_of_a_core(_middle(most))
    longest = max(max(one.steps_ms) for one in most)
    report.bar("1,700 clients, 4 updates/s: <= 10 % of a core, sockets included", share, 10, "%")
    report.bar("1,700 clients: no step > 20 ms of CPU", longest, 20, "ms")
    report.bar("1,700 clients: none lost", float(sum(one.lost for one in most)), 0, "clients")
    report.bar("1,700 clients: no frame > 20 ms of CPU, p99", fan_outs[-1], 20, "ms")
    report.notes.append(
        "frame: view of the floor, rows, difference, JSON, for both audiences, and the fan-out."
        " take: one client's sender takes its bytes; writing to its socket is not in it."
        " naive: the whole board as JSON, once for each client."
        " bare writes: the same bytes to the same sockets by nothing but asyncio."
    )
    return report


def _several(clients: int, quick: bool) -> list[Served]:
    return [asyncio.run(serve(clients, 4 if quick else 12)) for _ in range(_runs(quick))]


def _runs(quick: bool) -> int:
    return 1 if quick else RUNS


def _middle(runs: list[Served]) -> Served:
    """By its share of a core: a neighbour's burst on the machine does not count."""
    return sorted(runs, key=_share_of_a_core)[len(runs) // 2]


def _share_of_a_core(one: Served) -> float:
    return one.cpu_s / one.wall_s * 100


def _served(clients: int, one: Served) -> tuple[float, ...]:
    whole_s = one.cpu_s / one.moves
    return (
        clients,
        whole_s / clients * 1e6,
        one.bare_s / clients * 1e6,
        whole_s / one.bare_s,
        _share_of_a_core(one),
        one.bare_s / MOVES_EVERY_S * 100,
        one.mb_s,
        percentile(one.steps_ms, 0.99),
        max(one.steps_ms),
        one.lost,
    )


def _measure(clients: int, frames: int) -> tuple[tuple[float, ...], float]:
    shown = ShownFloor(seats=clients)
    hold_pauses_short()  # as hotline/main.py
    feed = shown.feed
    assert feed is not None, "the floor is shown from here on"
    watching = [_join(feed, n) for n in range(clients)]
    sizes = [len(_take_all(feed, client)) for client in watching]
    flush, fan_out, take, deltas = Steps(), Steps(), Steps(), []
    for _ in range(frames):
        for move in shown.quarter_second():
            move()
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
    audience = Audience.SUPERVISORS if is_supervisor(n) else Audience.AGENTS
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
