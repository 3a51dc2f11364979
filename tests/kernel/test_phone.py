import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import BadPhoneNumber
from kernel.phone import WITHHELD, NumberKind, PhoneNumber


@pytest.mark.parametrize(
    ("typed", "kind", "value", "national"),
    [
        ("13812345678", NumberKind.MOBILE, "+8613812345678", "13812345678"),
        ("+86 138-1234-5678", NumberKind.MOBILE, "+8613812345678", "13812345678"),
        ("8613812345678", NumberKind.MOBILE, "+8613812345678", "13812345678"),
        ("013812345678", NumberKind.MOBILE, "+8613812345678", "13812345678"),
        ("010-6666 8888", NumberKind.LANDLINE, "+861066668888", "01066668888"),
        ("0431-87654321", NumberKind.LANDLINE, "+8643187654321", "043187654321"),
        ("87654321", NumberKind.LANDLINE, "+8643187654321", "043187654321"),
        ("400-810-8080", NumberKind.SERVICE, "+864008108080", "4008108080"),
        ("110", NumberKind.SHORT, "110", "110"),
        ("12345", NumberKind.SHORT, "12345", "12345"),
        ("0431-12345", NumberKind.SHORT, "043112345", "043112345"),
        ("95588", NumberKind.SHORT, "95588", "95588"),
        ("+44 20 7946 0018", NumberKind.FOREIGN, "+442079460018", "00442079460018"),
    ],
)
def test_a_number_is_read_in_every_form_a_trunk_or_a_person_writes_it(
    typed: str, kind: NumberKind, value: str, national: str
) -> None:
    number = PhoneNumber.parse(typed, home_area="0431")

    assert (number.kind, number.value, number.national) == (kind, value, national)


@pytest.mark.parametrize("sent", ["", "  ", "anonymous", "Anonymous", "unknown", "withheld"])
def test_a_withheld_number_is_a_value_of_its_own(sent: str) -> None:
    assert PhoneNumber.parse(sent) is WITHHELD
    assert WITHHELD.is_withheld


@pytest.mark.parametrize("typed", ["abc", "1" * 30, "+86", "138123", "12 or 13", "\r\nAction: x"])
def test_what_is_no_number_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(BadPhoneNumber) as refused:
        PhoneNumber.parse(typed)

    assert refused.value.code == "bad-phone-number"
    assert "landline" in refused.value.remedy


def test_a_local_number_without_a_home_area_is_refused() -> None:
    with pytest.raises(BadPhoneNumber):
        PhoneNumber.parse("87654321")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_way_of_printing_a_mobile_number_shows_it_whole(typed: str) -> None:
    number = PhoneNumber.parse(typed)

    for printed in (str(number), repr(number), number.masked(), f"{number}"):
        assert typed not in printed
        assert printed.endswith(typed[-4:]) or typed[-4:] in printed


@given(st.text(max_size=40))
def test_any_text_gives_a_number_or_the_one_error(typed: str) -> None:
    try:
        number = PhoneNumber.parse(typed)
    except BadPhoneNumber as refused:
        assert refused.remedy
    else:
        assert PhoneNumber.parse(number.national) == number
