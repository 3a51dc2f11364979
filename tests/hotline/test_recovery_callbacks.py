"""After a restart: callbacks of the process before us leave the floor; nobody has hung up."""

from datetime import timedelta

from acd.facts import CallbackDropped, LegDropped, SeatRung
from acd.happenings import CallbackWanted, LegAnswered
from hotline.recovery.restart import drop_callbacks, settle
from kernel.ids import CallId, DutyId, QueueName
from telephony.facts import CallHungUp
from telephony.mirror import Mirror
from tests.fakes.virtual_time import at_once
from tests.stories.stage import House, open_house

OUT = CallId("out-6-000001")


def wanted(house: House, *, spare: bool = False) -> CallbackWanted:
    now = house.clock.now()
    return CallbackWanted(
        call=OUT, duty=DutyId("missed:m"), queue=QueueName("general"), needs={}, priority=0,
        asked_at=now, spare_until=now + timedelta(hours=1) if spare else None,
    )  # fmt: skip


async def restarted(house: House) -> None:
    """Asterisk holds nothing of it."""
    mirror = Mirror(key_of=lambda number: None)
    drop_callbacks(house.desk, mirror, [])
    settle(house.desk, mirror, [], house.recorder.write, house.clock.now())
    await house.passes(1)


def test_one_that_stood_in_line_is_out_of_it_without_a_hang_up() -> None:
    async def story() -> None:
        async with open_house() as house:
            house.desk.tell(wanted(house, spare=True))
            await house.passes(1)
            assert len(house.desk.snapshot().callbacks) == 1
            await restarted(house)

            assert house.desk.snapshot().callbacks == ()
            assert house.only(CallbackDropped).call == OUT
            assert house.of(CallHungUp) == []

    at_once(story())


def test_a_seat_that_rang_for_one_is_free_again() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.desk.tell(wanted(house))
            await house.passes(1)
            (rung,) = house.of(SeatRung)
            await restarted(house)

            assert house.only(LegDropped).leg == rung.leg
            assert [seat.activity for seat in house.desk.snapshot().seats] == ["idle"]
            assert house.of(CallHungUp) == []

    at_once(story())


def test_an_agent_who_waited_for_his_citizen_is_in_wrap_up() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.desk.tell(wanted(house))
            await house.passes(1)
            house.desk.tell(LegAnswered(house.of(SeatRung)[0].leg))
            await house.passes(1)
            await restarted(house)

            assert [seat.activity for seat in house.desk.snapshot().seats] == ["wrap_up"]
            assert house.desk.snapshot().callbacks == ()
            assert house.of(CallHungUp) == []

    at_once(story())
