"""Fits `telephony.speech.listens.Listens`: answers are given in advance, one for each question."""

from collections import deque
from collections.abc import Iterable
from typing import Final

from telephony.live_call import LiveCall
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

EVIDENCE: Final = Evidence("call~question.wav", "00" * 32, 1.2, "fake")


def heard(option: str, confidence: float = 1.0) -> Heard:
    return Heard(option, confidence, EVIDENCE)


class FakeListener:
    """`says`: what the citizen answers in turn; when it is used up, they are silent.

    An option that a question does not know is `Unclear`. A key pressed on the call (as the fake
    telephone gives it) wins over what is said.
    """

    def __init__(
        self, says: Iterable[Answer | Comment] = (), languages: Iterable[Language] = Language
    ) -> None:
        self.says = deque(says)
        self.languages = set(languages)  # empty it: the worker is gone
        self.asked: list[Question | OpenQuestion] = []

    def hears(self, language: Language) -> bool:
        return language in self.languages

    async def choice(self, call: LiveCall, question: Question) -> Answer:
        match await self._answer(call, question):
            case Heard(option) as known if option in {c.option for c in question.choices}:
                return known
            case Heard() | Said():
                return Unclear(EVIDENCE)
            case other:
                return other

    async def comment(self, call: LiveCall, question: OpenQuestion) -> Comment:
        match await self._answer(call, question):
            case Heard() | Unclear():
                return Said("", EVIDENCE)
            case other:
                return other

    async def _answer(self, call: LiveCall, question: Question | OpenQuestion) -> Answer | Comment:
        self.asked.append(question)
        if not self.hears(question.language):
            return KeysOnly("no worker")
        key = await call.play(question.sounds, until="0123456789*#")
        if key:
            return Pressed(key)
        if self.says:
            return self.says.popleft()
        key = await call.next_key(question.within)
        return Pressed(key) if key else Silent()
