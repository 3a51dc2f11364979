"""The rules of queues: frozen, with defaults, and the shape that an editor of the file is told."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from acd.policy import Overflow, QueuePolicies
from kernel.ids import QueueName
from tests.acd.centre import policies

GENERAL = QueueName("general")


def test_rules_are_never_changed_in_place() -> None:
    """A release is a new one; who waits by the old rules keeps them until then."""
    whole = policies()
    places: list[tuple[BaseModel, str, object]] = [
        (whole, "time_budget", 1),
        (whole.queues[GENERAL], "max_waiting", 1),
        (whole.estimate, "holding_s", 1.0),
    ]

    for rules, key, value in places:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(rules, key, value)


def test_mal_01_who_is_lowered_stands_two_minutes_later_where_the_file_does_not_say() -> None:
    raw = policies().model_dump(by_alias=True)
    del raw["lowered_by_s"]

    assert QueuePolicies.model_validate(raw).lowered_by_s == 120


def test_another_queue_is_no_target_outside() -> None:
    assert Overflow(queue=GENERAL).targets == ()
    assert Overflow(target="jilin", then=("siping",)).targets == ("jilin", "siping")


def test_the_shape_of_the_file_asks_for_names_and_takes_the_rest_from_its_defaults() -> None:
    """What the settings page checks against: a queue gives what differs, `defaults` the rest."""
    shape: dict[str, Any] = QueuePolicies.model_json_schema()

    assert shape["$defs"]["QueuePolicy"]["required"] == ["name_zh", "name_en"]
    assert shape["properties"]["defaults"]["type"] == "object"
