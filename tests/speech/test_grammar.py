"""A phrase in the words that a model knows: whatever words those are."""

from telephony.speech.grammar import in_words


def known(*words: str) -> "set[str]":
    return set(words)


def test_the_fewest_words_win() -> None:
    has = known("不", "满", "意", "满意", "非常")
    assert in_words("非常不满意", has.__contains__) == "非常 不 满意"


def test_a_phrase_with_a_part_in_no_word_cannot_be_heard() -> None:
    assert in_words("转人工", known("转", "人").__contains__) == ""
    assert in_words("", known("满意").__contains__) == ""


def test_a_phrase_with_blanks_is_taken_word_by_word() -> None:
    has = known("매우", "만족")
    assert in_words("매우 만족", has.__contains__) == "매우 만족"
    assert in_words("매우 불만족", has.__contains__) == ""
