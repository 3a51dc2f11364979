"""levels.yaml and utilities.yaml together with the other files of a centre (NAV-04, NAV-06)."""

import shutil
from pathlib import Path

import pytest

from config.settings import load_settings
from hotline.places import PROJECT, Places
from hotline.rule_files import RuleFiles, read_rule_files
from kernel.errors import BadSettings
from telephony.levels import BadLevels
from telephony.menu import BadMenus
from telephony.navigation import tree_of
from telephony.utilities import BadUtilities


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


def test_nav_04_the_tree_of_a_release_is_held_to_and_local_words_are_not_part_of_it(
    folder: Path,
) -> None:
    release = f'navigation: {{version: "2026.1", tree: "{tree_of(rules(folder).menus)}"}}\n'
    levels = folder / "levels.yaml"
    change(levels, "inserts: {}\n", "inserts: {level: [beep_hint]}\n" + release)
    change(levels, "beep_hint", "at_your_service")

    assert rules(folder).menus.menus["level"].say[-2:] == ("at_your_service", "menu_level")

    change(folder / "menus.yaml", '"1": {queue: enterprise}', '"8": {queue: enterprise}')
    with pytest.raises(BadMenus, match=r"release '2026.1'"):
        rules(folder)


def test_nav_04_local_words_that_make_the_menu_too_long_stop_the_start(folder: Path) -> None:
    long = "inserts: {level: [all_busy, line_full, still_waiting]}"
    change(folder / "levels.yaml", "inserts: {}", long)

    with pytest.raises(BadMenus, match=r"menus.level.say: its sounds last"):
        rules(folder)


def test_nav_06_we_are_the_level_that_the_site_says(folder: Path) -> None:
    change(folder / "levels.yaml", "own: changchun", "own: yanbian")

    with pytest.raises(BadLevels, match=r"'yanbian' has the region_code 222400.*220100"):
        rules(folder)


def test_nav_03_a_key_that_leads_to_no_level_stops_the_start(folder: Path) -> None:
    change(folder / "menus.yaml", "level: jilin}", "level: moon}")

    with pytest.raises(BadLevels, match=r"menus.yaml: menus.level: .*'moon'"):
        rules(folder)


def test_only_a_key_of_a_menu_leads_to_another_level(folder: Path) -> None:
    change(folder / "lines.yaml", "to: {queue: elderly}", "to: {queue: elderly, level: jilin}")

    with pytest.raises(BadSettings, match=r"lines.yaml: .*only a key of menus.yaml"):
        rules(folder)


def test_utl_02_a_category_that_the_catalogue_lacks_stops_the_start(folder: Path) -> None:
    change(folder / "utilities.yaml", '"0201010101"', '"0299999999"')

    with pytest.raises(BadUtilities, match=r"utilities.heat.category_code: .*'0299999999'"):
        rules(folder)
