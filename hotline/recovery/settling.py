"""In step with Asterisk again: after the start, and after each gap of the line to it.

While the line is away no deadline falls due: a ring whose limit passed unheard may have been
answered, and would be cut (I4). Nor is anybody rung, for he may be gone (I2). Once Asterisk has
told what it holds, what is gone is settled, and all idle seats choose anew.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from hotline.recovery.restart import drop_callbacks, settle
from hotline.wiring import Hotline
from kernel.fact import Fact
from telephony.facts import AmiLinkDown, AmiLinkUp

log = structlog.get_logger(__name__)

LOOK_AGAIN: Final = timedelta(seconds=1)


class Settling:
    """Build it before anything runs; `run` ends only by cancellation."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        self._unsettled = 0  # log-ins
        self._is_ours = False
        hotline.hall.desk.hold_time()
        hotline.ground.feed.add("settling", self.see)

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            match fact:
                case AmiLinkDown():
                    self._hotline.hall.desk.hold_time()
                case AmiLinkUp():
                    self._unsettled += 1
                case _:
                    continue

    async def run(self) -> None:
        switchboard = self._hotline.telephone.switchboard
        while True:
            await switchboard.until(self._is_due, LOOK_AGAIN)
            if self._is_due():  # still: the line may be away again since we were woken
                self._unsettled = 0
                self._settle()

    def _is_due(self) -> bool:
        return self._hotline.telephone.switchboard.is_ready and self._unsettled > 0

    def _settle(self) -> None:
        """What floor and journal remember beyond what Asterisk holds has ended."""
        hotline, switchboard = self._hotline, self._hotline.telephone.switchboard
        ground, loose_ends = hotline.ground, hotline.boards.loose_ends
        remembered = [*hotline.boards.stages.of, *loose_ends.living]
        if not self._is_ours:  # all that the floor holds is of the process before us
            self._is_ours = True
            drop_callbacks(hotline.hall.desk, switchboard.mirror, remembered)
        write, now = ground.recorder.write, ground.clock.now()
        desk, mirror, over = hotline.hall.desk, switchboard.mirror, loose_ends.ended
        ended = settle(desk, mirror, remembered, write, now, over)
        switchboard.seal_left(list(loose_ends.recordings))
        log.info("in step with asterisk", settled=ended)
