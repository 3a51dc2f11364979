"""The catalogue: five levels, codes, units (CAT-01, CAT-02); what is wrong stops the start."""

from datetime import date
from pathlib import Path

import pytest

from intake.catalogue import LEVELS_AT_LEAST, load_catalogue
from kernel.errors import BadSettings
from tests.intake.forms import CATALOGUE, HEATING

DAY = date(2026, 11, 20)
CONTENTS = 'version: "t"\nvalid_from: 2026-01-01\nfiles: [one.yaml]\n'
UNITS = "heating: {name: 供热办, by_region: {'220200': 市供热中心}}\n"


def tree(*leaves: str, levels: int = 5) -> str:
    """A file with one branch of `levels` levels and these leaves, as flow YAML."""
    inner = ", ".join(leaves)
    for level in range(levels - 1, 0, -1):
        inner = f'{{code: "{"01" * level}", name: L{level}, children: [{inner}]}}'
    return inner + "\n"


def leaf(code: str = "0101010101", more: str = "units: [heating]") -> str:
    return f'{{code: "{code}", name: 叶{code[-2:]}, {more}}}'


def write(folder: Path, one: str, *, contents: str = CONTENTS, units: str = UNITS) -> Path:
    for name, text in (("catalogue", contents), ("units", units), ("one", one)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_catalogue_covers_the_work_of_a_city() -> None:
    assert len(CATALOGUE) >= 150
    assert len({leaf.path[0] for leaf in CATALOGUE}) >= 10


def test_every_shipped_leaf_is_deep_enough_and_has_a_unit_and_synonyms() -> None:
    for entry in CATALOGUE:
        assert len(entry.path) >= LEVELS_AT_LEAST
        assert len(entry.code) == 2 * len(entry.path)
        assert all(CATALOGUE.unit_name(unit, "220100") for unit in entry.units)
        assert entry.synonyms


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("暖气不热", "室温不达标"),
        ("家里暖气不热", "室温不达标"),
        ("欠薪", "拖欠工资"),
        ("停电", "停电"),
        ("路灯不亮", "路灯不亮"),
        ("供热 退费", "停热与退费"),
        (HEATING, "室温不达标"),
    ],
)
def test_a_search_finds_what_the_citizen_means(typed: str, best: str) -> None:
    assert CATALOGUE.search(typed, on=DAY)[0].category.path[-1] == best


def test_a_search_for_nothing_or_nonsense_finds_nothing() -> None:
    assert CATALOGUE.search("  ", on=DAY) == ()
    assert CATALOGUE.search("魑魅魍魉", on=DAY) == ()


def test_a_search_gives_no_more_than_asked_for() -> None:
    assert len(CATALOGUE.search("供热", on=DAY, limit=3)) == 3


def test_a_sixth_level_is_welcome(tmp_path: Path) -> None:
    six = load_catalogue(write(tmp_path, tree(leaf("010101010101"), levels=6)))

    found = six.find("010101010101", on=DAY)
    assert found is not None
    assert len(found.path) == 6


def test_a_leaf_holds_between_its_dates_only(tmp_path: Path) -> None:
    dated = "units: [heating], valid_from: 2026-03-01, valid_until: 2026-10-31"
    found = load_catalogue(write(tmp_path, tree(leaf(more=dated))))

    held = [
        found.find("0101010101", on=day) is not None
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 10, 31), date(2026, 11, 1))
    ]
    assert held == [False, True, True, False]


def test_a_unit_has_its_name_of_the_region(tmp_path: Path) -> None:
    found = load_catalogue(write(tmp_path, tree(leaf())))

    assert found.unit_name("heating", "220100") == "供热办"
    assert found.unit_name("heating", "220200") == "市供热中心"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (tree(leaf("01010101"), levels=4), "level 4"),
        (tree(leaf(more="units: []")), "no unit"),
        (tree(leaf(more="units: [nobody]")), "'nobody' is unknown"),
        (tree(leaf(), leaf()), "0101010101 is 叶01's already"),
        (tree(leaf("0201010101")), "does not begin with 01010101"),
        (tree(leaf("x1")), "code"),
        (tree(leaf(more="unit: heating")), "unit"),
        ("code: [\n", "cannot be understood"),
    ],
)
def test_a_wrong_tree_stops_the_start_with_file_and_remedy(
    tmp_path: Path, one: str, said: str
) -> None:
    with pytest.raises(BadSettings, match=said) as caught:
        load_catalogue(write(tmp_path, one))

    assert "one.yaml" in caught.value.problem
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("contents", "units"),
    [(CONTENTS.replace("one.yaml", "two.yaml"), UNITS), (CONTENTS, ""), ("files: 3\n", UNITS)],
)
def test_wrong_contents_or_units_stop_the_start(tmp_path: Path, contents: str, units: str) -> None:
    with pytest.raises(BadSettings):
        load_catalogue(write(tmp_path, tree(leaf()), contents=contents, units=units))
