"""Who listened to recordings, as one list by period (SEC-04)."""

from datetime import timedelta
from urllib.parse import urlencode

from console.facts import HearingFor, RecordingHeard
from kernel.ids import AgentNo
from tests.console.house import CALL, OpenHouse

DAY = timedelta(days=1)


def span(house: OpenHouse, **more: object) -> str:
    now = house.inside.clock.now()
    return urlencode({"since": (now - DAY).isoformat(), "until": now.isoformat(), **more})


def listened(house: OpenHouse, hours_ago: int, login: str) -> RecordingHeard:
    return RecordingHeard(
        at=house.inside.clock.now() - timedelta(hours=hours_ago), call=CALL, login=login,
        agent=AgentNo("1004"), why=HearingFor.DISPUTE,
    )  # fmt: skip


async def test_sec_04_a_supervisor_sees_who_listened_page_by_page(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")
    house.inside.recordings.hearings = [
        listened(house, hours, login) for hours, login in ((30, "a"), (3, "b"), (1, "c"), (2, "d"))
    ]

    first = (await chief.ask("GET", f"/api/hearings?{span(house, limit=2)}")).body
    rest = await chief.ask("GET", f"/api/hearings?{span(house, limit=2, until=first['next'])}")

    assert [one["login"] for one in first["hearings"]] == ["c", "d"]
    assert [one["login"] for one in rest.body["hearings"]] == ["b"]
    assert (first["hearings"][0]["why"], rest.body["next"]) == ("dispute", None)


async def test_sec_04_who_listened_is_not_for_agents_nor_for_ever(house: OpenHouse) -> None:
    agent, chief = await house.signed_in("agent"), await house.signed_in("supervisor")
    ever = span(house, since="2020-01-01T00:00:00Z")

    assert (await agent.ask("GET", f"/api/hearings?{span(house)}")).status == 403
    assert (await chief.ask("GET", f"/api/hearings?{ever}")).body["code"] == "bad-form"
