"""The first logins: those of a demo instance, and a site's first administrator."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from acd.directory import EmployerKind
from config.settings import Settings, SiteSettings
from console.logins import LoginBrake, Passwords, Role
from console.settings import ConsoleSettings
from hotline.console_wiring import make_first_logins
from tests.acd.centre import agent, directory
from tests.console.fakes import FakeLogins
from tests.console.house import CHEAP
from tests.fakes.fake_clock import FakeClock

SITE = SiteSettings(name_zh="市", name_en="City", region_code="220100")
LOGINS = [
    {"user": "1001", "password": "demo-password-1", "role": "agent", "agent_no": "1001"},
    {"user": "1002", "password": "demo-password-2", "role": "agent", "agent_no": "1002"},
    {"user": "boss", "password": "demo-password-3", "role": "supervisor"},
]


def console(logins: FakeLogins) -> Any:
    people = directory()
    third = agent(2, {"general": 1}, EmployerKind.THIRD_PARTY)
    people = type(people)({**people.agents, third.no: third}, people.seats, people.skills)
    return SimpleNamespace(
        clock=FakeClock(),
        floor=SimpleNamespace(directory=SimpleNamespace(directory=people)),
        logins=SimpleNamespace(store=logins, passwords=Passwords(CHEAP), brake=LoginBrake()),
    )


def endpoints(folder: Path) -> None:
    (folder / "endpoints.json").write_text(json.dumps({"logins": LOGINS}), encoding="utf-8")


async def test_a_demo_instance_has_the_logins_of_its_endpoints_once(tmp_path: Path) -> None:
    endpoints(tmp_path)
    logins = FakeLogins()
    settings = Settings(site=SITE)

    assert await make_first_logins(console(logins), tmp_path, settings) == 3
    assert await make_first_logins(console(logins), tmp_path, settings) == 0
    assert {name: login.role for name, login in logins.logins.items()} == {
        "1001": Role.AGENT,
        "1002": Role.AGENT,
        "boss": Role.SUPERVISOR,
    }


async def test_staff_of_a_contractor_are_known_as_such(tmp_path: Path) -> None:
    """GOV-01."""
    endpoints(tmp_path)
    logins = FakeLogins()

    await make_first_logins(console(logins), tmp_path, Settings(site=SITE))

    assert [name for name, login in logins.logins.items() if login.third_party] == ["1002"]


async def test_a_site_without_demo_has_the_administrator_of_its_environment(
    tmp_path: Path,
) -> None:
    logins = FakeLogins()
    first: Any = "a-long-first-password"
    settings = Settings(site=SITE, console=ConsoleSettings(first_administrator=first))

    assert await make_first_logins(console(logins), tmp_path, settings) == 1
    assert logins.logins["administrator"].role is Role.ADMINISTRATOR
    assert first not in repr(logins.logins)


async def test_a_site_that_names_nobody_gets_no_login(tmp_path: Path) -> None:
    logins = FakeLogins()

    assert await make_first_logins(console(logins), tmp_path, Settings(site=SITE)) == 0
    assert logins.logins == {}
