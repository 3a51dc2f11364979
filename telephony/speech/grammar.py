"""A phrase in the words that a model knows. Pure.

Chinese is written without blanks and every model cuts it differently: the fewest words win.
"""

from collections.abc import Callable

from telephony.speech.sound_match import is_chinese


def in_words(phrase: str, knows: Callable[[str], bool]) -> str:
    """不满意 -> "不 满意" where the model has these two; "" where a part of it is in no word."""
    if " " in phrase or not is_chinese(phrase):
        words = phrase.split()
        return " ".join(words) if all(map(knows, words)) else ""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(phrase) + 1):
        ways = [
            (*before, phrase[begin:end])
            for begin, before in enumerate(best)
            if before is not None and knows(phrase[begin:end])
        ]
        best.append(min(ways, key=len, default=None))
    return " ".join(best[-1] or ())
