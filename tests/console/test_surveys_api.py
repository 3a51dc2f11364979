"""The survey campaign at the console: what supervisors see, judge and steer."""

from urllib.parse import urlencode

from callbacks.attempts import Attempt
from callbacks.duty import AttemptId, Duty, DutyKind, DutyState, Outcome
from callbacks.survey_plan import Planned
from console.survey_port import SurveyCalls
from kernel.ids import CaseId, DutyId, NumberKey
from tests.cases.filings import filing
from tests.console.house import OpenHouse
from tests.contracts.survey_store import AT, ended

SPAN = urlencode({"since": "2026-11-01T00:00:00+08:00", "before": "2026-12-01T00:00:00+08:00"})


async def test_the_campaign_is_seen_paused_and_goes_on(house: OpenHouse) -> None:
    supervisor = await house.signed_in("supervisor")

    before = await supervisor.ask("GET", f"/api/surveys?{SPAN}")
    paused = await supervisor.ask("POST", "/api/surveys/pause", {"paused": True})
    stands = await supervisor.ask("GET", f"/api/surveys?{SPAN}")
    await supervisor.ask("POST", "/api/surveys/pause", {"paused": False})
    after = await supervisor.ask("GET", f"/api/surveys?{SPAN}")

    assert before.body["by_hour"] == [{"hour": 14, "dialled": 5, "reached": 3}]
    assert (before.body["paused_by"], before.body["free"]) == (None, 8)
    assert paused.status == 204
    assert stands.body["paused_by"] == "supervisor"
    assert after.body["paused_by"] is None


async def test_a_dry_run_says_who_when_and_why_not(house: OpenHouse) -> None:
    duty = a_duty(DutyState.OPEN)
    house.inside.surveys.planned = [
        Planned(duty, AT, "window"),
        Planned(duty, None, "confidential"),
    ]
    supervisor = await house.signed_in("supervisor")

    plan = await supervisor.ask("GET", "/api/surveys/plan")

    assert [(row["at"] is None, row["rule"]) for row in plan.body["calls"]] == [
        (False, "window"), (True, "confidential"),
    ]  # fmt: skip
    assert plan.body["calls"][0]["caller"] == "138****0001"


async def test_each_survey_is_listed_with_its_attempts(house: OpenHouse) -> None:
    """C5."""
    duty = a_duty(DutyState.UNREACHED)
    attempt = Attempt(
        id=AttemptId("out-1-000001"), number_key=NumberKey("k"), duties=(duty.id,), dialled_at=AT,
        worker="w", token=1, outcome=Outcome.BUSY, settled_at=AT,
    )  # fmt: skip
    house.inside.surveys.calls = [SurveyCalls(duty, (attempt,), "more")]
    agent = await house.signed_in("agent")

    found = await agent.ask("GET", "/api/surveys/calls?state=unreached")
    none = await agent.ask("GET", "/api/surveys/calls?state=open")

    (row,) = found.body["surveys"]
    assert (row["case"], row["state"], found.body["next"]) == ("c1", "unreached", "more")
    assert [one["outcome"] for one in row["attempts"]] == ["busy"]
    assert none.body == {"surveys": [], "next": None}


def a_duty(state: DutyState) -> Duty:
    return Duty(
        id=DutyId("survey:c1:1"), kind=DutyKind.SURVEY, state=state,
        caller_key=NumberKey("k"), caller="138****0001", opened_at=AT, last_missed_at=AT,
        due_at=AT, urgent=False, case=CaseId("c1"),
    )  # fmt: skip


async def test_a_dissatisfied_citizen_is_judged_by_a_person(house: OpenHouse) -> None:
    """CBK-03."""
    bad, good = ended(1), ended(5)
    await house.inside.surveys.keeps.ended([bad, good], {bad.duty: "一直没人联系"})
    supervisor = await house.signed_in("supervisor")
    path = f"/api/surveys/answers/{bad.duty}"

    waiting = await supervisor.ask("GET", "/api/surveys/answers?unjudged=true")
    heard = await supervisor.ask("GET", path)
    word = {"reasonable": True, "ground": "not_handled"}
    judged = await supervisor.ask("POST", f"{path}/judgement", word)
    left = await supervisor.ask("GET", "/api/surveys/answers?unjudged=true")
    other = await supervisor.ask(
        "POST", f"{path}/judgement", {"reasonable": False, "ground": "other"}
    )
    happy = await supervisor.ask("POST", f"/api/surveys/answers/{good.duty}/judgement", word)
    rated = await supervisor.ask("POST", f"{path}/rating", {"level": 4})

    assert [row["duty"] for row in waiting.body["surveys"]] == [bad.duty]
    assert heard.body["comment"] == "一直没人联系"
    assert (judged.body["reasonable"], judged.body["judged_by"]) == (True, "supervisor")
    assert left.body["surveys"] == []
    assert (other.status, other.body["code"]) == (409, "judged-already")
    assert (happy.status, happy.body["code"]) == (409, "nothing-to-judge")
    assert (rated.body["first_level"], rated.body["final_level"]) == (1, 4)


async def test_an_agent_sees_answers_but_not_the_citizens_words(house: OpenHouse) -> None:
    fact = ended(2)
    await house.inside.surveys.keeps.ended([fact], {fact.duty: "秘密"})
    agent = await house.signed_in("agent")

    listed = await agent.ask("GET", f"/api/surveys/answers?call={fact.call}")
    heard = await agent.ask("GET", f"/api/surveys/answers/{fact.duty}")
    paused = await agent.ask("POST", "/api/surveys/pause", {"paused": True})

    assert [row["first_level"] for row in listed.body["surveys"]] == [2]  # handed over to him
    assert (heard.status, paused.status) == (403, 403)


async def test_a_citizen_is_taken_off_the_campaign_by_hand(house: OpenHouse) -> None:
    supervisor = await house.signed_in("supervisor")

    stopped = await supervisor.ask("POST", "/api/surveys/survey:c1:1/stop", {"stopped": True})
    unknown = await supervisor.ask("POST", "/api/surveys/nothing/stop", {"stopped": True})

    assert stopped.status == 204
    assert house.inside.surveys.stopped == [("survey:c1:1", True, "supervisor")]
    assert (unknown.status, unknown.body["code"]) == (404, "unknown-duty")


async def test_the_figures_are_shown_with_what_they_stand_on(house: OpenHouse) -> None:
    """D-20 to D-24."""
    agent = await house.signed_in("agent")

    found = await agent.ask("GET", f"/api/surveys/figures?{SPAN}")

    (month,) = found.body["months"]
    values = {one["id"]: (one["value"], one["n"]) for one in month["figures"]}
    assert (month["month"], month["unit"]) == ("2026-11", "环保局")
    assert (values["D-20"], values["D-22"], values["D-23"]) == ((0.5, 4), (0.5, 2), (None, 0))


async def test_the_answering_service_is_shown_by_agent(house: OpenHouse) -> None:
    """SAT-01."""
    agent = await house.signed_in("agent")

    found = await agent.ask("GET", f"/api/surveys/service?{SPAN}")

    (month,) = found.body["months"]
    assert (month["agent"], month["response"], month["satisfaction"]) == ("1001", 0.5, 0.5)


async def test_a_case_goes_to_its_unit_is_closed_and_flagged(house: OpenHouse) -> None:
    case = (await house.inside.surveys.store.take(filing())).case_id
    supervisor = await house.signed_in("supervisor")
    path = f"/api/cases/{case}"

    early = await supervisor.ask("POST", f"{path}/close")
    sent = await supervisor.ask("POST", f"{path}/dispatch", {"unit": "环保局"})
    closed = await supervisor.ask("POST", f"{path}/close")
    flagged = await supervisor.ask("POST", f"{path}/flags", {"flag": "confidential", "on": True})
    unknown = await supervisor.ask("POST", "/api/cases/none/close")

    assert (early.status, early.body["code"]) == (409, "wrong-step")
    assert (sent.body["status"], sent.body["unit"]) == ("dispatched", "环保局")
    assert (closed.body["status"], closed.body["round"]) == ("closed", 1)
    assert flagged.body["flags"] == ["confidential"]
    assert unknown.body["code"] == "unknown-case"


async def test_the_windows_of_surveys_are_told(house: OpenHouse) -> None:
    supervisor = await house.signed_in("supervisor")

    told = (await supervisor.ask("GET", "/api/surveys/windows")).body

    assert told["windows"]["workday"] == ["09:00-11:45", "14:00-20:00"]
    assert told["windows"]["holiday"] == []
    assert (told["night"], told["tries"], told["gap_s"]) == ("21:00-09:00", 3, 7200.0)
