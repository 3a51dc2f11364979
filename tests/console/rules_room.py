"""The settings side for the console's tests: the real office over releases in memory."""

from collections.abc import Awaitable, Callable, Collection
from functools import cache
from pathlib import Path

from acd.happenings import PolicyLoaded
from acd.ports import WritesFacts
from acd.view import FloorView
from config.settings import Settings, load_settings
from console.settings_rules_port import SettingsSide
from hotline.places import PROJECT, Places
from hotline.releases.in_force import RulesInForce, RulesRead
from hotline.releases.office import Around, RuleReleases
from hotline.releases.sounds import PhraseSounds
from hotline.releases.texts import read_texts, texts_of
from kernel.clock import Clock
from kernel.ids import Skill
from tests.fakes.fake_releases import FakeReleases

CONFIG = PROJECT / "config"


@cache
def shipped_settings() -> Settings:
    return load_settings(CONFIG, {})


@cache
def shipped_rules() -> RulesRead:
    """Read once for all tests: nothing in them is ever changed."""
    nowhere = Path("/nonexistent")
    places = Places(config=CONFIG, instance=nowhere, asterisk=nowhere)
    texts = texts_of(CONFIG)
    return RulesRead(rules=read_texts(texts, shipped_settings(), places), texts=texts)


class RulesRoom:
    """All of the shipped rule files; `in_force.now` is what is obeyed."""

    def __init__(
        self,
        folder: Path,
        view: Callable[[], FloorView],
        order: Callable[[PolicyLoaded], Awaitable[object]],
        write: WritesFacts,
        clock: Clock,
    ) -> None:
        self.places = Places(config=CONFIG, instance=folder, asterisk=folder / "asterisk")
        self.store = FakeReleases()
        shipped = shipped_rules()
        self.in_force = RulesInForce(shipped, shipped.texts)
        self.office = RuleReleases(
            store=self.store,
            in_force=self.in_force,
            around=Around(
                settings=shipped_settings(),
                places=self.places,
                skills=self._skills,
                view=view,
                order=order,
                write=write,
                clock=clock,
            ),
        )
        self.sounds = PhraseSounds(
            store=self.store,
            in_force=self.in_force,
            folder=self.places.uploaded_sounds,
            write=write,
            clock=clock,
        )

    def _skills(self) -> Collection[Skill]:
        return self.in_force.now.directory.skills

    def side(self) -> SettingsSide:
        return SettingsSide(rules=self.office, sounds=self.sounds)
