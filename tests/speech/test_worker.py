"""The worker process and its keeper, with a made-up ear: whatever comes over a line."""

import asyncio
import hashlib
import os
import signal
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from telephony.speech import supervisor
from telephony.speech.audio_socket import SILENCE, Kind, frame, frames_of
from telephony.speech.listens import Language
from telephony.speech.models import Plan
from telephony.speech.orders import CHOICE, COMMENT, Order, Reply
from telephony.speech.supervisor import SpeechWorker
from telephony.speech.turn import FRAME_MS
from tests.speech.tables import HERE, linear
from tests.speech.worker_house import FAKE, fake_worker, kept, settings

SATISFIED = linear(HERE / "zh" / "satisfied.zf_xiaobei.alaw")
WITHIN = 60.0  # on a busy machine


def order(tmp_path: Path, **changed: object) -> Order:
    found: dict[str, object] = {
        "id": str(uuid4()),
        "kind": CHOICE,
        "language": "zh",
        "sounds": (),
        "options": {"satisfied": ("满意",)},
        "within": 5.0,
        "longest": 5.0,
        "evidence": str(tmp_path / "kept" / "answer.wav"),
    }
    return Order(**{**found, **changed})  # type: ignore[arg-type]


class Line:
    """Asterisk's end of one AudioSocket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def say(self, sound: bytes) -> None:
        self.writer.write(b"".join(frame(Kind.SOUND, one) for one in frames_of(sound)))

    def press(self, key: str) -> None:
        self.writer.write(frame(Kind.KEY, key.encode()))

    async def rest(self) -> bytes:
        """Everything until the other side closes."""
        async with asyncio.timeout(WITHIN):
            return await self.reader.read()


@asynccontextmanager
async def dialled(worker: SpeechWorker, who: str) -> AsyncIterator[Line]:
    host, _, port = worker.address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(frame(Kind.ID, UUID(who).bytes))
    try:
        yield Line(reader, writer)
    finally:
        writer.close()


def evidence_of(asked: Order) -> tuple[str, float] | None:
    """(sha256, seconds) of what was kept."""
    file = Path(asked.evidence)
    if not file.exists():
        return None
    with wave.open(str(file)) as sound:
        seconds = sound.getnframes() / 8000
    return hashlib.sha256(file.read_bytes()).hexdigest(), seconds


async def reply_to(answer: "asyncio.Future[Reply]") -> Reply:
    async with asyncio.timeout(WITHIN):
        return await answer


async def test_what_is_said_is_understood_kept_as_evidence_and_the_call_is_given_back(
    tmp_path: Path,
) -> None:
    asked = order(tmp_path)
    async with fake_worker() as worker:
        answer = worker.ask(asked)
        async with dialled(worker, asked.id) as line:
            line.say(bytes(3200) + SATISFIED + SILENCE * 40)
            reply = await reply_to(answer)
            assert (await line.rest()).endswith(frame(Kind.HANG_UP))

    assert (reply.how, reply.option, reply.recognizer) == ("heard", "satisfied", "made up")
    assert evidence_of(asked) == (reply.sha256, pytest.approx(reply.seconds, abs=0.01))


async def test_a_key_wins_over_a_voice_also_while_it_is_being_understood(tmp_path: Path) -> None:
    asked = order(tmp_path)
    async with fake_worker() as worker:
        answer = worker.ask(asked)
        async with dialled(worker, asked.id) as line:
            line.say(SATISFIED)
            line.press("2")
            reply = await reply_to(answer)
    assert (reply.how, reply.key) == ("pressed", "2")
    assert evidence_of(asked) is None


async def test_without_a_single_packet_the_question_ends_in_silence(tmp_path: Path) -> None:
    """Trap 2: no RTP means no frames; time-outs go by the clock."""
    asked = order(tmp_path, within=0.3)
    async with fake_worker() as worker:
        answer = worker.ask(asked)
        async with dialled(worker, asked.id):
            assert (await reply_to(answer)).how == "silent"


async def test_a_voice_stops_the_announcement(tmp_path: Path) -> None:
    long = tmp_path / "long.wav"
    with wave.open(str(long), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\1\0" * 8000 * 20)
    asked = order(tmp_path, sounds=(str(long),))
    async with fake_worker() as worker:
        answer = worker.ask(asked)
        async with dialled(worker, asked.id) as line:
            line.say(SATISFIED + SILENCE * 40)
            assert (await reply_to(answer)).option == "satisfied"
            played = await line.rest()
    assert len(played) < 2 * 16000  # two of its twenty seconds


async def test_a_comment_is_ended_by_the_hash_key_and_what_was_said_is_kept(tmp_path: Path) -> None:
    asked = order(tmp_path, kind=COMMENT, options={}, within=2.0)
    async with fake_worker() as worker:
        answer = worker.ask(asked)
        async with dialled(worker, asked.id) as line:
            line.say(SATISFIED)
            await asyncio.sleep(0.3)
            line.press("#")
            reply = await reply_to(answer)
    assert (reply.how, reply.text) == ("said", "满意")
    assert evidence_of(asked) is not None


async def test_a_comment_ends_by_itself_some_seconds_after_the_last_word(tmp_path: Path) -> None:
    """The pause that ends it is longer than one between two sentences."""
    asked = order(tmp_path, kind=COMMENT, options={}, within=9.0, longest=60.0)
    ear = settings().ear
    pause = SILENCE * (ear.comment_pause_ms // FRAME_MS)
    async with fake_worker() as worker:
        answer = worker.ask(asked)
        async with dialled(worker, asked.id) as line:
            line.say(SATISFIED + pause[: len(pause) // 2] + SATISFIED)
            line.say(pause + SILENCE * 10)
            reply = await reply_to(answer)
    said = 2 * len(SATISFIED) / 16000
    assert reply.how == "said"
    assert reply.seconds > said


async def test_who_is_not_expected_is_refused_and_garbage_harms_nobody(tmp_path: Path) -> None:
    asked = order(tmp_path)
    async with fake_worker() as worker:
        async with dialled(worker, str(uuid4())) as stranger:
            assert await stranger.rest() == frame(Kind.HANG_UP)
        host, _, port = worker.address.partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        writer.close()
        answer = worker.ask(asked)
        async with dialled(worker, asked.id) as line:
            line.writer.write(bytes([0x77, 0, 2, 9, 9]))  # a kind that nobody knows
            line.say(SATISFIED + SILENCE * 40)
            assert (await reply_to(answer)).how == "heard"


async def test_who_hangs_up_ends_only_his_own_question(tmp_path: Path) -> None:
    gone, stays = order(tmp_path), order(tmp_path, evidence=str(tmp_path / "other.wav"))
    async with fake_worker() as worker:
        answers = worker.ask(gone), worker.ask(stays)
        async with dialled(worker, stays.id) as line:
            async with dialled(worker, gone.id) as first:
                first.writer.write(frame(Kind.HANG_UP))
                assert (await reply_to(answers[0])).how == "gone"
            line.say(SATISFIED + SILENCE * 40)
            assert (await reply_to(answers[1])).how == "heard"


async def test_a_worker_that_is_killed_answers_deaf_at_once_and_comes_back(tmp_path: Path) -> None:
    asked = order(tmp_path, within=9.0)
    async with fake_worker() as worker:
        answer, first = worker.ask(asked), worker.pid
        async with dialled(worker, asked.id):
            assert first is not None
            os.kill(first, signal.SIGKILL)
            assert (await reply_to(answer)).how == "deaf"
        assert not worker.well
        async with asyncio.timeout(WITHIN):
            await worker.changed(lambda: worker.hears(Language.ZH))
        assert worker.well
        assert worker.pid != first


async def test_a_worker_that_hangs_is_ended_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "BEAT_WITHIN", 3.0)
    monkeypatch.setattr(supervisor, "STOP_WITHIN", 0.1)
    asked = order(tmp_path, within=9.0)
    async with fake_worker() as worker:
        answer, first = worker.ask(asked), worker.pid
        async with dialled(worker, asked.id):
            assert first is not None
            os.kill(first, signal.SIGSTOP)
            assert (await reply_to(answer)).how == "deaf"
        async with asyncio.timeout(WITHIN):
            await worker.changed(lambda: worker.hears(Language.ZH))
        assert worker.pid != first


@pytest.mark.parametrize(
    ("model", "why"), [("deadly", "loading it ends the process"), ("broken", "this is no model")]
)
async def test_a_model_that_cannot_be_loaded_is_done_without_and_told(model: str, why: str) -> None:
    """Section 6 of the field notes: some wrong folders end the process by a signal."""
    worker = SpeechWorker(settings(), {Language.ZH: Plan(vosk=model)}, FAKE)
    worker.want(Language.ZH)
    async with kept(worker):
        async with asyncio.timeout(WITHIN):
            await worker.changed(lambda: bool(worker.trouble) and bool(worker.address))
        assert not worker.hears(Language.ZH)
    assert why in worker.trouble["vosk/zh"]
    assert not worker.well


async def test_a_language_without_any_model_starts_nothing() -> None:
    worker = SpeechWorker(settings(), {Language.ZH: Plan()}, FAKE)
    async with kept(worker):
        assert not worker.hears(Language.ZH)
        await asyncio.sleep(0)
    assert worker.pid is None
    assert worker.well
