"""Builds the reader of Asterisk's records and ties it to the switchboard."""

from hotline.recovery.outside_records import OutsideRecords
from hotline.wiring import Hotline


def read_outside_records(hotline: Hotline) -> OutsideRecords:
    """Once, before anything runs; its `run()` is then a task of its own."""
    ground, boards = hotline.ground, hotline.boards
    outside = OutsideRecords(
        log=ground.places.asterisk / "log",
        file=ground.places.journal / "outside-records",
        desk=hotline.hall.desk,
        switchboard=hotline.telephone.switchboard,
        loose_ends=boards.loose_ends,
        stages=boards.stages,
        clock=ground.clock,
        since=boards.loose_ends.last_at or ground.clock.now(),
    )
    hotline.telephone.switchboard.before_settling = outside.before_settling
    return outside
