"""One AudioSocket connection: what the citizen says and presses, and what is played to them.

Traps closed here: playing is paced by us, so that a cancelled task is silence at once (barge-in);
no packets mean no frames, so silence is fed in after 40 ms; who falls behind loses the oldest.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final

from telephony.speech.audio_socket import FRAME_S, HEAD, SILENCE, Kind, frame, frames_of, head

KEPT_FRAMES: Final = 500  # 10 s
NO_PACKET_FOR: Final = 0.04
ID_WITHIN: Final = 2.0
READ_AT_MOST: Final = 16384
LATEST: Final = 0.2  # s behind: what was to be played then is not made up for


class Leg:
    """`keys` in the order pressed; `over` once the other side has closed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.keys: deque[str] = deque()
        self.over = False
        self._reader = reader
        self._writer = writer
        self._frames: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        self._came = asyncio.Event()
        self._late = False

    async def read_id(self) -> bytes | None:
        """The 16 bytes that the connection begins with; None when it does not."""
        try:
            async with asyncio.timeout(ID_WITHIN):
                kind, payload = await self._read()
        except (TimeoutError, asyncio.IncompleteReadError, OSError):
            return None
        return payload if kind == Kind.ID and len(payload) == 16 else None

    async def pump(self) -> None:
        """The only reader; ends when the other side does."""
        with suppress(asyncio.IncompleteReadError, OSError):
            await self._take_all()
        self.over = True
        self._came.set()

    async def _take_all(self) -> None:
        """All that a read brings, at once: thirty citizens send 1,500 frames a second."""
        rest = b""
        while more := await self._reader.read(READ_AT_MOST):
            rest += more
            while len(rest) >= HEAD and len(rest) >= HEAD + head(rest)[1]:
                kind, length = head(rest)
                payload, rest = rest[HEAD : HEAD + length], rest[HEAD + length :]
                if kind in (Kind.HANG_UP, Kind.FAULT):
                    return
                self._take(kind, payload)
            self._came.set()

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == Kind.SOUND:
            self._frames.extend(frames_of(payload))
        elif kind == Kind.KEY:
            self.keys.extend(payload.decode("ascii", "replace"))

    async def next_frame(self) -> bytes:
        """20 ms of the citizen, or of silence where no packet came."""
        if not self._frames and not self.over:
            self._came.clear()
            patience = FRAME_S if self._late else NO_PACKET_FOR
            timer = asyncio.get_running_loop().call_later(patience, self._came.set)
            await self._came.wait()
            timer.cancel()
        self._late = not self._frames
        return self._frames.popleft() if self._frames else SILENCE

    def stop(self) -> None:
        """The conversation ends as if the other side had closed."""
        self.over = True
        self._came.set()

    def forget(self) -> None:
        """What came before a question is no answer to it."""
        self._frames.clear()

    async def play(self, sound: bytes) -> None:
        """Ends early, without a fault, when the other side has closed; `pump` tells of that."""
        with suppress(OSError):
            await self._play(sound)

    async def _play(self, sound: bytes) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for one in frames_of(sound):
            self._writer.write(frame(Kind.SOUND, one))
            await self._writer.drain()
            due = max(due + FRAME_S, loop.time() - LATEST)
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def close(self) -> None:
        """The dialplan goes on behind AudioSocket()."""
        try:
            self._writer.write(frame(Kind.HANG_UP))
            await self._writer.drain()
            self._writer.close()
            await self._writer.wait_closed()
        except OSError:
            self.over = True

    async def _read(self) -> tuple[int, bytes]:
        kind, length = head(await self._reader.readexactly(HEAD))
        return kind, await self._reader.readexactly(length) if length else b""
