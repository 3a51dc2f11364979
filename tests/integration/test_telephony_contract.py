"""Call control's contract on the real Asterisk, with SIP phones."""

from collections.abc import Callable

import pytest

from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, LetItRing, Reject
from kernel.ids import CallId, LegId
from kernel.legs import LegEnd
from telephony.live_call import LiveCall
from tests.contracts.call_control import CONTRACT, Exchange
from tests.fakes.fake_switch import Habit
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import Stage, new_stage, wait_with_music

HABITS = {
    Habit.ANSWERS: Answer(),
    Habit.RINGS: LetItRing(),
    Habit.BUSY: Reject(486),
    Habit.REJECTS: Reject(603),
}


class RealExchange:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._phones: dict[CallId, PhoneCall] = {}
        self.control = stage.control
        self.news = stage.news
        self.new_leg = stage.new_leg

    async def phone(self, number: str, habit: Habit) -> None:
        if number in self._stage.asterisk.phones:
            await self._stage.seat(number, HABITS[habit])
        else:
            await self._stage.outside(HABITS[habit])

    async def citizen(self) -> LiveCall:
        phone, call = await self._stage.caller()
        self._phones[call.id] = phone
        return call

    def citizen_hangs_up(self, call: LiveCall) -> None:
        self._phones[call.id].hang_up()

    async def ended(self, leg: LegId) -> LegEnd:
        return await self._stage.ended(leg)

    async def until(self, so: Callable[[], object]) -> None:
        await self._stage.until(so)


@pytest.mark.parametrize("promise", CONTRACT, ids=lambda promise: promise.__name__)
async def test_call_control_keeps(
    promise: Callable[[Exchange], object], asterisk: RunningAsterisk
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await promise(RealExchange(stage))  # type: ignore[misc]
