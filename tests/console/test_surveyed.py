"""CBK-01, CH-06: who takes a surveyed citizen over sees his case and his answers by now."""

from datetime import timedelta

import orjson

from acd.happenings import SeatWanted
from callbacks.duty import AttemptId
from callbacks.questions import Ending
from callbacks.survey_facts import SurveyAsked, SurveyEnded
from console.calls_view import CallsView
from console.live_board import frame
from console.live_clients import Audience
from kernel.ids import AgentNo, CallId, CaseId, DutyId, NumberKey, QueueName
from telephony.facts import CallArrived
from tests.console.house import OpenHouse
from tests.fakes.fake_clock import MONDAY_NINE

OUT = CallId("out-7-000001")
DUTIES = DutyId("survey:C1:1"), DutyId("survey:C2:1")
ANSWERS = ((0, "contacted", "yes", "key", None), (0, "solved", "no", "voice", None))


def arrived() -> CallArrived:
    return CallArrived(
        at=MONDAY_NINE, call=OUT, sip_call_id="sip-1", dialled="12345", caller="138****5678",
        caller_key=NumberKey("key-5678"), trunk="trunk-out",
    )  # fmt: skip


def asked(question: str, cases: tuple[CaseId, ...] | None, subject: int = 0) -> SurveyAsked:
    return SurveyAsked(
        at=MONDAY_NINE, attempt=AttemptId(OUT), call=OUT, duties=DUTIES, survey="case_result",
        subject=subject, question=question, asked=1, deaf=0, spoke=True, answers=ANSWERS,
        cases=cases,
    )  # fmt: skip


def handed_over(duty: DutyId, case: str) -> SurveyEnded:
    return SurveyEnded(
        at=MONDAY_NINE, attempt=AttemptId(OUT), call=OUT, duty=duty, case=CaseId(case), round=1,
        survey="case_result", ending=Ending.HANDED_OVER, contacted="yes", solved="no", level=None,
        level_by=None, reason=None,
    )  # fmt: skip


BOTH = CaseId("C1"), CaseId("C2")


def test_the_card_has_case_and_answers_as_soon_as_a_question_is_put() -> None:
    view = CallsView()
    view.see([arrived(), asked("satisfaction", BOTH)])

    card = view.find(OUT)

    assert card is not None and card.survey is not None
    first, second = card.survey.cases
    assert (first.case, second.case) == ("C1", "C2")
    assert first.answers == (("contacted", "yes", "key", None), ("solved", "no", "voice", None))
    assert second.answers == ()
    assert (card.survey.question, first.ending) == ("satisfaction", None)


def test_of_a_journal_that_did_not_tell_the_case_it_is_known_once_the_survey_has_ended() -> None:
    view = CallsView()
    view.see([arrived(), asked("solved", None), handed_over(DUTIES[1], "C2")])

    card = view.find(OUT)

    assert card is not None and card.survey is not None
    known = [(one.case, one.ending) for one in card.survey.cases]
    assert known == [(None, None), ("C2", "handed_over")]


def test_an_end_without_a_question_tells_nothing() -> None:
    view = CallsView()
    view.see([arrived(), handed_over(DUTIES[0], "C1")])
    card = view.find(OUT)
    assert card is not None
    assert card.survey is None


def test_cards_that_were_put_back_know_the_survey() -> None:
    before, after = CallsView(), CallsView()
    before.see([arrived(), asked("solved", BOTH)])
    after.put_back(before.cards())
    assert after.find(OUT) == before.find(OUT)


async def test_the_offer_shows_the_agent_what_the_citizen_answered_and_a_call_of_his_own_nothing(
    house: OpenHouse,
) -> None:
    inside = house.inside
    inside.journal.write([arrived(), asked("satisfaction", BOTH, subject=1)])
    inside.seat(1)
    client = inside.live.join(Audience.AGENTS, AgentNo("1001"), b"session")

    inside.floor.take(
        SeatWanted(
            call=OUT, queue=QueueName("general"), needs={}, priority=0,
            asked_at=inside.clock.now() - timedelta(seconds=40), again=True,
        )
    )  # fmt: skip

    told = []
    while (message := client.take(lambda: frame("snapshot"))) is not None:
        told.append(orjson.loads(message))
    (offer,) = [one for one in told if one["type"] == "offer"]
    first, second = offer["survey"]["cases"]
    assert (offer["survey"]["question"], first["case"]) == ("satisfaction", "C1")
    assert (first["asked_now"], second["asked_now"]) == (False, True)
    assert first["answers"][1] == {
        "question": "solved", "value": "no", "by": "voice", "level": None,
    }  # fmt: skip


async def test_the_call_shows_it_to_whom_the_call_is_shown_and_to_nobody_else(
    house: OpenHouse,
) -> None:
    inside = house.inside
    inside.talk(call=OUT)
    inside.journal.write([asked("solved", BOTH)])
    agent, colleague = await house.signed_in("agent"), await house.signed_in("colleague")

    shown = (await agent.ask("GET", f"/api/calls/{OUT}")).body["call"]["survey"]
    refused = (await colleague.ask("GET", f"/api/calls/{OUT}")).body

    assert [one["case"] for one in shown["cases"]] == ["C1", "C2"]
    assert [one["value"] for one in shown["cases"][0]["answers"]] == ["yes", "no"]
    assert refused["code"] == "not-your-call"


async def test_an_ordinary_call_has_no_survey(house: OpenHouse) -> None:
    house.inside.talk()
    agent = await house.signed_in("agent")
    (call,) = (await agent.ask("GET", "/api/calls")).body["calls"]
    assert call["survey"] is None
