"""The menu: one level, and every way out of it leads to a person (NAV-03, CH-06)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.errors import BadSettings
from telephony.ivr import run_menu
from telephony.menu import Menu, Menus, check_menus
from telephony.menu_file import load_menus
from telephony.phrases import load_phrases
from telephony.spoken import Sound

CONFIG = Path(__file__).parents[2] / "config"
MENUS = load_menus(CONFIG / "menus.yaml")
MAIN = MENUS.for_number("12345")
GENERAL = {"queues": ["general", "enterprise", "dialect"], "skills": ["elderly"]}


class Presses:
    """A caller who presses these keys, one at each question; then he is silent."""

    def __init__(self, *keys: str) -> None:
        self._keys = list(keys)
        self.heard: list[Sequence[Sound]] = []
        self.forgot = False

    async def collect(
        self,
        sounds: Sequence[Sound],
        *,
        digits: int,
        first_within: timedelta,
        between: timedelta,
        ends: str = "#",
    ) -> str:
        self.heard.append(sounds)
        return self._keys.pop(0) if self._keys else ""

    def forget_keys(self) -> None:
        self.forgot = True


class Book:
    def say(self, *keys: str) -> list[Sound]:
        return [Sound(key) for key in keys]


@pytest.mark.parametrize(
    ("keys", "queue", "questions"),
    [
        ((), "general", 1),  # silence is a person
        (("0",), "general", 1),
        (("1",), "enterprise", 1),
        (("2",), "dialect", 1),
        (("7", "1"), "enterprise", 2),
        (("7", "0"), "general", 2),
        (("7", "8"), "general", 2),  # invalid twice is a person
        (("#", "*"), "general", 2),
        (("7",), "general", 2),  # invalid, then silence
    ],
)
async def test_every_way_through_the_menu_ends_in_a_queue(
    keys: tuple[str, ...], queue: str, questions: int
) -> None:
    caller = Presses(*keys)

    answer = await run_menu(caller, MAIN, Book())

    assert (answer.queue, len(caller.heard)) == (queue, questions)
    assert caller.forgot  # a key of the menu is no answer to a later question


def test_the_menu_we_ship_names_only_what_exists() -> None:
    phrases = load_phrases(CONFIG / "phrases.yaml")
    skills = [skill for menu in MENUS.menus.values() for skill in menu.person.skills]

    check_menus(MENUS, phrases=phrases.phrases, **{**GENERAL, "skills": skills})


def test_a_number_of_its_own_can_have_a_menu_of_its_own() -> None:
    other = MAIN.model_copy(update={"wrong_key": "other"})
    menus = Menus(welcome="main", dialled={"043112345": "b"}, menus={"main": MAIN, "b": other})

    assert menus.for_number("043112345").wrong_key == "other"
    assert menus.for_number("12345") == MAIN


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"say": ("nothing",)}, "menus.main.say: there is no phrase 'nothing'"),
        ({"wrong_key": "nothing"}, "menus.main.wrong_key: there is no phrase 'nothing'"),
        (
            {"person": {"queue": "nowhere"}},
            "menus.main.person.queue: there is no queue 'nowhere'",
        ),
        (
            {"keys": {"3": {"queue": "general", "skills": {"magic": 1}}}},
            "menus.main.keys.3.skills: there is no skill 'magic'",
        ),
    ],
)
def test_what_does_not_exist_stops_the_start(change: dict[str, object], named: str) -> None:
    menu = Menu.model_validate(MAIN.model_dump() | change)
    menus = Menus(welcome="main", menus={"main": menu})

    with pytest.raises(BadSettings, match=named):
        check_menus(menus, phrases=[*MAIN.say, MAIN.wrong_key], **GENERAL)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('"1": {queue: a}\n      "1": {queue: b}', "stands twice"),
        ('"0": {queue: a}', "keys"),  # 0 is a person and nothing else
        ('"12": {queue: a}', "keys"),  # one level
        ('"1": {menu: deeper}', "menu"),
    ],
)
def test_a_menu_file_that_would_lead_nowhere_is_refused(
    tmp_path: Path, text: str, named: str
) -> None:
    file = tmp_path / "menus.yaml"
    head = "welcome: m\nmenus:\n  m:\n    say: [a]\n    wrong_key: b\n    person: {queue: a}\n"
    file.write_text(f"{head}    keys:\n      {text}\n")

    with pytest.raises(BadSettings, match=named):
        load_menus(file)


def test_a_welcome_that_is_no_menu_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "menus.yaml"
    file.write_text((CONFIG / "menus.yaml").read_text().replace("welcome: main", "welcome: x"))

    with pytest.raises(BadSettings, match="no menu 'x'"):
        load_menus(file)
