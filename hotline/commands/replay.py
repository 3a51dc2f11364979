"""A captured AMI stream through link, parser and call table, offline.

`hotline/commands/replay_story.py` tells the stories on it. A capture is a block a
message: `+seconds`, `>` sent or `<` received, the headers; continuation lines are indented.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from kernel.errors import BadInput
from kernel.fact import Fact
from kernel.ids import CallId, LegId, NumberKey
from kernel.phone import PhoneNumber
from telephony.ami_asks import Headers
from telephony.ami_events import BrokenEvent, parse
from telephony.ami_reader import MessageReader
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


class Stream:
    """Bytes of AMI to effects of the call table. `counters`: what surprised it."""

    def __init__(self) -> None:
        self.mirror = Mirror(key_of=_key_of)
        self.counters: Counter[str] = Counter()
        self._reader = MessageReader()
        self._names: dict[str, CallId] = {}

    def take(self, sent: bool, block: bytes, now: datetime) -> list[Effect]:
        """`sent`: our side said it; from that only the legs it made are learned."""
        effects: list[Effect] = []
        for headers in self._reader.feed(block):
            if sent:
                _sent(self.mirror, headers, self._names)
                continue
            try:
                event = parse(headers)
            except BrokenEvent:
                self.counters["broken events"] += 1
                continue
            if event is not None:
                effects += self.mirror.take(event, now)
                calls = self.mirror.calls.values()
                self._names.update({call.ami_name: call.id for call in calls})
        return effects


def replay(text: str) -> Replayed:
    """Link and call table alone, at the capture's own times. BadInput for what is no capture."""
    stream, result = Stream(), Replayed()
    for seconds, sent, block in captured(text):
        result.effects += stream.take(sent, block, START + timedelta(seconds=seconds))
    result.counters = stream.counters + stream.mirror.counters
    return result


def _key_of(number: PhoneNumber) -> NumberKey:
    return NumberKey(sha256(number.value.encode()).hexdigest()[:16])


def captured(text: str) -> Iterator[tuple[float, bool, bytes]]:
    """Each message: seconds, whether we sent it, its bytes. BadInput for what is no capture."""
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
