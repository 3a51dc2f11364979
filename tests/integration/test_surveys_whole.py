"""Surveys on a whole running instance: every kind of citizen, and a death during a call."""

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.call_log import News
from hotline.rehearsal.paperwork import file_form
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.stage import open_stage
from hotline.rehearsal.survey_citizens import MIX, Way
from hotline.rehearsal.survey_config import survey_config, without_paperwork
from hotline.rehearsal.survey_run import rehearse_surveys, wishes_for
from kernel.clock import SystemClock
from tests.integration.callback_center import (
    WITHIN,
    CallbackCenter,
    eventually,
    hears,
    in_the_menu,
    open_callback_center,
)

pytestmark = pytest.mark.rehearsal

NUMBER = "13900005555"


def settings(folder: Path) -> Path:
    return survey_config(PROJECT / "config", folder, SystemClock().now())


async def test_every_kind_of_citizen_leaves_no_difference(tmp_path: Path) -> None:
    """By key, hung up, busy, away, for a person, never again; a confidential case is never rung."""
    mix: dict[Way, int] = dict(MIX)
    del mix[Way.MAILBOX]  # it takes a minute
    wishes = wishes_for(len(mix), seats=6, seed=11)

    async with open_stage(
        "test-surveys", wishes.seats, silence, fresh=True, config=settings(tmp_path)
    ) as stage:
        report = await rehearse_surveys(stage, wishes, silence, mix)

    assert [difference.sentence for difference in report.differences] == []
    assert {one.way for one in report.citizens.values()} == set(mix)


async def test_a_death_in_the_middle_of_a_survey_goes_on_at_its_question(tmp_path: Path) -> None:
    """kill -9 between two answers: asked on, rung once, nothing that was said is lost."""
    config = without_paperwork(settings(tmp_path))
    async with open_callback_center("test-survey-death", config, lines=6) as center:
        case = await a_closed_case(center)
        citizen = await center.world.next_call(within=WITHIN)
        await citizen.log.until_seen(News.CONFIRMED, within=WITHIN)
        await answer(citizen, "survey_greeting", "1")
        await answer(citizen, "survey_contacted", "2")
        await hears(citizen, "survey_solved")

        await center.kill_hotline()
        citizen.sound.forget()
        await answer(citizen, "survey_solved", "2")
        await answer(citizen, "survey_satisfaction", "1")
        await citizen.log.until_seen(News.BYE_HEARD, within=WITHIN)

        answers = await answers_of(center, case)
        survey = await eventually(partial(closed_survey, center))

    assert (answers["contacted"], answers["solved"], answers["first_level"]) == ("no", "partly", 5)
    assert (answers["ending"], answers["level_by"]) == ("complete", "key")
    assert survey["result"] == "complete"
    assert [one["outcome"] for one in survey["attempts"]] == ["reached"]
    assert len(center.rung(NUMBER)) == 1


async def answer(citizen: PhoneCall, question: str, key: str) -> None:
    """A key before its question answers nothing."""
    await hears(citizen, question)
    citizen.press(key)


async def closed_survey(center: CallbackCenter) -> Any:
    """The only one, once it is settled."""
    (survey,) = (await center.chief.ask("GET", "/api/surveys/calls"))["surveys"]
    return survey if survey["state"] == "closed" else None


async def a_closed_case(center: CallbackCenter) -> str:
    """A citizen rings, an agent files what he says, the unit closes it."""
    await center.sits("1001")
    calling = center.citizens.dial("12345", caller=NUMBER)
    await in_the_menu(calling)
    calling.press("0")

    async def answered() -> Any:
        rows = (await center.chief.ask("GET", "/api/calls"))["calls"]
        return [row["call"] for row in rows if row["fate"] == "answered"]

    (call,) = await eventually(answered)
    desk = center.agents["1001"]
    ticket = await file_form(desk, call, random.Random(1))
    calling.hang_up()
    case = (await center.chief.ask("GET", f"/api/tickets/{ticket}"))["case_id"]
    await center.chief.ask("POST", f"/api/cases/{case}/dispatch", {"unit": "市热力公司"})
    await center.chief.ask("POST", f"/api/cases/{case}/close")
    return str(case)


async def answers_of(center: CallbackCenter, case: str) -> dict[str, Any]:
    async def found() -> Any:
        page = await center.chief.ask("GET", "/api/surveys/answers", query={"case": case})
        return page["surveys"]

    (answers,) = await eventually(found)
    assert isinstance(answers, dict)
    return answers
