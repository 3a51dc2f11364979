"""Accounts given, changed, reset and shut: what holds afterwards, and what the journal says."""

from typing import Any

from console import login_facts
from tests.console.house import PASSWORD, OpenHouse, Visitor

NEW = {"name": "wang.fang", "role": "supervisor", "agent": "1001", "third_party": False}


def given(house: OpenHouse) -> list[str]:
    """What the journal says of accounts; no password stands in it."""
    kinds = login_facts.FACTS
    return [fact.kind for fact in house.inside.journal.facts if isinstance(fact, kinds)]


async def row_of(admin: Visitor, name: str) -> dict[str, Any]:
    rows = (await admin.ask("GET", "/api/logins")).body["logins"]
    return next(dict(row) for row in rows if row["name"] == name)


async def named(admin: Visitor, name: str) -> dict[str, Any]:
    return {"headers": {"If-Match": (await row_of(admin, name))["version"]}}


async def sign_in(house: OpenHouse, name: str, password: str) -> tuple[Visitor, int]:
    visitor = await house.visitor()
    answer = await visitor.ask("POST", "/api/login", {"name": name, "password": password})
    return visitor, answer.status


async def test_a_new_login_signs_in_with_the_password_that_was_made_for_it(
    house: OpenHouse,
) -> None:
    """SEC-06: an account of one responsible person."""
    admin = await house.signed_in("administrator")

    made = await admin.ask("POST", "/api/logins", NEW)
    visitor, status = await sign_in(house, "wang.fang", made.body["password"])

    assert (made.status, status) == (201, 200)
    assert (await visitor.ask("GET", "/api/me")).body["role"] == "supervisor"
    assert given(house) == ["login-added"]
    assert made.body["password"] not in repr(house.inside.journal.facts)


async def test_a_name_is_given_once_and_only_to_an_agent_that_there_is(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")

    taken = await admin.ask("POST", "/api/logins", {**NEW, "name": "agent"})
    nobody = await admin.ask("POST", "/api/logins", {**NEW, "agent": "9999"})
    evil = await admin.ask("POST", "/api/logins", {**NEW, "name": "<b>x</b>"})

    codes = [answer.body["code"] for answer in (taken, nobody, evil)]
    assert codes == ["login-taken", "unknown-work-number", "bad-form"]
    assert given(house) == []


async def test_another_role_ends_the_sessions_of_the_old_one(house: OpenHouse) -> None:
    admin, agent = await house.signed_in("administrator"), await house.signed_in("agent")
    wish = {"role": "supervisor", "agent": "1001", "third_party": False}

    changed = await admin.ask("PUT", "/api/logins/agent", wish, **await named(admin, "agent"))
    old = await agent.ask("GET", "/api/me")
    again, _ = await sign_in(house, "agent", PASSWORD)

    assert (changed.status, old.status) == (200, 401)
    assert (await again.ask("GET", "/api/me")).body["role"] == "supervisor"
    assert given(house) == ["login-changed"]


async def test_what_another_administrator_changed_meanwhile_stays(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    before = await named(admin, "agent")
    wish = {"role": "agent", "agent": "1002", "third_party": True}
    await admin.ask("PUT", "/api/logins/agent", wish, **before)

    late = await admin.ask("PUT", "/api/logins/agent", {**wish, "agent": "1003"}, **before)

    assert late.body["code"] == "changed-meanwhile"
    assert (await row_of(admin, "agent"))["agent"] == "1002"


async def test_a_reset_password_replaces_the_old_one(house: OpenHouse) -> None:
    admin, agent = await house.signed_in("administrator"), await house.signed_in("agent")

    made = await admin.ask("POST", "/api/logins/agent/password", **await named(admin, "agent"))
    _, old = await sign_in(house, "agent", PASSWORD)
    _, new = await sign_in(house, "agent", made.body["password"])

    assert (old, new) == (401, 200)
    assert (await agent.ask("GET", "/api/me")).status == 401
    assert given(house) == ["login-password-set"]


async def test_a_shut_login_opens_nothing_until_it_gets_a_password(house: OpenHouse) -> None:
    admin, agent = await house.signed_in("administrator"), await house.signed_in("agent")

    gone = await admin.ask("POST", "/api/logins/agent/shut", **await named(admin, "agent"))
    _, refused = await sign_in(house, "agent", PASSWORD)
    made = await admin.ask("POST", "/api/logins/agent/password", **await named(admin, "agent"))
    _, back = await sign_in(house, "agent", made.body["password"])

    assert (gone.body["shut"], refused, back) == (True, 401, 200)
    assert (await agent.ask("GET", "/api/me")).status == 401
    assert given(house) == ["login-shut", "login-password-set"]


async def test_nobody_takes_his_own_login_away(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    own, wish = await named(admin, "administrator"), {"role": "agent"}

    answers = [
        await admin.ask("PUT", "/api/logins/administrator", wish, **own),
        await admin.ask("POST", "/api/logins/administrator/shut", **own),
        await admin.ask("POST", "/api/logins/administrator/password", **own),
    ]

    assert {answer.body["code"] for answer in answers} == {"own-login"}
    assert given(house) == []


async def test_everybody_changes_his_own_password_who_knows_the_present_one(
    house: OpenHouse,
) -> None:
    """He may be talking meanwhile: his session goes on, those elsewhere end."""
    agent, elsewhere = await house.signed_in("agent"), await house.signed_in("agent")
    wanted = "a longer password 1"

    wrong = await agent.ask("POST", "/api/me/password", {"present": "no", "wanted": wanted})
    short = await agent.ask("POST", "/api/me/password", {"present": PASSWORD, "wanted": "short"})
    done = await agent.ask("POST", "/api/me/password", {"present": PASSWORD, "wanted": wanted})
    _, new = await sign_in(house, "agent", wanted)

    assert [wrong.body["code"], short.body["code"]] == ["wrong-name-or-password", "bad-form"]
    assert (done.status, new) == (204, 200)
    assert (await elsewhere.ask("GET", "/api/me")).status == 401
    assert (await agent.ask("GET", "/api/me")).status == 200
    assert given(house) == ["login-password-set"]


async def test_a_change_without_a_version_is_refused(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")

    refused = await admin.ask("POST", "/api/logins/agent/shut")

    assert refused.body["code"] == "version-missing"
