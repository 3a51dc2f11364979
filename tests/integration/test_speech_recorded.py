"""A spoken answer and its question are both in the recording of the call, on the real Asterisk."""

import wave
from pathlib import Path

from telephony import ami_actions as act
from telephony.live_call import LiveCall
from telephony.recordings import WAV_HEADER
from telephony.speech.listens import Heard
from telephony.speech.turn import loudness
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import new_stage
from tests.integration.test_speech_call import Asked, question, say
from tests.speech.worker_house import fake_worker


def sound_of(file: Path) -> bytes:
    with wave.open(str(file)) as sound:
        return sound.readframes(sound.getnframes())


def closed_recordings(asterisk: RunningAsterisk, call: LiveCall) -> list[Path]:
    """Asterisk writes how long a file is when it closes it, a moment after the hang-up."""
    files = asterisk.recordings.glob(f"{call.id}*.wav")
    return [
        file for file in files if sound_bytes_said(file) == file.stat().st_size - WAV_HEADER > 0
    ]


def sound_bytes_said(file: Path) -> int:
    return int.from_bytes(file.read_bytes()[:WAV_HEADER][-4:], "little")


async def test_the_recording_has_the_question_and_the_spoken_answer(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """ADR 0014: AudioSocket plays linear sound, so that no translator drops a voice."""
    async with fake_worker() as worker:
        asked = Asked(worker, tmp_path)
        async with new_stage(asterisk).open(asked.story) as stage:
            citizen, call = await stage.caller()
            stage.board.tell(act.agi(call.ami_name, "GOSUB record whole 1", "record/1"))
            asked.questions.put_nowait(question())
            await say(citizen, "zh/satisfied.zf_xiaobei.alaw")
            heard = await asked.answer()
            citizen.hang_up()
            await stage.until(lambda: closed_recordings(asterisk, call))
    assert isinstance(heard, Heard)
    said = sound_of(tmp_path / heard.evidence.file)
    middle = said[len(said) // 2 & ~1 :][:640]
    (recording,) = closed_recordings(asterisk, call)
    whole = sound_of(recording)
    before = whole.find(middle)
    assert before > 0, "the answer is in the recording, sample by sample"
    assert loudness(whole[: before // 4 & ~1]) > 300, "and the question before it"
