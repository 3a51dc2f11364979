"""The audio side of a phone: sends frames every 20 ms, counts and keeps what arrives.

One pacer serves all phones of a process: one timer a tick for a hundred streams, not a hundred.
"""

import asyncio
import itertools
import secrets
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from hotline.rehearsal.audio import FRAME_SAMPLES, RATE, dominant, rms, to_linear
from hotline.rehearsal.errors import PhoneSilent
from hotline.rehearsal.sip_message import Address

TICK: Final = FRAME_SAMPLES / RATE  # 20 ms
ALAW: Final = 8
TELEPHONE_EVENT: Final = 101
KEYS: Final = "0123456789*#ABCD"
_KEEP_SECONDS: Final = 20
_HEAD: Final = struct.Struct("!BBHII")
_EVENT: Final = struct.Struct("!BBH")
_MARKER: Final = 0x80
_END: Final = 0x80
_VOLUME: Final = 10
# Phones begin anywhere in the circle, so do ours, far apart from stream to stream: a recorder that
# cannot bear a jump of the numbers shows at once (ADR 0014).
_FIRST_NUMBERS: Final = itertools.count(40_000, 25_000)


@dataclass(frozen=True, slots=True)
class _KeyPacket:
    body: bytes
    is_first: bool
    is_last: bool


class Pacer:
    """Calls every stream that sends, once per 20 ms; asleep while none does."""

    def __init__(self) -> None:
        self._senders: dict[int, Callable[[], None]] = {}
        self._timer: asyncio.Handle | None = None
        self._next = 0.0

    def start(self, stream: "RtpStream") -> None:
        self._senders[id(stream)] = stream.send_frame
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._next = loop.time()
            self._timer = loop.call_soon(self._tick)

    def stop(self, stream: "RtpStream") -> None:
        self._senders.pop(id(stream), None)
        if not self._senders and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        for send in list(self._senders.values()):
            send()
        if not self._senders:
            return
        loop = asyncio.get_running_loop()
        # After a stall of the loop we go on from now: a burst would say more than a gap.
        self._next = max(self._next + TICK, loop.time() - TICK)
        self._timer = loop.call_at(self._next, self._tick)


@dataclass(slots=True)
class Heard:
    """What came in so far. `sound` holds the last 20 s as A-law."""

    packets: int = 0
    keys: str = ""
    sound: bytearray = field(default_factory=bytearray)
    _last_event: int | None = None

    def take(self, packet: bytes) -> None:
        if len(packet) < _HEAD.size:
            return
        kind, stamp = packet[1] & 0x7F, int.from_bytes(packet[4:8], "big")
        body = packet[_HEAD.size :]
        if kind == TELEPHONE_EVENT and len(body) >= _EVENT.size:
            self._take_key(body[0], stamp)
        elif kind == ALAW:
            self.packets += 1
            self.sound += body
            del self.sound[: -_KEEP_SECONDS * RATE]

    def _take_key(self, event: int, stamp: int) -> None:
        """One key is many packets with the same time stamp."""
        if stamp != self._last_event and event < len(KEYS):
            self.keys += KEYS[event]
        self._last_event = stamp

    def loudness(self, last_seconds: float = 1.0) -> float:
        """RMS of the latest sound, in 16-bit units."""
        return rms(self._latest(last_seconds))

    def pitch(self, among: Sequence[int], last_seconds: float = 0.5) -> int | None:
        """Which of these tones (Hz) is heard; None when it is none of them."""
        return dominant(self._latest(last_seconds), among)

    def _latest(self, seconds: float) -> list[int]:
        return to_linear(bytes(self.sound[-int(seconds * RATE) :]))


class RtpStream:
    """One audio port: plays frames or keys to the far end, hears what it sends.

    A plain socket with a reader instead of a transport, so that an INVITE can be answered at once.
    """

    def __init__(self, host: str, pacer: Pacer) -> None:
        self.heard = Heard()
        self.sent = 0
        self._pacer = pacer
        self._to: Address | None = None
        self._frames: Iterator[bytes] | None = None
        self._keys: deque[_KeyPacket | None] = deque()
        self._sequence = next(_FIRST_NUMBERS) % 65_536
        self._stamp = self._key_stamp = secrets.randbelow(1 << 30)
        self._source = secrets.randbits(32)
        self._waiting: set[asyncio.Event] = set()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))
        self.address: Address = self._socket.getsockname()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)

    @property
    def is_open(self) -> bool:
        return self._socket.fileno() >= 0

    def _read(self) -> None:
        with suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                self.heard.take(self._socket.recv(2048))
                for event in self._waiting:
                    event.set()

    async def until(self, fulfilled: Callable[[Heard], bool], *, within: float) -> None:
        """Waits until what was heard fulfils it. Raises PhoneSilent after `within` seconds."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(within):
                while not fulfilled(self.heard):
                    event.clear()
                    await event.wait()
        except TimeoutError:
            heard = self.heard
            raise PhoneSilent(
                f"In {within} s a phone heard {heard.packets} packets and the keys {heard.keys!r}.",
                remedy="See where Asterisk sends its RTP.",
            ) from None
        finally:
            self._waiting.discard(event)

    def forget(self) -> None:
        """What came until now, read or not, is no part of what is heard from now on."""
        if self.is_open:
            self._read()
        self.heard.sound.clear()

    def send_to(self, far: Address | None) -> None:
        """Where the far end listens; None: it wants to hear nothing (hold)."""
        self._to = far

    def play(self, frames: Sequence[bytes], *, loop: bool = True) -> None:
        """Sends these 20 ms frames from now on, round and round when `loop` says so."""
        if self.is_open:
            self._frames = itertools.cycle(frames) if loop else iter(frames)
            self._pacer.start(self)

    def be_silent(self) -> None:
        """Sends nothing at all, as a phone on mute with silence suppression."""
        self._frames = None

    def press(self, keys: str, *, tone_ms: int = 100, gap_ms: int = 80) -> None:
        """Sends keys as telephone-events (RFC 4733), in place of the sound."""
        for key in keys:
            self._keys.extend(_key_packets(KEYS.index(key), tone_ms))
            self._keys.extend([None] * (gap_ms // 20))
        self._pacer.start(self)

    def send_frame(self) -> None:
        """One tick of 20 ms: a key's packet, a frame of sound, or nothing."""
        self._stamp = (self._stamp + FRAME_SAMPLES) & 0xFFFFFFFF
        if self._keys:
            self._send_key(self._keys.popleft())
            return
        frame = next(self._frames, None) if self._frames is not None else None
        if frame is None:
            self._pacer.stop(self)
            return
        self._send(ALAW, self._stamp, frame)

    def _send_key(self, packet: _KeyPacket | None) -> None:
        if packet is None:
            return
        if packet.is_first:  # all packets of one key carry the moment at which it began
            self._key_stamp = self._stamp
        self._send(
            TELEPHONE_EVENT | (_MARKER if packet.is_first else 0), self._key_stamp, packet.body
        )
        if packet.is_last:  # the end is said three times, because a packet may be lost
            self._send(TELEPHONE_EVENT, self._key_stamp, packet.body)
            self._send(TELEPHONE_EVENT, self._key_stamp, packet.body)

    def _send(self, kind: int, stamp: int, body: bytes) -> None:
        if self._to is None or not self.is_open:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = _HEAD.pack(0x80, kind, self._sequence, stamp, self._source)
        with suppress(OSError):  # a lost packet, as on any wire; the pacer's other streams go on
            self._socket.sendto(head + body, self._to)
            self.sent += 1

    def close(self) -> None:
        self._pacer.stop(self)
        if self.is_open:
            self._loop.remove_reader(self._socket)
            self._socket.close()


def _key_packets(event: int, tone_ms: int) -> Iterator[_KeyPacket]:
    count = max(2, tone_ms // 20)
    for n in range(1, count + 1):
        last = n == count
        body = _EVENT.pack(event, (_END if last else 0) | _VOLUME, n * FRAME_SAMPLES)
        yield _KeyPacket(body, n == 1, last)
