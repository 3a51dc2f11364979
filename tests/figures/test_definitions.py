"""Every figure says what it is (IND-07)."""

from figures.definitions import ALL


def test_every_figure_of_d_01_to_d_08_is_defined_once() -> None:
    ids = [definition.id for definition in ALL]

    assert len(ids) == len(set(ids))
    assert {identity[:4] for identity in ids} == {f"D-0{n}" for n in range(1, 9)}


def test_every_figure_has_names_formula_source_and_base() -> None:
    for definition in ALL:
        assert any("一" <= letter <= "鿿" for letter in definition.name_zh)
        assert definition.name_en.isascii()
        assert all((definition.formula_zh, definition.formula_en))
        assert all((definition.source, definition.base))
