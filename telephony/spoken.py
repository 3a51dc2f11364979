"""Numbers as a citizen hears them: from a figure to the sounds that say it in Mandarin.

Pure: nothing here knows where a sound lies or whether it was rendered (`telephony/phrases.py`
does). One rule: what is said is never better than what is known, so a wait is rounded outwards.
"""

import math
from typing import Final, NewType

# A sound below a sounds directory, without its extension: "zh/phrases/welcome", "zh/digits/3".
Sound = NewType("Sound", str)

PHRASES: Final = "zh/phrases"
DIGITS: Final = "zh/digits"

MOST: Final = 999_999
LONGEST_SAID_MINUTES: Final = 60

UNITS: Final = ((10_000, "myriad"), (1000, "thousand"), (100, "hundred"))


def phrase_sound(name: str) -> Sound:
    """The sound of a fixed piece of speech: "about" -> "zh/phrases/about"."""
    return Sound(f"{PHRASES}/{name}")


def digit_sound(name: str) -> Sound:
    """The sound of a numeral: "0" to "99", "yao", "liang", "hundred", "thousand", "myriad"."""
    return Sound(f"{DIGITS}/{name}")


def digits(number: str, *, yao: bool = True) -> list[Sound]:
    """Each figure for itself, as telephone and work numbers (工号) are read; 1 is 幺 if `yao`.

    Anything but the figures 0-9 is refused with ValueError: strip "+", "-" and "#" first.
    """
    if not (number.isascii() and number.isdigit()):
        raise ValueError("only the figures 0-9 can be read one by one")
    return [digit_sound("yao" if yao and figure == "1" else figure) for figure in number]


def cardinal(number: int, *, counting: bool = False) -> list[Sound]:
    """A number from 0 to 999,999: 203 -> 两百 零 三, 15 -> 十五, 10003 -> 一万 零 三.

    Below a hundred a number is one sound, so that it does not fall into pieces. `counting`
    says 两 for a bare 2, as before a measure word (两位, 两分钟). ValueError outside the range.
    """
    if not 0 <= number <= MOST:
        raise ValueError(f"{number} cannot be spoken: only 0 to {MOST}")
    if number == 2 and not counting:
        return [digit_sound("2")]
    said: list[Sound] = []
    gap = False
    for size, name in UNITS:
        figure, number = divmod(number, size)
        if figure:
            nought = [digit_sound("0")] if gap else []
            said += [*nought, _multiplier(figure), digit_sound(name)]
        gap = bool(said) and not figure
    return said + _tail(number, gap=gap) if said else [_multiplier(number)]


def position(place: int) -> list[Sound]:
    """The place in the line: 3 -> 第 三 位. ValueError below 1."""
    if place < 1:
        raise ValueError(f"{place} is no place in a line: the first is 1")
    return [phrase_sound("ordinal"), *cardinal(place), phrase_sound("people")]


def people(count: int) -> list[Sound]:
    """So many people: 2 -> 两 位."""
    return [*cardinal(count, counting=True), phrase_sound("people")]


def minutes(count: int) -> list[Sound]:
    """So many minutes: 2 -> 两 分钟."""
    return [*cardinal(count, counting=True), phrase_sound("minutes")]


def seconds(count: int) -> list[Sound]:
    """So many seconds: 15 -> 十五 秒."""
    return [*cardinal(count, counting=True), phrase_sound("seconds")]


def wait_range(low_s: float, high_s: float) -> list[Sound]:
    """An honest wait from an estimate in seconds, both ends rounded outwards to minutes.

    60-170 s -> 大约 一 到 三 分钟; below a minute -> 不到一分钟; 20-100 s -> 大约 两 分钟 以内; an
    upper end beyond an hour is not promised at all: 大约 四十 分钟 以上. ValueError when the ends
    are negative, not finite or the wrong way round.
    """
    if not (math.isfinite(low_s) and math.isfinite(high_s) and 0 <= low_s <= high_s):
        raise ValueError(f"no wait: from {low_s} s to {high_s} s")
    if high_s < 60:
        return [phrase_sound("under_a_minute")]
    low, high = math.floor(low_s / 60), math.ceil(high_s / 60)
    if high > LONGEST_SAID_MINUTES:
        least = min(max(low, 1), LONGEST_SAID_MINUTES)
        return [phrase_sound("about"), *minutes(least), phrase_sound("or_more")]
    if low == 0:
        return [phrase_sound("about"), *minutes(high), phrase_sound("within")]
    if low == high:
        return [phrase_sound("about"), *minutes(high)]
    lower = cardinal(low, counting=True)
    return [phrase_sound("about"), *lower, phrase_sound("to"), *minutes(high)]


def number_texts() -> dict[str, str]:
    """What each numeral sound says, by its name: {"23": "二十三", "yao": "幺", ...}."""
    texts = {str(n): _text_below_a_hundred(n) for n in range(100)}
    return texts | {"yao": "幺", "liang": "两", "hundred": "百", "thousand": "千", "myriad": "万"}


def needed_sounds() -> frozenset[Sound]:
    """Every sound this module can ask for: `Phrases` refuses to start without them."""
    fixed = (
        *("ordinal", "people", "minutes", "seconds", "about"),
        *("to", "within", "or_more", "under_a_minute"),
    )
    return frozenset(map(digit_sound, number_texts())) | frozenset(map(phrase_sound, fixed))


def _multiplier(number: int) -> Sound:
    """0 to 99 before a unit or a measure word, where 2 is 两."""
    return digit_sound("liang" if number == 2 else str(number))


def _tail(number: int, *, gap: bool) -> list[Sound]:
    """The last two figures behind a larger unit; `gap`: noughts stand before them, one is heard."""
    if number == 0:
        return []
    nought = [digit_sound("0")] if gap or number < 10 else []
    one = [digit_sound("1")] if 10 <= number < 20 else []  # 一百一十五, not 一百十五
    return [*nought, *one, digit_sound(str(number))]


def _text_below_a_hundred(number: int) -> str:
    figures = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return figures[ones]
    return ("" if tens == 1 else figures[tens]) + "十" + (figures[ones] if ones else "")
