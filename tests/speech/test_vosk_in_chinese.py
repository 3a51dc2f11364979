"""Vosk's Chinese way with a stub for its decoder: no Chinese model is in any package registry.

The site's own model is accepted with `hotline speech-check` and a call.
"""

import json
from collections.abc import Sequence

from telephony.speech.recognizers import Guess
from telephony.speech.vosk_recognizer import _Choice, _Free

MEANT = {"满意": "satisfied", "不 满意": "dissatisfied", "转 人工": "person"}
Words = Sequence[tuple[str, float]]


class Decoder:
    """Fits `KaldiRecognizer`: says these words, in one piece or in two."""

    def __init__(self, words: Words, *, closes_early: int = 0) -> None:
        self._pieces = [words[:closes_early], words[closes_early:]] if closes_early else [words]

    def AcceptWaveform(self, wide: bytes) -> bool:
        return len(self._pieces) > 1

    def Result(self) -> str:
        words = self._pieces.pop(0)
        found = [{"word": word, "conf": sure} for word, sure in words]
        return json.dumps({"text": " ".join(word for word, _ in words), "result": found})

    def FinalResult(self) -> str:
        return self.Result()


def guess(first: Words, second: Words | None = None, *, closes_early: int = 0) -> Guess:
    decoders = iter([Decoder(first, closes_early=closes_early), Decoder(second or first)])
    choice = _Choice(lambda: next(decoders), MEANT, 0.7)
    choice.take(bytes(320))
    return choice.end()


def test_a_phrase_of_several_words_is_its_option() -> None:
    assert guess([("不", 0.95), ("满意", 0.9)]) == Guess("不 满意", "dissatisfied", 0.9)


def test_one_doubtful_word_makes_it_doubtful() -> None:
    assert guess([("不", 0.49), ("满意", 1.0)]).option is None


def test_a_part_of_a_phrase_or_more_than_one_is_none() -> None:
    assert guess([("不", 1.0)]).option is None
    assert guess([("满意", 1.0), ("满意", 1.0)]).option is None
    assert guess([]).option is None


def test_another_word_of_the_same_sound_is_the_option_but_never_its_denial() -> None:
    assert guess([("赚", 1.0), ("人工", 1.0)]).option == "person"
    assert guess([("布", 1.0), ("满意", 1.0)]).option is None


def test_words_beside_the_grammar_are_left_out() -> None:
    assert guess([("[unk]", 0.3), ("满意", 1.0), ("<UNK>", 0.3)]).option == "satisfied"


def test_an_answer_that_the_decoder_closed_in_the_middle_is_put_together() -> None:
    found = guess([("不", 1.0), ("满意", 1.0)], closes_early=1)
    assert found.option == "dissatisfied"


def test_what_is_heard_otherwise_the_second_time_is_asked_again() -> None:
    assert guess([("满意", 1.0)], [("不", 1.0), ("满意", 1.0)]).option is None
    assert guess([("满意", 1.0)], [("满意", 0.4)]).option is None


def test_free_speech_is_joined_without_blanks_and_bracketed_numerals() -> None:
    free = _Free(Decoder([("垃圾", 1.0), ("堆", 1.0), ("了", 1.0), ("(三)", 1.0), ("天", 1.0)]))
    assert free.end().text == "垃圾堆了天"
