"""Agents and seats changed over HTTP: what takes effect, under which version, written down."""

from typing import Any

import pytest

from acd.facts import DirectoryChanged
from tests.console.house import OpenHouse, Visitor

AGENT = {
    "name": "话务员甲",
    "employer_kind": "third_party",
    "grade": "four",
    "district": "220102",
    "skills": {"general": 5},
    "active": False,
}
SEAT = {
    "phone": "8099",
    "district": "220102",
    "place": "remote",
    "auto_answer": True,
    "active": False,
}


def version(number: int) -> dict[str, Any]:
    return {"headers": {"If-Match": f'"{number}"'}}


def changes(house: OpenHouse) -> list[tuple[str, str, int, str]]:
    """What the journal says of the directory: table, key, version, by whom."""
    said = [fact for fact in house.inside.journal.facts if isinstance(fact, DirectoryChanged)]
    return [(fact.table, fact.key, fact.version, fact.by) for fact in said]


async def row_of(visitor: Visitor, path: str, key: str, value: str) -> dict[str, Any]:
    """A row of the list as everybody loads it afterwards."""
    (rows,) = (await visitor.ask("GET", path)).body.values()
    (found,) = [row for row in rows if row[key] == value]
    return dict(found)


async def test_a_changed_agent_is_what_everybody_loads_next(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")

    saved = await admin.ask("PUT", "/api/agents/1001", AGENT, **version(1))

    assert (saved.status, saved.body) == (200, {**AGENT, "no": "1001", "version": 2})
    assert await row_of(admin, "/api/agents", "no", "1001") == saved.body
    assert changes(house) == [("agent", "1001", 2, "administrator")]


async def test_an_agent_who_is_no_more_active_cannot_sign_in(house: OpenHouse) -> None:
    """The floor works with the change at once."""
    admin, agent = await house.signed_in("administrator"), await house.signed_in("agent")
    own = {**AGENT, "employer_kind": "own"}

    await admin.ask("PUT", "/api/agents/1001", own, **version(1))
    refused = await agent.ask("POST", "/api/seat/sign-in", {"seat": "S001"})

    assert refused.body["code"] == "agent-not-active"


async def test_a_new_seat_can_be_sat_at(house: OpenHouse) -> None:
    admin, agent = await house.signed_in("administrator"), await house.signed_in("agent")
    new = {**SEAT, "seat": "S099", "active": True}

    added = await admin.ask("POST", "/api/seats", new)
    again = await admin.ask("POST", "/api/seats", new)
    seated = await agent.ask("POST", "/api/seat/sign-in", {"seat": "S099"})

    assert (added.status, added.body) == (201, {**new, "version": 1})
    assert (again.status, again.body["code"]) == (409, "changed-meanwhile")
    assert (seated.body["seat"]["seat"], seated.body["seat"]["auto_answer"]) == ("S099", True)
    assert changes(house) == [("seat", "S099", 1, "administrator")]


async def test_a_changed_seat_is_what_everybody_loads_next(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")

    saved = await admin.ask("PUT", "/api/seats/S001", SEAT, **version(1))

    assert (saved.status, saved.body) == (200, {**SEAT, "seat": "S001", "version": 2})
    assert await row_of(admin, "/api/seats", "seat", "S001") == saved.body
    assert changes(house) == [("seat", "S001", 2, "administrator")]


@pytest.mark.parametrize(("path", "form"), [("/api/agents/1001", AGENT), ("/api/seats/S001", SEAT)])
async def test_a_change_without_its_version_or_with_an_old_one_changes_nothing(
    house: OpenHouse, path: str, form: dict[str, Any]
) -> None:
    admin = await house.signed_in("administrator")

    unnamed = await admin.ask("PUT", path, form)
    stale = await admin.ask("PUT", path, form, **version(7))

    assert (unnamed.status, unnamed.body["code"]) == (428, "version-missing")
    assert (stale.status, stale.body["code"]) == (409, "changed-meanwhile")
    assert changes(house) == []


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        ("/api/agents/9999", AGENT, "unknown-work-number"),
        ("/api/seats/S999", SEAT, "unknown-seat"),
    ],
)
async def test_what_is_not_there_cannot_be_changed(
    house: OpenHouse, path: str, form: dict[str, Any], code: str
) -> None:
    admin = await house.signed_in("administrator")

    assert (await admin.ask("PUT", path, form, **version(1))).body["code"] == code
