"""What the floor remembers of seats and people, and the borders of every setting."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from acd import errors
from acd.directory import Directory
from acd.facts import (
    FACTS,
    AgentSkillsChanged,
    BreakOverrun,
    DirectoryChanged,
    DirectoryTable,
    SeatModeChanged,
    SeatRung,
)
from acd.floor import Floor
from acd.happenings import (
    DirectoryLoaded,
    ExtendWrapUp,
    FinishWrapUp,
    ForcedTo,
    GoAvailable,
    Pause,
    PhoneSeen,
    SignIn,
    SupervisorForces,
)
from acd.policy import QueuePolicies, Relaxation
from acd.seat_ratio import District, Districts
from acd.seed import AgentSeed
from acd.turn import REMEMBER
from kernel.ids import AgentNo, Extension, LegId, PauseReason, SeatId
from tests.acd.centre import EPOCH, QUEUES, Centre, agent, directory, place, policies
from tests.fakes.fake_clock import MONDAY_NINE

ONE = AgentNo("1001")
FIRST = LegId("7-000001")
REST = PauseReason("rest")
PHONE = Extension("8001")


def seat_of(centre: Centre) -> Any:
    seats: Any = centre.floor.contents()["seats"]
    return seats["S001"]


def talking() -> Centre:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.answer(FIRST)
    return centre


# ---- seats -----------------------------------------------------------------------------------


def test_every_fact_of_the_floor_has_what_it_changes() -> None:
    assert set(REMEMBER) == set(FACTS)


def test_who_signs_in_starts_new() -> None:
    centre = Centre()
    centre.take(SignIn(ONE, SeatId("S001")))

    seat = seat_of(centre)
    assert (seat["pause_reason"], seat["pause_by"], seat["pause_until"]) == (
        "signed_in",
        "system",
        None,
    )
    assert seat["pause_overrun"] is False
    assert seat["wrap_up_extensions"] == 0


def test_who_is_available_again_has_no_break_left_and_is_the_last_of_the_idle() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(Pause(ONE, REST))
    centre.wait(3600)
    overrun = seat_of(centre)["pause_overrun"]
    centre.take(GoAvailable(ONE))

    seat = seat_of(centre)
    assert overrun is True
    assert [seat[name] for name in ("pause_reason", "pause_by", "pause_until")] == [None] * 3
    assert seat["pause_overrun"] is False
    assert seat["idle_since"] == centre.clock.now()


def test_who_was_signed_out_from_a_break_to_come_has_no_break_left() -> None:
    centre = talking()
    centre.take(Pause(ONE, REST))
    centre.take(SupervisorForces("leader", ONE, ForcedTo.SIGNED_OUT, "went home"))

    assert seat_of(centre)["pause_reason"] is None


def test_a_break_after_a_call_has_its_limit_too() -> None:
    centre = talking()
    centre.take(Pause(ONE, REST))
    centre.end(FIRST)
    centre.take(FinishWrapUp(ONE))
    began = centre.clock.now()

    assert seat_of(centre)["pause_until"] == began + timedelta(minutes=15)
    assert [fact.kind for fact in centre.wait(15 * 60)] == ["break-overrun"]
    assert centre.only(BreakOverrun).reason == "rest"


def test_each_wrap_up_may_be_extended_anew() -> None:
    centre = talking()
    centre.end(FIRST)
    centre.take(ExtendWrapUp(ONE))
    extended = seat_of(centre)["wrap_up_extensions"]
    centre.take(FinishWrapUp(ONE))
    centre.call("c2")
    centre.answer(LegId("7-000002"))
    centre.end(LegId("7-000002"))

    assert (extended, seat_of(centre)["wrap_up_extensions"]) == (1, 0)


def test_a_wrap_up_ends_when_its_fact_says_under_whatever_rules_it_is_folded() -> None:
    """What was told the agent holds, though the policy has another limit by now."""
    centre = talking()
    centre.end(FIRST)
    longer = policies({"wrap_up": {"limit_s": 600, "extension_s": 1, "extensions": 1}})
    again = Floor(longer, centre.directory, EPOCH)
    for fact in centre.facts:
        again.apply(fact)

    assert again.next_deadline() == centre.clock.now() + timedelta(seconds=30)


def test_a_wrap_up_that_is_done_leaves_nothing_of_the_call_at_the_seat() -> None:
    centre = talking()
    centre.end(FIRST)
    centre.clock.advance(9)
    centre.take(FinishWrapUp(ONE))

    seat = seat_of(centre)
    assert [seat[name] for name in ("call", "queue", "rung_at", "wrap_up_until")] == [None] * 4
    assert seat["idle_since"] == centre.clock.now()


# ---- the directory and the phones change -------------------------------------------------------


def loaded(centre: Centre, *skills: dict[str, int], auto: bool = False) -> None:
    people = directory(*skills)
    seats = {SeatId("S001"): place(1, auto_answer=auto)}
    centre.take(DirectoryLoaded(Directory(people.agents, seats, {})))


def test_new_skills_move_an_idle_seat_to_the_callers_whom_it_may_take_now() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)

    loaded(centre, {"expert": 1})
    centre.call("c1")
    centre.call("c2", "expert")

    assert [fact.call for fact in centre.of(SeatRung)] == ["c2"]


def test_new_skills_of_a_busy_seat_make_it_no_idle_one() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("c1")

    loaded(centre, {"expert": 1})

    assert centre.floor.contents()["idle"] == []
    assert centre.only(AgentSkillsChanged).skills == {"expert": 1}


def test_what_did_not_change_is_not_told() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)

    loaded(centre, {"general": 1})

    assert centre.last == []


def test_the_mode_of_a_seat_changes_with_the_directory() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)

    loaded(centre, {"general": 1}, auto=True)

    assert centre.only(SeatModeChanged).auto_answer is True
    assert seat_of(centre)["auto_answer"] is True


def test_who_is_no_longer_in_the_directory_goes_on_until_he_signs_out() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)

    assert centre.take(DirectoryLoaded(Directory({}, {}, {}))) == []
    centre.call("c1")
    assert centre.only(SeatRung).seat == "S001"


def test_a_change_of_the_directory_is_journaled_in_the_turn_that_takes_it_over() -> None:
    centre = Centre()
    change = DirectoryChanged(
        at=MONDAY_NINE, table=DirectoryTable.AGENT, key="1001", version=2, by="leader"
    )
    centre.take(DirectoryLoaded(directory(), change))

    assert centre.last == [change]


def test_a_phone_that_is_where_it_was_is_no_news() -> None:
    centre = Centre()
    centre.staff(1)
    first = centre.take(PhoneSeen(PHONE, True))
    centre.take(PhoneSeen(PHONE, False))

    assert first == []
    assert centre.take(PhoneSeen(PHONE, False)) == []


def test_a_phone_that_is_back_makes_its_seat_the_last_of_the_idle() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(PhoneSeen(PHONE, False))
    away = centre.floor.contents()["unreachable"]
    centre.clock.advance(9)
    centre.take(PhoneSeen(PHONE, True))

    assert away == ["8001"]
    assert centre.floor.contents()["unreachable"] == []
    assert seat_of(centre)["idle_since"] == centre.clock.now()
    assert seat_of(centre)["reachable"] is True


def test_who_signs_in_at_a_phone_that_is_away_is_not_rung() -> None:
    centre = Centre()
    centre.take(PhoneSeen(PHONE, False))
    centre.take(SignIn(ONE, SeatId("S001")))

    assert seat_of(centre)["reachable"] is False


@pytest.mark.parametrize("reason", ["signed_in", "no_answer", "phone_busy", "rejected", "forced"])
def test_what_the_system_says_no_agent_can_choose(reason: str) -> None:
    centre = Centre()
    centre.staff(1)

    with pytest.raises(errors.UnknownPauseReason):
        centre.take(Pause(ONE, PauseReason(reason)))


def test_who_may_not_answer_cannot_sign_in() -> None:
    people = directory()
    gone = replace(agent(1, {"general": 1}), active=False)
    centre = Centre(Directory({ONE: gone}, people.seats, {}))

    with pytest.raises(errors.AgentNotActive):
        centre.take(SignIn(ONE, SeatId("S001")))


# ---- the borders of every setting --------------------------------------------------------------

RELAXED = {"after_s": 5.0, "lower_levels_by": 0, "instead": None}
TELLING = {
    "on_entry": True,
    "at_most_every_s": 30,
    "places_gained": 2,
    "seconds_gained_s": 60,
    "round_to_s": 30,
}
OFFER = {"after_s": 60, "again_every_s": 180, "key": "1"}
WRAPPING = {"limit_s": 30, "extension_s": 30, "extensions": 2}
# key, values that are taken, values that are refused; of the queue "general"
BORDERS: list[tuple[str, list[Any], list[Any]]] = [
    ("needs", [{"a": 1}, {"a": 5}], [{"a": 0}, {"a": 6}]),
    ("head_start_s", [0, 86_400], [-0.5, 86_400.5]),
    ("priority", [0, 3], [-1, 4]),
    ("ring_limit_s", [0.5, 10.0], [0, 10.5]),
    ("max_waiting", [0], [-1]),
    ("max_wait_s", [0.5], [0]),
    ("relaxation", [[RELAXED | {"after_s": 0.5}]], [[RELAXED | {"after_s": 0}]]),
    (
        "relaxation",
        [[RELAXED | {"lower_levels_by": n}] for n in (0, 4)],
        [[RELAXED | {"lower_levels_by": n}] for n in (-1, 5)],
    ),
    (
        "announcements",
        [TELLING | {"at_most_every_s": 5}],
        [TELLING | {"at_most_every_s": 4.5}],
    ),
    ("announcements", [TELLING | {"places_gained": 1}], [TELLING | {"places_gained": 0}]),
    ("announcements", [TELLING | {"seconds_gained_s": 0.5}], [TELLING | {"seconds_gained_s": 0}]),
    ("announcements", [TELLING | {"round_to_s": 0.5}], [TELLING | {"round_to_s": 0}]),
    ("callback", [OFFER | {"again_every_s": 10}], [OFFER | {"again_every_s": 9.5}]),
    ("wrap_up", [WRAPPING | {"extensions": 0}], [WRAPPING | {"extensions": -1}]),
    ("whisper", [[]], ["x", 5]),
]
RULE = {"name_zh": "x", "name_en": "x", "max_minutes": None, "max_agents_at_once": None}
ESTIMATE = {"holding_s": 9.0, "patience_s": 9.0, "weight_of_start": 9.0}
# ... and of the whole file
TOP: list[tuple[str, list[Any], list[Any]]] = [
    ("priority_boost_s", [[0, 0, 0, 86_400]], [[0, 0, 0, -1], [0, 0, 0]]),
    ("ring_slack_s", [0.5, 3], [0, 3.5]),
    ("return_grace_s", [0, 60], [-0.5, 60.5]),
    ("excluded_after_failed_ring_s", [0.5], [0]),
    ("time_budget", [1], [0]),
    *(("estimate", [ESTIMATE | {key: 0.5}], [ESTIMATE | {key: 0}]) for key in ESTIMATE),
    (
        "spare_specialists",
        [{"enabled": True, "scarcity": {"a": 0}}],
        [{"enabled": True, "scarcity": {"a": -0.5}}],
    ),
    ("pause_reasons", [{"x": RULE | {"max_minutes": 0.5}}], [{"x": RULE | {"max_minutes": 0}}]),
    (
        "pause_reasons",
        [{"x": RULE | {"max_agents_at_once": 1}}],
        [{"x": RULE | {"max_agents_at_once": 0}}],
    ),
]


@pytest.mark.parametrize(("key", "taken", "refused"), BORDERS)
def test_a_rule_of_a_queue_has_these_borders(
    key: str, taken: list[Any], refused: list[Any]
) -> None:
    for value in taken:
        policies({key: value})
    for value in refused:
        with pytest.raises(ValidationError):
            policies({key: value})


@pytest.mark.parametrize(("key", "taken", "refused"), TOP)
def test_a_rule_of_all_queues_has_these_borders(
    key: str, taken: list[Any], refused: list[Any]
) -> None:
    for value in taken:
        policies(**{key: value})
    for value in refused:
        with pytest.raises(ValidationError):
            policies(**{key: value})


def test_rules_are_never_changed_in_place_and_no_key_is_unknown() -> None:
    rules = policies()
    raw = copy.deepcopy(yaml.safe_load(QUEUES.read_text(encoding="utf-8")))

    with pytest.raises(ValidationError):
        rules.time_budget = 9
    with pytest.raises(ValidationError):
        QueuePolicies.model_validate(raw | {"unknown": 1})


def test_rules_that_say_nothing_of_who_was_sent_in_vain_hold_him_for_five_seconds() -> None:
    raw = copy.deepcopy(yaml.safe_load(QUEUES.read_text(encoding="utf-8")))
    del raw["return_grace_s"]

    assert QueuePolicies.model_validate(raw).return_grace_s == 5


def test_a_stage_that_says_nothing_of_levels_leaves_them() -> None:
    assert Relaxation(after_s=5).lower_levels_by == 0


@pytest.mark.parametrize(("name", "taken"), [("王", True), ("王" * 64, True), ("王" * 65, False)])
def test_a_name_has_one_to_sixty_four_characters(name: str, taken: bool) -> None:
    rest: dict[str, Any] = {"employer_kind": "own", "grade": "five", "district": "x", "skills": {}}
    if taken:
        assert AgentSeed.model_validate(rest | {"name": name}).name == name
    else:
        with pytest.raises(ValidationError):
            AgentSeed.model_validate(rest | {"name": name})


def test_an_inhabitant_a_seat_and_an_agent_are_the_least() -> None:
    one = {"name_zh": "x", "name_en": "x", "area_code": "0", "as_of": "2020-11-01", "source": "x"}
    rules = {"rounding": "ceil", "districts": {}}

    assert District.model_validate(one | {"population": 1}).population == 1
    assert Districts.model_validate(rules | {"seats_per_million": 1, "agents_per_seat": 1})
    for wrong in ({"seats_per_million": 0, "agents_per_seat": 1},
                  {"seats_per_million": 1, "agents_per_seat": 0}):  # fmt: skip
        with pytest.raises(ValidationError):
            Districts.model_validate(rules | wrong)
    with pytest.raises(ValidationError):
        District.model_validate(one | {"population": 0})
