"""config/surge.yaml: what is refused, what is filled in (SRG-01, SRG-02, EMG-05)."""

from typing import Any

import pytest
from pydantic import ValidationError

from acd.surge_facts import (
    IncidentKind,
    Measures,
)
from acd.surge_plans import Back, Plan, SurgeRules, Target, Trigger
from kernel.ids import PauseReason, QueueName

GENERAL = QueueName("general")

PLAN: dict[str, Any] = {"name_zh": "高峰", "name_en": "Surge", "actions": {}}
INCIDENTS: dict[str, Any] = {
    "queue": "general",
    "key": "1",
    "asks": "incident-asks",
    "phrases": {kind.value: f"incident-{kind.value}" for kind in IncidentKind},
}
FILE: dict[str, Any] = {"look_every_s": 1, "takes_at_most": 4, "incidents": INCIDENTS}


def test_a_trigger_names_exactly_one_figure() -> None:
    for wrong in ({}, {"waiting": 5, "longest_wait_s": 60}):
        with pytest.raises(ValidationError, match="give one of waiting"):
            Trigger.model_validate(wrong)
    for right in ("waiting", "longest_wait_s", "answer_rate_below", "arrivals_over_forecast"):
        assert getattr(Trigger.model_validate({right: 1}), right) == 1


@pytest.mark.parametrize(
    ("model", "field", "least", "most"),
    [
        (Trigger, "waiting", 1, None),
        (Trigger, "answer_rate_below", 0, 1),
        (Trigger, "for_s", 0, 86_400),
        (Trigger, "window_s", 10, 3_600),
        (Trigger, "at_least", 1, None),
        (Back, "waiting_at_most", 0, None),
        (Back, "longest_wait_at_most_s", 0, 86_400),
        (Back, "window_s", 10, 3_600),
        (Target, "at_most", 0, None),
    ],
)
def test_marks_have_bounds(model: Any, field: str, least: float, most: float | None) -> None:
    others: dict[Any, dict[str, Any]] = {
        Trigger: {"waiting": 5},
        Back: {},
        Target: {"level": "city"},
    }
    other = {} if field == "answer_rate_below" else others[model]

    assert getattr(model.model_validate(other | {field: least}), field) == least
    with pytest.raises(ValidationError, match=field):
        model.model_validate(other | {field: least - 1})
    if most is not None:
        assert getattr(model.model_validate(other | {field: most}), field) == most
        with pytest.raises(ValidationError, match=field):
            model.model_validate(other | {field: most + 1})


def test_what_is_no_number_at_all_is_refused_as_a_mark() -> None:
    for field in ("longest_wait_s", "arrivals_over_forecast"):
        with pytest.raises(ValidationError, match="greater than 0"):
            Trigger.model_validate({field: 0})
    with pytest.raises(ValidationError, match="greater than 0"):
        Back(arrivals_at_most=0)


def test_what_a_file_leaves_out_is_as_written_in_the_runbook() -> None:
    trigger, back, plan = Trigger(waiting=5), Back(), Plan.model_validate(PLAN)

    assert (trigger.for_s, trigger.window_s, trigger.at_least) == (0, 300, 20)
    assert (back.waiting_at_most, back.longest_wait_at_most_s, back.window_s) == (0, 30, 300)
    assert (back.for_s, back.stands_s, back.rests_s) == (120, 60, 300)
    assert (back.answer_rate_at_least, back.arrivals_at_most) == (None, None)
    assert (plan.queues, plan.triggers, plan.back) == ((), (), Back())
    assert plan.measures() == Measures()


def test_a_plan_is_handed_to_the_floor_whole() -> None:
    actions = {
        "recall": ["rest"], "overflow": {"after_s": 60, "to": ["province", "city"]},
        "wrap_up_limit_s": 5, "announcement": "surge", "callback_after_s": 20,
        "stop_surveys": True,
    }  # fmt: skip
    plan = Plan.model_validate(PLAN | {"queues": ["general"], "actions": actions})

    assert plan.measures() == Measures(
        queues=(GENERAL,), wrap_up_limit_s=5, callback_after_s=20, overflow_after_s=60,
        overflow_to=("province", "city"), announcement="surge", stop_surveys=True,
        recall=(PauseReason("rest"),),
    )  # fmt: skip


def test_srg_02_a_target_is_a_level_or_a_number() -> None:
    for wrong in ({}, {"level": "city", "number": "0431"}):
        with pytest.raises(ValidationError, match="either level or number"):
            Target.model_validate(wrong | {"at_most": 1})
    for number in ("12", "1" * 21, "043a"):
        with pytest.raises(ValidationError, match="number"):
            Target(number=number, at_most=1)
    assert [Target(number=one, at_most=1).number for one in ("123", "1" * 20)] == ["123", "1" * 20]


def test_srg_02_targets_are_told_apart_and_a_plan_names_those_that_exist() -> None:
    overflow = {"overflow": {"after_s": 60, "to": ["province", "nowhere"]}}
    targets = {
        "province": {"level": "city", "at_most": 3},
        "other": {"number": "0431", "at_most": 0},
    }
    plans = {"surge": PLAN | {"actions": overflow}}

    rules = SurgeRules.model_validate(FILE | {"targets": targets, "plans": {"surge": PLAN}})

    assert (rules.levels, rules.numbers) == (frozenset({"city"}), ("0431",))
    assert rules.capacity() == {"province": 3, "other": 0}
    with pytest.raises(ValidationError, match=r"plans\.surge: overflow\.to names nowhere"):
        SurgeRules.model_validate(FILE | {"targets": targets, "plans": plans})
    with pytest.raises(ValidationError, match="at least 1 item"):
        SurgeRules.model_validate(
            FILE | {"plans": {"surge": PLAN | {"actions": {"overflow": {"after_s": 1, "to": []}}}}}
        )


def test_emg_05_every_kind_of_incident_has_its_words() -> None:
    phrases = {k: v for k, v in INCIDENTS["phrases"].items() if k != "gas"}

    with pytest.raises(ValidationError, match="phrases: there is none for gas"):
        SurgeRules.model_validate(FILE | {"incidents": INCIDENTS | {"phrases": phrases}})
    for key in ("", "12", "a"):
        with pytest.raises(ValidationError, match="key"):
            SurgeRules.model_validate(FILE | {"incidents": INCIDENTS | {"key": key}})


@pytest.mark.parametrize(
    ("where", "least", "most"),
    [("look_every_s", 0.2, 60), ("takes_at_most", 0, None), ("answer_within_s", 1, 5)],
)
def test_the_files_own_numbers_have_bounds(where: str, least: float, most: float | None) -> None:
    def read(value: float) -> Any:
        if where == "answer_within_s":
            return SurgeRules.model_validate(FILE | {"incidents": INCIDENTS | {where: value}})
        return SurgeRules.model_validate(FILE | {where: value})

    assert read(least) is not None
    with pytest.raises(ValidationError, match=where):
        read(least - 1)
    if most is not None:
        assert read(most) is not None
        with pytest.raises(ValidationError, match=where):
            read(most + 1)


def test_a_file_without_words_on_it_waits_two_seconds_for_a_key() -> None:
    assert SurgeRules.model_validate(FILE).incidents.answer_within_s == 2.0
