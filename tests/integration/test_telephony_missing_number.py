"""An emergency number that our settings know and a site's rendered dialplan lacks."""

from collections.abc import Iterator

import pytest

from hotline.private.asterisk import TelephonyWishes
from hotline.rehearsal.sip_phone import Answer
from telephony import facts
from telephony.errors import ActionRefused
from tests.fakes.emergency_lines import emergency_line
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import hear_each_other, new_stage, wait_with_music


@pytest.fixture(scope="module")
def without_119() -> Iterator[RunningAsterisk]:
    """Rendered before somebody added 119 to site.toml."""
    wishes = TelephonyWishes(emergency_numbers={"110": 20, "120": 20})
    with running_asterisk("old", wishes) as running:
        yield running


async def test_an_emergency_number_that_the_dialplan_lacks_is_refused_and_they_talk_on(
    without_119: RunningAsterisk,
) -> None:
    """EMG-01, I8: a Redirect to nowhere would hang up on the citizen."""
    async with new_stage(without_119).open(wait_with_music) as stage:
        seat, outside = await stage.seat("8001"), await stage.outside(Answer())
        citizen, call = await stage.caller()
        leg = await stage.talking("8001", call)

        with pytest.raises(ActionRefused) as refused:
            await stage.control.send_emergency(call.id, emergency_line("119"))

        assert "119" in refused.value.problem
        assert "render-asterisk" in refused.value.remedy
        await hear_each_other(citizen, seat.calls[0])
        assert stage.end_of(leg) is None
        assert not outside.calls
        assert not stage.said(facts.TransferFailed)


async def test_a_held_citizen_is_not_lost_to_a_missing_number_either(
    without_119: RunningAsterisk,
) -> None:
    async with new_stage(without_119).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        citizen, call = await stage.caller()
        await stage.talking("8001", call)
        await stage.control.hold(call.id)

        with pytest.raises(ActionRefused):
            await stage.control.send_emergency(call.id, emergency_line("119"))

        await stage.control.resume(call.id)
        await hear_each_other(citizen, seat.calls[0])
