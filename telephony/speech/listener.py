"""`Listens`, kept by the worker process: the call stays in our hands, AudioSocket runs in its AGI.

`TryExec` goes on when nobody answers at the other end, so a dead worker is `KeysOnly` and no more.
Keys are taken from Asterisk's own events, as everywhere (`live_call.py`); the worker's hear the
same key sooner, so they only stop the question.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import structlog

from telephony.errors import AnswerOverdue
from telephony.live_call import KEY_FOLLOWS_WITHIN, LiveCall
from telephony.speech.listens import (
    Answer,
    Comment,
    Evidence,
    Heard,
    KeysOnly,
    Language,
    OpenQuestion,
    Pressed,
    Question,
    Said,
    Silent,
    Unclear,
)
from telephony.speech.orders import CHOICE, COMMENT, Order, Reply
from telephony.speech.supervisor import SpeechWorker
from telephony.spoken import Sound

log = structlog.get_logger(__name__)

GRACE: Final = timedelta(seconds=30)  # over all that an order may take by itself
ANSWER_FOLLOWS_WITHIN: Final = 1.0
WORKER_KNOWS_WITHIN: Final = 0.3
UNSAFE: Final = re.compile(r"[^0-9A-Za-z._-]")


class SpeechListener:
    """`sound_file`: the WAV of a sound. Evidence goes below `evidence`, a folder a day."""

    def __init__(
        self, worker: SpeechWorker, sound_file: Callable[[Sound], Path], evidence: Path
    ) -> None:
        self.worker = worker
        self._sound_file = sound_file
        self._evidence = evidence.absolute()

    def hears(self, language: Language) -> bool:
        return self.worker.hears(language)

    async def choice(self, call: LiveCall, question: Question) -> Answer:
        options = {choice.option: choice.says for choice in question.choices if choice.says}
        if not options:
            return KeysOnly("the question has no words")
        order = self._order(call, question, CHOICE, options)
        match await self._answer(call, question.language, order):
            case Pressed() | Silent() | KeysOnly() as known:
                return known
            case Reply(how="heard") as heard:
                return Heard(heard.option, heard.confidence, self._kept(order, heard))
            case reply:
                return Unclear(self._kept(order, reply))

    async def comment(self, call: LiveCall, question: OpenQuestion) -> Comment:
        order = self._order(call, question, COMMENT, {})
        match await self._answer(call, question.language, order):
            case Pressed() | Silent() | KeysOnly() as known:
                return known
            case reply:
                return Said(reply.text, self._kept(order, reply))

    async def _answer(
        self, call: LiveCall, language: Language, order: Order
    ) -> Reply | Pressed | Silent | KeysOnly:
        if not self.worker.hears(language):
            return KeysOnly(f"nobody hears {language.value}")
        early = await call.next_key(timedelta(0))
        if early:
            return Pressed(early)
        reply = await self._put(call, order)
        if reply.why:
            log.warning("speech worker says", why=reply.why, how=reply.how)
        key = await self._key(call, reply)
        if key:
            return Pressed(key)
        match reply.how:
            case "heard" | "unclear" | "said":
                return reply
            case "silent" | "pressed":  # an echo of the key before (telephony/live_call.py)
                return Silent()
            case _:
                return KeysOnly(reply.why or "the conversation was cut off")

    async def _put(self, call: LiveCall, order: Order) -> Reply:
        """The order is announced first: the worker refuses whom it does not expect."""
        answer, address = self.worker.ask(order), self.worker.address
        within = timedelta(seconds=order.within + order.longest) + self._length(order) + GRACE
        try:
            await self._converse(call, order, address, within)
            async with asyncio.timeout(ANSWER_FOLLOWS_WITHIN):
                return await answer
        except TimeoutError:
            return Reply(id=order.id, how="deaf", why="the speech worker did not answer")
        finally:
            self.worker.forget(order.id)

    async def _converse(
        self, call: LiveCall, order: Order, address: str, within: timedelta
    ) -> None:
        async with asyncio.TaskGroup() as group:
            key = group.create_task(self._stop_at_key(call, order))
            try:
                await call.converse(order.id, address, within)
            except AnswerOverdue as overdue:
                log.warning("conversation was not given back", why=overdue.problem)
            finally:
                key.cancel()

    async def _stop_at_key(self, call: LiveCall, order: Order) -> None:
        """A key that Asterisk took before AudioSocket() ran is unknown to the worker."""
        await call.key_waiting()
        await asyncio.sleep(WORKER_KNOWS_WITHIN)
        self.worker.stop(order.id)

    async def _key(self, call: LiveCall, reply: Reply) -> str:
        """What Asterisk told us was pressed; the worker may know of it a moment sooner."""
        pressed = reply.how == "pressed"
        return await call.next_key(KEY_FOLLOWS_WITHIN if pressed else timedelta(0))

    def _order(
        self,
        call: LiveCall,
        question: Question | OpenQuestion,
        kind: str,
        options: dict[str, tuple[str, ...]],
    ) -> Order:
        longest = question.longest if isinstance(question, OpenQuestion) else timedelta(seconds=6)
        order_id = str(uuid4())
        name = UNSAFE.sub("-", f"{call.id}~{question.name}~{order_id[:8]}".replace("~", "_"))
        return Order(
            id=order_id,
            kind=kind,
            language=question.language.value,
            sounds=self._files(question.sounds),
            options=options,
            within=question.within.total_seconds(),
            longest=longest.total_seconds(),
            evidence=str(self._evidence / f"{call.arrived_at:%Y-%m-%d}" / f"{name}.wav"),
        )

    def _files(self, sounds: Sequence[Sound]) -> tuple[str, ...]:
        return tuple(str(self._sound_file(sound)) for sound in sounds)

    def _length(self, order: Order) -> timedelta:
        """How long the sounds may last: 16,000 bytes are a second. A stat of each, no reading."""
        return timedelta(seconds=sum(Path(file).stat().st_size for file in order.sounds) / 16000)

    def _kept(self, order: Order, reply: Reply) -> Evidence:
        file = str(Path(order.evidence).relative_to(self._evidence))
        return Evidence(file, reply.sha256, reply.seconds, reply.recognizer)
