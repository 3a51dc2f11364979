"""Whom of a unit an agent may ask now, the roster, and what the experts were asked (SPC-04, 05)."""

from dataclasses import replace

from figures.experts_store import UnitConsulted
from kernel.ids import AgentNo, Skill
from tests.console.house import OpenHouse

SPAN = "from=2026-11-20T00:00:00%2B08:00&to=2026-11-21T00:00:00%2B08:00"
NAMES = {"labour": "市人力资源和社会保障局（劳动监察）", "market": "市市场监督管理局"}


def teach(house: OpenHouse, no: str, skill: str) -> None:
    """An agent becomes an expert, as an administrator makes him one."""
    known = house.inside.directory.directory
    agent = known.agents[AgentNo(no)]
    known.agents[agent.no] = replace(agent, skills=agent.skills | {Skill(skill): 3})


async def test_spc_04_an_agent_sees_which_expert_of_a_unit_he_may_consult_now(
    house: OpenHouse,
) -> None:
    teach(house, "1002", "expert:labour")
    teach(house, "1003", "expert:market")
    house.inside.seat(2)
    agent = await house.signed_in("agent")

    body = (await agent.ask("GET", "/api/experts?unit=labour")).body
    every = (await agent.ask("GET", "/api/experts")).body

    (expert,) = body["experts"]
    assert (expert["agent"], expert["unit_name"]) == ("1002", NAMES["labour"])
    assert (expert["standing"], expert["askable"], expert["place"]) == ("free", True, "on_site")
    assert expert["on_duty"] is False  # the roster names others
    assert [(e["agent"], e["askable"]) for e in every["experts"]] == [
        ("1002", True),
        ("1003", False),
    ]


async def test_nobody_may_ask_himself(house: OpenHouse) -> None:
    teach(house, "1001", "expert:labour")
    house.inside.seat(1)
    agent = await house.signed_in("agent")

    (myself,) = (await agent.ask("GET", "/api/experts")).body["experts"]

    assert (myself["standing"], myself["askable"]) == ("free", False)


async def test_spc_05_the_roster_of_experts_can_be_read(house: OpenHouse) -> None:
    agent = await house.signed_in("supervisor")

    duties = (await agent.ask("GET", "/api/experts/roster")).body["duties"]

    assert [(d["agent"], d["unit"], d["start"], d["end"]) for d in duties] == [
        ("1015", "labour", "08:30", "17:30"),
        ("1016", "market", "08:30", "17:30"),
    ]
    assert duties[1]["days"] == ["mon", "wed", "fri"]
    assert duties[0]["name"] == "", "a roster may name who is not in the directory yet"


async def test_spc_05_units_are_ranked_by_how_often_their_experts_are_reached(
    house: OpenHouse,
) -> None:
    """The last ones are flagged; consultations are apart from the figures of calls (SPC-04)."""
    counted = {"took_over": 1, "on_site": 3, "remote": 2, "seconds": 90.04}
    house.inside.experts.rows = [
        UnitConsulted(unit="labour", asked=5, reached=3, **counted),
        UnitConsulted(unit="market", asked=5, reached=5, **counted),
    ]
    chief = await house.signed_in("supervisor")

    units = (await chief.ask("GET", f"/api/figures/experts?{SPAN}")).body["units"]

    assert [(u["rank"], u["unit"], u["reached_share"], u["flagged"]) for u in units] == [
        (1, "market", 1.0, False),
        (2, "labour", 0.6, True),
    ]
    assert (units[0]["seconds"], units[0]["on_site"], units[0]["remote"]) == (90.0, 3, 2)


async def test_a_span_that_ends_before_it_begins_is_refused(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    backwards = "from=2026-11-21T00:00:00%2B08:00&to=2026-11-20T00:00:00%2B08:00"

    answer = await chief.ask("GET", f"/api/figures/experts?{backwards}")

    assert (answer.status, answer.body["code"]) == (422, "bad-form")
