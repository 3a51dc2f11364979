"""A cancel scope that ends when the citizen hangs up, working as `asyncio.timeout` does.

Only `CallerHungUp` tells the desk that the caller left: a fault of the story or a shutdown says
something else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class CallerHungUp(Exception):
    """The citizen has left; the body of `until_hangup` was cancelled."""


@asynccontextmanager
async def until_hangup(hung_up: asyncio.Event) -> AsyncIterator[None]:
    """Cancel the body when the caller hangs up and raise CallerHungUp.

    An error of the body arrives as itself; a cancellation from outside passes through; nests with
    `asyncio.timeout` and `asyncio.TaskGroup`.
    """
    story = asyncio.current_task()
    assert story is not None, "until_hangup runs inside a task"
    if hung_up.is_set():
        raise CallerHungUp
    already = story.cancelling()
    scope = _Scope(story)
    # The one task without a TaskGroup: a group would wrap the body's error in an ExceptionGroup.
    watcher = asyncio.create_task(hung_up.wait(), name="hangup-watch")  # noqa: TID251
    watcher.add_done_callback(scope.watcher_done)
    try:
        yield
    except asyncio.CancelledError:
        if scope.fired and story.uncancel() <= already:
            raise CallerHungUp from None
        raise
    except BaseException:
        if scope.fired:
            story.uncancel()
        raise
    finally:
        scope.over = True
        watcher.cancel()


class _Scope:
    """Cancels the story once, and never after its scope is over."""

    def __init__(self, story: asyncio.Task[object]) -> None:
        self._story = story
        self.fired = False
        self.over = False

    def watcher_done(self, watcher: asyncio.Task[object]) -> None:
        if self.over or watcher.cancelled():
            return
        self.fired = True
        self._story.cancel()
