"""What is over for a look at Asterisk: who was there and is not; who never was, much later."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from kernel.ids import CallId, LegId
from telephony import ami_events as ami
from telephony.ami_asks import Headers, News, Reply
from telephony.ami_text import ActionHeaders
from telephony.call import Phase
from telephony.errors import AnswerOverdue
from telephony.facts import CallFellBack
from telephony.legs import Leg, Purpose
from telephony.lookout import NOBODY_HERE, UNSEEN_LOOKS, Lookout
from telephony.mirror import Mirror
from telephony.resync import Enter, Forget
from telephony.settings import LifelineSettings
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once

LEG = LegId("7-000001")
CITIZEN = "cc1-1.1"
NAME = "PJSIP/trunk-in-00000003"


class Lists:
    """Fits `telephony.ami_actions.Exchange`: the channels that it shows, and nothing else."""

    is_up = True

    def __init__(self) -> None:
        self.shown: set[str] = set()
        self.citizens: tuple[Headers, ...] = ()
        self.backlog = 0
        self.meanwhile: Callable[[str], None] = lambda action: None

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        rows: tuple[Headers, ...] = tuple(
            {"event": "Status", "uniqueid": one, "channel": f"PJSIP/{one}", "context": "deliver"}
            for one in sorted(self.shown)
        )
        self.meanwhile(str(headers["Action"]))
        return Reply({"response": "Success"}, (*rows, *self.citizens))

    async def run(self) -> None:
        raise AssertionError("whoever looks does not run the link")

    def news(self) -> AsyncIterator[News]:
        raise AssertionError("whoever looks does not hear the news")

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


def waiting() -> tuple[Mirror, Lists]:
    """A citizen in our hands, and so shown."""
    mirror, lists = Mirror(key_of=lambda number: None), Lists()
    mirror.take(ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ()), MONDAY_NINE)
    row = {"event": "Status", "uniqueid": CITIZEN, "channel": NAME, "variable": "CC_SIP=a@b"}
    lists.citizens = (row | {"context": "room", "application": "AGI"},)
    return mirror, lists


def test_a_list_that_is_older_than_the_news_mends_nothing() -> None:
    """He is taken by a seat as we ask: put back into our hands he would have been told in the
    middle of his talk that he waits."""
    mirror, lists = waiting()
    lookout = Lookout(lists, mirror, LifelineSettings())
    joined = ami.BridgeEnter(CITIZEN, "b1", 2, conference=False)
    news = {"CoreShowChannels": joined}

    def meanwhile(action: str) -> None:
        if event := news.pop(action, None):
            mirror.take(event, MONDAY_NINE)

    lists.meanwhile = meanwhile

    async def looks() -> float:
        assert await lookout.look() == []
        begun = asyncio.get_running_loop().time()
        await lookout.due()
        return asyncio.get_running_loop().time() - begun

    assert at_once(looks()) == pytest.approx(1, abs=0.1), "another look follows soon"
    assert mirror.calls[CallId(CITIZEN)].phase is Phase.TALKING


def test_what_was_said_before_the_list_is_heard_before_it_is_compared() -> None:
    mirror, lists = waiting()
    mirror.take(ami.BridgeEnter(CITIZEN, "b1", 2, conference=False), MONDAY_NINE)
    lookout = Lookout(lists, mirror, LifelineSettings())
    back = ami.AsyncAgiStart(CITIZEN, NAME, "room", "s", "", "", ())

    def hear() -> None:
        mirror.take(back, MONDAY_NINE)
        lists.backlog = 0

    def meanwhile(action: str) -> None:
        if action == "Ping":
            lists.backlog = 1
            asyncio.get_running_loop().call_later(0.5, hear)

    lists.meanwhile = meanwhile

    assert at_once(lookout.look(in_step=True)) == []
    assert mirror.calls[CallId(CITIZEN)].phase is Phase.IN_HAND


def test_who_does_not_catch_up_with_the_news_judges_no_list() -> None:
    """In an overload that lasts: the look ends, says why, and the next one comes in a minute."""
    mirror, lists = waiting()
    mirror.take(ami.BridgeEnter(CITIZEN, "b1", 2, conference=False), MONDAY_NINE)
    lists.backlog = 7

    with pytest.raises(AnswerOverdue, match="7 wait"):
        at_once(Lookout(lists, mirror, LifelineSettings()).look(in_step=True))

    assert mirror.moved is None


def test_what_differs_for_a_moment_only_is_left_alone() -> None:
    """Between two steps of the dialplan: a seat has taken him and is not joined to him yet."""
    mirror, lists = waiting()
    rows = [(lists.citizens[0] | {"context": "aftercall"},), lists.citizens]

    def meanwhile(action: str) -> None:
        if action == "CoreShowChannels" and len(rows) > 1:
            del rows[0]
        lists.citizens = rows[0]

    lists.citizens, lists.meanwhile = rows[0], meanwhile
    lookout = Lookout(lists, mirror, LifelineSettings())

    assert at_once(lookout.look(in_step=True)) == []
    assert len(rows) == 1, "it was seen"


def test_a_list_that_no_news_contradicts_is_believed() -> None:
    mirror, lists = waiting()
    mirror.take(ami.BridgeEnter(CITIZEN, "b1", 2, conference=False), MONDAY_NINE)

    (mend,) = at_once(Lookout(lists, mirror, LifelineSettings()).look(in_step=True))

    assert isinstance(mend, Enter)


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
