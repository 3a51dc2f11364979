"""Every route against every role: who is let in and who is told why not."""

import re

import pytest

from console.app import OPERATIONS
from console.logins import SCOPES, Role, Scope, scopes_of
from console.routes import Operation
from tests.console.house import PEOPLE, OpenHouse

# The contractor's agent is one by the directory; his login does not say so.
THIRD_PARTY = {"contractor"}
REFUSALS = ("wrong-role", "third-party-staff")


def path_of(operation: Operation) -> str:
    return re.sub(r"{\w+}", "x", operation.path)


def may(person: str, scope: Scope | None) -> bool:
    role = PEOPLE[person][0]
    return scope is None or scope in scopes_of(role, third_party=person in THIRD_PARTY)


@pytest.mark.parametrize("person", PEOPLE)
async def test_each_route_lets_in_whoever_has_its_scope_and_nobody_else(
    house: OpenHouse, person: str
) -> None:
    visitor = await house.signed_in(person)
    walked = [op for op in OPERATIONS if not op.public and op.name not in ("live", "logout")]

    for operation in walked:
        answer = await visitor.ask(operation.method, path_of(operation))
        code = answer.body.get("code") if answer.status >= 400 else None
        expected = may(person, operation.scope)
        assert (code not in REFUSALS) is expected, f"{person} at {operation.path}: {code}"
        assert answer.status != 500


async def test_each_route_but_the_public_ones_wants_a_session(house: OpenHouse) -> None:
    visitor = await house.visitor()

    for operation in OPERATIONS:
        if not operation.public:
            answer = await visitor.ask(operation.method, path_of(operation))
            assert (answer.status, answer.body["code"]) == (401, "not-signed-in")


async def test_a_contractor_is_told_that_it_is_for_staff_of_the_centre(house: OpenHouse) -> None:
    """GOV-01, although the account itself does not say third party."""
    visitor = await house.signed_in("contractor")

    cases = await visitor.ask("GET", "/api/cases")
    me = await visitor.ask("GET", "/api/me")

    assert cases.body["code"] == "third-party-staff"
    assert me.body["third_party"] is True


@pytest.mark.parametrize("role", Role)
def test_no_role_has_a_scope_that_no_route_asks_for(role: Role) -> None:
    asked = {op.scope for op in OPERATIONS if op.scope is not None}

    assert SCOPES[role] <= asked | {Scope.HEAR_ALL, Scope.READ_CALLS}
