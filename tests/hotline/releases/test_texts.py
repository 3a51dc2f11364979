"""Rule files as JSON documents and back: what a page saves unchanged, means the same."""

from pathlib import Path

from hotline.places import Places
from hotline.releases.texts import digest_of, document_in, put_into, read_texts, text_of, texts_of
from tests.console.rules_room import CONFIG, shipped_rules, shipped_settings


def test_every_shipped_file_saved_unchanged_means_the_same(tmp_path: Path) -> None:
    """JSON has no dates and no numbers as keys; the loaders take them back all the same."""
    shipped = shipped_rules()
    saved = {path: text_of(document_in(text)) for path, text in shipped.texts.items()}
    places = Places(config=CONFIG, instance=tmp_path, asterisk=tmp_path / "asterisk")

    again = read_texts(saved, shipped_settings(), places)

    for name in shipped.rules.__dataclass_fields__:
        if name != "catalogue":
            assert getattr(again, name) == getattr(shipped.rules, name)
    assert list(again.catalogue) == list(shipped.rules.catalogue)
    assert again.catalogue.units == shipped.rules.catalogue.units


def test_a_digest_is_of_what_is_said_whatever_the_lay_out() -> None:
    for text in shipped_rules().texts.values():
        assert digest_of(text) == digest_of(text_of(document_in(text)))


def test_a_folder_holds_what_the_texts_name_and_nothing_else(tmp_path: Path) -> None:
    put_into(tmp_path, {"a.yaml": "a: 1", "catalogue/b.yaml": "b: 1"})
    put_into(tmp_path, {"a.yaml": "a: 2"})

    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*")} == {"a.yaml"}
    assert (tmp_path / "a.yaml").read_text() == "a: 2"


def test_no_scenario_is_a_rule_file() -> None:
    assert not [path for path in texts_of(CONFIG) if path.startswith("scenarios")]
