"""抢话: the agent talks into the citizen's words, heard from the two voices apart (AI-04)."""

import wave
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from figures.inspection import Why
from figures.inspection_sampling import by_rule
from figures.inspection_talk_over import talked_over
from tests.figures.test_inspection import RULES, sound, talk

RATE, LOUD, FAINT = 8000, 8000, 500
ABOVE = RULES.listening.speech_above


def voice(path: Path, *spoken: tuple[float, float], lasts: float = 20, loud: int = LOUD) -> Path:
    """Speaks from .. to, in seconds; else hums faintly, as lines do."""
    level = np.full(round(lasts * RATE), FAINT, dtype=np.int16)
    for begins, ends in spoken:
        level[round(begins * RATE) : round(ends * RATE)] = loud
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        level[::2] *= -1
        sound.writeframes(level.astype("<i2").tobytes())
    return path


def over(
    folder: Path, citizen: list[tuple[float, float]], agent: list[tuple[float, float]]
) -> float:
    pair = voice(folder / "in.wav", *citizen), voice(folder / "out.wav", *agent)
    found = talked_over([pair], speech_above=ABOVE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("citizen", "agent", "seconds"),
    [
        ([(8, 14)], [(11, 16)], 3.3),  # talks into his words, until he gives up; a breath included
        ([(11, 16)], [(8, 14)], 0.0),  # the citizen talks into the agent's
        ([(8, 10)], [(11, 13)], 0.0),  # one after the other
        ([(8, 14)], [(11, 11.1)], 0.0),  # 嗯
        ([(8, 14)], [(8, 14)], 0.0),  # at once: nobody can say who began
        ([(1, 9)], [(2, 5)], 0.0),  # the work number, said to him by us
        ([(8, 10), (10.2, 14)], [(9.5, 12)], 2.8),  # he takes a breath and is still speaking
    ],
)
def test_what_the_agent_begins_while_the_citizen_speaks_is_counted(
    tmp_path: Path,
    citizen: list[tuple[float, float]],
    agent: list[tuple[float, float]],
    seconds: float,
) -> None:
    assert over(tmp_path, citizen, agent) == pytest.approx(seconds, abs=0.11)


def test_what_leaks_from_one_headset_into_the_other_is_no_speech(tmp_path: Path) -> None:
    citizen = voice(tmp_path / "in.wav", (8, 18))
    echo = voice(tmp_path / "out.wav", (9, 18), loud=ABOVE)

    assert talked_over([(citizen, echo)], speech_above=ABOVE) == 0.0


def test_parts_add_up_and_one_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    pair = voice(tmp_path / "in.wav", (8, 14)), voice(tmp_path / "out.wav", (11, 16))
    torn = tmp_path / "torn.wav"
    torn.write_bytes(b"RIFF")

    found = talked_over([pair, pair, (torn, pair[1])], speech_above=ABOVE)

    assert found == pytest.approx(6.6, abs=0.21)
    assert talked_over([(torn, torn)], speech_above=ABOVE) is None
    assert talked_over([], speech_above=ABOVE) is None
    empty = voice(tmp_path / "empty.wav", lasts=0)
    assert talked_over([(empty, empty)], speech_above=ABOVE) is None


def test_a_voice_of_another_shape_is_left_out_and_a_cut_one_heard_until_there(
    tmp_path: Path,
) -> None:
    citizen, agent = voice(tmp_path / "in.wav", (8, 14)), voice(tmp_path / "out.wav", (11, 16))
    for tracks, width in ((2, 2), (1, 1)):
        other = sound(tmp_path / f"{tracks}x{width}.wav", (20, LOUD), tracks=tracks, width=width)
        assert talked_over([(citizen, other)], speech_above=ABOVE) is None
    for path in (citizen, agent):
        path.write_bytes(path.read_bytes()[:-1])

    assert talked_over([(citizen, agent)], speech_above=ABOVE) == pytest.approx(3.3, abs=0.11)


def test_much_talk_over_draws_a_talk_and_unknown_talk_over_none() -> None:
    much, little = timedelta(seconds=6), timedelta(seconds=5.9)

    assert by_rule(talk(1, talk_over=much), RULES.sampling) == (Why.TALK_OVER,)
    assert by_rule(talk(1, talk_over=little), RULES.sampling) == ()
    assert by_rule(talk(1), RULES.sampling) == ()
