"""An utterance on its way into a recogniser: never on the loop, never two jobs of it in flight."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Final

from telephony.speech.recognizers import Guess, Utterance

PIECE: Final = 10  # frames: 200 ms; Kaldi computes about as much at once


class Feed:
    """`given`: frames so far."""

    def __init__(self, utterance: Utterance, pool: Executor) -> None:
        self._utterance = utterance
        self._pool = pool
        self.given = 0
        self._waiting: list[bytes] = []
        self._job: asyncio.Future[None] | None = None

    def put(self, frames: Sequence[bytes]) -> None:
        self.given += len(frames)
        self._waiting += frames
        if self._job is None and len(self._waiting) >= PIECE:
            self._job = self._run(self._utterance.take, self._taken())
            self._job.add_done_callback(self._job_done)

    async def end(self) -> Guess:
        """Raises what the recogniser raised."""
        if self._job is not None:
            await self._job
        rest = self._taken()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._finish, rest)

    def _finish(self, rest: bytes) -> Guess:
        if rest:
            self._utterance.take(rest)
        return self._utterance.end()

    def _taken(self) -> bytes:
        piece, self._waiting = b"".join(self._waiting), []
        return piece

    def _run(self, take: Callable[[bytes], None], piece: bytes) -> asyncio.Future[None]:
        return asyncio.get_running_loop().run_in_executor(self._pool, take, piece)

    def _job_done(self, job: asyncio.Future[None]) -> None:
        if not job.cancelled() and job.exception() is None:
            self._job = None
