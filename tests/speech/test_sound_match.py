"""Chinese by its sound; a denial is never what it denies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.speech.sound_match import closeness, is_negative, pieces, sound_of


def test_what_accents_merge_sounds_the_same() -> None:
    assert sound_of("转人工") == sound_of("赚仁功")
    assert sound_of("很满意。") == sound_of("粉满溢")
    assert sound_of("不满意") == "bumanyi"


@pytest.mark.parametrize(
    ("heard", "meant"), [("满意", "不满意"), ("非常满意", "非常不满意"), ("解决了", "没有解决")]
)
def test_a_denial_is_never_what_it_denies(heard: str, meant: str) -> None:
    assert closeness(heard, meant) == 0
    assert closeness(meant, heard) == 0


def test_misheard_syllables_are_near_and_others_are_far() -> None:
    assert closeness("快人工", "转人工") > 0.6
    assert closeness("不买意", "不满意") > 0.8
    assert closeness("今天天气很好", "转人工") < 0.4
    assert closeness("。", "转人工") == 0


def test_korean_is_compared_by_its_letters() -> None:
    assert closeness("만족", "만족") == 1
    assert 0.5 < closeness("만족", "만종") < 1


def test_a_short_answer_that_is_heard_twice_is_taken_apart() -> None:
    assert pieces("不满意，不满意２不满") == ("不满意", "不满意", "不满")
    assert pieces("。") == ("",)


@given(st.text(alphabet="不没满意一般转人工解决了", max_size=8), st.text(max_size=8))
def test_closeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    found = closeness(one, other)
    assert 0 <= found <= 1
    assert found == closeness(other, one)
    if is_negative(one) != is_negative(other):
        assert found == 0
