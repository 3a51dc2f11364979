"""A line with seats of its own, on a real Asterisk: call data go there and come from there."""

from collections.abc import Iterator

import pytest

from hotline.asterisk_site import LevelTrunk
from hotline.private.asterisk import TelephonyWishes
from hotline.rehearsal.sip_phone import Answer, Reject
from kernel.ids import QueueName
from telephony import facts
from telephony.handed import Handed
from telephony.live_call import LiveCall
from telephony.own_seats import CallData, peer_of
from telephony.peer import Peer
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    hear_each_other,
    new_stage,
    wait_with_music,
)

TICKET = "22010020261121000007"
NAMES = ("Call", "Queue", "Ticket", "Reason")


@pytest.fixture(scope="module")
def with_tax() -> Iterator[RunningAsterisk]:
    """12366 has its own seats; its centre hands calls over at 12333."""
    tax = LevelTrunk(name="tax", number="12366", hands_over_at=("12333",))
    wishes = TelephonyWishes(hotline_numbers=("12345", "12333"), levels=(tax,))
    with running_asterisk("ownseats", wishes) as running:
        yield running


def tax_of(call: LiveCall) -> Peer:
    return peer_of("tax", "12366", CallData(call.id, QueueName("general"), TICKET))


async def test_mrg_03_a_blind_transfer_takes_call_queue_and_ticket_along(
    with_tax: RunningAsterisk,
) -> None:
    async with new_stage(with_tax).open(wait_with_music) as stage:
        await stage.seat("8001")
        tax = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, tax_of(call))

        there = await tax.next_call(within=PATIENCE)
        told = {name: there.header(f"X-12345-{name}") for name in NAMES}
        assert told == {"Call": call.id, "Queue": "general", "Ticket": TICKET, "Reason": ""}
        await hear_each_other(phone, there)
        await stage.until_said(facts.CallTransferred)


async def test_mrg_03_a_warm_transfer_takes_the_same_along(with_tax: RunningAsterisk) -> None:
    async with new_stage(with_tax).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        tax = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.consult(call.id, stage.new_leg(), tax_of(call))
        there = await tax.next_call(within=PATIENCE)
        await hear_each_other(seat.calls[0], there)
        await stage.control.complete_transfer(call.id)

        await hear_each_other(phone, there)
        assert there.header("X-12345-Call") == call.id
        assert there.header("X-12345-Queue") == "general"


async def test_mrg_03_a_retained_line_that_is_busy_gives_him_back(
    with_tax: RunningAsterisk,
) -> None:
    async with new_stage(with_tax).open(wait_with_music) as stage:
        await stage.seat("8001")
        await stage.outside(Reject(486))
        _, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, tax_of(call))

        assert await call.conversation_over() == "room"
        await stage.until_said(facts.TransferFailed)


async def test_mrg_03_what_its_centre_tells_of_a_call_is_read_where_it_hands_over(
    with_tax: RunningAsterisk,
) -> None:
    said = (("X-12345-Call", "tax-77.3"), ("X-12345-Ticket", TICKET))
    async with new_stage(with_tax).open(wait_with_music) as stage:
        phone = await stage.citizen()
        phone.dial("12333", caller="13800001111", extra=said)
        await stage.until(lambda: stage.board.calls)
        (call,) = stage.board.calls.values()

        handed = Handed.decode(call.party.handed)
        assert handed == Handed(level="tax", ticket_no=TICKET, their_call="tax-77.3")


async def test_nobody_who_rings_us_as_a_citizen_can_say_whose_call_he_is(
    with_tax: RunningAsterisk,
) -> None:
    async with new_stage(with_tax).open(wait_with_music) as stage:
        phone = await stage.citizen()
        phone.dial("12345", caller="13800001111", extra=(("X-12345-Call", "forged"),))
        await stage.until(lambda: stage.board.calls)
        (call,) = stage.board.calls.values()

        assert call.party.handed == ""
