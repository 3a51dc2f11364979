"""The rehearsed citizens of a survey: the same seed, the same city; a difference is found."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callbacks.questions import Ending, load_survey
from callbacks.settings import load_callback_settings
from callbacks.survey_walk import Commented, HungUp, Pressed, advance, begin, ending_of, level_of
from hotline.rehearsal.survey_citizens import MIX, SurveyCitizen, Way, draw_citizens
from hotline.rehearsal.survey_compare import SurveySays, compare_surveys
from hotline.rehearsal.survey_config import survey_config
from telephony.phrases import load_phrases

CONFIG = Path(__file__).parents[3] / "config"
BOOK = load_phrases(CONFIG / "phrases.yaml")
SURVEY = load_survey(CONFIG / "surveys" / "case_result.yaml", {*BOOK.phrases, *BOOK.tones})
CITIZENS = draw_citizens([f"1990{n:07}" for n in range(300)], seed=3)


def test_the_same_seed_gives_the_same_citizens_and_every_way_comes() -> None:
    assert draw_citizens([one.number for one in CITIZENS], seed=3) == CITIZENS
    assert {one.way for one in CITIZENS} == set(Way) == set(MIX)


@pytest.mark.parametrize("citizen", CITIZENS[:120], ids=lambda one: f"{one.way}-{one.keys}")
def test_what_must_be_stored_is_what_the_survey_makes_of_the_keys(citizen: SurveyCitizen) -> None:
    """Written twice, by hand and by the walk: they agree on the shipped survey."""
    wanted = citizen.stored()
    if wanted.ending is None:
        assert wanted.level is None
        return
    walk = begin(SURVEY)
    for key in citizen.keys.rstrip("~#").replace("v", ""):
        walk = advance(SURVEY, walk, Pressed(key))
    if "~" in citizen.keys:
        walk = advance(SURVEY, walk, Commented())
    if not walk.is_over:
        walk = advance(SURVEY, walk, HungUp())

    answers = {name: given.value for name, given in walk.answers[0].items()}
    assert level_of(walk.answers[0]) == wanted.level
    assert (answers.get("contacted"), answers.get("solved")) == (wanted.contacted, wanted.solved)
    assert answers.get("reason") == wanted.reason
    assert ending_of(walk, 0) is Ending(wanted.ending)


def says(citizen: SurveyCitizen) -> dict[str, Any]:
    """What an honest system says of him."""
    wanted = citizen.stored()
    attempts = [{"outcome": wanted.outcome}] if wanted.outcome else []
    survey = {"state": wanted.state, "result": wanted.result, "attempts": attempts}
    answers = {
        "ending": wanted.ending, "contacted": wanted.contacted, "solved": wanted.solved,
        "first_level": wanted.level, "reason": wanted.reason,
    }  # fmt: skip
    return {"survey": survey, "answers": answers}


def differences(
    change: Callable[[dict[str, Any]], None], way: Way, rings: int | None = None
) -> list[str]:
    citizen = next(one for one in CITIZENS if one.way is way)
    told = says(citizen)
    change(told)
    found = compare_surveys(
        {"c": citizen},
        {citizen.number: int(citizen.is_rung) if rings is None else rings},
        SurveySays(
            surveys={"c": told["survey"]} if told["survey"]["state"] else {},
            answers={"c": told["answers"]} if told["answers"]["ending"] else {},
            shown={"c": told["survey"]},
        ),
    )
    return [difference.en for difference in found]


@pytest.mark.parametrize("way", Way)
def test_an_honest_system_has_no_difference(way: Way) -> None:
    assert differences(lambda told: None, way) == []


@pytest.mark.parametrize(
    ("change", "way"),
    [
        (lambda told: told["answers"].update(ending="complete", first_level=5), Way.MAILBOX),
        (lambda told: told["answers"].update(solved="maybe"), Way.RATES),
        (lambda told: told["survey"].update(state="open"), Way.RATES),
        (lambda told: told["survey"].update(state="open"), Way.CONFIDENTIAL),
        (lambda told: told["survey"]["attempts"].append({"outcome": "busy"}), Way.BUSY),
        (lambda told: told["survey"].update(result=None), Way.NEVER_AGAIN),
    ],
)
def test_a_lie_is_found(change: Callable[[dict[str, Any]], None], way: Way) -> None:
    assert differences(change, way) != []


def test_a_confidential_case_that_is_rung_is_found() -> None:
    assert differences(lambda told: None, Way.CONFIDENTIAL, rings=1) != []
    assert differences(lambda told: None, Way.RATES, rings=2) != []
    assert differences(lambda told: None, Way.RATES, rings=0) != []


def test_the_settings_of_a_rehearsal_are_good_ones_and_open_at_any_hour(tmp_path: Path) -> None:
    for hour in (3, 12, 23):
        now = datetime(2026, 11, 21, hour, 59, tzinfo=UTC)
        copy = survey_config(CONFIG, tmp_path / str(hour), now)
        schedule = load_callback_settings(copy / "callbacks.yaml").schedule
        local = now.astimezone(ZoneInfo(schedule.zone)).time()
        assert not schedule.night.holds(local)
        assert not schedule.survey.lunch.holds(local)
        assert all(spans[0].holds(local) for spans in schedule.survey.windows.values())
