"""Check characters: one changed character is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.check_digits import is_credit_code, is_id_card

CREDIT = "91350100M000100Y43"
CARD = "11010519491231002X"


def test_the_examples_of_the_standards_fit() -> None:
    assert is_credit_code(CREDIT)
    assert is_id_card(CARD)


@given(at=st.integers(0, 17), other=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_changed_character_of_a_credit_code_is_noticed(at: int, other: str) -> None:
    changed = CREDIT[:at] + other + CREDIT[at + 1 :]

    assert is_credit_code(changed) == (changed == CREDIT)


@given(at=st.integers(0, 17), other=st.sampled_from("0123456789X"))
def test_a_changed_character_of_an_identity_number_is_noticed(at: int, other: str) -> None:
    changed = CARD[:at] + other + CARD[at + 1 :]

    assert is_id_card(changed) == (changed == CARD)


@pytest.mark.parametrize("text", ["", CREDIT[:-1], CREDIT + "0", CREDIT.replace("M", "I")])
def test_a_credit_code_of_another_form_is_none(text: str) -> None:
    assert not is_credit_code(text)


@pytest.mark.parametrize("text", ["", CARD[:-1], CARD + "0", "110105194913310021", "１" * 18])
def test_an_identity_number_of_another_form_is_none(text: str) -> None:
    assert not is_id_card(text)
