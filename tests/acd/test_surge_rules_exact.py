"""What surge plans make of the rules in force (SRG-01, SRG-02), case by case."""

from datetime import timedelta
from typing import Any

import pytest

from acd.policy import Overflow, QueuePolicy
from acd.surge_facts import (
    Measures,
)
from acd.surge_rules import amended, amended_queues, may_overflow
from kernel.ids import QueueName
from tests.acd.centre import policies

GENERAL, ENTERPRISE = QueueName("general"), QueueName("enterprise")
SECOND = timedelta(seconds=1)
RULES = policies(
    {
        "wrap_up": {"limit_s": 30, "extension_s": 30, "extensions": 2},
        "callback": {"after_s": 60, "again_every_s": 60, "key": "1"},
        "priority": 0,
        "overflow": None,
    }
)


def general(*standing: Measures) -> QueuePolicy:
    return amended_queues(RULES.queues, standing)[GENERAL]


def test_srg_01_without_a_plan_the_rules_are_the_files_own() -> None:
    assert amended(RULES, []) is RULES
    assert amended(RULES, iter(())) is RULES
    assert general(Measures()) is RULES.queues[GENERAL]


def test_srg_01_a_plan_changes_its_own_queues_and_without_any_all() -> None:
    named = amended(RULES, [Measures(queues=(GENERAL,), wrap_up_limit_s=0)]).queues
    all_of_them = amended(RULES, [Measures(wrap_up_limit_s=0)]).queues

    assert named[GENERAL].wrap_up.limit_s == 0
    assert named[ENTERPRISE] is RULES.queues[ENTERPRISE]
    assert {queue.wrap_up.limit_s for queue in all_of_them.values()} == {0}


@pytest.mark.parametrize(
    ("limits", "limit_s", "extensions"),
    [
        ((10,), 10, 0),
        ((20, 10), 10, 0),
        ((40, 10), 10, 0),
        ((30,), 30, 2),
        ((40,), 30, 2),
        ((None,), 30, 2),
    ],
)
def test_srg_01_the_shortest_wrap_up_holds_and_a_plan_never_lengthens_it(
    limits: tuple[float | None, ...], limit_s: float, extensions: int
) -> None:
    found = general(*(Measures(wrap_up_limit_s=one) for one in limits)).wrap_up

    assert (found.limit_s, found.extensions, found.extension_s) == (limit_s, extensions, 30)


@pytest.mark.parametrize(
    ("offers", "after_s"),
    [((20,), 20), ((40, 20), 20), ((90, 20), 20), ((60,), 60), ((90,), 60), ((None,), 60)],
)
def test_srg_01_the_earliest_callback_holds_and_a_plan_never_delays_it(
    offers: tuple[float | None, ...], after_s: float
) -> None:
    found = general(*(Measures(callback_after_s=one) for one in offers)).callback

    assert found is not None
    assert (found.after_s, found.again_every_s, found.key) == (after_s, 60, "1")


def test_srg_01_a_plan_that_asks_for_what_is_so_already_leaves_the_rule_alone() -> None:
    assert general(Measures(callback_after_s=60)) is RULES.queues[GENERAL]


def test_srg_01_where_no_callback_is_offered_no_plan_offers_one() -> None:
    without = RULES.queues[GENERAL].model_copy(update={"callback": None})

    found = amended_queues({GENERAL: without}, [Measures(callback_after_s=5)])

    assert found[GENERAL] is without


def test_srg_02_the_first_plan_says_where_to_and_the_sharpest_when() -> None:
    found = general(
        Measures(overflow_after_s=60, overflow_to=("province", "city")),
        Measures(overflow_after_s=30, overflow_to=("other",)),
    )

    assert found.overflow == Overflow(target="province", then=("city",))
    assert found.overflow_after_s == 30


@pytest.mark.parametrize(
    "measures", [Measures(overflow_after_s=60), Measures(overflow_to=("province",))]
)
def test_srg_02_a_plan_that_says_half_of_it_sends_nobody_away(measures: Measures) -> None:
    assert general(measures) is RULES.queues[GENERAL]


def test_srg_02_at_once_is_a_time_too() -> None:
    found = general(Measures(overflow_after_s=0, overflow_to=("province",)))

    assert found.overflow_after_s == 0


@pytest.mark.parametrize(
    ("keys", "may"),
    [
        ({"priority": 2}, True),
        ({"priority": 3}, False),
        ({"overflow": Overflow(queue=ENTERPRISE)}, False),
        ({"overflow": Overflow(target="province")}, True),
    ],
)
def test_i14_nobody_of_the_highest_priority_is_sent_away(keys: dict[str, Any], may: bool) -> None:
    queue = RULES.queues[GENERAL].model_copy(update=keys)

    found = amended_queues(
        {GENERAL: queue}, [Measures(overflow_after_s=9, overflow_to=("other",))]
    )[GENERAL]

    assert may_overflow(queue) is may
    assert (found is not queue) is may
