"""Rings of the process before us go on: what the floor remembers as ringing is kept at a log-in."""

from acd.seat import Activity
from hotline.wiring import Hotline
from telephony.legs import RungBefore


def keep_rings(hotline: Hotline) -> None:
    """Ties the floor's rings to the resync; once, before the switchboard runs."""
    switchboard, desk, epoch = (
        hotline.telephone.switchboard,
        hotline.hall.desk,
        hotline.ground.epoch,
    )
    settled_before = switchboard.before_settling

    async def before_settling() -> None:
        await settled_before()
        switchboard.mirror.legs.rung_before = {
            seat.leg: RungBefore(seat.call, epoch)
            for seat in desk.snapshot().seats
            if seat.activity is Activity.RINGING and seat.leg is not None and seat.call is not None
        }

    switchboard.before_settling = before_settling
