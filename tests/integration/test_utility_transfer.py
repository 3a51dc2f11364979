"""Every number of the utilities' directory can be rung, and a failure brings him back (UTL-01)."""

from collections.abc import Iterator

import pytest

from config.settings import load_settings
from hotline.places import PROJECT
from hotline.private.command import telephony_of
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.sip_phone import Answer, Reject
from kernel.phone import PhoneNumber
from telephony import facts
from tests.fakes.fake_hands import UTILITIES
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    hear_each_other,
    new_stage,
    wait_with_music,
)

CONFIG = PROJECT / "config"
POWER = PhoneNumber.parse("95598")


@pytest.fixture(scope="module")
def site() -> Iterator[RunningAsterisk]:
    """An Asterisk as the shipped settings want it."""
    with running_asterisk("utilities", telephony_of(load_settings(CONFIG, {}), CONFIG)) as running:
        yield running


async def test_utl_01_a_short_number_of_a_utility_is_reached(site: RunningAsterisk) -> None:
    """95598 fits no pattern of the allow-list: it stands there because the directory names it."""
    async with new_stage(site).open(wait_with_music) as stage:
        await stage.seat("8001")
        company = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, POWER)

        await hear_each_other(phone, await company.next_call(within=PATIENCE))
        await stage.until(lambda: stage.said(facts.CallTransferred))


async def test_utl_02_a_utility_that_is_busy_gives_the_citizen_back(site: RunningAsterisk) -> None:
    async with new_stage(site).open(wait_with_music) as stage:
        await stage.seat("8001")
        await stage.outside(Reject(486))
        phone, call = await stage.caller()
        await stage.talking("8001", call)

        await stage.control.blind_transfer(call.id, POWER)

        assert await call.conversation_over() == "room"
        await stage.until(lambda: stage.said(facts.TransferFailed))
        assert phone.log.phase is Phase.TALKING


def test_utl_01_the_dialplan_knows_every_number_of_the_directory(site: RunningAsterisk) -> None:
    for number in UTILITIES.numbers:
        shown = site.rx(f"dialplan show {number}@transfer")
        assert "away" in shown, f"{number}: {shown}"
