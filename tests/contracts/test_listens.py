"""What `Listens` owes a story: the same on the fake and on the worker process.

The worker's ear is made up (`tests/speech/fake_worker.py`), Asterisk is this file's: it runs
AudioSocket() when it is told to, as the real one does in `tests/integration/test_speech_call.py`.
"""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pytest

from kernel.ids import CallId
from kernel.phone import WITHHELD
from telephony.ami_asks import Reply
from telephony.ami_text import ActionHeaders
from telephony.live_call import LiveCall
from telephony.party import Party
from telephony.speech.audio_socket import SILENCE, Kind, frame, frames_of
from telephony.speech.listener import SpeechListener
from telephony.speech.listens import (
    Choice,
    Comment,
    Heard,
    KeysOnly,
    Language,
    Listens,
    OpenQuestion,
    Pressed,
    Question,
    Said,
    Silent,
    Unclear,
)
from tests.fakes.fake_listener import EVIDENCE, FakeListener, heard
from tests.speech.tables import HERE, linear
from tests.speech.worker_house import fake_worker

SATISFIED = linear(HERE / "zh" / "satisfied.zf_xiaobei.alaw")
RAMBLING = SATISFIED * 3
QUESTION = Question(
    name="satisfaction",
    sounds=(),
    choices=(Choice("satisfied", ("满意",)), Choice("dissatisfied", ("不满意",))),
    within=timedelta(milliseconds=300),
)
OPEN = OpenQuestion(name="comment", sounds=(), within=timedelta(milliseconds=300))


class AsteriskInMemory:
    """Carries out AGI commands of one call; `sound` and `key` are what its citizen does next."""

    is_up = True

    def __init__(self) -> None:
        since = datetime(2026, 11, 21, 10, tzinfo=UTC)
        party = Party(WITHHELD, None, "", "12345", "trunk", since)
        self.call = LiveCall(CallId("1795.4"), "PJSIP/trunk-1", party, self, sound_path=str)
        self.call.taken_in_hand("room", "PJSIP/trunk-1")
        self.sound = b""
        self.key = ""
        self.echo = ""  # of a key taken before: the worker alone gets it
        self.key_before = ""  # pressed while AudioSocket() starts: it goes to Asterisk alone

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        command = str(headers["Command"])
        found = re.fullmatch(r'EXEC TryExec "AudioSocket\((.+),(.+):(\d+)\)"', command)
        if found is not None:
            await self._audio_socket(found[1], found[2], int(found[3]))
        self.call.command_done(str(headers["CommandID"]), 0)
        return Reply({"response": "Success"})

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        raise AssertionError(f"nothing is told: {headers}")

    async def _audio_socket(self, who: str, host: str, port: int) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(frame(Kind.ID, UUID(who).bytes))
        if self.sound:
            spoken = frames_of(self.sound) + [SILENCE] * 150
            writer.write(b"".join(frame(Kind.SOUND, one) for one in spoken))
        if self.key:
            writer.write(frame(Kind.KEY, self.key.encode()))
            self.call.key_pressed(self.key)
        if self.echo:
            writer.write(frame(Kind.KEY, self.echo.encode()))
        if self.key_before:
            self.call.key_pressed(self.key_before)
        await reader.read()
        writer.close()


class House(Protocol):
    """A listener with a citizen who can be told what to do."""

    listener: Listens
    asterisk: AsteriskInMemory

    def will_say(self, sound: bytes) -> None: ...
    async def lose_the_worker(self) -> None: ...


class FakeHouse:
    def __init__(self) -> None:
        self.asterisk = AsteriskInMemory()
        self.fake = FakeListener()
        self.listener: Listens = self.fake

    def will_say(self, sound: bytes) -> None:
        self.fake.says.append(heard("satisfied") if sound == SATISFIED else heard("nothing known"))

    async def lose_the_worker(self) -> None:
        self.fake.languages.clear()


class WorkerHouse:
    def __init__(self, listener: SpeechListener) -> None:
        self.asterisk = AsteriskInMemory()
        self.real = listener
        self.listener: Listens = listener

    def will_say(self, sound: bytes) -> None:
        self.asterisk.sound = sound

    async def lose_the_worker(self) -> None:
        assert self.real.worker.pid is not None
        os.kill(self.real.worker.pid, signal.SIGKILL)
        await self.real.worker.changed(lambda: not self.real.worker.address)


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[House]:
    if kind == "fake":
        yield FakeHouse()
        return
    async with fake_worker() as worker:
        yield WorkerHouse(SpeechListener(worker, lambda sound: Path(sound), folder))


both = pytest.mark.parametrize("kind", ["fake", "worker"])


@both
async def test_an_option_that_is_said_is_heard_with_its_evidence(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as house:
        house.will_say(SATISFIED)
        answer = await house.listener.choice(house.asterisk.call, QUESTION)
        assert isinstance(answer, Heard)
        assert answer.option == "satisfied"
        assert 0 < answer.confidence <= 1
        assert answer.evidence.file.endswith(".wav")
        assert len(answer.evidence.sha256) in (64, len(EVIDENCE.sha256))


@both
async def test_what_is_none_of_the_options_is_unclear(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as house:
        house.will_say(RAMBLING)
        answer = await house.listener.choice(house.asterisk.call, QUESTION)
        assert isinstance(answer, Unclear)


@both
async def test_silence_is_told_as_silence(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as house:
        assert await house.listener.choice(house.asterisk.call, QUESTION) == Silent()
        assert await house.listener.comment(house.asterisk.call, OPEN) == Silent()


@both
async def test_a_key_wins_over_what_is_said_besides(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as house:
        house.will_say(SATISFIED)
        house.asterisk.key = "4"
        if isinstance(house, FakeHouse):
            house.asterisk.call.key_pressed("4")
        assert await house.listener.choice(house.asterisk.call, QUESTION) == Pressed("4")


@both
async def test_a_comment_is_written_down_or_at_least_kept(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as house:
        house.will_say(SATISFIED)
        said: Comment = await house.listener.comment(house.asterisk.call, OPEN)
        assert isinstance(said, Said)
        assert said.evidence.file.endswith(".wav")


@both
async def test_without_a_worker_there_are_keys_only_at_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as house:
        await house.lose_the_worker()
        assert not house.listener.hears(Language.ZH)
        assert isinstance(await house.listener.choice(house.asterisk.call, QUESTION), KeysOnly)
        assert isinstance(await house.listener.comment(house.asterisk.call, OPEN), KeysOnly)


@both
async def test_a_key_pressed_before_the_question_or_as_it_begins_is_its_answer(
    kind: str, tmp_path: Path
) -> None:
    patient = replace(QUESTION, within=timedelta(seconds=20))
    async with opened(kind, tmp_path) as house:
        call = house.asterisk.call
        call.key_pressed("1")
        assert await house.listener.choice(call, patient) == Pressed("1")
        if isinstance(house, FakeHouse):
            call.key_pressed("2")
        house.asterisk.key_before = "2"
        async with asyncio.timeout(15):
            assert await house.listener.choice(call, patient) == Pressed("2")


async def test_the_echo_of_a_key_taken_before_is_no_answer(tmp_path: Path) -> None:
    """The fake has no worker that hears it. Of keys alone: test_telephony_line.py on Asterisk."""
    async with opened("worker", tmp_path) as house:
        house.asterisk.echo = "1"
        assert await house.listener.choice(house.asterisk.call, QUESTION) == Silent()
