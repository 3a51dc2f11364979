"""Citizens rung by us: the one `DialOut` of this process, the ids of its attempts, and who goes on
with a call that a process before us has rung.

People's callbacks and the survey robot share it; each adds what it adopts.
"""

from collections.abc import Awaitable, Callable
from itertools import count

from callbacks.duty import AttemptId
from hotline.center import Center
from hotline.stories.inbound_call import inbound_call
from hotline.wiring import Hotline
from kernel.ids import Epoch, out_id
from telephony.dial_out import DialOut, farewell
from telephony.live_call import LiveCall
from telephony.story_teller import Story

# The story that goes on with the call; None: it is not one of ours.
Adopter = Callable[[LiveCall], Awaitable[Story | None]]


class Dialling:
    """`story` is the one that the switchboard tells for every call."""

    def __init__(self, hotline: Hotline, inbound: Story) -> None:
        telephone = hotline.telephone
        self.out = DialOut(telephone.link, telephone.switchboard, self._adopted)
        self.adopters: list[Adopter] = []
        self.story = self.out.tells(inbound)
        self._inbound = inbound
        self._center: Center = hotline.center
        self._epoch: Epoch = hotline.ground.epoch
        self._turns = count(1)

    def next_attempt(self) -> AttemptId:
        return AttemptId(out_id(self._epoch, next(self._turns)))

    async def _adopted(self, call: LiveCall) -> None:
        if call.id in self._center.stages or call.place is not None:
            await self._inbound(call)  # he was in the line, or talked, when the process died
            return
        for adopter in self.adopters:
            story = await adopter(call)
            if story is not None:
                await story(call)
                return
        await farewell(call)


def dialling(hotline: Hotline) -> Dialling:
    """Before the switchboard runs."""

    async def inbound(call: LiveCall) -> None:
        await inbound_call(call, hotline.center)

    return Dialling(hotline, inbound)
