"""bench ami: recorded streams through our link, against panoramisk's own protocol and dispatch.

Both frame, parse and hand on the same bytes in the same run. Ours then makes types and keeps the
mirror of all calls. The last table is a real socket with all of it.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Any, Final

from panoramisk.manager import Manager

from bench.ami_burst import burst
from bench.ami_stream import Ringing, Stream, repeated
from bench.report import Report
from bench.timing import median, percentile
from kernel.clock import SystemClock
from kernel.ids import NumberKey
from telephony.ami_asks import Headers
from telephony.ami_events import AmiEvent, BrokenEvent, parse
from telephony.ami_reader import MessageReader
from telephony.mirror import Mirror

REPEATS: Final = 5
READS: Final = (1_460, 65_536)  # bytes: one packet, and a backlog
NOW: Final = SystemClock().now()

Reads = list[bytes]


def run(quick: bool) -> Report:
    stream = repeated(8_000 if quick else 40_000)
    report = Report()
    rows = [row for size in READS for row in _compare(stream, size)]
    report.add(
        f"Messages through one core, CPU, median of {REPEATS}",
        ("bytes a read", "what", "messages", "messages/s", "us each", "cost / panoramisk"),
        rows,
    )
    _report_burst(report, repeated(40_000 if quick else 200_000))
    return report


def _compare(stream: Stream, size: int) -> list[tuple[str | int | float, ...]]:
    reads = stream.reads(size)
    ways: dict[str, Callable[[Reads, Stream], Any]] = {
        "panoramisk, one handler": through_panoramisk,
        "ours: whole messages": through_reader,
        "ours: and typed": through_types,
        "ours: and the mirror of calls": through_mirror,
    }
    took: dict[str, list[float]] = {what: [] for what in ways}
    for _ in range(REPEATS):  # in turns, so that a busy minute of the machine meets all of them
        for what, way in ways.items():
            took[what].append(_seconds(way, reads, stream))
    usual = {what: median(times) for what, times in took.items()}
    bare = usual["panoramisk, one handler"]
    n = stream.messages
    return [(size, what, n, n / s, s / n * 1e6, s / bare) for what, s in usual.items()]


def _seconds(way: Callable[[Reads, Stream], Any], reads: Reads, stream: Stream) -> float:
    gc.collect()
    began = time.thread_time()
    way(reads, stream)
    return time.thread_time() - began


def through_panoramisk(reads: Reads, stream: Stream) -> int:
    """Its protocol and its dispatch to one plain handler, which is the least it can do."""
    heard: list[object] = []
    manager = Manager(loop=asyncio.new_event_loop())
    manager.register_event("*", lambda manager, message: heard.append(message))
    protocol = manager.config["protocol_factory"]()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding = manager, "utf8"
    for data in reads:
        protocol.data_received(data)
    manager.loop.close()
    return len(heard)


def through_reader(reads: Reads, stream: Stream) -> int:
    reader = MessageReader()
    return sum(len(reader.feed(data)) for data in reads)


def through_types(reads: Reads, stream: Stream) -> list[AmiEvent]:
    reader = MessageReader()
    return [e for data in reads for h in reader.feed(data) if (e := _typed(h)) is not None]


def through_mirror(reads: Reads, stream: Stream) -> int:
    reader, effects, heard = MessageReader(), 0, 0
    mirror = Mirror(key_of=lambda number: NumberKey(number.value))
    ringing = Ringing(stream, mirror)
    for data in reads:
        messages = reader.feed(data)
        heard += len(messages)
        ringing.ahead_of(heard)
        events = (e for h in messages if (e := _typed(h)) is not None)
        effects += sum(len(mirror.take(event, NOW)) for event in events)
    return effects


def _typed(headers: Headers) -> AmiEvent | None:
    try:
        return parse(headers)
    except BrokenEvent:
        return None


def _report_burst(report: Report, stream: Stream) -> None:
    found = asyncio.run(burst(stream))
    rate = found.messages / found.cpu_s
    row = (
        found.messages,
        found.typed,
        found.messages / found.wall_s,
        rate,
        found.typed / found.cpu_s,
        percentile(found.lags_ms, 0.5),
        percentile(found.lags_ms, 0.999),
        max(found.steps_ms),
        found.connections_lost,
    )
    report.add(
        "A burst through the whole link: socket, AmiLink, types, mirror",
        (
            "messages",
            "typed",
            "messages/s",
            "messages/s CPU",
            "typed/s CPU",
            "loop late p50 ms",
            "p99.9",
            "longest step ms CPU",
            "lost",
        ),
        [row],
    )
    report.at_least(">= 40,000 AMI messages/s of one core", rate, 40_000, "/s")
    typed = found.typed / found.cpu_s
    report.at_least(">= 40,000 of those we have a use for", typed, 40_000, "/s")
    report.bar("a burst drops no connection", float(found.connections_lost), 0, "lost")
    report.bar("no step of the loop > 20 ms of CPU in a burst", max(found.steps_ms), 20, "ms")
