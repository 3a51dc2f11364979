"""The softphone's way to Asterisk: whose it is, how long it lasts."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from acd.happenings import SignOut
from console.seat_credentials import ANOTHER_WINDOW, SIGNED_OUT
from console.sip_proxy import REFUSED
from kernel.ids import AgentNo, Extension
from tests.console.house import OpenHouse, Visitor
from tests.console.softphones import FakeAsteriskSocket, open_asterisk_socket, sip

OWN = "<sip:w8001@hotline>;tag=a"
PHONE = Extension("8001")


@pytest.fixture
async def asterisk(house: OpenHouse) -> AsyncIterator[FakeAsteriskSocket]:
    async with open_asterisk_socket(house.inside.phones) as socket:
        yield socket


async def at_the_seat(house: OpenHouse) -> Visitor:
    house.inside.seat(1)
    return await house.signed_in("agent")


async def socket_of(visitor: Visitor) -> ClientWebSocketResponse:
    return await visitor.client.ws_connect("/sip", protocols=("sip",))


async def closed(socket: ClientWebSocketResponse) -> int | None:
    """The code by which the other side ends it."""
    async for message in socket:
        assert message.type is WSMsgType.TEXT
    return socket.close_code


async def test_a_seats_phone_speaks_with_asterisk(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)
    login = (await visitor.ask("POST", "/api/seat/phone")).body

    async with await socket_of(visitor) as socket:
        await socket.send_str(sip("REGISTER", OWN))
        answer = await socket.receive_str()

    assert (login["name"], login["password"]) == ("w8001", house.inside.phones.pushed[PHONE])
    assert answer.startswith("SIP/2.0 200")
    assert asterisk.frames == [sip("REGISTER", OWN)]


async def test_each_sign_in_has_a_password_of_its_own(house: OpenHouse) -> None:
    visitor = await at_the_seat(house)

    first = (await visitor.ask("POST", "/api/seat/phone")).body["password"]
    second = (await visitor.ask("POST", "/api/seat/phone")).body["password"]

    assert first != second
    assert len(second) >= 32
    assert house.inside.phones.pushed == {PHONE: second}


async def test_who_sits_nowhere_has_no_phone(house: OpenHouse) -> None:
    visitor = await house.signed_in("agent")

    answer = await visitor.ask("POST", "/api/seat/phone")

    assert (answer.status, answer.body["code"]) == (409, "wrong-state")
    assert house.inside.phones.pushed == {}


async def test_without_a_login_there_is_no_socket(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)

    with pytest.raises(WSServerHandshakeError) as refused:
        await socket_of(visitor)

    assert refused.value.status == 403
    assert asterisk.open == 0


async def test_a_stranger_and_a_foreign_page_are_refused(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)
    await visitor.ask("POST", "/api/seat/phone")
    stranger = await house.visitor()

    with pytest.raises(WSServerHandshakeError) as nobody:
        await socket_of(stranger)
    with pytest.raises(WSServerHandshakeError) as foreign:
        await visitor.client.ws_connect(
            "/sip", protocols=("sip",), headers={"Origin": "https://evil.example"}
        )

    assert (nobody.value.status, foreign.value.status) == (401, 403)
    assert asterisk.frames == []


async def test_another_seats_name_ends_the_socket_and_reaches_nobody(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)
    await visitor.ask("POST", "/api/seat/phone")

    async with await socket_of(visitor) as socket:
        await socket.send_str(sip("REGISTER", "<sip:w8002@hotline>;tag=a"))
        code = await closed(socket)

    assert code == REFUSED
    assert asterisk.frames == []


async def test_a_second_window_takes_the_phone_over(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)
    await visitor.ask("POST", "/api/seat/phone")

    async with await socket_of(visitor) as first, await socket_of(visitor) as second:
        code = await closed(first)
        await second.send_str(sip("REGISTER", OWN))
        answer = await second.receive_str()

    assert code == ANOTHER_WINDOW
    assert answer.startswith("SIP/2.0 200")


async def test_leaving_the_seat_ends_the_phone(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)
    await visitor.ask("POST", "/api/seat/phone")

    async with await socket_of(visitor) as socket:
        facts = house.inside.floor.take(SignOut(AgentNo("1001")))
        house.inside.softphones.see(facts)
        code = await closed(socket)

    assert code == SIGNED_OUT
    assert house.inside.softphones.of(AgentNo("1001"), b"") is None


async def test_leaving_the_console_ends_the_phone(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)
    await visitor.ask("POST", "/api/seat/phone")

    async with await socket_of(visitor) as socket:
        await visitor.ask("POST", "/api/logout")
        code = await closed(socket)

    assert code == SIGNED_OUT


async def test_an_asterisk_that_forgot_is_told_again_when_the_socket_opens(
    house: OpenHouse, asterisk: FakeAsteriskSocket
) -> None:
    visitor = await at_the_seat(house)
    password = (await visitor.ask("POST", "/api/seat/phone")).body["password"]
    house.inside.phones.pushed.clear()

    async with await socket_of(visitor):
        told = dict(house.inside.phones.pushed)

    assert told == {PHONE: password}


async def test_without_asterisk_the_page_is_told_to_wait(house: OpenHouse) -> None:
    visitor = await at_the_seat(house)
    house.inside.phones.is_away = True

    answer = await visitor.ask("POST", "/api/seat/phone")

    assert answer.status == 503
