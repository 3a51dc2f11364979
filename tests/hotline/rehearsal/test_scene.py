"""Scenes of a scenario: the shipped file, what is refused, and what each difference is told for."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline.places import PROJECT
from hotline.rehearsal.scene import (
    BadScenario,
    Expected,
    FarDoes,
    FarEnd,
    Performance,
    Scene,
    draw_performances,
    load_scenario,
    on_lists,
)
from hotline.rehearsal.scene_compare import Played, compare_scenes
from hotline.rehearsal.scene_theatre import habit_of
from hotline.rehearsal.sip_phone import Answer, LetItRing, Reject

SHIPPED = PROJECT / "config" / "scenarios" / "special.yaml"
NUMBER = "19900000001"
SKILLS = {"1003": {"general": 2, "dialect:dongbei": 3}, "1008": {"general": 1}}
WAY: dict[str, Any] = {"line": "main", "why": "menu", "queue": "dialect"}
ANSWERED: dict[str, Any] = {"agent": "1003", "again": False, "queue": "dialect"}


def played(expected: Expected, **changes: Any) -> Played:
    scene = Scene(name_zh="方言", name_en="Dialect", rules=("SPC-02",), expect=expected)
    one = Played(
        Performance("dialect", scene, NUMBER), sip_call_id="s", agents=["1003"], is_over=True
    )
    return replace(one, **changes)


def told(one: Played, *facts: tuple[str, Mapping[str, Any]]) -> list[str]:
    known = facts or (("way-in", WAY), ("seat-answered", ANSWERED))
    return [found.en for found in compare_scenes([one], {"s": known}, SKILLS)]


def test_the_shipped_scenario_is_drawn_as_often_as_it_says_and_each_number_is_one_citizens() -> (
    None
):
    scenario = load_scenario(SHIPPED)
    drawn = draw_performances(scenario, seed=1)

    assert len(drawn) == sum(scene.times for scene in scenario.scenes.values())
    assert len({one.number for one in drawn}) == len(drawn)
    assert drawn == draw_performances(scenario, seed=1)
    assert drawn != draw_performances(scenario, seed=2)
    listed = on_lists(drawn)
    assert set(listed) == {"elderly", "enterprise"}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"talks_s": 1, "leaves": True}, "give exactly one of"),
        ({}, "give exactly one of"),
        ({"asks": "/api/calls"}, "asks"),
    ],
)
def test_a_step_that_does_not_do_one_thing_is_refused(
    tmp_path: Path, step: dict[str, Any], said: str
) -> None:
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    raw["scenes"]["dialect"]["agents"] = [[step]]
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump(raw), encoding="utf-8")

    with pytest.raises(BadScenario) as refused:
        load_scenario(tmp_path / "bad.yaml")
    assert said in refused.value.problem


def test_what_is_as_it_should_be_is_no_difference() -> None:
    expected = Expected(
        line="main", why="menu", queue="dialect", first_agent_has="dialect:dongbei",
        facts=({"kind": "seat-answered", "queue": "dialect"},), never=("transfer-failed",),
    )  # fmt: skip

    assert told(played(expected)) == []


@pytest.mark.parametrize(("needs", "is_told"), [({"expert": 1}, True), ({"general": 1}, False)])
def test_whose_needs_were_relaxed_because_all_were_busy_may_be_served_without_the_skill(
    needs: dict[str, int], is_told: bool
) -> None:
    """SPC-02: the queue's own stages, by which nobody waits for ever."""
    relaxed = ("needs-relaxed", {"stage": 1, "needs": needs})
    expected = Expected(first_agent_has="expert")

    said = told(played(expected), ("way-in", WAY), relaxed, ("seat-answered", ANSWERED))

    assert bool(said) is is_told


@pytest.mark.parametrize(
    ("expected", "changes", "said"),
    [
        (Expected(queue="general"), {}, "way in: queue is 'dialect', expected 'general'"),
        (Expected(served_by=2), {}, "2 talks were expected"),
        (Expected(first_agent_has="expert"), {}, "has not the skill expert"),
        (Expected(rung=("110",)), {}, "rung beyond the trunk: []"),
        (Expected(), {"rung": [("110", NUMBER)]}, "rung beyond the trunk"),
        (Expected(rung=("110",), shows_citizen=True), {"rung": [("110", "12345")]}, "not his own"),
        (Expected(), {"longest_silence_s": 2.1}, "2.1 s without a sound"),
        (Expected(), {"is_over": False}, "did not end"),
        (Expected(), {"agents": ["1008"]}, "the journal says: ['1003'] had him"),
        (Expected(), {"troubles": ["1003: refused"]}, "1003: refused"),
        (Expected(facts=({"kind": "call-held"},)), {}, "no {'kind': 'call-held'}"),
        (Expected(never=("seat-answered",)), {}, "told: seat-answered"),
    ],
)
def test_each_thing_that_differs_is_told(
    expected: Expected, changes: dict[str, Any], said: str
) -> None:
    found = told(played(expected, **changes))

    assert any(said in one for one in found), found


def test_facts_must_come_in_their_order_and_answered_counts_once() -> None:
    first, again = ("seat-answered", ANSWERED), ("seat-answered", ANSWERED | {"queue": "expert"})
    order = Expected(
        served_by=2,
        facts=(
            {"kind": "seat-answered", "queue": "expert"},
            {"kind": "seat-answered", "queue": "dialect"},
        ),
    )
    found = told(played(order, agents=["1003", "1003"]), ("way-in", WAY), first, again)

    assert any("after the ones before" in one for one in found)
    assert any("answered more than once" in one for one in found)


def test_the_far_end_does_what_the_scene_says() -> None:
    assert habit_of(FarEnd(does=FarDoes.ANSWERS, after_s=2)) == Answer(after=2)
    assert habit_of(FarEnd(does=FarDoes.BUSY)) == Reject(486, after=1.0)
    assert habit_of(FarEnd(does=FarDoes.REFUSES)) == Reject(603, after=1.0)
    assert habit_of(FarEnd(does=FarDoes.RINGS)) == LetItRing()
