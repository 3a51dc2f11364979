"""Whatever the journal of the life before us holds, an arrival and a hang-up are told once."""

from datetime import timedelta
from pathlib import Path

import pytest

from hotline.recovery.restart import LooseEnds
from kernel.fact import Fact
from kernel.ids import CallId
from telephony.ami_events import Hangup, HangupRequest
from telephony.before_us import BeforeUs
from telephony.facts import CallArrived, CallHungUp
from telephony.found import Found
from telephony.mirror import Mirror
from telephony.resync import compare
from tests.fakes.virtual_time import at_once
from tests.hotline.outside_of import ANSWERED, cdr, lay_down, reader, told
from tests.stories.stage import House, open_house

C1 = CallId("c1")
NAME = "PJSIP/trunk-in-00000007"


def in_our_hands(*, marked: bool) -> Found:
    """As Asterisk shows him to the next leader; `marked`: CC_CALL was set."""
    mark = {"CC_CALL": "known"} if marked else {}
    return Found(
        uniqueid=C1,
        name=NAME,
        context="room",
        exten="s",
        application="AGI",
        bridge="",
        number="13900001111",
        caller_name="",
        age=timedelta(seconds=40),
        variables={"CC_SIP": "x@y", "CC_DIALLED": "12345", **mark},
    )


def adopted_and_gone(house: House, known: LooseEnds, found: Found) -> None:
    """What the mirror of the next leader says of him, into his journal."""
    mirror = Mirror(key_of=lambda number: None)
    mirror.before = BeforeUs(known.sent_away, known.knows)
    now = house.clock.now()
    effects = [
        e for mend in compare(mirror, [found], set()).mends for e in mend.effects(mirror, now)
    ]
    for event in (HangupRequest(C1), Hangup(C1, 16, "Normal Clearing", "")):
        effects += mirror.take(event, now)
    assert not mirror.calls
    facts = [effect for effect in effects if isinstance(effect, Fact)]
    house.recorder.write(facts)
    known.see(facts)


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("survived", [True, False])
def test_an_arrival_is_told_once_wherever_the_leader_died(
    tmp_path: Path, survived: bool, marked: bool
) -> None:
    """I1. Not marked: it died between its fact and the mark. Not survived: the fact was never
    shipped, and another folder leads now."""

    async def story() -> None:
        async with open_house() as house:
            known = LooseEnds()
            if survived:
                arrived = CallArrived(
                    at=house.clock.now() - timedelta(seconds=40),
                    call=C1,
                    sip_call_id="x@y",
                    dialled="12345",
                    caller="139****1111",
                    caller_key=None,
                    trunk="trunk-in",
                )
                house.recorder.write([arrived])
                known.see([arrived])
            adopted_and_gone(house, known, in_our_hands(marked=marked))
            lay_down(tmp_path, cdr("c1", -40, 0), ANSWERED)
            await told(reader(house, tmp_path, known))

            (arrived,) = house.of(CallArrived)
            assert (arrived.call, arrived.sip_call_id) == (C1, "x@y")
            assert arrived.at == house.of(CallHungUp)[0].at - timedelta(seconds=40)
            assert [fact.call for fact in house.of(CallHungUp)] == [C1]

    at_once(story())
