"""Rules are released while citizens are in the menu, wait and talk (ADR 0029).

A menu that is heard goes on as it was; who comes next hears the new one; nobody is lost.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from acd.facts import CallQueued, SeatAnswered, SeatRung, WrapUpStarted
from acd.happenings import PolicyLoaded
from hotline.places import Places
from hotline.releases.texts import document_in, read_texts, text_of
from hotline.releases.words import still_sayable
from hotline.rule_files import RuleFiles
from kernel.ids import CallId
from telephony.facts import ServiceRated
from tests.console.rules_room import CONFIG, shipped_rules, shipped_settings
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, connected, open_house

NOWHERE = Path("/nonexistent")


def with_release(name: str, change: Callable[[Any], None]) -> RuleFiles:
    """The shipped rules with one file changed, read as a release is."""
    path, texts = f"{name}.yaml", shipped_rules().texts
    document: Any = deepcopy(document_in(texts[path]))
    change(document)
    places = Places(config=CONFIG, instance=NOWHERE, asterisk=NOWHERE)
    found = read_texts({**texts, path: text_of(document)}, shipped_settings(), places)
    return still_sayable(shipped_rules().rules, found)


async def obey(house: House, rules: RuleFiles) -> None:
    house.center.use(rules)
    await house.desk.order(PolicyLoaded(rules.policies))


def elderly_at_1(menus: Any) -> None:
    menus["menus"]["main"]["keys"]["1"] = {"queue": "elderly"}


def test_a_menu_that_is_heard_goes_on_and_the_next_citizen_hears_the_new_one() -> None:
    rules = with_release("menus", elderly_at_1)

    async def story() -> None:
        async with open_house() as house:
            house.rings_up("c1")
            await house.passes(2.5)

            await obey(house, rules)
            house.telephone.press(CallId("c1"), "1")
            house.rings_up("c2")
            await house.passes(2.5)
            house.telephone.press(CallId("c2"), "1")
            await house.passes(1)

            queued = {fact.call: fact.queue for fact in house.of(CallQueued)}
            assert queued == {"c1": "enterprise", "c2": "elderly"}

    at_once(story())


def first_key_is_worst(rating: Any) -> None:
    rating["keys"] = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}


def test_sat_01_who_hears_the_question_answers_that_one_and_the_next_the_new_one() -> None:
    rules = with_release("service_rating", first_key_is_worst)

    async def story() -> None:
        async with open_house() as house:
            await connected(house)
            house.telephone.seat_hangs_up(CallId("c1"))
            await house.passes(0.5)
            await obey(house, rules)
            house.telephone.press(CallId("c1"), "1")
            await house.passes(200)
            house.rings_up("c2")
            await house.passes(SILENT + 2)
            house.telephone.seat_answers()
            await house.passes(30)
            house.telephone.seat_hangs_up(CallId("c2"))
            await house.passes(0.5)
            house.telephone.press(CallId("c2"), "1")
            await house.passes(30)

            assert [rated.level for rated in house.of(ServiceRated)] == [5, 1]

    at_once(story())


def test_a_phrase_that_is_taken_away_can_still_be_said_until_the_next_start() -> None:
    """Somebody may be in a menu that names it, or be promised it."""

    before = shipped_rules().rules
    snow = before.phrases.phrases["goodbye"]
    more = before.phrases.model_copy(update={"phrases": {**before.phrases.phrases, "snow": snow}})

    after = still_sayable(replace(before, phrases=more), before)

    assert after.phrases.say("snow") == [snow.file]
    assert after.sounds.files[snow.file].seconds > 0


def quick_wrap_up(queues: Any) -> None:
    queues["queues"]["general"]["wrap_up"] = {"limit_s": 7, "extension_s": 0, "extensions": 0}


def test_who_waits_and_who_talks_go_on_when_the_rules_of_their_queue_change() -> None:
    rules = with_release("queues", quick_wrap_up)

    async def story() -> None:
        async with open_house() as house:
            await connected(house)
            house.rings_up("c2")
            await house.passes(SILENT)

            await obey(house, rules)
            house.telephone.citizen_hangs_up(CallId("c1"))
            await house.passes(8)
            house.telephone.seat_answers()
            await house.passes(1)

            ended = house.only(WrapUpStarted)
            assert (ended.until - ended.at).total_seconds() == 7
            assert [rung.call for rung in house.of(SeatRung)] == ["c1", "c2"]
            assert [answered.call for answered in house.of(SeatAnswered)] == ["c1", "c2"]

    at_once(story())
