"""What goes along to another level, and what is believed of one, on a real Asterisk (NAV-02)."""

from collections.abc import Iterator

import pytest

from hotline.asterisk_site import LevelTrunk
from hotline.private.asterisk import TelephonyWishes
from hotline.private.ports import UDP
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import (
    Account,
    Answer,
    Habit,
    PhoneSet,
    Reject,
    SipPhone,
    open_phone,
)
from kernel.ids import CallId
from telephony import facts
from telephony.levels import Levels
from telephony.live_call import LiveCall
from telephony.passed_on import LevelReason
from telephony.peer import Peer
from tests.fakes.fake_hands import LEVELS
from tests.free_port import free_port
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)

PROVINCE_HOST = "127.0.0.5"
NUMBER = "043180012345"
TICKET = "22010020261121000007"
SAID = (
    ("X-12345-Call", "prov-1.9"),
    ("X-12345-Reason", "city_matter"),
    ("X-12345-Ticket", TICKET),
)


@pytest.fixture(scope="module")
def province_port() -> int:
    return free_port(UDP, PROVINCE_HOST)


@pytest.fixture(scope="module")
def city(province_port: int) -> Iterator[RunningAsterisk]:
    """A city's Asterisk with a trunk to its province, and Siping by the trunk out."""
    address = f"{PROVINCE_HOST}:{province_port}"
    jilin = LevelTrunk(name="jilin", number=NUMBER, address=address)
    siping = LevelTrunk(name="siping", number="043412345")
    with running_asterisk("levels", TelephonyWishes(levels=(jilin, siping))) as running:
        yield running


@pytest.fixture
def levels(province_port: int) -> Levels:
    plain = LEVELS.model_dump(exclude_none=True)
    plain["levels"]["jilin"]["address"] = f"{PROVINCE_HOST}:{province_port}"
    return Levels.model_validate(plain)


def province_of(call: LiveCall, levels: Levels, ticket_no: str = "") -> Peer:
    sending = levels.sending("jilin", LevelReason.CROSS_CITY, ticket_no)
    return Peer(
        name="jilin",
        number=sending.number,
        trunk=sending.trunk,
        shows=call.caller.national,
        headers=sending.headers(call.id),
        carried=sending.carried(call.id),
    )


async def centre(stage: Stage, bind: tuple[str, int], habit: Habit | None = None) -> SipPhone:
    """The other level's exchange, for this test one phone."""
    account = Account("province", "", ("127.0.0.1", stage.asterisk.sip_port))
    made_of = PhoneSet(stage.clock, stage._pacer, bind, lines=4)
    phone = open_phone(account, made_of, lambda _call: habit or Answer())
    return await stage._phones.enter_async_context(phone)


async def test_nav_02_a_blind_transfer_tells_the_province_call_reason_and_ticket_alone(
    city: RunningAsterisk, levels: Levels, province_port: int
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        await stage.seat("8001")
        province = await centre(stage, (PROVINCE_HOST, province_port))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, province_of(call, levels, TICKET))

        there = await province.next_call(within=PATIENCE)
        told = {name: there.header(f"X-12345-{name}") for name in ("Call", "Reason", "Ticket")}
        assert told == {"Call": call.id, "Reason": "cross_city", "Ticket": TICKET}
        assert there.other == "13800001111"  # the network's own number, in no header of ours
        await hear_each_other(phone, there)
        await stage.until(lambda: stage.said(facts.CallTransferred))


async def test_nav_02_a_consultation_tells_the_same(
    city: RunningAsterisk, levels: Levels, province_port: int
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        province = await centre(stage, (PROVINCE_HOST, province_port))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.consult(call.id, stage.new_leg(), province_of(call, levels))
        there = await province.next_call(within=PATIENCE)
        await hear_each_other(seat.calls[0], there)
        await stage.control.complete_transfer(call.id)
        await hear_each_other(phone, there)

        assert there.header("X-12345-Call") == call.id
        assert there.header("X-12345-Ticket") == ""


async def test_nav_02_a_province_that_is_busy_gives_the_citizen_back(
    city: RunningAsterisk, levels: Levels, province_port: int
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        await stage.seat("8001")
        await centre(stage, (PROVINCE_HOST, province_port), Reject(486))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, province_of(call, levels))

        assert await call.conversation_over() == "room"
        await stage.until(lambda: stage.said(facts.TransferFailed))
        assert phone.log.phase is Phase.TALKING


async def test_nav_02_after_a_level_was_tried_an_emergency_goes_by_the_trunk_out(
    city: RunningAsterisk, levels: Levels, province_port: int
) -> None:
    """I14: nothing that a level's transfer leaves on the channel leads 110 astray."""
    async with new_stage(city).open(wait_with_music) as stage:
        await stage.seat("8001")
        await centre(stage, (PROVINCE_HOST, province_port), Reject(486))
        world = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        await stage.control.blind_transfer(call.id, province_of(call, levels))
        assert await call.conversation_over() == "room"

        call.send_to("transfer", "110")

        there = await world.next_call(within=PATIENCE)
        assert there.header("X-12345-Call") == ""
        await hear_each_other(phone, there)


async def test_nav_02_what_a_level_says_on_its_own_trunk_is_believed(
    city: RunningAsterisk, province_port: int
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        province = await centre(stage, (PROVINCE_HOST, province_port))

        call = await rings_in(stage, province)

        assert call.party.handed == f"jilin/city_matter/{TICKET}/prov-1.9"
        assert call.party.trunk == "level-jilin"


async def test_nav_02_what_a_citizens_own_phone_says_of_a_level_is_not(
    city: RunningAsterisk,
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        call = await rings_in(stage, await stage.citizen())

        assert call.party.handed == ""
        assert call.party.trunk == "trunk-in"


async def test_nav_02_another_port_of_the_provinces_host_is_not_the_province(
    city: RunningAsterisk,
) -> None:
    async with new_stage(city).open(wait_with_music) as stage:
        stranger = await centre(stage, (PROVINCE_HOST, 0))

        refused = stranger.dial("12345", caller="13800001111", extra=SAID)

        await refused.log.until(lambda log: log.phase is Phase.ENDED, within=PATIENCE)
        assert not stage.board.calls


async def rings_in(stage: Stage, phone: SipPhone) -> LiveCall:
    before: set[CallId] = set(stage.board.calls)
    call = phone.dial("12345", caller="13800001111", extra=SAID)
    await call.log.until_seen(News.CONFIRMED, within=PATIENCE)
    await stage.until(lambda: set(stage.board.calls) - before)
    (new,) = set(stage.board.calls) - before
    return stage.board.calls[new]
