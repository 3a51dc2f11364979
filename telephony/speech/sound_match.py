"""Words compared by their sound: Chinese by toneless pinyin, what accents merge folded. Pure.

Rule: 满意 and 不满意 are never each other, however near they sound (field notes on speech, 3).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
NOT_CHINESE: Final = re.compile(r"[^\u4e00-\u9fff]")
BETWEEN: Final = re.compile(r"[^\w]+|[\d_]+")
# What accents merge: the retroflex initials, n and ng, l, n and r, h and f.
FOLD: Final = (
    *(("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")),
    *(("l", "n"), ("r", "n"), ("h", "f")),
)
NEGATION: Final = ("不", "没", "别", "未")


def is_chinese(text: str) -> bool:
    return bool(CHINESE.search(text))


def is_negative(text: str) -> bool:
    return any(word in text for word in NEGATION)


@lru_cache(maxsize=4096)
def sound_of(text: str) -> str:
    """不满意 -> "bumanyi"; 만족 -> its letters one by one. Figures and punctuation are left out."""
    if not is_chinese(text):
        return unicodedata.normalize("NFD", BETWEEN.sub("", text).lower())
    sound = ""
    for syllable in lazy_pinyin(NOT_CHINESE.sub("", text)):
        for heard, meant in FOLD:
            syllable = syllable.replace(heard, meant)
        sound += syllable
    return sound


def closeness(heard: str, meant: str) -> float:
    """1: sounds the same, 0: nothing in common, or one denies what the other says."""
    if is_negative(heard) != is_negative(meant):
        return 0.0
    one, other = sound_of(heard), sound_of(meant)
    longest = max(len(one), len(other))
    return 1 - _edits(one, other) / longest if longest else 0.0


def pieces(text: str) -> tuple[str, ...]:
    """What stands between punctuation: recognisers say a short answer twice. Never empty."""
    return tuple(piece for piece in BETWEEN.split(text) if piece) or ("",)


def _edits(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[:], at
        for to, wanted in enumerate(other, 1):
            row[to] = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
    return row[-1]
