"""One question put on one connection: play, listen, understand. A key always wins.

The recogniser never decides that somebody speaks or has finished (`turn.py` does); it is asked
once, what was said.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from telephony.speech.evidence import write_evidence
from telephony.speech.feed import Feed
from telephony.speech.leg import Leg
from telephony.speech.orders import CHOICE, Order, Reply
from telephony.speech.recognizers import Guess, Utterance
from telephony.speech.settings import EarSettings
from telephony.speech.turn import News, Turn

UNDERSTAND_WITHIN: Final = 15.0
ENDS_A_COMMENT: Final = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Who understands, and where. `open` begins one utterance."""

    recognizer: str
    open: Callable[[], Utterance]
    pool: Executor
    ear: EarSettings


class Conversation:
    def __init__(self, leg: Leg, order: Order, hearing: Hearing, sound: bytes) -> None:
        self._leg = leg
        self._order = order
        self._hearing = hearing
        self._sound = sound
        self._feed: Feed | None = None

    async def run(self) -> Reply:
        """Always a reply; ends by itself, whatever comes or does not come from the other side."""
        self._leg.forget()
        async with asyncio.TaskGroup() as group:
            pump = group.create_task(self._leg.pump())
            playing = group.create_task(self._leg.play(self._sound))
            try:
                return await self._listen(playing)
            finally:
                pump.cancel()
                playing.cancel()

    async def _listen(self, playing: asyncio.Task[None]) -> Reply:
        loop, turn, deadline = asyncio.get_running_loop(), self._new_turn(), None
        while True:
            news = turn.take(await self._leg.next_frame())
            if self._leg.keys:
                return await self._pressed(turn)
            if self._leg.over:
                return self._reply("gone")
            if news is News.BEGAN:
                playing.cancel()  # barge-in
            if await self._hear(news, turn):
                return await self._understood(turn)
            if turn.speaking or not playing.done():
                deadline = None
            elif deadline is None:
                deadline = loop.time() + self._order.within
            elif loop.time() > deadline:
                return self._reply("silent")

    async def _hear(self, news: News, turn: Turn) -> bool:
        """Pass it on; True when they have finished."""
        if news is News.BEGAN:
            self._feed = Feed(self._hearing.open(), self._hearing.pool)
        elif news is News.NOISE:
            self._feed = None
        if self._feed is not None:
            self._feed.put(turn.said[self._feed.given : turn.worth_hearing])
        return news is News.OVER

    async def _pressed(self, turn: Turn) -> Reply:
        key = self._leg.keys.popleft()
        if key == ENDS_A_COMMENT and turn.speaking and self._order.kind != CHOICE:
            return await self._understood(turn)
        return self._reply("pressed", key=key)

    async def _understood(self, turn: Turn) -> Reply:
        assert self._feed is not None, "who has finished has begun"
        sound = b"".join(turn.said)
        try:
            async with asyncio.timeout(UNDERSTAND_WITHIN):
                guess = await self._feed.end()
        except TimeoutError:
            return self._reply("deaf", why="the recogniser is overloaded")
        if self._leg.keys and self._order.kind == CHOICE:
            return self._reply("pressed", key=self._leg.keys.popleft())
        return await self._told(guess, sound)

    async def _told(self, guess: Guess, sound: bytes) -> Reply:
        """A full disk costs the evidence, never the answer: its hash is "" then."""
        loop, file = asyncio.get_running_loop(), Path(self._order.evidence)
        try:
            sha256, seconds = await loop.run_in_executor(None, write_evidence, file, sound)
        except OSError as trouble:
            sha256, seconds, why = "", len(sound) / 16000, f"no evidence kept: {trouble}"
        else:
            why = ""
        kept = {"sha256": sha256, "seconds": seconds, "why": why}
        if self._order.kind != CHOICE:
            return self._reply("said", text=guess.text, **kept)
        if guess.option is None:
            return self._reply("unclear", confidence=guess.confidence, **kept)
        return self._reply("heard", option=guess.option, confidence=guess.confidence, **kept)

    def _new_turn(self) -> Turn:
        ear = self._hearing.ear
        if self._order.kind == CHOICE:
            return Turn(ear, pause_ms=ear.pause_ms, longest_ms=ear.longest_answer_ms)
        longest = int(self._order.longest * 1000)
        return Turn(ear, pause_ms=ear.comment_pause_ms, longest_ms=longest)

    def _reply(self, how: str, **more: object) -> Reply:
        found: dict[str, object] = {"recognizer": self._hearing.recognizer, **more}
        return Reply(id=self._order.id, how=how, **found)  # type: ignore[arg-type] # by name
