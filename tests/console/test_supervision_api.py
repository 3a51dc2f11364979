"""E2.2, E2.3, E2.8 at the door: supervisors only, each with a reason; what agents see of it."""

import pytest

from console.alarms_shown import AlarmRow
from console.supervision_port import Supervisor
from kernel.ids import AgentNo
from telephony.errors import WrongPhase
from telephony.supervision_facts import (
    Mode,
    SupervisionAsked,
    SupervisionEnded,
    SupervisionStarted,
    SupervisionSwitched,
    SupervisorStep,
)
from tests.console.house import CALL, House, OpenHouse
from tests.fakes.fake_clock import MONDAY_NINE

BOSS = Supervisor("supervisor", AgentNo("1004"))
WHY = {"reason": "new colleague"}
LEG = "7-s000001"
ACTS = [
    ("", {"mode": "listen", **WHY}),
    (f"/{LEG}/mode", {"mode": "whisper", **WHY}),
    (f"/{LEG}/stop", WHY),
    ("/take-over", WHY),
    ("/hang-up", WHY),
]


@pytest.mark.parametrize(("path", "body"), ACTS)
@pytest.mark.parametrize("person", ["agent", "contractor", "administrator", "handler"])
async def test_e2_2_nobody_but_a_supervisor_may(
    house: OpenHouse, person: str, path: str, body: dict[str, str]
) -> None:
    """Who administers the machines does not hear citizens."""
    visitor = await house.signed_in(person)

    answer = await visitor.ask("POST", f"/api/calls/{CALL}/supervision{path}", body)

    assert (answer.status, answer.body["code"]) == (403, "wrong-role")
    assert house.inside.supervision.asked == []


@pytest.mark.parametrize(("path", "body"), ACTS)
@pytest.mark.parametrize("reason", [None, "", "  ", "x" * 201, "call 13812345678"])
async def test_e2_2_each_act_needs_a_reason_without_numbers(
    house: OpenHouse, path: str, body: dict[str, str], reason: str | None
) -> None:
    boss = await house.signed_in("supervisor")
    form = {k: v for k, v in body.items() if k != "reason"}
    form |= {} if reason is None else {"reason": reason}

    answer = await boss.ask("POST", f"/api/calls/{CALL}/supervision{path}", form)

    assert answer.status == 422
    assert house.inside.supervision.asked == []


async def test_e2_2_listening_switching_stopping(house: OpenHouse) -> None:
    boss, side = await house.signed_in("supervisor"), house.inside.supervision
    base = f"/api/calls/{CALL}/supervision"

    heard = await boss.ask("POST", base, {"phone": "8005", **WHY})
    found = await boss.ask("GET", "/api/supervision")
    switched = await boss.ask("POST", f"{base}/{LEG}/mode", {"mode": "barge", **WHY})
    stopped = await boss.ask("POST", f"{base}/{LEG}/stop", WHY)

    assert heard.body == {"call": CALL, "leg": LEG, "phone": "8005", "mode": "listen"}
    assert found.body == {"hearing": [heard.body]}
    assert switched.body["mode"] == "barge"
    assert stopped.status == 204
    assert side.asked == [
        ("listen", BOSS, CALL, Mode.LISTEN, "8005", "new colleague"),
        ("switch", BOSS, CALL, LEG, Mode.BARGE, "new colleague"),
        ("stop", BOSS, CALL, LEG, "new colleague"),
    ]


@pytest.mark.parametrize(
    ("more", "where"), [({}, None), ({"leg": LEG}, LEG), ({"phone": "8005"}, "8005")]
)
async def test_e2_2_taking_over_where_he_listens_or_at_a_phone(
    house: OpenHouse, more: dict[str, str], where: str | None
) -> None:
    boss = await house.signed_in("supervisor")

    answer = await boss.ask("POST", f"/api/calls/{CALL}/supervision/take-over", {**WHY, **more})

    assert answer.status == 204
    assert house.inside.supervision.asked == [("take_over", BOSS, CALL, where, "new colleague")]


async def test_e2_2_a_refusal_says_what_to_do(house: OpenHouse) -> None:
    boss = await house.signed_in("supervisor")
    house.inside.supervision.refuses = WrongPhase("It is held.", remedy="Wait.")

    answer = await boss.ask("POST", f"/api/calls/{CALL}/supervision/hang-up", WHY)

    assert (answer.status, answer.body["code"]) == (409, "wrong-phase")


async def test_e2_3_moving_and_prioritising_who_waits(house: OpenHouse) -> None:
    boss, side = await house.signed_in("supervisor"), house.inside.supervision
    base = f"/api/calls/{CALL}/line"

    moved = await boss.ask("POST", f"{base}/move", {"queue": "enterprise", **WHY})
    first = await boss.ask("POST", f"{base}/priority", {"priority": 3, **WHY})
    wrong = await boss.ask("POST", f"{base}/priority", {"priority": 4, **WHY})
    agent = await house.signed_in("agent")
    refused = await agent.ask("POST", f"{base}/priority", {"priority": 3, **WHY})

    assert (moved.status, first.status, wrong.status, refused.status) == (204, 204, 422, 403)
    assert side.asked == [
        ("move", BOSS, CALL, "enterprise", "new colleague"),
        ("prioritise", BOSS, CALL, 3, "new colleague"),
    ]


async def test_e2_8_an_alarm_is_acknowledged_by_a_supervisor(house: OpenHouse) -> None:
    standing = AlarmRow(
        name="no-agents", since=MONDAY_NINE, severity="critical", text_zh="无人值守",
        text_en="Nobody is there", remedy_zh="签入", remedy_en="Sign in", why="0",
    )  # fmt: skip
    house.inside.health.standing.append(standing)
    boss, agent = await house.signed_in("supervisor"), await house.signed_in("agent")
    path = "/api/alarms/no-agents/acknowledge"

    taken = await boss.ask("POST", path, {"note": "on my way"})
    refused = await agent.ask("POST", path, {})
    unknown = await boss.ask("POST", "/api/alarms/disk-full/acknowledge", {})

    assert (taken.status, taken.body["acknowledged_by"]) == (200, "supervisor")
    assert refused.body["code"] == "wrong-role"
    assert (unknown.status, unknown.body["code"]) == (404, "no-such-alarm")


# ---- what is seen of a listener


def supervised(house: House, *more: SupervisionStarted | SupervisionSwitched) -> None:
    house.talk()
    now = house.clock.now()
    asked = SupervisionAsked(
        at=now, call=CALL, step=SupervisorStep.LISTEN, agent=AgentNo("1001"), by="supervisor",
        supervisor=AgentNo("1004"), phone=None, leg=LEG, reason="new colleague",  # type: ignore[arg-type]
    )  # fmt: skip
    house.journal.write([asked, started(house), *more])


def started(house: House) -> SupervisionStarted:
    return SupervisionStarted(at=house.clock.now(), call=CALL, leg=LEG, mode="listen")  # type: ignore[arg-type]


async def parties_of(house: OpenHouse, person: str) -> dict[str, list[str]]:
    visitor = await house.signed_in(person)
    body = (await visitor.ask("GET", f"/api/calls/{CALL}/parties")).body
    return {row["kind"]: sorted(row["hears"]) for row in body["parties"]}


async def test_e2_2_the_roster_shows_a_listener_to_supervisors_and_not_to_the_agent(
    house: OpenHouse,
) -> None:
    supervised(house.inside)

    seen = await parties_of(house, "supervisor")
    agents = await parties_of(house, "agent")

    assert set(seen) == {"citizen", "agent", "supervisor"}
    assert len(seen["supervisor"]) == 2
    assert LEG not in seen["agent"] + seen["citizen"]
    assert set(agents) == {"citizen", "agent"}


async def test_e2_2_where_the_policy_beeps_the_agent_sees_him_too(house: OpenHouse) -> None:
    house.inside.supervision.beeps = True
    supervised(house.inside)

    assert "supervisor" in await parties_of(house, "agent")


@pytest.mark.parametrize(("mode", "citizen"), [("whisper", False), ("barge", True)])
async def test_e2_2_the_roster_says_who_hears_a_supervisor_who_speaks(
    house: OpenHouse, mode: str, citizen: bool
) -> None:
    now = house.inside.clock.now()
    supervised(house.inside, SupervisionSwitched(at=now, call=CALL, leg=LEG, mode=mode))  # type: ignore[arg-type]

    seen = await parties_of(house, "agent")

    assert LEG in seen["agent"]
    assert (LEG in seen["citizen"]) is citizen


async def test_e2_2_who_listens_no_more_is_off_the_roster(house: OpenHouse) -> None:
    supervised(house.inside)
    now = house.inside.clock.now()
    house.inside.journal.write([SupervisionEnded(at=now, call=CALL, leg=LEG, why="hung_up")])  # type: ignore[arg-type]

    assert "supervisor" not in await parties_of(house, "supervisor")


async def test_e2_2_the_life_of_a_call_tells_its_agent_nothing_of_supervision(
    house: OpenHouse,
) -> None:
    supervised(house.inside)
    boss, agent = await house.signed_in("supervisor"), await house.signed_in("agent")

    for visitor, sees in ((boss, True), (agent, False)):
        life = (await visitor.ask("GET", f"/api/calls/{CALL}")).body
        kinds = {fact["kind"] for fact in life["trace"]}
        assert ("supervision-asked" in kinds) is sees


async def test_the_rules_of_each_queue_are_shown_as_surge_plans_have_amended_them(
    house: OpenHouse,
) -> None:
    chief = await house.signed_in("supervisor")
    before = (await chief.ask("GET", "/api/queues")).body["queues"]
    await chief.ask("POST", "/api/surge/plans/surge/activate", {"reason": "来电激增"})

    after = (await chief.ask("GET", "/api/queues")).body["queues"]

    names = [one["queue"] for one in before]
    assert names == sorted(names)
    assert not any(one["amended"] for one in before)
    (was,) = [one for one in before if one["queue"] == "general"]
    (now,) = [one for one in after if one["queue"] == "general"]
    assert (was["name_zh"], was["priority"], was["amended"]) == ("综合", 0, False)
    assert now["amended"]
    assert now["wrap_up_s"] < was["wrap_up_s"]
