"""Roles, passwords, the brake, sessions that outlive the database."""

from datetime import timedelta

import pytest

from console.errors import TooManyAttempts
from console.first_logins import ensure_logins
from console.logins import (
    ANSWERING,
    Login,
    LoginBrake,
    NewLogin,
    Passwords,
    Role,
    Scope,
    scopes_of,
)
from console.sessions import Sessions
from kernel.errors import Unavailable
from tests.console.fakes import FakeLogins
from tests.console.house import CHEAP
from tests.fakes.fake_clock import MONDAY_NINE, FakeClock

SHIFT = timedelta(hours=12)
AGENT = Login("agent", Role.AGENT, None, False, "")


@pytest.mark.parametrize("role", Role)
def test_third_party_staff_keep_the_answering_scopes_whatever_their_role(role: Role) -> None:
    """GOV-01: 严禁将诉求办理等主体业务外包."""
    assert scopes_of(role, third_party=True) <= ANSWERING


def test_only_supervisors_and_administrators_may_force_reveal_and_hold() -> None:
    for scope in (Scope.FORCE_SEATS, Scope.REVEAL, Scope.HOLD_RECORDINGS, Scope.HEAR_ALL):
        assert scope not in scopes_of(Role.AGENT, third_party=False)
        assert scope in scopes_of(Role.SUPERVISOR, third_party=False)


async def test_a_password_fits_itself_and_no_other() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash("正确的密码")

    assert await passwords.fits(kept, "正确的密码")
    assert not await passwords.fits(kept, "错误的密码")
    assert not await passwords.fits("not a hash", "正确的密码")


def test_guessing_gets_slower_with_each_failure() -> None:
    brake, now = LoginBrake(), MONDAY_NINE
    waits = []
    for _ in range(6):
        brake.failed("agent", "10.0.0.1", now)
        try:
            brake.check("agent", "10.0.0.1", now)
        except TooManyAttempts as refused:
            waits.append(refused.wait_s)
            now += timedelta(seconds=refused.wait_s)

    assert waits == [1, 2, 4, 8]


def test_the_longest_wait_is_a_quarter_of_an_hour() -> None:
    brake = LoginBrake()
    for _ in range(40):
        brake.failed("agent", "10.0.0.1", MONDAY_NINE)

    with pytest.raises(TooManyAttempts) as refused:
        brake.check("agent", "10.0.0.1", MONDAY_NINE)
    assert refused.value.wait_s == 900


def test_guessing_at_one_desk_does_not_lock_the_agent_out_at_another() -> None:
    brake = LoginBrake()
    for _ in range(20):
        brake.failed("agent", "10.0.0.1", MONDAY_NINE)

    brake.check("agent", "10.0.0.2", MONDAY_NINE)


def test_an_address_that_tries_many_names_is_slowed_down_as_well() -> None:
    brake = LoginBrake()
    for n in range(40):
        brake.failed(f"name{n}", "10.0.0.1", MONDAY_NINE)

    with pytest.raises(TooManyAttempts):
        brake.check("a fresh name", "10.0.0.1", MONDAY_NINE)


async def test_a_session_goes_on_while_the_database_is_away() -> None:
    store, clock = FakeLogins(), FakeClock()
    store.logins["agent"] = AGENT
    sessions = Sessions(store, clock, lasts=SHIFT)
    token, _ = await sessions.open(AGENT)

    store.is_away = True
    clock.advance(3600)

    assert await sessions.find(token) is not None
    with pytest.raises(Unavailable):
        await sessions.find("a session this process has not seen")


async def test_a_session_ends_with_its_shift() -> None:
    store, clock = FakeLogins(), FakeClock()
    store.logins["agent"] = AGENT
    sessions = Sessions(store, clock, lasts=SHIFT)
    token, _ = await sessions.open(AGENT)

    clock.advance(SHIFT.total_seconds())

    assert await sessions.find(token) is None


async def test_a_sign_out_elsewhere_is_noticed_half_a_minute_later() -> None:
    store, clock = FakeLogins(), FakeClock()
    store.logins["agent"] = AGENT
    here, there = Sessions(store, clock, lasts=SHIFT), Sessions(store, clock, lasts=SHIFT)
    token, _ = await here.open(AGENT)
    await there.close(token)

    clock.advance(30)

    assert await here.find(token) is None


async def test_a_sign_out_without_the_database_holds_and_is_handed_in_later() -> None:
    store, clock = FakeLogins(), FakeClock()
    store.logins["agent"] = AGENT
    sessions = Sessions(store, clock, lasts=SHIFT)
    token, _ = await sessions.open(AGENT)

    store.is_away = True
    await sessions.close(token)
    assert await sessions.find(token) is None
    store.is_away = False
    await sessions.tidy()

    assert store.sessions == {}


async def test_the_store_never_holds_the_session_id_itself() -> None:
    store = FakeLogins()
    store.logins["agent"] = AGENT

    token, _ = await Sessions(store, FakeClock(), lasts=SHIFT).open(AGENT)

    assert token.encode() not in store.sessions


async def test_first_logins_are_made_once_and_never_overwrite_a_password() -> None:
    store, passwords, clock = FakeLogins(), Passwords(CHEAP), FakeClock()
    first = NewLogin("admin", "first password", Role.ADMINISTRATOR)

    assert await ensure_logins(store, passwords, clock, [first]) == 1
    kept = store.logins["admin"].password_hash
    again = NewLogin("admin", "second password", Role.ADMINISTRATOR)

    assert await ensure_logins(store, passwords, clock, [again]) == 0
    assert store.logins["admin"].password_hash == kept
    assert "first password" not in repr(first)


async def test_a_login_an_hour_later_sweeps_out_what_has_expired() -> None:
    store, clock = FakeLogins(), FakeClock()
    store.logins["agent"] = AGENT
    sessions = Sessions(store, clock, lasts=timedelta(minutes=30))
    await sessions.open(AGENT)

    clock.advance(3600)
    await sessions.open(AGENT)

    assert len(store.sessions) == 1
