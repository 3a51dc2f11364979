"""Softphones in pages on a real Asterisk: logins pushed into memory and taken back; the holes."""

import pytest
from pydantic import SecretStr

from kernel.ids import Extension
from telephony.settings import WebPhoneSettings
from telephony.web_phones import WebPhones
from tests.integration.servers import RunningAsterisk
from tests.integration.sip_socket import open_sip_socket

SEAT, PASSWORD = Extension("8001"), "a-password-by-chance-0001"


@pytest.fixture
def phones(asterisk: RunningAsterisk) -> WebPhones:
    secret = SecretStr(asterisk.ami_secret)
    return WebPhones(WebPhoneSettings(port=asterisk.ports.ari, secret=secret))


async def test_a_pushed_login_registers_and_one_taken_back_does_not(phones: WebPhones) -> None:
    await phones.push(SEAT, PASSWORD)

    async with open_sip_socket(phones.socket, "w8001") as socket:
        wrong = await socket.register("another-password")
        right = await socket.register(PASSWORD)
        await phones.drop(SEAT)
        gone = await socket.register(PASSWORD)

    assert (wrong, right, gone) == (401, 200, 401)


async def test_a_new_push_changes_the_password_at_once(phones: WebPhones) -> None:
    await phones.push(SEAT, PASSWORD)
    await phones.push(SEAT, "another-password-by-chance")

    async with open_sip_socket(phones.socket, "w8001") as socket:
        old = await socket.register(PASSWORD)
        new = await socket.register("another-password-by-chance")
    await phones.drop(SEAT)

    assert (old, new) == (401, 200)


async def test_the_page_and_the_phone_on_the_table_are_two(
    phones: WebPhones, asterisk: RunningAsterisk
) -> None:
    await phones.push(SEAT, PASSWORD)

    shown = asterisk.server.rx("pjsip show endpoints")
    await phones.drop(SEAT)

    assert " w8001/8001" in shown
    assert " 8001/8001" in shown


@pytest.mark.parametrize("name", ["trunk-in", "trunk-out", "8001", "nobody"])
async def test_nobody_calls_through_the_socket_under_a_name_of_others(
    phones: WebPhones, name: str
) -> None:
    async with open_sip_socket(phones.socket, name) as socket:
        frame = socket.frame("INVITE", to="<sip:12345@hotline>")
        code, _ = await socket.ask(frame)

    assert code in (401, 403, 404)
