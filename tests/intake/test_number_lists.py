"""A register of numbers is taken whole or not at all (SPC-01, SPC-03, SEC-01)."""

import pytest

from intake.number_lists import BadNumberList, read_numbers
from kernel.ids import NumberKey
from kernel.phone import PhoneNumber


def key_of(number: PhoneNumber) -> NumberKey | None:
    return None if number.is_withheld else NumberKey(f"key of {number.value}")


def read(*lines: str) -> list[tuple[str, str]]:
    return [(one.key, one.masked) for one in read_numbers(lines, home_area="0431", key_of=key_of)]


@pytest.mark.parametrize("header", ["number,name", "号码,名称", "\ufeff电话,单位", "138 1234 5678"])
def test_the_first_column_is_read_with_or_without_a_header(header: str) -> None:
    found = read(header, "13812345678,某公司", "87654321,另一公司", "")

    assert found == [
        ("key of +8613812345678", "138****5678"),
        ("key of +8643187654321", "0431****4321"),
    ]


def test_a_number_that_stands_twice_in_another_form_is_one() -> None:
    assert len(read("13812345678", "+86 138-1234-5678")) == 1


def test_bad_lines_are_named_without_showing_a_number_and_nothing_is_taken() -> None:
    with pytest.raises(BadNumberList) as refused:
        read("13812345678", "1381234567", "anonymous", "x", "y", "z", "w")

    assert "6 of the lines" in refused.value.problem
    assert "line 2: '138…'; line 3: 'ano…'; line 4: 'x'" in refused.value.problem
    assert "and 1 more" in refused.value.problem
    assert "1381234567" not in str(refused.value)
    assert "nothing was changed" in refused.value.remedy


def test_five_bad_lines_are_all_named() -> None:
    with pytest.raises(BadNumberList) as refused:
        read("a", "b", "c", "d", "e")

    assert "line 5: 'e'." in refused.value.problem
    assert "more" not in refused.value.problem


@pytest.mark.parametrize("lines", [(), ("number",), ("", " ")])
def test_an_empty_file_does_not_empty_the_list(lines: tuple[str, ...]) -> None:
    with pytest.raises(BadNumberList, match="holds no number"):
        read(*lines)
