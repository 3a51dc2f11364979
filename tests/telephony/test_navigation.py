"""One tree of menus for the whole province; a city adds words of its own, no keys (NAV-04)."""

from pathlib import Path

import pytest

from telephony.levels import Navigation
from telephony.menu import LONGEST_PROMPT, BadMenus, Menus, check_menu_lengths
from telephony.menu_file import load_menus
from telephony.navigation import check_navigation, tree_of, with_inserts

MENUS = load_menus(Path(__file__).parents[2] / "config" / "menus.yaml")


def without_a_key() -> Menus:
    plain = MENUS.model_dump(mode="json", exclude_none=True)
    del plain["menus"]["main"]["keys"]["2"]
    return Menus.model_validate(plain)


def test_nav_04_a_city_that_changes_the_provinces_tree_does_not_start() -> None:
    release = Navigation(version="2026.1", tree=tree_of(MENUS))

    check_navigation(MENUS, release)
    with pytest.raises(BadMenus, match=f"its tree is {tree_of(without_a_key())}.*'2026.1'"):
        check_navigation(without_a_key(), release)


def test_nav_04_a_house_without_a_release_has_menus_of_its_own() -> None:
    check_navigation(without_a_key(), None)


def test_nav_04_local_words_stand_before_the_question_and_change_no_key() -> None:
    local = with_inserts(MENUS, {"main": ("line_moved",)})

    assert local.menus["main"].say == ("welcome", "recording_notice", "line_moved", "menu")
    assert local.menus["main"].keys == MENUS.menus["main"].keys
    assert local.menus["level"] == MENUS.menus["level"]


def test_nav_04_local_words_count_in_the_fifteen_seconds() -> None:
    local = with_inserts(MENUS, {"main": ("long", "longer")})
    four_each = LONGEST_PROMPT.total_seconds() / 4

    check_menu_lengths(MENUS, lambda said: four_each * len(said))
    with pytest.raises(BadMenus, match=r"menus.main.say: its sounds last 18\.8 s"):
        check_menu_lengths(local, lambda said: four_each * len(said))


def test_nav_04_a_key_leads_to_seats_never_to_another_menu() -> None:
    """Depth one: a choice has no menu, so a tree cannot be deeper."""
    for menu in MENUS.menus.values():
        for choice in menu.choices().values():
            assert choice.queue
            assert "menu" not in type(choice).model_fields
