"""Numbers as they are spoken, checked by a parser that was written apart from the speaker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony import spoken
from telephony.spoken import Sound

PIECES = {
    **{"ordinal": "第", "people": "位", "minutes": "分钟", "seconds": "秒", "about": "大约"},
    **{"to": "到", "within": "以内", "or_more": "以上", "under_a_minute": "不到一分钟"},
}
SAID = PIECES | spoken.number_texts()
VALUES = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}


def heard(sounds: list[Sound]) -> str:
    return "".join(SAID[sound.rsplit("/", 1)[1]] for sound in sounds)


def parsed(chinese: str) -> int:
    """The textbook way of reading a Chinese numeral, character by character."""
    total = section = figure = 0
    for character in chinese:
        if character in VALUES:
            figure = VALUES[character]
        elif character == "万":
            total, section, figure = (section + figure) * 10_000, 0, 0
        else:
            section += (figure or 1) * UNITS[character]
            figure = 0
    return total + section + figure


def test_every_number_below_ten_thousand_is_understood_again() -> None:
    misheard = [n for n in range(10_000) if parsed(heard(spoken.cardinal(n))) != n]

    assert misheard == []


@given(st.integers(0, spoken.MOST))
def test_large_numbers_are_understood_again(number: int) -> None:
    said = heard(spoken.cardinal(number))

    assert parsed(said) == number
    assert "零零" not in said
    assert number == 0 or not said.endswith("零")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (15, "十五"),
        (20, "二十"),
        (100, "一百"),
        (110, "一百一十"),
        (115, "一百一十五"),
        (203, "两百零三"),
        (222, "两百二十二"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (2030, "两千零三十"),
        (10003, "一万零三"),
        (10300, "一万零三百"),
        (12000, "一万两千"),
        (20002, "两万零二"),
        (100000, "十万"),
        (110000, "十一万"),
        (102000, "十万两千"),
        (999999, "九十九万九千九百九十九"),
    ],
)
def test_numbers_are_said_as_people_say_them(number: int, said: str) -> None:
    assert heard(spoken.cardinal(number)) == said


def test_every_sound_asked_for_is_one_that_is_declared() -> None:
    asked = {sound for n in range(10_000) for sound in spoken.cardinal(n)}
    asked |= {sound for high in range(0, 8000, 7) for sound in spoken.wait_range(high / 3, high)}
    asked |= {*spoken.position(3), *spoken.seconds(15), *spoken.cardinal(spoken.MOST)}
    asked |= set(spoken.digits("0123456789"))

    assert asked == spoken.needed_sounds()


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_out_of_range_is_refused_with_the_range(number: int) -> None:
    with pytest.raises(ValueError, match="0 to 999999"):
        spoken.cardinal(number)


def test_a_telephone_number_is_read_figure_by_figure_with_yao() -> None:
    assert heard(spoken.digits("10086")) == "幺零零八六"
    assert heard(spoken.digits("10086", yao=False)) == "一零零八六"


@pytest.mark.parametrize("number", ["", "12a", "+86", "１２", "1 2"])
def test_what_is_not_a_plain_figure_is_not_read(number: str) -> None:
    with pytest.raises(ValueError, match="figures"):
        spoken.digits(number)


def test_two_is_liang_before_a_measure_word_and_er_as_an_ordinal() -> None:
    assert heard(spoken.people(2)) == "两位"
    assert heard(spoken.minutes(12)) == "十二分钟"
    assert heard(spoken.seconds(2)) == "两秒"
    assert heard(spoken.position(2)) == "第二位"


def test_there_is_no_place_before_the_first() -> None:
    with pytest.raises(ValueError, match="first is 1"):
        spoken.position(0)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 59, "不到一分钟"),
        (0, 60, "大约一分钟以内"),
        (20, 100, "大约两分钟以内"),
        (60, 170, "大约一到三分钟"),
        (61, 120, "大约一到两分钟"),
        (120, 120, "大约两分钟"),
        (2400, 3601, "大约四十分钟以上"),
        (4000, 5000, "大约六十分钟以上"),
    ],
)
def test_a_wait_is_rounded_outwards_to_minutes(low: float, high: float, said: str) -> None:
    assert heard(spoken.wait_range(low, high)) == said


@given(st.floats(0, 3600), st.floats(0, 3600))
def test_a_wait_is_never_said_shorter_than_it_was_estimated(one: float, other: float) -> None:
    low, high = sorted((one, other))
    said = heard(spoken.wait_range(low, high)).removeprefix("大约").removesuffix("以内")
    promised = parsed(said.removeprefix("不到").removesuffix("分钟").split("到")[-1])

    assert promised * 60 >= high


@pytest.mark.parametrize(("low", "high"), [(-1, 5), (9, 3), (0, float("inf")), (float("nan"), 1)])
def test_a_wait_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="no wait"):
        spoken.wait_range(low, high)
