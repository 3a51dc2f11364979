"""The stories that wait for a seat in this life: each hears exactly one final word, and it is last.

A story of an earlier life hears nothing any more: it died with its process.
"""

from typing import Final

from acd import facts as f
from acd.waits import FINAL, ForCaller, SeatWait, news_of
from kernel.fact import Fact
from kernel.ids import CallId
from tests.torture.violation import demand

# The story of a call that hears one of these says so and hangs up.
SENT_AWAY: Final = (
    f.CallOverflowed,
    f.CallSentOver,
    f.CallFailed,
    f.CallBlocked,
    f.CallbackPromised,
    f.ReentryEnded,
)
FOR_CALLERS: Final = frozenset(ForCaller.__args__)


class Stories:
    def __init__(self) -> None:
        self._waits: dict[CallId, SeatWait] = {}

    def wait(self, call: CallId, wait: SeatWait) -> None:
        """One story a call: a second wish of it replaces the first."""
        self._waits[call] = wait

    def see(self, fact: Fact) -> None:
        """A fact that ends somebody's wait was written, and its turn is over."""
        if type(fact) not in FOR_CALLERS:
            return
        assert isinstance(fact, ForCaller), "it is one of them"
        if isinstance(news_of(fact), FINAL):
            wait = self._waits.pop(fact.call, None)
            if wait is not None:
                _one_final_word(fact, wait)


def _one_final_word(fact: ForCaller, wait: SeatWait) -> None:
    # The laws know the wait from inside: what was said, although nobody has listened yet.
    heard = wait._inbox
    said = [heard.get_nowait() for _ in range(heard.qsize())]
    final = [isinstance(news, FINAL) for news in said]
    so = sum(final) == 1 and final[-1]
    demand(so, "I1", f"the story of {fact.call} hears {said} at {fact.kind}")
