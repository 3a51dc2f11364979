"""What is over for a look at Asterisk: who was there and is not; who never was, much later."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from kernel.ids import CallId, LegId
from telephony.ami_asks import Headers, Reply
from telephony.ami_text import ActionHeaders
from telephony.facts import CallFellBack
from telephony.legs import Leg, Purpose
from telephony.lookout import NOBODY_HERE, UNSEEN_LOOKS, Lookout
from telephony.mirror import Mirror
from telephony.resync import Forget
from telephony.settings import LifelineSettings
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once

LEG = LegId("7-000001")


class Lists:
    """Fits `telephony.ami_actions.Asterisk`: the channels that it shows, and nothing else."""

    is_up = True

    def __init__(self) -> None:
        self.shown: set[str] = set()

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        rows: tuple[Headers, ...] = tuple(
            {"event": "Status", "uniqueid": one, "channel": f"PJSIP/{one}", "context": "deliver"}
            for one in sorted(self.shown)
        )
        return Reply({"response": "Success"}, rows)

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        raise AssertionError(f"a look tells nothing: {headers}")


def ordered(name: str = "") -> tuple[Lookout, Lists, Leg]:
    """A leg whose ring is ordered; `name`: of its channel, once that was heard of."""
    mirror, lists = Mirror(key_of=lambda number: None), Lists()
    leg = Leg(LEG, Purpose.SEAT, CallId("cc1-1.1"), ami_name=name)
    mirror.legs.expect(leg)
    return Lookout(lists, mirror, LifelineSettings()), lists, leg


def test_a_leg_that_was_there_is_over_when_two_looks_miss_it() -> None:
    lookout, _, _ = ordered("PJSIP/8001-1")
    assert at_once(lookout.look()) == [Forget(LEG)]


def test_one_that_was_only_ordered_is_over_after_many_looks_that_follow_each_other() -> None:
    """Asterisk makes its channel when it finds the time: one look proves nothing."""
    lookout, _, _ = ordered()

    async def looks() -> list[int]:
        found = []
        for _ in range(UNSEEN_LOOKS):
            found.append(len(await lookout.look()))
            if not found[-1]:
                await lookout.due()  # at once, not in a minute
        return found

    assert at_once(looks()) == [0] * (UNSEEN_LOOKS - 1) + [1]


def test_one_whose_channel_comes_between_two_looks_is_seen_and_judged_as_the_others() -> None:
    lookout, lists, leg = ordered()

    async def looks() -> None:
        for _ in range(UNSEEN_LOOKS - 1):
            assert await lookout.look() == []
        lists.shown = {str(LEG)}
        assert await lookout.look() == []
        assert leg.ami_name == f"PJSIP/{LEG}"
        lists.shown = set()
        assert await lookout.look() == [Forget(LEG)]

    at_once(looks())


@pytest.mark.parametrize(
    ("reason", "open_door", "soon"),
    [(NOBODY_HERE, True, True), (NOBODY_HERE, False, False), ("story", True, False)],
)
def test_who_fell_back_although_we_are_here_is_looked_for_again(
    reason: str, open_door: bool, soon: bool
) -> None:
    """He was on his way into the plain queue as we came back and looked; with the door shut he
    stays there."""
    lookout = Lookout(Lists(), Mirror(key_of=lambda _: None), LifelineSettings(), lambda: open_door)

    async def waits() -> float:
        lookout.hear([CallFellBack(at=MONDAY_NINE, call=CallId("cc1-1.1"), reason=reason)])
        begun = asyncio.get_running_loop().time()
        await lookout.due()
        return asyncio.get_running_loop().time() - begun

    settings = LifelineSettings()
    minute = settings.second_look_after + settings.look_every
    after = settings.second_look_after if soon else minute
    assert at_once(waits()) == pytest.approx(after.total_seconds(), abs=0.1)
