"""Each field and each choice of a rule file has a name in Chinese and English in the page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hotline.releases.rule_book import RULE_FILES, shape_of

WORDS: Final = (Path(__file__).parents[2] / "console/web/src/pages/settings/words.ts").read_text(
    "utf-8"
)
FIELDS, _, VALUES = WORDS.partition("export const VALUES")
NAMED: Final = re.compile(r"[{,]\s*(?://[^\n]*\s*)?'?([\w.]*)'?: \['")


def fields_of(shape: object) -> Iterator[str]:
    for table in tables(shape):
        if isinstance(table.get("properties"), dict):
            yield from table["properties"]


def choices_of(shape: object) -> Iterator[str]:
    for table in tables(shape):
        if isinstance(table.get("enum"), list):
            yield from (str(one) for one in table["enum"] if one is not None)


def tables(shape: object) -> Iterator[dict[str, Any]]:
    if isinstance(shape, dict):
        yield shape
        shape = list(shape.values())
    if isinstance(shape, list):
        for inner in shape:
            yield from tables(inner)


def test_each_field_of_a_rule_file_has_a_name_in_the_page() -> None:
    named = set(NAMED.findall(FIELDS))
    unnamed = {
        f"{file}: {field}"
        for file in RULE_FILES
        for field in fields_of(shape_of(file))
        if not {field, f"{file}.{field}"} & named
    }

    assert unnamed == set()


def test_each_choice_of_a_rule_file_has_words_in_the_page() -> None:
    named = set(NAMED.findall(VALUES))
    unsaid = {f"{file}: {one}" for file in RULE_FILES for one in choices_of(shape_of(file))}

    assert {one for one in unsaid if one.split(": ", 1)[1] not in named} == set()
