"""Recorded AMI streams, repeated: what Asterisk said, each repetition with ids of its own.

What asterisk/manager.conf.j2 declines today is left out: some recordings are older than its list.

Legs that our side rang in a recording are known before the stream begins, as the switchboard knows
them before it rings.
"""

import re
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from hotline.private.places import PROJECT
from kernel.ids import CallId, LegId
from telephony.legs import Leg, Purpose
from telephony.mirror import Mirror

CAPTURES: Final = PROJECT / "tests" / "captures"
RECORDED_PREFIX: Final = "17952"  # of all ids: the seconds at which the recordings were made
FIRST_PREFIX: Final = 20_000

_HEADER: Final = re.compile(r"^(?:\+\S+ [<>] | {10})", re.MULTILINE)
_DECLINED: Final = re.compile(r"^eventfilter\(action\(exclude\),name\((\w+)\)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stream:
    data: bytes
    messages: int
    legs: tuple[tuple[int, LegId, CallId | None], ...]  # known from that message on

    def reads(self, size: int) -> list[bytes]:
        return [self.data[at : at + size] for at in range(0, len(self.data), size)]


class Ringing:
    """Our side of the stream: each leg is expected shortly before Asterisk speaks of it."""

    def __init__(self, stream: Stream, mirror: Mirror) -> None:
        self._next = deque(stream.legs)
        self._mirror = mirror

    def ahead_of(self, message: int) -> None:
        while self._next and self._next[0][0] <= message:
            _, leg, caller = self._next.popleft()
            self._mirror.legs.expect(Leg(leg, Purpose.SEAT, caller))


@dataclass(slots=True)
class _Recording:
    heard: list[str]
    rung: list[tuple[str, str]]  # leg, its caller's Uniqueid ("": none)
    names: set[str]  # ids that our side gave


def repeated(messages: int) -> Stream:
    """At least so many messages, as they stand in the recordings one after the other."""
    settings = (PROJECT / "asterisk" / "manager.conf.j2").read_text("utf-8")
    declined = {f"Event: {name}" for name in _DECLINED.findall(settings)}
    captures = [file.read_text("utf-8") for file in sorted(CAPTURES.glob("*.ami"))]
    recordings = [_recording(text, declined) for text in captures]
    data: list[str] = []
    legs: list[tuple[int, LegId, CallId | None]] = []
    ids = FIRST_PREFIX
    while len(data) < messages:
        for recording in recordings:
            first = len(data)
            data += [_renamed(text, recording, ids) for text in recording.heard]
            legs += [
                (
                    first,
                    LegId(_renamed(leg, recording, ids)),
                    CallId(_renamed(caller, recording, ids)) if caller else None,
                )
                for leg, caller in recording.rung
            ]
        ids += 1
    return Stream("".join(data).encode(), len(data), tuple(legs))


def _renamed(text: str, recording: _Recording, ids: int) -> str:
    """Ids either hold the seconds of their making, or are a name that our side gave."""
    text = text.replace(RECORDED_PREFIX, str(ids))
    for name in recording.names:
        text = f"{name}.{ids}" if text == name else text.replace(f": {name}\r", f": {name}.{ids}\r")
    return text


def _recording(text: str, declined: Collection[str]) -> _Recording:
    found = _Recording([], [], set())
    channels: dict[str, str] = {}  # name -> Uniqueid
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith("#")]
        headers = [_HEADER.sub("", line) for line in lines]
        if not lines:
            continue
        if lines[0].split(" ")[1] == "<":
            if headers[0] not in declined:
                found.heard.append("\r\n".join(headers) + "\r\n\r\n")
            channels.setdefault(_value(headers, "Channel: "), _value(headers, "Uniqueid: "))
        elif headers[0] == "Action: Originate":
            _note_leg(found, headers, channels)
    return found


def _note_leg(found: _Recording, headers: list[str], channels: dict[str, str]) -> None:
    leg, caller = _value(headers, "ChannelId: "), _value(headers, "Variable: CC_CALLER=")
    if leg and "Context: deliver" in headers:
        found.rung.append((leg, channels.get(caller, "")))
    if leg and RECORDED_PREFIX not in leg:
        found.names.add(leg)


def _value(headers: list[str], start: str) -> str:
    return next((h.removeprefix(start) for h in headers if h.startswith(start)), "")
