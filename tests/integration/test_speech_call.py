"""A citizen who speaks the answer, on the real Asterisk: AudioSocket in AGI, a worker beside."""

import asyncio
import gc
import hashlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.rehearsal.audio import FRAMES_A_SECOND, frames_of
from hotline.rehearsal.phone_call import PhoneCall
from telephony.live_call import LiveCall
from telephony.speech.listener import SpeechListener
from telephony.speech.listens import (
    Answer,
    Choice,
    Comment,
    Heard,
    KeysOnly,
    Language,
    OpenQuestion,
    Pressed,
    Question,
    Said,
    Silent,
)
from telephony.speech.supervisor import SpeechWorker
from telephony.spoken import Sound
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import PATIENCE, SOUNDS, new_stage
from tests.speech.tables import HERE, KO, ZH
from tests.speech.worker_house import fake_worker, real_worker, until_heard

ASKED = (Sound("zh/phrases/survey_satisfaction"),)
SPOKEN_FOR_S = 1.2  # into the announcement: barge-in
STEP_AT_MOST_MS = 20.0


def question(language: Language = Language.ZH, *, within: float = 6) -> Question:
    options = (ZH if language is Language.ZH else KO)[0]
    return Question(
        name="satisfaction",
        sounds=ASKED,
        choices=tuple(Choice(option, said) for option, said in options.items()),
        language=language,
        within=timedelta(seconds=within),
    )


class Asked:
    """The story: puts questions in turn, each as often as it is told."""

    def __init__(self, worker: SpeechWorker, evidence: Path) -> None:
        self.listener = SpeechListener(worker, lambda sound: SOUNDS / f"{sound}.wav", evidence)
        self.questions: asyncio.Queue[Question | OpenQuestion] = asyncio.Queue()
        self.answers: asyncio.Queue[Answer | Comment] = asyncio.Queue()

    async def story(self, call: LiveCall) -> None:
        await call.in_hand()
        while True:
            match await self.questions.get():
                case Question() as closed:
                    self.answers.put_nowait(await self.listener.choice(call, closed))
                case OpenQuestion() as free:
                    self.answers.put_nowait(await self.listener.comment(call, free))

    async def answer(self, within: float = 3 * PATIENCE) -> Answer | Comment:
        async with asyncio.timeout(within):
            return await self.answers.get()


async def say(call: PhoneCall, name: str) -> None:
    """Some way into the announcement; nothing is sent before and after (no RTP, no frames)."""
    before = call.sound.heard.packets
    await call.sound.until(lambda heard: heard.packets > before, within=PATIENCE)
    await asyncio.sleep(SPOKEN_FOR_S)
    call.sound.play(frames_of((HERE / name).read_bytes()), loop=False)


class Steps:
    """The longest step of the loop, in thread CPU time.

    Without the collector: it would walk through all that the tests before this one left.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.longest_ms = 0.0
        self._patch = monkeypatch

    def measure(self) -> None:
        """From now on."""
        run = asyncio.Handle._run
        gc.disable()

        def timed(handle: asyncio.Handle) -> None:
            began = time.thread_time()
            run(handle)
            self.longest_ms = max(self.longest_ms, (time.thread_time() - began) * 1000)

        self._patch.setattr(asyncio.Handle, "_run", timed)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    yield Steps(monkeypatch)
    gc.enable()


async def test_a_citizen_who_speaks_is_understood_in_mandarin_and_his_reason_is_written_down(
    asterisk: RunningAsterisk, tmp_path: Path, steps: Steps
) -> None:
    async with real_worker(Language.ZH) as worker:
        asked = Asked(worker, tmp_path)
        async with new_stage(asterisk).open(asked.story) as stage:
            citizen, _ = await stage.caller()
            steps.measure()

            asked.questions.put_nowait(question())
            await say(citizen, "zh/very-dissatisfied.zf_xiaoxiao.alaw")
            heard = await asked.answer()
            announced = citizen.sound.heard.packets / FRAMES_A_SECOND

            free = OpenQuestion(name="comment", sounds=(Sound("zh/tones/beep"),))
            asked.questions.put_nowait(free)
            await say(citizen, "zh/comment.zf_xiaoxiao.alaw")
            said = await asked.answer()
            citizen.hang_up()

    assert isinstance(heard, Heard)
    assert heard.option == "very-dissatisfied"
    assert heard.confidence >= 0.9
    assert announced < 7  # seconds: the announcement (11 s) was stopped
    kept = (tmp_path / heard.evidence.file).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == heard.evidence.sha256
    assert 1.2 < heard.evidence.seconds < 4
    assert isinstance(said, Said)
    assert "三天" in said.text
    assert "没有人来清理" in said.text
    assert steps.longest_ms < STEP_AT_MOST_MS


async def test_a_citizen_who_speaks_korean_is_understood_by_vosk(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with real_worker(Language.KO) as worker:
        asked = Asked(worker, tmp_path)
        async with new_stage(asterisk).open(asked.story) as stage:
            citizen, _ = await stage.caller()

            asked.questions.put_nowait(question(Language.KO))
            await say(citizen, "ko/person.ko_f4.alaw")
            heard = await asked.answer()
            citizen.hang_up()

    assert isinstance(heard, Heard)
    assert (heard.option, heard.evidence.recognizer) == ("person", "vosk")


async def test_a_key_wins_silence_is_no_answer_and_a_dead_worker_means_keys_only(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    async with fake_worker() as worker:
        asked = Asked(worker, tmp_path)
        async with new_stage(asterisk).open(asked.story) as stage:
            citizen, _ = await stage.caller()

            asked.questions.put_nowait(question())
            await say(citizen, "zh/satisfied.zm_yunxi.alaw")
            citizen.press("4")
            assert await asked.answer() == Pressed("4")
            citizen.sound.be_silent()

            quick = replace(question(within=1), sounds=())
            asked.questions.put_nowait(quick)
            assert await asked.answer() == Silent()

            asked.questions.put_nowait(question())
            await asyncio.sleep(1)
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            cut = await asked.answer()
            assert isinstance(cut, KeysOnly)
            asked.questions.put_nowait(question())
            assert isinstance(await asked.answer(within=8), KeysOnly)  # not announced (11 s)

            await until_heard(worker, Language.ZH)
            asked.questions.put_nowait(quick)
            assert await asked.answer() == Silent()
            citizen.hang_up()
