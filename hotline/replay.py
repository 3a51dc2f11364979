"""`hotline replay FILE.ami`: a captured AMI stream through link, parser and call table, offline.

Prints the facts that follow, one JSON line each, then what surprised us. A capture is a block a
message: `+seconds`, `>` sent or `<` received, the headers; continuation lines are indented.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from kernel.errors import BadInput
from kernel.fact import Fact, encode
from kernel.ids import CallId, LegId, NumberKey
from telephony.ami_asks import Headers
from telephony.ami_events import BrokenEvent, parse
from telephony.ami_link import MessageReader
from telephony.legs import Leg, LegAnswered, LegEnded, LegRinging, Purpose
from telephony.mirror import Mirror
from telephony.mirror_effects import Effect

# A capture knows seconds since its first line alone.
START: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Replayed:
    """What a capture says. `effects` keeps the order in which it was said."""

    effects: list[Effect] = field(default_factory=list)
    counters: Counter[str] = field(default_factory=Counter)

    @property
    def facts(self) -> list[Fact]:
        return [effect for effect in self.effects if isinstance(effect, Fact)]

    @property
    def news(self) -> list[LegRinging | LegAnswered | LegEnded]:
        kinds = LegRinging | LegAnswered | LegEnded
        return [effect for effect in self.effects if isinstance(effect, kinds)]


def replay(text: str) -> Replayed:
    """Raises BadInput for a file that is no capture."""
    mirror = Mirror(key_of=lambda number: NumberKey(sha256(number.value.encode()).hexdigest()[:16]))
    reader, result = MessageReader(), Replayed(counters=Counter())
    names: dict[str, CallId] = {}
    for seconds, sent, block in _blocks(text):
        for headers in reader.feed(block):
            now = START + timedelta(seconds=seconds)
            if sent:
                _sent(mirror, headers, names)
                continue
            try:
                event = parse(headers)
            except BrokenEvent:
                result.counters["broken events"] += 1
                continue
            if event is not None:
                result.effects += mirror.take(event, now)
                names.update({call.ami_name: call.id for call in mirror.calls.values()})
    result.counters += mirror.counters
    return result


def _blocks(text: str) -> Iterator[tuple[float, bool, bytes]]:
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith("#")]
        if not lines:
            continue
        at, _, rest = lines[0].partition(" ")
        way, _, first = rest.partition(" ")
        if not at.startswith("+") or way not in "<>":
            raise BadInput(
                f"{lines[0][:40]!r} does not begin a captured message.",
                remedy="Use a file in the form of tests/captures/*.ami.",
            )
        headers = [first, *(line[10:] for line in lines[1:])]
        whole = "\r\n".join(header for header in headers if header)
        if way == ">":  # the reader knows what Asterisk says; an action looks to it like an event
            whole = whole.replace("Action: ", "Event: > ", 1)
        yield float(at[1:]), way == ">", whole.encode() + b"\r\n\r\n"


def _sent(mirror: Mirror, headers: Headers, names: dict[str, CallId]) -> None:
    """What our side did in the capture: legs that were rung, legs that were withdrawn."""
    known = mirror.legs.get(str(headers.get("channel", "")))
    if headers.get("event") == "> Hangup" and known is not None:
        known.dropped = not known.joined
    leg = LegId(str(headers.get("channelid", "")))
    if headers.get("event") != "> Originate" or not leg or mirror.legs.get(leg) is not None:
        return
    given = headers.get("variable", ())
    variables = dict(
        pair.partition("=")[::2] for pair in ([given] if isinstance(given, str) else given)
    )
    caller = names.get(variables.get("CC_CALLER", ""))
    seat = headers.get("context") == "deliver"
    purpose = Purpose.SEAT if seat else Purpose.CONFERENCE
    mirror.legs.expect(Leg(leg, purpose, caller))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a captured AMI stream")


def main(arguments: argparse.Namespace) -> int:
    replayed = replay(arguments.file.read_text(encoding="utf-8"))
    for fact in replayed.facts:
        sys.stdout.write(f"{fact.kind} {encode(fact).decode()}\n")
    for news in replayed.news:
        sys.stdout.write(f"{news}\n")
    for what, count in sorted(replayed.counters.items()):
        sys.stdout.write(f"{what}: {count}\n")
    return 0
