"""When and how often somebody is rung changes with a release; what was promised does not (G)."""

from datetime import timedelta
from typing import Any

import pytest

from callbacks.attempts import NotNow, Rules
from callbacks.duty import DutyKind
from callbacks.engine import AttemptEngine
from callbacks.settings import CallbackSettings
from callbacks.surveys import SurveyList
from callbacks.workdays import Calendar
from tests.contracts.duty_store import NOON, RULES, Cases, a_case, an_id
from tests.fakes.duties import FakeAttemptStore

SURVEYS = {DutyKind.SURVEY}
NEVER_BY_DAY: Any = {
    "workday": ["20:00-20:30"],
    "restday": ["20:00-20:30"],
    "holiday": ["20:00-20:30"],
}


class House:
    """One closed case whose survey is owed, and an engine that obeys `rules`."""

    def __init__(self) -> None:
        self.rules = Rules(RULES.settings, RULES.calendar)
        self.store, self.case = FakeAttemptStore(), a_case()
        self.engine = AttemptEngine(self.store, self.rules, "robot")
        self.work_list = SurveyList(self.store, Cases(self.case), self.rules)

    def release(self, **schedule: Any) -> None:
        changed = CallbackSettings.model_validate({"schedule": schedule})
        self.rules.use(changed, self.rules.calendar)


async def test_other_windows_hold_for_the_next_claim() -> None:
    house = House()
    await house.work_list.owe(house.case, NOON)
    house.release(survey={"windows": NEVER_BY_DAY})

    assert await house.engine.claim_next(SURVEYS, NOON) is None

    house = House()
    await house.work_list.owe(house.case, NOON)
    assert await house.engine.claim_next(SURVEYS, NOON) is not None


async def test_whoever_was_claimed_and_not_rung_yet_is_not_rung_in_a_window_that_closed() -> None:
    house = House()
    await house.work_list.owe(house.case, NOON)
    claim = await house.engine.claim_next(SURVEYS, NOON)
    assert claim is not None

    house.release(survey={"windows": NEVER_BY_DAY})

    with pytest.raises(NotNow):
        await house.engine.begin(claim, an_id(), NOON)


async def test_another_lease_holds_for_the_next_claim() -> None:
    house = House()
    await house.work_list.owe(house.case, NOON)
    house.release(engine={"claim_for": 77})

    claim = await house.engine.claim_next(SURVEYS, NOON)

    assert claim is not None and claim.until == NOON + timedelta(seconds=77)


def test_what_tables_are_made_of_stays_as_it_was_at_the_start() -> None:
    rules = Rules(CallbackSettings(), Calendar())
    changed = CallbackSettings.model_validate(
        {
            "missed": {"zone": "Asia/Tokyo", "due_within": 60},
            "schedule": {"zone": "Asia/Tokyo", "people": {"ring_for": 20}},
            "sms": {"send": "off"},
        }
    )

    rules.use(changed, rules.calendar)

    assert rules.settings.schedule.people.ring_for == timedelta(seconds=20)
    assert rules.settings.schedule.zone == rules.settings.missed.zone == "Asia/Shanghai"
    assert (rules.settings.missed, rules.settings.sms) == (
        CallbackSettings().missed,
        CallbackSettings().sms,
    )
