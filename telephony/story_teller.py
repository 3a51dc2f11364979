"""Tells the stories of calls, each inside its own boundary: its fault ends nobody else's."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog
from structlog.contextvars import bound_contextvars

from kernel.ids import CallId
from telephony import ami_actions as act
from telephony.hangup import CallerHungUp
from telephony.live_call import LiveCall

log = structlog.get_logger(__name__)

Story = Callable[[LiveCall], Awaitable[None]]


class StoryTeller:
    """One story a call at a time. `story` is set before the first call comes."""

    def __init__(self) -> None:
        self.story: Story | None = None
        self.counters: Counter[str] = Counter()
        self._told: dict[CallId, asyncio.Task[None]] = {}

    def __contains__(self, call: CallId) -> bool:
        return call in self._told

    def begin(self, call: LiveCall, group: asyncio.TaskGroup) -> None:
        self._told[call.id] = group.create_task(self._tell(call), name=f"story {call.id}")

    def end(self, call: CallId) -> None:
        """Break it off without a word: he fell into the plain queue, which has him now."""
        story = self._told.pop(call, None)
        if story is not None:
            story.cancel()

    async def _tell(self, call: LiveCall) -> None:
        """A shutdown (cancellation) says nothing: the next process adopts the caller."""
        assert self.story is not None, "run() was given the story"
        with bound_contextvars(call_id=call.id):
            try:
                await self.story(call)
            except CallerHungUp:
                log.info("caller hung up")
            except Exception:
                self.counters["stories failed"] += 1
                log.exception("story failed; caller sent to the fallback queue")
                call.send_to(act.FALLBACK)
            else:
                if call.where:
                    call.hang_up()
            finally:
                if self._told.get(call.id) is asyncio.current_task():
                    del self._told[call.id]
