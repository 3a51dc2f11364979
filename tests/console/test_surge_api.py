"""Surge plans, incidents, breaks that wait and the daily closing list, as people ask for them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.happenings import PolicyLoaded
from cases.status import CaseStatus
from telephony.passed_on import CameFromLevel
from tests.acd.centre import policies
from tests.console.house import CALL, House, open_house

WHY = {"reason": "降温预警，来电激增"}
HEAT = {"about": "heat", "title": "南关区供热管网抢修", "areas": ["nanguan"], **WHY}


async def test_srg_01_a_supervisor_activates_a_plan_and_returns_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        chief = await house.signed_in("supervisor")

        on = await chief.ask("POST", "/api/surge/plans/surge/activate", WHY)
        again = await chief.ask("POST", "/api/surge/plans/surge/activate", WHY)
        off = await chief.ask("POST", "/api/surge/plans/surge/return", WHY)
        late = await chief.ask("POST", "/api/surge/plans/surge/return", WHY)

        (row,) = [one for one in on.body["plans"] if one["plan"] == "surge"]
        assert (row["by"], row["why"], row["automatic"]) == ("supervisor", WHY["reason"], True)
        assert row["since"] is not None
        assert (again.status, again.body["code"]) == (409, "surge-stands")
        (spell,) = off.body["spells"]
        assert (spell["plan"], spell["returned_by"]) == ("surge", "supervisor")
        assert (late.status, late.body["code"]) == (409, "surge-not-active")


async def test_srg_04_a_drill_of_the_second_site_is_marked_and_recorded(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        chief = await house.signed_in("supervisor")
        await chief.ask(
            "POST", "/api/surge/plans/disaster/activate", {"reason": "季度演练", "drill": True}
        )
        house.inside.clock.advance(600)
        await chief.ask("POST", "/api/surge/plans/disaster/return", {"reason": "演练结束"})

        (spell,) = (await chief.ask("GET", "/api/surge")).body["spells"]
        assert (spell["plan"], spell["drill"]) == ("disaster", True)
        assert spell["returned_at"] > spell["activated_at"]
        kinds = [fact.kind for fact in house.inside.journal.facts]
        assert kinds.count("surge-activated") == kinds.count("surge-returned") == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/surge/plans/surge/activate", WHY),
        ("POST", "/api/surge/plans/surge/return", WHY),
        ("POST", "/api/incidents", HEAT),
        ("POST", "/api/incidents/x/close", WHY),
        ("POST", "/api/agents/1001/break", WHY),
        ("GET", "/api/incidents/x", None),
        ("GET", "/api/daily-closing?day=2026-01-05", None),
    ],
)
@pytest.mark.parametrize("who", ["agent", "contractor", "handler"])
async def test_only_supervisors_act_on_a_surge(
    tmp_path: Path, who: str, method: str, path: str, body: Any
) -> None:
    async with open_house(tmp_path) as house:
        visitor = await house.signed_in(who)

        answer = await visitor.ask(method, path, body)

        assert answer.status == 403


async def test_a_plan_that_is_not_written_is_unknown(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        chief = await house.signed_in("supervisor")

        answer = await chief.ask("POST", "/api/surge/plans/moon/activate", WHY)

        assert (answer.status, answer.body["code"]) == (404, "unknown-surge-plan")


async def test_a_reason_holds_no_numbers_of_persons(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        chief = await house.signed_in("supervisor")

        answer = await chief.ask(
            "POST", "/api/surge/plans/surge/activate", {"reason": "13812345678 来电"}
        )

        assert answer.status == 422


async def test_emg_05_an_incident_is_opened_calls_are_linked_and_it_is_closed(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        chief, agent = await house.signed_in("supervisor"), await house.signed_in("agent")

        opened = await chief.ask("POST", "/api/incidents", HEAT)
        name = opened.body["incident"]
        tagged = await agent.ask("POST", f"/api/calls/{CALL}/open-incident", {"incident": name})
        shown = await chief.ask("GET", f"/api/incidents/{name}")
        closed = await chief.ask("POST", f"/api/incidents/{name}/close", WHY)
        late = await agent.ask("POST", f"/api/calls/{CALL}/open-incident", {"incident": name})

        assert (opened.body["queue"], opened.body["key"]) == ("incident", "9")
        assert tagged.status == 204
        card = (await agent.ask("GET", f"/api/calls/{CALL}")).body["call"]
        assert card["incident"] == name
        (linked,) = shown.body["linked"]
        assert (linked["call"], linked["tickets"]) == (CALL, ["22010020261121000007"])
        assert (closed.body["calls"], closed.body["closed_by"]) == (1, "supervisor")
        assert (late.status, late.body["code"]) == (409, "incident-not-open")


async def test_emg_05_nobody_links_a_call_of_somebody_else(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        chief = await house.signed_in("supervisor")
        name = (await chief.ask("POST", "/api/incidents", HEAT)).body["incident"]
        colleague = await house.signed_in("colleague")

        answer = await colleague.ask("POST", f"/api/calls/{CALL}/open-incident", {"incident": name})

        assert (answer.status, answer.body["code"]) == (403, "not-your-call")


def tight(house: House) -> None:
    """At least two seats for general callers; 1001 and 1002 are there."""
    rules = policies(minimums=[{"queue": "general", "at_least": 2}])
    house.floor.take(PolicyLoaded(rules))
    house.seat(1)
    house.seat(2)


async def test_seat_03_a_break_that_must_wait_is_refused_with_the_time(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        tight(house.inside)
        house.inside.seat(3)
        agent, colleague = await house.signed_in("agent"), await house.signed_in("colleague")
        await agent.ask("POST", "/api/seat/pause", {"reason": "rest"})

        refused = await colleague.ask("POST", "/api/seat/pause", {"reason": "meal"})
        own = await colleague.ask("GET", "/api/break-wishes")
        others = await agent.ask("GET", "/api/break-wishes")

        assert (refused.status, refused.body["code"]) == (409, "break-must-wait")
        assert refused.body["queue"] == "general"
        back = house.inside.clock.now() + timedelta(minutes=15)
        assert refused.body["granted_at"] == back.isoformat().replace("+00:00", "Z")
        assert [(row["agent"], row["place"]) for row in own.body["wishes"]] == [("1002", 1)]
        assert others.body["wishes"] == []


async def test_seat_03_a_supervisor_grants_it_and_the_agent_may_drop_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        tight(house.inside)
        chief, agent = await house.signed_in("supervisor"), await house.signed_in("agent")
        await agent.ask("POST", "/api/seat/pause", {"reason": "rest"})
        dropped = await agent.ask("DELETE", "/api/seat/break-wish")
        twice = await agent.ask("DELETE", "/api/seat/break-wish")
        await agent.ask("POST", "/api/seat/pause", {"reason": "rest"})

        granted = await chief.ask("POST", "/api/agents/1001/break", {"reason": "身体不适"})

        assert (dropped.status, twice.body["code"], granted.status) == (204, "no-break-wish", 204)
        paused = [fact for fact in house.inside.journal.facts if fact.kind == "agent-paused"]
        said = {name: getattr(paused[-1], name) for name in ("by", "ordered_by", "note")}
        assert said == {"by": "supervisor", "ordered_by": "supervisor", "note": "身体不适"}


async def test_srg_03_the_cases_of_a_holiday_are_closed_or_explained(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        chief, closing = await house.signed_in("supervisor"), house.inside.surge.closing
        now = house.inside.clock.now()
        closing.opened("case-1", now, CaseStatus.CLOSED)
        closing.opened("case-2", now, CaseStatus.DISPATCHED)
        closing.opened("case-3", now, CaseStatus.PENDING_DISPATCH)
        day = now.date().isoformat()

        said = await chief.ask(
            "POST", "/api/daily-closing/case-2", {"day": day, "reason": "景区次日答复"}
        )
        wrong = await chief.ask(
            "POST", "/api/daily-closing/case-9", {"day": day, "reason": "景区次日答复"}
        )
        shown = (await chief.ask("GET", f"/api/daily-closing?day={day}")).body

        assert (said.status, wrong.body["code"]) == (204, "case-not-of-that-day")
        assert {key: shown[key] for key in ("cases", "done", "explained", "owed")} == {
            "cases": 3,
            "done": 1,
            "explained": 1,
            "owed": 1,
        }


async def test_srg_02_the_agent_sees_the_home_of_who_came_by_overflow(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.inside.talk()
        came = CameFromLevel(
            at=house.inside.clock.now(), call=CALL, level="jilin_city", reason="overflow",
            ticket_no="", their_call="7.1", taken=True, home="220200",
        )  # fmt: skip
        house.inside.journal.write([came])
        agent = await house.signed_in("agent")

        card = (await agent.ask("GET", f"/api/calls/{CALL}")).body["call"]

        assert (card["from_level"], card["level_reason"]) == ("jilin_city", "overflow")
        assert card["home_region"] == "220200"
