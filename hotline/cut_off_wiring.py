"""Ties the watch over cut-off conversations to feed and switchboard; once, before anything runs."""

from hotline.recovery.cut_off import CutOffs
from hotline.wiring import Hotline


def watch_for_cut_offs(hotline: Hotline) -> CutOffs:
    ground, switchboard = hotline.ground, hotline.telephone.switchboard
    cut_offs = CutOffs(asterisk_log=ground.places.asterisk / "log", write=ground.recorder.write)
    cut_offs.remember(hotline.boards.calls.cards())
    settled_before = switchboard.before_settling

    async def before_settling() -> None:
        await cut_offs.before_settling()
        await settled_before()

    switchboard.before_settling = before_settling
    ground.feed.add("cut off", cut_offs.see)
    return cut_offs
