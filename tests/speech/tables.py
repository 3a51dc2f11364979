"""The spoken answers kept here, given to a recogniser as a call would: A-law, found by `Turn`.

One question is about satisfaction, one about whether it is solved; "person" may be said to both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hotline.rehearsal.audio import LINEAR
from telephony.speech.audio_socket import SILENCE, frames_of
from telephony.speech.recognizers import Options, Recognizer
from telephony.speech.settings import EarSettings
from telephony.speech.turn import News, Turn

HERE: Final = Path(__file__).parent
PERSON_ZH: Final = ("转人工", "人工")
ZH: Final[tuple[Options, Options]] = (
    {
        "very-satisfied": ("非常满意", "很满意"),
        "satisfied": ("满意",),
        "neutral": ("一般", "基本满意", "还可以"),
        "dissatisfied": ("不满意",),
        "very-dissatisfied": ("非常不满意", "很不满意"),
        "person": PERSON_ZH,
    },
    {
        "solved": ("解决了", "已经解决"),
        "partly": ("部分解决", "解决了一部分"),
        "not-solved": ("没有解决", "没解决"),
        "person": PERSON_ZH,
    },
)
KO: Final[tuple[Options, Options]] = (
    {
        "very-satisfied": ("매우 만족",),
        "satisfied": ("만족",),
        "neutral": ("보통",),
        "dissatisfied": ("불만족",),
        "very-dissatisfied": ("매우 불만족",),
        "person": ("상담원",),
    },
    {
        "solved": ("해결 됐어요",),
        "not-solved": ("해결 안 됐어요",),
        "person": ("상담원",),
    },
)
SOLVED: Final = frozenset({"solved", "partly", "not-solved"})


@dataclass(slots=True)
class Table:
    """`wrong`: an option that was not said. The rest is asked again."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    by_answer: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> int:
        return self.right + len(self.wrong) + len(self.again)

    def __str__(self) -> str:
        return (
            f"{self.right} of {self.all} right ({self.right / self.all:.0%}), wrong {self.wrong}, "
            f"asked again {len(self.again)}: {self.again}; right by answer {self.by_answer}"
        )


def linear(file: Path) -> bytes:
    """A-law to 16-bit samples."""
    return b"".join(LINEAR[code].to_bytes(2, "little", signed=True) for code in file.read_bytes())


def answers(language: str) -> Iterator[tuple[str, str, bytes]]:
    """(what was said, by which voice, sound)"""
    for file in sorted((HERE / language).glob("*.alaw")):
        said, voice = file.name.removesuffix(".alaw").split(".", 1)
        if said != "comment":
            yield said, voice, linear(file)


def heard_on_the_line(sound: bytes) -> bytes:
    """What `Turn` makes of it, between silence: as the worker gives it to a recogniser."""
    ear = EarSettings()
    turn = Turn(ear, pause_ms=ear.pause_ms, longest_ms=ear.longest_answer_ms)
    for frame in [SILENCE] * 25 + frames_of(sound) + [SILENCE] * 60:
        if turn.take(frame) is News.OVER:
            return b"".join(turn.said[: turn.worth_hearing])
    return b""


def table(recognizer: Recognizer, language: str, questions: tuple[Options, Options]) -> Table:
    found = Table()
    for said, voice, sound in answers(language):
        options: Mapping[str, tuple[str, ...]] = questions[said in SOLVED]
        utterance = recognizer.choice(options)
        assert utterance is not None, "the recogniser hears this question"
        utterance.take(heard_on_the_line(sound))
        guess = utterance.end()
        found.by_answer.setdefault(said, 0)
        if guess.option == said:
            found.right += 1
            found.by_answer[said] += 1
        elif guess.option is None:
            found.again.append(f"{said} ({voice}): {guess.text!r} {guess.confidence:.2f}")
        else:
            found.wrong.append(f"{said} ({voice}) as {guess.option}: {guess.text!r}")
    return found
