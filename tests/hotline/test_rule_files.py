"""The files of a centre, read together: what one names in another exists."""

import shutil
from pathlib import Path

import pytest

from config.settings import load_settings
from hotline.places import PROJECT, Places
from hotline.rule_files import RuleFiles, check_ways_in, read_rule_files
from kernel.errors import BadSettings
from telephony.lines import BadLines
from telephony.menu import BadMenus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))


def rules(folder: Path) -> RuleFiles:
    places = Places.from_environment({"HOTLINE_CONFIG_DIR": str(folder)})
    return read_rule_files(load_settings(folder, {}), places)


def change(file: Path, good: str, bad: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert good in text
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")


def test_the_shipped_files_fit_together(folder: Path) -> None:
    found = rules(folder)

    check_ways_in(found, load_settings(folder, {}), skills=found.directory.skills)
    assert set(found.sounds.files) == set(found.phrases.texts())
    assert "general" in found.policies.queues


def test_an_overflow_target_with_a_number_is_accepted(folder: Path) -> None:
    change(folder / "queues.yaml", "overflow: null", "overflow: {target: province}")
    with pytest.raises(BadSettings) as refused:
        rules(folder)
    assert "'province'" in refused.value.problem

    with (folder / "site.toml").open("a", encoding="utf-8") as site:
        site.write('\n[overflow_targets]\nprovince = "04319999999"\n')
    assert rules(folder).policies.queues


def test_a_whisper_is_a_sound_that_exists(folder: Path) -> None:
    change(folder / "queues.yaml", "whisper: []", "whisper: [zh/phrases/whisper_call]")

    assert next(iter(rules(folder).policies.queues.values())).whisper


def test_a_skill_that_only_the_database_knows_is_judged_when_that_is_there(folder: Path) -> None:
    """Skills are added in the console too: the file of the first start is not the truth."""
    change(
        folder / "menus.yaml",
        '"1": {queue: enterprise}',
        '"1": {queue: enterprise, skills: {tax: 1}}',
    )
    found = rules(folder)

    check_ways_in(found, load_settings(folder, {}), skills=[*found.directory.skills, "tax"])
    with pytest.raises(BadMenus) as refused:
        check_ways_in(found, load_settings(folder, {}), skills=found.directory.skills)
    assert "'tax'" in refused.value.problem


def test_so_is_a_skill_that_a_line_names(folder: Path) -> None:
    """Nobody waits for a skill that there is not."""
    change(
        folder / "lines.yaml",
        "straight: {queue: labour}",
        "straight: {queue: labour, skills: {tax: 1}}",
    )
    found = rules(folder)

    with pytest.raises(BadLines) as refused:
        check_ways_in(found, load_settings(folder, {}), skills=found.directory.skills)
    assert "lines.labour.straight.skills: there is no skill 'tax'" in refused.value.problem
