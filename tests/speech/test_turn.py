"""Who speaks when: by loudness over the noise of the line, and always with an end."""

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.speech.audio_socket import SILENCE
from telephony.speech.settings import EarSettings
from telephony.speech.turn import AFTER_MS, News, Turn, loudness

EAR = EarSettings()


def sound(size: float, hertz: float = 300.0) -> bytes:
    """20 ms of a tone of this amplitude."""
    wave = [round(size * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(160)]
    return array("h", wave).tobytes()


LOUD = sound(4000)


def turn(longest_ms: int = 5500) -> Turn:
    return Turn(EAR, pause_ms=700, longest_ms=longest_ms)


def taken(by: Turn, frames: list[bytes]) -> list[News]:
    return [by.take(frame) for frame in frames]


def test_a_word_between_silence_begins_and_is_over_after_the_pause() -> None:
    told = taken(turn(), [SILENCE] * 20 + [LOUD] * 30 + [SILENCE] * 40)

    assert told.count(News.BEGAN) == 1
    assert told.index(News.BEGAN) - 20 == EAR.onset_ms // 20 - 1
    assert told.index(News.OVER) == 20 + 30 + 700 // 20 - 1


def test_a_soft_first_consonant_is_kept_from_before_the_onset() -> None:
    word, soft = turn(), sound(100)
    taken(word, [SILENCE] * 20 + [soft] * 5 + [LOUD] * 30 + [SILENCE] * 40)
    assert soft in word.said
    assert word.said.count(LOUD) == 30


def test_a_click_is_no_word_and_the_next_word_is_heard() -> None:
    clicks = turn()
    told = taken(clicks, [SILENCE] * 20 + [LOUD] * 2 + [SILENCE] * 50)
    assert set(told) == {News.NOTHING}
    assert News.OVER in taken(clicks, [LOUD] * 30 + [SILENCE] * 40)


def test_a_noise_shorter_than_any_word_is_told_as_noise() -> None:
    told = taken(turn(), [SILENCE] * 20 + [LOUD] * 5 + [SILENCE] * 40)
    assert told[-6:].count(News.OVER) == 0
    assert News.NOISE in told


def test_the_steady_noise_of_a_line_is_not_speech_for_ever() -> None:
    street, told = turn(), []
    for _ in range(600):
        told.append(street.take(sound(500)))
        if told[-1] in (News.OVER, News.NOISE):
            break
    assert told[-1] is News.OVER  # by its length: it ends, and the recogniser judges it
    assert len(told) <= 5500 // 20 + EAR.onset_ms // 20


def test_who_speaks_on_and_on_is_cut_at_the_longest() -> None:
    told = taken(turn(longest_ms=1000), [LOUD] * 60)
    assert told.index(News.OVER) <= 1000 // 20 + 1


@pytest.mark.parametrize("offset", [0, 900, -900])
def test_a_constant_offset_of_a_line_is_not_loud(offset: int) -> None:
    assert loudness(array("h", [offset] * 160).tobytes()) == pytest.approx(0, abs=0.01)


def test_the_pause_that_ends_an_answer_is_not_for_the_recogniser() -> None:
    """It was a third of what the recogniser had to hear, and told it nothing."""
    word = turn()
    taken(word, [SILENCE] * 20 + [LOUD] * 30 + [SILENCE] * 35)
    assert word.said[: word.worth_hearing][-11:] == [LOUD] + [SILENCE] * (AFTER_MS // 20)
    assert len(word.said) - word.worth_hearing == (700 - AFTER_MS) // 20


def test_a_pause_within_an_answer_is_heard_once_he_speaks_on() -> None:
    word = turn()
    taken(word, [SILENCE] * 20 + [LOUD] * 30 + [SILENCE] * 25)
    before = word.worth_hearing
    taken(word, [LOUD] * 5)
    assert word.said[before : word.worth_hearing] == [SILENCE] * 15 + [LOUD] * 5


@given(st.lists(st.sampled_from([SILENCE, LOUD, sound(250)]), max_size=150))
def test_what_is_worth_hearing_only_grows_and_holds_all_that_is_loud(frames: list[bytes]) -> None:
    word, known = turn(), 0
    for frame in frames:
        if word.take(frame) in (News.OVER, News.NOISE):
            break
        assert known <= word.worth_hearing <= len(word.said)
        known = word.worth_hearing
    assert LOUD not in word.said[word.worth_hearing :]


@given(st.lists(st.binary(max_size=321), min_size=400, max_size=420))
def test_whatever_comes_a_turn_that_began_ends(frames: list[bytes]) -> None:
    by, began = turn(longest_ms=2000), 0
    for n, frame in enumerate(frames):
        news = by.take(frame)
        if news is News.BEGAN:
            began = n
        if by.speaking:
            assert n - began <= 2000 // 20
        if news is News.OVER:
            break
