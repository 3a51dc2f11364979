"""The short rating after a call: the map from key to level is the file's."""

from pathlib import Path

import pytest

from callbacks.service_rating import BadServiceRating, ServiceRating, load_service_rating

FILE = Path(__file__).parents[2] / "config" / "service_rating.yaml"
PHRASES = ("rating_request", "rating_thanks")


def test_the_shipped_file_is_what_stands_without_one() -> None:
    assert load_service_rating(FILE, PHRASES) == ServiceRating()


def test_a_site_may_turn_the_scale_round(tmp_path: Path) -> None:
    file = tmp_path / "service_rating.yaml"
    file.write_text('keys: {"5": 5, "4": 4, "3": 3, "2": 2, "1": 1}\n', encoding="utf-8")

    assert load_service_rating(file, PHRASES).keys["5"] == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('keys: {"1": 5, "2": 5, "3": 3, "4": 2, "5": 1}', "each of the levels"),
        ('keys: {"1": 5, "2": 4}', "each of the levels"),
        ('again: "1"', "repeats the question"),
        ("say: [nothing]", "no such phrase"),
    ],
)
def test_a_wrong_file_is_refused_with_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "service_rating.yaml"
    file.write_text(text + "\n", encoding="utf-8")

    with pytest.raises(BadServiceRating, match=said) as refused:
        load_service_rating(file, PHRASES)

    assert refused.value.remedy
