"""What the desk is told of requests that may be the same (DUP-01)."""

from cases.case import CaseSummary, Protection
from cases.open_places import OpenPlace
from cases.status import CaseStatus
from intake.caller_lookup import Caller
from kernel.ids import CaseId, NumberKey
from tests.console.house import CALL, OpenHouse

FORM = {"category_code": "0101010101", "incident_address": "人民大街100号"}
ASK = f"/api/calls/{CALL}/repeats"


def case(house: OpenHouse, no: str) -> CaseSummary:
    now = house.inside.clock.now()
    return CaseSummary(
        id=CaseId(no), status=CaseStatus.PENDING_DISPATCH, opened_at=now, updated_at=now,
        region_code="220100", request_type="help", category_code="0101010101", title="路灯不亮",
        urgency="normal", protection=Protection(), tickets=(), calls=(), caller_tags=(),
    )  # fmt: skip


async def test_dup_01_open_cases_of_the_number_come_first_then_those_of_the_place(
    house: OpenHouse,
) -> None:
    house.inside.talk()
    own, near = case(house, "own"), case(house, "near")
    key = NumberKey("key-5678")
    house.inside.cases.callers[key] = Caller(number_key=key, history=(own,), open_cases=(own,))
    house.inside.cases.places = [
        OpenPlace(near, "朝阳区人民大街100号"),
        OpenPlace(own, "人民大街100号"),
        OpenPlace(case(house, "far"), "解放大路8号"),
    ]
    agent = await house.signed_in("agent")

    shown = (await agent.ask("POST", ASK, FORM)).body["cases"]

    assert [(one["case"], one["same_number"], one["likeness"]) for one in shown] == [
        ("own", True, 100),
        ("near", False, 80),
    ]
    assert "人民大街" not in str(shown)


async def test_a_colleague_is_told_nothing(house: OpenHouse) -> None:
    house.inside.talk()
    other = await house.signed_in("contractor")

    answer = await other.ask("POST", ASK, FORM)

    assert (answer.status, answer.body["code"]) == (403, "not-your-call")


async def test_without_the_database_it_says_so(house: OpenHouse) -> None:
    house.inside.talk()
    house.inside.cases.is_away = True
    agent = await house.signed_in("agent")

    assert (await agent.ask("POST", ASK, FORM)).status == 503
